"""Pages and counts of spells, visits and planned visits: what is found a few rows at a time is what the scope says."""

import random
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.web.lists.paging import Keyset, capped_count
from dispatch.models import Batch, Passenger, Trip
from employment.models import Spell
from stations.models import PlannedVisit, Visit
from tests.acceptance.test_strangers_eye import OF_AREA, OF_STATION
from tests.journeys import worker
from tests.people import api_client_for, client_for, with_role
from tests.stations.facts import TODAY, ago, staff, station
from workers import person_rows as module
from workers.models import Worker
from workers.person_rows import person_rows

PEOPLE, PAGE = 60, 3
ORDERS = [
    (Visit, ("visited_on",), True),
    (Visit, ("visited_on",), False),
    (Visit, ("next_on",), False),
    (PlannedVisit, ("due_on",), False),
    (PlannedVisit, ("arrived_on",), True),
    (Spell, ("start_on",), True),
    (Spell, ("worker__name_key",), False),
    (Spell, (), False),
]
READERS = {
    "GZ-01": (lambda: staff("GZ-01"), OF_STATION, ["GZ-01"], ["4401%", "4419%"]),
    "NB-01": (lambda: staff("NB-01"), OF_STATION, ["NB-01"], ["3302%"]),
    "both": (lambda: staff("GZ-01", "NB-01"), OF_STATION, ["GZ-01", "NB-01"], ["4401%", "4419%", "3302%"]),
    "gone": (lambda: staff("XX-01"), OF_STATION, ["XX-01"], []),
    "area": (lambda: with_role("partner_bureau", "4401"), OF_AREA, [], []),
    "no area": (lambda: with_role("partner_bureau", "31"), OF_AREA.replace("4401", "31"), [], []),
}


@pytest.fixture
def world(db):
    """Everybody in several ways at once: asked and planned by either station or none, at work here, there, no longer."""
    rng = random.Random(520527)
    sites = [station(area=("4401", "4419")), station("NB-01", place="330206", area=("3302",)), None, None]
    bound = [trip(place, days) for place, days in (("440113", 3), ("330206", 90), ("520111", 3))]
    for number in range(PEOPLE):
        who = worker(name=rng.choice("张王李赵") + "伟")
        begins = ago(rng.randrange(90, 200))
        if rng.random() < 0.5:
            Visit.objects.create(
                worker=who, station=rng.choice(sites), visited_on=ago(rng.randrange(20)), channel="电话", status="失联",
                next_on=rng.choice([None, TODAY]),
            )  # fmt: skip
        if rng.random() < 0.4:
            PlannedVisit.objects.create(
                worker=who, station=rng.choice(sites), arrived_on=begins, milestone=30, window=5,
                due_on=begins + timedelta(days=30),
            )  # fmt: skip
        Spell.objects.create(
            worker=who, start_on=begins, end_on=rng.choice([None, ago(9), TODAY + timedelta(days=9)]),
            place_code=rng.choice(["440113", "441900", "330206", "520111", "520111", "310115"]), confirmed_days=[begins],
            confirmed_to=begins, origin_kind="trip", origin_id=number, known_from=begins,
        )  # fmt: skip
        if number % 10 == 0:
            Passenger.objects.create(trip=rng.choice(bound), worker=who, destination_code=rng.choice(["", "440113"]))
    assert Worker.objects.count() == PEOPLE


def trip(place, days):
    batch, _ = Batch.objects.get_or_create(code="1", defaults={"name": "1"})
    return Trip.objects.create(
        batch=batch, vehicle=place, mode="包车", departs_at=timezone.now() - timedelta(days=days), from_place="县",
        destination_code=place, seats=45,
    )  # fmt: skip


@pytest.fixture(
    params=[(1, 2, 5, 2, 3), (4, 8, 20, 7, 3), (4, 2_000, 6_000, 1_000, 3), (1, 2, 5, 2, 4_000)],
    ids=["narrow", "middling", "whole", "few persons"],
)
def width(request, monkeypatch):
    """How many rows are looked at: so few that the table is asked, some, all."""
    for name, size in zip(("TIMES", "MANY", "COUNTED", "PORTION", "FEW"), request.param, strict=True):
        monkeypatch.setattr(module, name, size)


