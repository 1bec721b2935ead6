"""Who looks and at what."""

import pytest

from tests import people
from tests.journeys import trip


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


@pytest.fixture
def coach():
    return trip()
