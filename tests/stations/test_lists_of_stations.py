"""Whom the people of a station, or of a partner area, find in the register: the bitmaps answer what the rows give."""

from datetime import timedelta
from itertools import count

import pytest
from django.utils import timezone

from core.accounts import scope
from core.formats.identity import check_digit
from core.formats.pinyin import key_initials, sort_key
from dispatch.models import Batch, Passenger, Trip
from employment.models import PastSpell, Spell
from stations.models import PlannedVisit, Station, Visit
from stations.reach import of_stations
from tests.people import with_role
from tests.workers.test_bitmaps import Asked
from tests.workers.village_lists import store_divisions
from workers.bitmaps import reached
from workers.bitmaps.building import refresh_bitmaps
from workers.models import Worker

TODAY = timezone.localdate()
LONG_AGO, SOON = TODAY - timedelta(days=300), TODAY + timedelta(days=30)
ROWS = count(1)


def worker(place):
    number = f"52999919900101{place:03d}"
    key = sort_key(f"张{'伟文一'[place % 3]}")
    return Worker(
        name="张伟", name_key=key, name_initials=key_initials(key), id_number=number + check_digit(number),
        village_code="520527219200",
    )  # fmt: skip


def spell(kind, worker, place, *, begins=LONG_AGO, ends=None, known_from=None, **more):
    return kind.objects.create(
        worker=worker, start_on=begins, end_on=ends, place_code=place, confirmed_days=[begins], confirmed_to=begins,
        origin_kind="trip", origin_id=next(ROWS), known_from=known_from or begins, **more,
    )  # fmt: skip


@pytest.fixture
def people(db):
    store_divisions()
    return list(Worker.objects.bulk_create(worker(place) for place in range(1, 16)))


@pytest.fixture
def stations(people):
    """甲 at Guangzhou for Guangzhou and Dongguan, 乙 at Jinhua."""
    one = Station.objects.create(
        code="GZ-01", name="甲", kind="协作站", place_code="440113", opened_on=LONG_AGO, service_area=["4401", "4419"]
    )
    other = Station.objects.create(code="JH-01", name="乙", kind="协作站", place_code="330782", opened_on=LONG_AGO)
    ways = iter(people)
    for station in (one, other):
        PlannedVisit.objects.create(
            worker=next(ways),
            station=station,
            arrived_on=LONG_AGO,
            milestone=30,
            due_on=LONG_AGO + timedelta(days=30),
            window=5,
        )
        Visit.objects.create(
            worker=next(ways), station=station, visited_on=LONG_AGO, channel="电话", status="原岗位在岗"
        )
    spell(Spell, next(ways), "440113")
    spell(Spell, next(ways), "441900", ends=SOON)
    spell(Spell, next(ways), "4401", ends=SOON, known_from=SOON)
    spell(Spell, next(ways), "440113", ends=TODAY - timedelta(days=9))
    spell(Spell, next(ways), "440113", begins=SOON, known_from=LONG_AGO)
    spell(Spell, next(ways), "330782")
    changed = next(ways)
    spell(Spell, changed, "520527", known_from=SOON)
    spell(PastSpell, changed, "440113", known_to=SOON)
    batch = Batch.objects.create(code="1", name="1")
    for days, place in ((3, "440113"), (90, "440113"), (3, "520113")):
        trip = Trip.objects.create(
            batch=batch, vehicle=f"{days}-{place}", mode="包车", departs_at=timezone.now() - timedelta(days=days),
            from_place="县", destination_code=place, seats=45,
        )  # fmt: skip
        Passenger.objects.create(trip=trip, worker=next(ways))
    refresh_bitmaps(everything=True)
    return one, other


def staff(*codes):
    return with_role("station_staff", "", scope_stations=list(codes))


def test_a_station_finds_whom_it_follows_and_who_works_or_comes_there(stations):
    found = set(Asked(staff("GZ-01"), {}, "").check())
    ways = [set(ids.values_list("worker_id", flat=True)) for ids in of_stations(staff("GZ-01"))]
    assert [len(way) for way in ways] == [1, 1, 3, 1]
    assert found == set().union(*ways)


def test_a_partner_bureau_finds_who_works_in_its_area_now(stations):
    partner = with_role("partner_bureau", "4401")
    assert len(Asked(partner, {}, "").check()) == 2
    assert Asked(with_role("partner_bureau", "31"), {}, "").check() == []


def test_nobody_is_read_beforehand(stations, monkeypatch):
    monkeypatch.setattr(reached, "Reached", None)
    assert Asked(staff("JH-01"), {"sex": "女"}, "").finder is not None


def test_who_is_reached_anew_is_found_at_once(stations, people):
    before = set(Asked(staff("GZ-01"), {}, "").check())
    new = [one for one in people if one.pk not in before][:3]
    PlannedVisit.objects.filter(station=stations[1]).update(worker=new[0], station=stations[0])
    Visit.objects.create(worker=new[1], station=stations[0], visited_on=TODAY, channel="电话", status="失联")
    Spell.objects.filter(worker=new[2]).delete()
    spell(Spell, new[2], "441900")
    now = set(Asked(staff("GZ-01"), {}, "").check())
    assert now == before | {one.pk for one in new}
    Visit.objects.filter(worker=new[1]).delete()
    assert set(Asked(staff("GZ-01"), {}, "").check()) == now - {new[1].pk}
    refresh_bitmaps(everything=True)
    assert set(Asked(staff("GZ-01"), {}, "").check()) == now - {new[1].pk}


def test_a_way_nobody_told_the_bitmaps_of_is_read_from_its_rows(stations, people, monkeypatch):
    ways = {kind: dict(known) for kind, known in scope._REACHES.items()}
    monkeypatch.setattr(scope, "_REACHES", ways)
    before = set(Asked(staff("GZ-01"), {}, "").check())
    last = Worker.objects.filter(pk=people[-1].pk).values("pk")
    scope.register_reach(scope.ScopeKind.STATIONS, "another", lambda _user: last)
    reached._read.clear()
    assert people[-1].pk not in before
    assert set(Asked(staff("GZ-01"), {}, "").check()) == before | {people[-1].pk}
