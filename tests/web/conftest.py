import pytest

from core.divisions.models import Division
from core.web import screens
from tests import people
from tests.web import site

COUNTY = people.COUNTY
VILLAGES = [f"{people.TOWNSHIP}{n:03}" for n in range(200, 212)]
ELSEWHERE = f"{people.OTHER_COUNTY}101201"


@pytest.fixture
def divisions(db):
    """A county with one township of twelve villages, and a village of another county."""
    rows = [(COUNTY, "赫章县", "county"), (people.TOWNSHIP, "古达乡", "township")]
    rows += [(code, f"{code[-3:]}村", "village") for code in VILLAGES]
    rows.append((ELSEWHERE, "外县村", "village"))
    return Division.objects.bulk_create([Division(code=code, name=name, level=level) for code, name, level in rows])


@pytest.fixture
def clerk(db):
    return people.county_clerk()


@pytest.fixture
def browser(clerk):
    return people.client_for(clerk)


@pytest.fixture(autouse=True)
def registered(monkeypatch):
    """The small site's entries stand in the registry during a test of it, and nowhere else."""
    kinds = {kind: dict(items) for kind, items in screens.registry.by_kind.items()}
    monkeypatch.setattr(screens.registry, "by_kind", kinds)
    for entry in site.REGISTERED:
        screens.register(entry)
    site.SAVED.clear()
    site.TOUCHED.clear()
