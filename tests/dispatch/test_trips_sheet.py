"""出行计划 through the import services."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from dispatch.models import Batch, Trip
from dispatch.workbooks.trips import departure
from employment.models import Spell
from tests.journeys import counts, faults, imported, passenger, place_divisions, trip, undone, worker

pytestmark = pytest.mark.django_db

BEIJING = ZoneInfo("Asia/Shanghai")
TODAY = date(2025, 2, 1)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def coach(vehicle="贵F12345", **cells):
    return {
        "批次编号": "2025-CY-01",
        "批次名称": "2025年春季返岗第一批",
        "车次(车牌号)": vehicle,
        "出行方式": "包车",
        "出发时间": "2025-02-10 8:30",
        "出发地": "赫章县客运站",
        "目的地": "广东广州番禺",
        "座位数": "45",
        **cells,
    }


def test_every_column_is_stored():
    source = imported("trips", [coach(组织单位="赫章县人社局", 领队="李明", 领队电话="138 0000 1234")])
    stored = Trip.objects.select_related("batch").get()
    assert counts(source) == {"rows": 1, "created": 1}
    assert (stored.batch.code, stored.batch.name, stored.vehicle, stored.mode) == (
        "2025-CY-01",
        "2025年春季返岗第一批",
        "贵F12345",
        "包车",
    )
    assert stored.departs_at == datetime(2025, 2, 10, 8, 30, tzinfo=BEIJING)
    assert (stored.from_place, stored.destination_code, stored.seats) == ("赫章县客运站", "440113", 45)
    assert (stored.organiser, stored.leader, stored.leader_phone) == ("赫章县人社局", "李明", "13800001234")


@pytest.mark.parametrize(
    ("written", "at"),
    [
        ("2025-02-10", (2025, 2, 10, 0, 0)),
        ("2025-02-10 08:30", (2025, 2, 10, 8, 30)),
        ("2025-02-10T08:30:00", (2025, 2, 10, 8, 30)),
        ("2025/2/10 8：30", (2025, 2, 10, 8, 30)),
        ("2025年2月10日8时", (2025, 2, 10, 8, 0)),
        ("2025年2月10日 8时05分", (2025, 2, 10, 8, 5)),
        ("2025年2月10日上午8点半", (2025, 2, 10, 8, 30)),
        ("2025.2.10 下午2:30", (2025, 2, 10, 14, 30)),
        ("2025.2.10 晚上 11点", (2025, 2, 10, 23, 0)),
        ("2025.2.10 中午12点", (2025, 2, 10, 12, 0)),
        ("2025.2.10 中午1点", (2025, 2, 10, 13, 0)),
        ("2025.2.10 中午11点半", (2025, 2, 10, 11, 30)),
        ("20250210", (2025, 2, 10, 0, 0)),
        (datetime(2025, 2, 10, 8, 30, 15, 500), (2025, 2, 10, 8, 30, 15)),  # noqa: DTZ001 - as a workbook gives it
    ],
)
def test_departure_is_read_as_offices_write_it(written, at):
    assert departure(written, TODAY) == datetime(*at)  # noqa: DTZ001 - local time of the county


def test_blank_departure_is_none():
    assert departure("", TODAY) is None


@pytest.mark.parametrize(
    ("cells", "column", "code"),
    [
        ({"批次编号": ""}, "批次编号", "required"),
        ({"批次名称": ""}, "批次名称", "required"),
        ({"车次(车牌号)": ""}, "车次(车牌号)", "required"),
        ({"出行方式": "火箭"}, "出行方式", "choice"),
        ({"出发时间": "春节后"}, "出发时间", "date"),
        ({"出发时间": "25-02-10"}, "出发时间", "date"),
        ({"出发地": ""}, "出发地", "required"),
        ({"目的地": "广南"}, "目的地", "division_unknown"),
        ({"座位数": "满"}, "座位数", "number"),
        ({"座位数": "-1"}, "座位数", "number"),
    ],
)
def test_bad_cells_are_refused(cells, column, code):
    assert faults(imported("trips", [coach(**cells)])) == [(2, column, code)]


def test_departure_may_lie_ahead():
    assert counts(imported("trips", [coach(出发时间="2099-02-10")])) == {"rows": 1, "created": 1}


def test_batch_and_vehicle_are_the_key():
    imported("trips", [coach()])
    other_batch = coach(批次编号="2025-CY-02", 批次名称="第二批")
    source = imported("trips", [coach(), coach("贵F54321"), other_batch, coach("贵F54321", 座位数="50")])
    assert counts(source) == {"rows": 4, "created": 1, "unchanged": 1, "refused": 2}
    assert faults(source) == [(3, "车次(车牌号)", "conflict_in_file"), (5, "车次(车牌号)", "conflict_in_file")]


def test_batch_is_renamed_and_the_same_file_is_unchanged_afterwards():
    imported("trips", [coach()])
    renamed = [coach(批次名称="春季第一批"), coach("贵F54321", 批次名称="另一个名字")]
    assert counts(imported("trips", renamed)) == {"rows": 2, "created": 1, "updated": 1}
    assert Batch.objects.get().name == "春季第一批"
    assert counts(imported("trips", renamed)) == {"rows": 2, "unchanged": 2}


def test_fewer_seats_than_people_are_refused():
    full = trip(seats=2)
    for _ in range(2):
        passenger(full, worker())
    assert faults(imported("trips", [coach(座位数="1")])) == [(2, "座位数", "over_capacity")]
    assert counts(imported("trips", [coach(座位数="2")])) == {"rows": 1, "updated": 1}


def test_new_destination_moves_the_spells_of_those_it_took_and_undo_moves_them_back():
    on, own = trip(), {"destination_code": "4403"}
    arrived = {"boarded": True, "at_post_on": date(2025, 2, 12)}
    plain, elsewhere = worker(), worker()
    passenger(on, plain, **arrived)
    passenger(on, elsewhere, **own, **arrived)
    source = imported("trips", [coach(目的地="浙江宁波")])
    moved = dict(Spell.objects.values_list("worker_id", "place_code"))
    undone(source)
    assert moved == {plain.pk: "3302", elsewhere.pk: "4403"}
    assert dict(Spell.objects.values_list("worker_id", "place_code")) == {plain.pk: "440113", elsewhere.pk: "4403"}


def test_undo_takes_vehicles_and_batches_away():
    undone(imported("trips", [coach(), coach("贵F54321")]))
    assert (Trip.objects.count(), Batch.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("column", "most"), [("批次编号", 60), ("批次名称", 200), ("车次(车牌号)", 60), ("出发地", 200), ("领队", 200)]
)
def test_text_too_long_for_the_register_is_refused_beside_its_cell(column, most):
    source = imported("trips", [coach("贵A1", **{column: "x" * (most + 1)}), coach("贵A2", **{column: "x" * most})])
    assert (faults(source), Trip.objects.count()) == ([(2, column, "too_long")], 1)
