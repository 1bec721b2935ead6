"""The plan of follow-ups: windows, what answers and what closes a milestone, which station asks (domain.md §3.4)."""

from datetime import timedelta
from itertools import permutations

import pytest
from django.db import transaction

from dispatch.models import Passenger
from employment.rebuilding import rebuild_spells
from stations.models import PlannedVisit, Station
from stations.planning import ARRIVED_AGAIN, LEFT, MISSED, WINDOWS, renew_plan
from stations.services import StationFacts, save_station
from tests import people
from tests.journeys import counts, imported, passenger, person, place_divisions, trip, undone, worker
from tests.stations.facts import ARRIVED, GUANGZHOU, NINGBO, arrive, day, plan, standing, station, visit

pytestmark = pytest.mark.django_db
OPEN = {7: "", 30: "", 90: "", 180: ""}


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def stations_of(who):
    return set(PlannedVisit.objects.filter(worker=who).values_list("station__code", flat=True))


class TestArrivals:
    def test_an_arrival_plans_four_visits(self):
        who = arrive()
        rows = (
            PlannedVisit.objects.filter(worker=who).order_by("milestone").values_list("milestone", "due_on", "window")
        )
        assert list(rows) == [(days, day(days), span) for days, span in WINDOWS.items()]
        assert standing(who) == OPEN

    @pytest.mark.parametrize(
        "fields", [{"at_post_on": None}, {"boarded": None, "at_post_on": None}, {"outcome": "未录用"}]
    )
    def test_who_did_not_come_to_a_post_is_not_asked(self, fields):
        assert standing(arrive(**fields)) == {}

    def test_two_seats_of_one_day_are_one_arrival(self):
        who = arrive()
        arrive(who, vehicle=trip("接驳1", batch="B2", mode="接驳"))
        assert standing(who) == OPEN

    def test_renewing_changes_nothing(self):
        who = arrive()
        before = list(PlannedVisit.objects.values())
        renew_plan([who.pk])
        assert list(PlannedVisit.objects.values()) == before

    def test_an_arrival_taken_back_takes_its_plan_along(self):
        who = worker()
        trip()
        row = {
            **person(who),
            "批次编号": "2025-CY-01",
            "车次(车牌号)": "贵F12345",
            "签到": "是",
            "到岗日期": "2025-02-12",
        }
        source = imported("passengers", [row])
        assert (counts(source)["created"], standing(who)) == (1, OPEN)
        undone(source)
        assert standing(who) == {}

    def test_a_moved_arrival_moves_its_plan(self):
        who = arrive()
        Passenger.objects.update(at_post_on=day(3))
        rebuild_spells(worker_ids=[who.pk])
        assert set(plan(who)) == {(day(3), days) for days in WINDOWS}


class TestAnswers:
    @pytest.mark.parametrize(("milestone", "span"), WINDOWS.items())
    def test_a_visit_inside_the_window_answers_one_outside_does_not(self, milestone, span):
        inside = {offset: arrive() for offset in (-span, 0, span)}
        outside = {offset: arrive() for offset in (-span - 1, span + 1)}
        for offset, who in (inside | outside).items():
            visit(who, day(milestone + offset))
        assert {offset: standing(who)[milestone] for offset, who in inside.items()} == {
            offset: day(milestone + offset) for offset in inside
        }
        assert {offset: standing(who)[milestone] for offset, who in outside.items()} == {
            -span - 1: "",
            span + 1: MISSED,
        }

    def test_a_visit_that_names_its_milestone_answers_it_late(self):
        who = arrive()
        visit(who, day(60), milestone=30)
        assert standing(who) == {7: MISSED, 30: day(60), 90: "", 180: ""}

    def test_but_not_half_a_year_late(self):
        who = arrive()
        visit(who, day(7 + 180), milestone=7)
        assert standing(who)[7] == MISSED

    def test_the_one_that_names_the_milestone_is_preferred(self):
        who = arrive()
        visit(who, day(29))
        visit(who, day(33), milestone=30)
        assert standing(who)[30] == day(33)

    def test_of_several_in_the_window_the_first_counts(self):
        who = arrive()
        for number in (33, 28, 30):
            visit(who, day(number))
        assert standing(who)[30] == day(28)

    def test_a_call_nobody_answered_answers_the_milestone_all_the_same(self):
        who = arrive()
        visit(who, day(7), "失联")
        assert standing(who) == {7: day(7), 30: "", 90: "", 180: ""}

    def test_a_visit_of_another_person_answers_nothing(self):
        who, other = arrive(), arrive()
        visit(other, day(7))
        assert (standing(who)[7], standing(other)[7]) == ("", day(7))

    def test_a_visit_taken_back_opens_the_milestone_again(self):
        who = arrive()
        visit(who, day(7)).delete()
        rebuild_spells(worker_ids=[who.pk])
        assert standing(who) == OPEN