def truth(model, who):
    """Ids of the rows of that reader's people, by SQL of the tests' own."""
    _user, condition, stations, areas = READERS[who]
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {model._meta.db_table} WHERE worker_id IN"  # noqa: S608 - the model's own name
            f" (SELECT id FROM workers_worker WHERE {condition})",
            {"stations": stations, "areas": areas, "today": TODAY},
        )
        return {one for (one,) in cursor.fetchall()}


def pages_of(user, model, paths, *, descending):
    """Ids page by page, each page read again coming back."""
    rows, finder = model.objects.visible_to(user), person_rows(user, model.objects.all())
    keyset = Keyset(rows, paths, descending=descending, finder=finder)
    page, found = keyset.page(("pk",), PAGE), []
    while True:
        found.append([row["pk"] for row in page.rows])
        if not page.after:
            return found
        following = keyset.page(("pk",), PAGE, after=page.after)
        assert [row["pk"] for row in keyset.page(("pk",), PAGE, before=following.before).rows] == found[-1]
        page = following


@pytest.mark.parametrize("who", READERS)
def test_the_rows_are_the_scopes_in_every_order(world, width, who):
    user = READERS[who][0]()
    for model, paths, descending in ORDERS:
        plain = Keyset(model.objects.visible_to(user), paths, descending=descending)
        wanted = [row["pk"] for row in plain.page(("pk",), 10 * PEOPLE).rows]
        pages = pages_of(user, model, paths, descending=descending)
        assert [one for page in pages for one in page] == wanted
        assert all(len(page) == PAGE for page in pages[:-1])
        assert set(wanted) == truth(model, who)
        assert bool(wanted) == (who != "gone")


@pytest.mark.parametrize("who", READERS)
def test_counts_are_the_scopes(world, width, who):
    user = READERS[who][0]()
    for model in (Visit, PlannedVisit, Spell):
        wanted, finder = len(truth(model, who)), person_rows(user, model.objects.all())
        for cap in (3, 100):
            counted = capped_count(model.objects.visible_to(user), cap, finder)
            assert (counted.value, counted.capped) == (min(wanted, cap), wanted > cap)


@pytest.mark.parametrize(
    "address",
    ["/stations/visits/", "/stations/planned/", "/employment/", "/api/v1/visits/", "/api/v1/employments/"],
)
def test_a_page_gathers_nobody_before_it_reads(world, monkeypatch, address):
    user = staff("GZ-01")
    browser = api_client_for(user) if address.startswith("/api/") else client_for(user)
    monkeypatch.setattr(module, "FEW", 0)
    with CaptureQueriesContext(connection) as asked:
        assert browser.get(address).status_code == 200
    scoped = [one["sql"] for one in asked if "EXISTS" in one["sql"] or "UNION" in one["sql"]]
    assert scoped
    assert all('"id" IN (' in sql or "= ANY('{" in sql for sql in scoped)


def test_who_is_bounded_in_one_way_is_left_to_the_planner(db):
    for user in (with_role("county_admin"), with_role("partner_bureau", "4401")):
        assert person_rows(user, Visit.objects.all()) is None


@pytest.mark.parametrize("address", ["/stations/visits/", "/stations/planned/", "/employment/"])
def test_one_row_and_three_cost_the_same_queries(db, address):
    site = station()
    browser = client_for(staff())

    def add():
        who, begins = worker(), date(2025, 2, 12)
        Visit.objects.create(worker=who, station=site, visited_on=begins, channel="电话", status="失联")
        PlannedVisit.objects.create(
            worker=who, station=site, arrived_on=begins, milestone=30, window=5, due_on=begins + timedelta(days=30)
        )
        Spell.objects.create(
            worker=who, start_on=begins, place_code="440113", confirmed_days=[begins], confirmed_to=begins,
            origin_kind="trip", origin_id=who.pk, known_from=begins,
        )  # fmt: skip

    def cost():
        browser.get(address)
        with CaptureQueriesContext(connection) as asked:
            browser.get(address)
        return len(asked)

    add()
    one = cost()
    add()
    add()
    assert cost() == one
