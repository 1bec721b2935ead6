"""The labour status: one rule in SQL and in Python, told of any day, beside the roster's own word."""

import datetime as dt

import pytest
from django.db import transaction
from django.utils.timezone import localdate

from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests.indicators.oracle import Oracle
from tests.indicators.world import World
from tests.people import api_client_for, client_for, county_clerk
from tests.workers.checks import MAN
from tests.workers.village_lists import store_divisions
from workers.labour import STATUSES, contradicted, has_status, labour_of, labour_of_one, statuses_of
from workers.models import Worker

pytestmark = pytest.mark.django_db
DAYS = [dt.date(2024, 11, 1), dt.date(2025, 2, 10), dt.date(2025, 6, 30), dt.date(2025, 12, 31)]


@pytest.fixture
def worker(db):
    store_divisions()
    return Worker.objects.create(name="张国强", id_number=MAN, village_code="520527219200")


@pytest.fixture
def job(worker):
    def add(place, start, end=None):
        made = DeclaredJob.objects.create(worker=worker, start_on=start, end_on=end, place_code=place)
        rebuild_spells(worker_ids=[worker.pk])
        return made

    return add


def status(worker, day):
    return labour_of_one(worker, day).status


def test_the_place_of_the_spell_of_the_day_decides(worker, job):
    for number, place in enumerate(("440113", "520113", "520527219", "")):
        job(place, dt.date(2024, 1 + number, 1), dt.date(2024, 2 + number, 1))
    days = [dt.date(2023, 12, 31), *[dt.date(2024, month, 15) for month in range(1, 6)]]
    assert [status(worker, day) for day in days] == [
        "未就业", "省外务工", "省内务工", "县内就业", "就业地点未登记", "未就业",
    ]  # fmt: skip


def test_an_end_written_later_is_not_known_before_its_day(worker, job):
    job("440113", dt.date(2025, 1, 1), dt.date(2025, 3, 1))
    found = [labour_of_one(worker, day) for day in (dt.date(2025, 2, 28), dt.date(2025, 3, 1))]
    assert [(one.status, one.work and one.work.since) for one in found] == [
        ("省外务工", dt.date(2025, 1, 1)),
        ("未就业", None),
    ]


@pytest.mark.parametrize(
    "case",
    [
        (None, None, False, ("未就业", False)),
        ("未就业", dt.date(2025, 1, 1), True, ("省外务工", True)),
        ("省外务工", dt.date(2025, 1, 1), True, ("省外务工", False)),
        ("县内就业", dt.date(2025, 1, 1), True, ("省外务工", True)),
        ("省外务工", dt.date(2025, 1, 1), False, ("未就业", True)),
        ("灵活就业", dt.date(2025, 1, 1), False, ("灵活就业", False)),
        ("灵活就业", dt.date(2025, 1, 1), True, ("省外务工", False)),
        ("在校", None, False, ("在校", False)),
        ("在校", None, True, ("省外务工", True)),
        ("死亡", dt.date(2025, 1, 1), True, ("死亡", False)),
        # Told after the day asked: not known then.
        ("死亡", dt.date(2025, 9, 1), True, ("省外务工", False)),
        ("在校", dt.date(2025, 9, 1), False, ("未就业", False)),
    ],
)
def test_the_word_of_the_roster_stands_beside(worker, job, case):
    told, told_on, works, expected = case
    if works:
        job("440113", dt.date(2025, 1, 1))
    Worker.objects.filter(pk=worker.pk).update(labour_status=told, visited_on=told_on, first_visited_on=told_on)
    worker.refresh_from_db()
    found = labour_of_one(worker, dt.date(2025, 6, 1))
    assert ((found.status, found.differs), found.told) == (expected, told or "")


@pytest.mark.parametrize("seed", [11, 12])
def test_sql_and_python_say_the_same_of_everybody(seed):
    with transaction.atomic():
        world = World(seed)
        oracle = Oracle(world)
        for day in DAYS:
            rows = list(Worker.objects.values("pk", "labour_status", "visited_on"))
            labour = labour_of(rows, day)
            assert statuses_of(rows, day) == {pk: one.status for pk, one in labour.items()}, day
            for word in STATUSES:
                found = set(Worker.objects.filter(has_status(word, day)).values_list("pk", flat=True))
                assert found == {pk for pk, one in labour.items() if one.status == word}, (word, day)
            differing = set(Worker.objects.filter(contradicted(day)).values_list("pk", flat=True))
            assert differing == {pk for pk, one in labour.items() if one.differs}, day
            outside = {one.id for one in world.workers if oracle.outside(one, day)}
            gone = {pk for pk, one in labour.items() if one.status in {"死亡", "迁出"}}
            assert {pk for pk, one in labour.items() if one.status == "省外务工"} == outside - gone
        transaction.set_rollback(True)


def test_list_file_and_api_say_it_with_the_day(worker, job):
    job("440113", dt.date(2025, 1, 1), dt.date(2025, 7, 1))
    Worker.objects.filter(pk=worker.pk).update(labour_status="省外务工", visited_on=dt.date(2025, 2, 1))
    page = lambda url: client_for(county_clerk()).get(url).content.decode()  # noqa: E731 - said often
    for query, listed in (
        ("status=省外务工&status_as_of=2025-06-30", True),
        ("status=省外务工&status_as_of=2025-07-01", False),
        ("status=未就业", True),
        ("status_differs=true", True),
        ("status_differs=true&status_as_of=2025-06-30", False),
        ("status_differs=false", False),
    ):
        shown = page(f"/workers/?{query}")
        rows = api_client_for(county_clerk(), "registry:read").get(f"/api/v1/workers/?{query}").json()["results"]
        assert ("张国强" in shown, [row["name"] for row in rows]) == (listed, ["张国强"] * listed), query
    assert "截至 2025-06-30" in page("/workers/?status=省外务工&status_as_of=2025-06-30")
    file = page(f"/workers/{worker.pk}/")
    assert [f"截至 {localdate()}" in file, "省外务工（2025-02-01），与推算不一致" in file] == [True, True]
    row = api_client_for(county_clerk(), "registry:read").get(f"/api/v1/workers/{worker.pk}/?as_of=2025-06-30").json()
    assert (row["status"], row["status_as_of"], row["work"]["place"], row["work"]["since"]) == (
        "省外务工", "2025-06-30", "广东省 广州市 番禺区", "2025-01-01",
    )  # fmt: skip
