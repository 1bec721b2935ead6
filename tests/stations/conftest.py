"""A station with somebody to ask, and browsers of those who ask."""

import pytest

from tests import people
from tests.stations.facts import ago, arrive, firm, staff, station


@pytest.fixture
def site():
    return station()


@pytest.fixture
def who(site):
    """Arrived 30 days ago: 7 is overdue, 30 due today."""
    return arrive(on=ago(30), firm=firm(), phone="13812345678")


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


@pytest.fixture
def phone(who):
    return people.client_for(staff())