class TestClosing:
    @pytest.mark.parametrize("status", ["离岗求职", "返乡"])
    def test_who_has_left_is_not_asked_again(self, status):
        who = arrive()
        visit(who, day(6), status)
        assert standing(who) == {7: day(6), 30: LEFT, 90: LEFT, 180: LEFT}

    def test_leaving_within_a_window_answers_it(self):
        who = arrive()
        visit(who, day(26), "返乡")
        assert standing(who) == {7: MISSED, 30: day(26), 90: LEFT, 180: LEFT}

    @pytest.mark.parametrize("status", ["原岗位在岗", "转岗在岗", "失联"])
    def test_who_has_not_left_is_asked_again(self, status):
        who = arrive()
        visit(who, day(7), status)
        assert standing(who) == {7: day(7), 30: "", 90: "", 180: ""}

    def test_milestones_that_went_by_are_closed_once_the_person_is_seen(self):
        who = arrive()
        visit(who, day(100))
        assert standing(who) == {7: MISSED, 30: MISSED, 90: day(100), 180: ""}

    def test_arriving_again_closes_what_is_open_and_plans_anew(self):
        who = arrive()
        visit(who, day(7))
        arrive(who, day(20))
        assert plan(who) == {
            (ARRIVED, 7): day(7), (ARRIVED, 30): ARRIVED_AGAIN, (ARRIVED, 90): ARRIVED_AGAIN, (ARRIVED, 180): ARRIVED_AGAIN,
            (day(20), 7): "", (day(20), 30): "", (day(20), 90): "", (day(20), 180): "",
        }  # fmt: skip

    def test_a_visit_after_the_second_arrival_is_not_the_firsts(self):
        who = arrive()
        arrive(who, day(28))
        visit(who, day(35), milestone=7)
        told = plan(who)
        assert {key: told[key] for key in ((ARRIVED, 7), (ARRIVED, 30), (day(28), 7))} == {
            (ARRIVED, 7): ARRIVED_AGAIN,
            (ARRIVED, 30): ARRIVED_AGAIN,
            (day(28), 7): day(35),
        }


class TestStations:
    def test_without_a_station_nobody_is_named(self):
        assert stations_of(arrive()) == {None}

    def test_the_service_area_decides_not_the_seat(self):
        station(NINGBO, place="330206", area=["4401"])
        assert stations_of(arrive()) == {NINGBO}

    def test_without_a_written_area_it_is_the_own_prefecture(self):
        station(GUANGZHOU, place="440111", area=[])
        near, far = arrive(), arrive(destination_code="4403")
        assert (stations_of(near), stations_of(far)) == ({GUANGZHOU}, {None})

    def test_of_several_the_one_that_names_the_place_most_closely(self):
        station("A-44", area=["44"])
        station("B-4401", area=["4401", "33"])
        station("C-440113", area=["440113"])
        who = {place: arrive(destination_code=place) for place in ("440113", "440111", "4403", "44", "3302")}
        assert {place: stations_of(one) for place, one in who.items()} == {
            "440113": {"C-440113"},
            "440111": {"B-4401"},
            "4403": {"A-44"},
            "44": {"A-44"},
            "3302": {"B-4401"},
        }

    def test_of_equals_the_lower_number(self):
        station("B", area=["4401"])
        station("A", area=["4401"])
        assert stations_of(arrive()) == {"A"}

    def test_the_passengers_own_destination_goes_before_the_vehicles(self):
        station(GUANGZHOU, area=["4401"])
        station(NINGBO, area=["3302"])
        assert stations_of(arrive(destination_code="330206")) == {NINGBO}

    def test_a_station_registered_later_takes_over_who_has_arrived(self):
        who = arrive()
        facts = StationFacts(code="X", name="站", kind="协作站", place_code="440113", opened_on=ARRIVED)
        made = save_station(user=people.county_clerk(), facts=facts)
        assert stations_of(who) == {"X"}
        moved = StationFacts(**{**vars(facts), "place_code": "330206"})
        save_station(user=people.county_clerk(), facts=moved, station=made)
        assert stations_of(who) == {None}

    def test_an_imported_station_and_its_undo_do_the_same(self):
        who = arrive()
        row = {"站点编号": "X", "站点名称": "站", "类型": "协作站", "所在地": "广东广州番禺", "挂牌日期": "2023-03-01"}
        source = imported("stations", [row])
        assert stations_of(who) == {"X"}
        undone(source)
        assert (stations_of(who), Station.objects.count()) == ({None}, 0)


def test_the_plan_is_the_same_whatever_came_first():
    """Station, seat and visits of one person in each of the 24 orders."""
    seen = set()
    for order in permutations(range(4)):
        with transaction.atomic():
            who, coach = worker(), trip()
            facts = [
                station,
                lambda: passenger(coach, who, boarded=True, at_post_on=ARRIVED),  # noqa: B023 - done at once
                lambda: visit(who, day(8)),  # noqa: B023 - as above
                lambda: visit(who, day(60), "返乡", milestone=30),  # noqa: B023 - as above
            ]
            for place in order:
                facts[place]()
                rebuild_spells(worker_ids=[who.pk])
            seen.add((tuple(standing(who).items()), *stations_of(who)))
            transaction.set_rollback(True)
    assert seen == {(((7, day(8)), (30, day(60)), (90, LEFT), (180, LEFT)), GUANGZHOU)}


def test_nobody_elses_plan_is_touched():
    who, other = arrive(), arrive()
    PlannedVisit.objects.filter(worker=other).delete()
    renew_plan([who.pk])
    assert (standing(who), standing(other)) == (OPEN, {})


def test_days_between_arrival_and_due_are_what_the_constraint_says():
    assert {row.due_on - row.arrived_on for row in PlannedVisit.objects.filter(worker=arrive())} == {
        timedelta(days=days) for days in WINDOWS
    }
