import pytest

from tests.journeys import place_divisions
from tests.pairs.kinds import KINDS


@pytest.fixture(params=KINDS)
def kind(request, db):
    place_divisions()
    return KINDS[request.param]


@pytest.fixture
def two(kind):
    return kind.make(), kind.make()
