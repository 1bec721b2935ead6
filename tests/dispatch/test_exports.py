"""Exported vehicles and rosters are unchanged when they come back; who is told what."""

from datetime import date

import pytest
from openpyxl import load_workbook

from core.errors import NotAllowed
from core.workbooks import exports, services
from core.workbooks.models import Export
from employment.models import Employer
from tests import people
from tests.journeys import OTHER_VILLAGE, came_back, exported, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def cells(export):
    return [list(row) for row in load_workbook(export.path).active.iter_rows(min_row=2, values_only=True)]


@pytest.mark.parametrize("place", ["440113", "4403", "33", "310115", "441900"])
def test_vehicles_come_back_unchanged(place):
    trip(destination_code=place, organiser="人社局", leader="李明", leader_phone="13700001111")
    trip("G1234", mode="返岗专列", destination_code=place)
    export = exported("trips")
    assert (export.rows, came_back(export)) == (2, ({"rows": 2, "unchanged": 2}, [], []))


def test_departure_is_written_in_the_countys_time():
    trip()
    assert cells(exported("trips"))[0][4].isoformat() == "2025-02-10T09:00:00"


def test_rosters_come_back_unchanged():
    on, firm = trip(), Employer.objects.create(name="甲厂")
    told = {
        "phone": "13800001234",
        "boarding_point": "古达乡",
        "employer": firm,
        "job_title": "普工",
        "emergency_name": "乙",
        "emergency_phone": "13900001234",
    }
    passenger(
        on,
        worker(),
        seat="1",
        destination_code="440306",
        boarded=True,
        arrived=True,
        at_post_on=date(2025, 2, 12),
        outcome="已返回",
        **told,
    )
    passenger(on, worker(), boarded=False)
    export = exported("passengers")
    assert (export.rows, came_back(export)) == (2, ({"rows": 2, "unchanged": 2}, [], []))


def test_export_is_filtered_like_the_list_and_bounded_by_the_scope():
    one, two = trip("甲车"), trip("乙车", mode="自驾")
    passenger(one, worker("甲"), boarded=True)
    passenger(two, worker("乙"))
    passenger(two, worker("丙", village=OTHER_VILLAGE))
    found = [
        [row[3] for row in cells(exported("passengers", query))]
        for query in ({}, {"mode": "自驾"}, {"boarded": "yes"}, {"q": "丙"}, {"trip": str(one.pk)})
    ]
    assert found == [["甲", "乙", "丙"], ["乙", "丙"], ["甲"], ["丙"], ["甲"]]
    officer = people.with_role("dispatch_officer", people.TOWNSHIP)
    township = Export.objects.create(kind="passengers", title="x", created_by=officer)
    exports.write_export(export=township, progress=services.Silent())
    assert [row[3] for row in cells(township)] == ["甲", "乙"]


def test_who_neither_keeps_rosters_nor_may_take_them_out_gets_none():
    export = Export.objects.create(kind="passengers", title="x", created_by=people.township_clerk())
    with pytest.raises(NotAllowed):
        exports.write_export(export=export, progress=services.Silent())


def test_identities_are_masked_unless_asked_for_in_full():
    who = worker("甲")
    passenger(trip(), who, phone="13800001234", emergency_phone="13900005678")
    masked = Export.objects.create(kind="passengers", title="x", created_by=people.county_clerk())
    exports.write_export(export=masked, progress=services.Silent())
    [row] = cells(masked)
    assert [number in row for number in (who.id_number, "13800001234", "13900005678")] == [False] * 3
    assert [number in row for number in (f"529999********{who.id_number[-4:]}", "138****1234", "139****5678")] == [
        True
    ] * 3
