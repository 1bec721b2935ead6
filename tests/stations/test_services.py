"""The acts of stations: visits stored once, their refusals, rounds, corrections; whom a station reaches."""

from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.models import Operation
from core.history.queries import changes_of
from employment.models import Employer, Spell
from stations.models import PlannedVisit, Station, Visit
from stations.rounds import people_told, round_of, withdraw_round
from stations.services import (
    StationFacts,
    VisitFacts,
    change_visit,
    record_round,
    record_visit,
    save_station,
    withdraw_visit,
)
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, imported, passenger, person, place_divisions, trip, worker
from tests.stations.facts import (
    ARRIVED,
    AT_WORK,
    GUANGZHOU,
    NINGBO,
    arrive,
    day,
    firm,
    found,
    staff,
    standing,
    station,
    visit,
)
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def site():
    return station()


@pytest.fixture
def who(site):
    return arrive(firm=firm())


def record(who, user=None, site=None, ref=None, **fields):
    return record_visit(user=user or staff(), worker_id=who.pk, station=site, facts=found(**fields), client_ref=ref)


def refusal(raised):
    return type(raised.value), raised.value.code, raised.value.field


class TestRecord:
    def test_stores_what_was_found_and_moves_plan_and_job(self, who, site):
        made, new = record(who, milestone=7, wage=Decimal(5200), contract=True, problem="宿舍漏雨", visitor="李四")
        assert (new, made.station, made.milestone, made.wage, made.contract, made.problem, made.visitor) == (
            True, site, 7, Decimal(5200), True, "宿舍漏雨", "李四",
        )  # fmt: skip
        assert (standing(who)[7], Spell.objects.get().confirmed_to) == (day(7), day(7))

    def test_the_act_has_its_own_operation_and_history(self, who):
        made, _new = record(who)
        assert Operation.objects.filter(action="visits.record").get().user == staff()
        assert [(change.kind, change.action) for change in changes_of(made)] == [("I", "visits.record")]

    def test_the_same_reference_again_answers_with_the_first(self, who):
        ref = uuid4()
        first = record(who, ref=ref)
        again = record(who, ref=ref, status="返乡")
        assert (first[1], again[1], again[0], again[0].status, Visit.objects.count()) == (
            True,
            False,
            first[0],
            AT_WORK,
            1,
        )

    def test_a_reference_used_for_somebody_else_is_refused(self, who):
        ref = uuid4()
        record(who, ref=ref)
        with pytest.raises(DomainError) as raised:
            record(arrive(), ref=ref)
        assert (refusal(raised), Visit.objects.count()) == ((Conflict, "client_ref", "client_ref"), 1)

    def test_a_reference_of_a_visit_out_of_sight_is_refused_too(self, who):
        ref = uuid4()
        record(arrive(worker(village=OTHER_VILLAGE)), user=people.county_clerk(), ref=ref)
        with pytest.raises(DomainError) as raised:
            record(who, user=people.township_clerk(), ref=ref)
        assert (refusal(raised), Visit.objects.count()) == ((Conflict, "client_ref", "client_ref"), 1)

    def test_a_second_visit_of_the_day_tells_what_stands(self, who):
        record(who, visitor="李四")
        with pytest.raises(DomainError) as raised:
            record(who, status="返乡")
        assert (refusal(raised), Visit.objects.count()) == ((Conflict, "duplicate", "visited_on"), 1)
        assert raised.value.message == f"此人{day(7)}在该协作站已有一条回访记录（原岗位在岗，李四登记）。"

    def test_two_stations_may_visit_on_one_day(self, who):
        other = station(NINGBO, area=["3302"])
        record(who)
        record(who, user=people.county_clerk(), site=other)
        record(who, user=people.county_clerk())
        assert Visit.objects.filter(visited_on=day(7)).count() == 3

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"status": "在家"}, ("choice", "status")),
            ({"channel": "传真"}, ("choice", "channel")),
            ({"wage": Decimal(-1)}, ("number", "wage")),
            ({"wage": Decimal(10) ** 7}, ("number", "wage")),
            ({"milestone": 0}, ("number", "milestone")),
            ({"milestone": 3651}, ("number", "milestone")),
            ({"problem": "漏" * 1001}, ("too_long", "problem")),
            ({"employer_name": "厂" * 201}, ("too_long", "employer_name")),
            ({"visited_on": date(9999, 1, 1)}, ("date", "visited_on")),
        ],
    )
    def test_values_that_cannot_be_are_refused_by_name(self, who, fields, expected):
        facts = VisitFacts(**{**vars(found()), **fields})
        with pytest.raises(DomainError) as raised:
            record_visit(user=staff(), worker_id=who.pk, station=None, facts=facts)
        assert ((raised.value.code, raised.value.field), Visit.objects.count()) == (expected, 0)

    def test_tomorrow_is_no_day_of_a_visit_and_today_is(self, who):
        today = timezone.localdate()
        record(who, on=today)
        with pytest.raises(DomainError) as raised:
            record(who, on=today + timedelta(days=1))
        assert refusal(raised) == (DomainError, "date", "visited_on")

    def test_without_the_permission_nothing_is_stored(self, who):
        with pytest.raises(DomainError) as raised:
            record(who, user=people.with_role("auditor"))
        assert (refusal(raised)[:2], Visit.objects.count()) == ((NotAllowed, "forbidden"), 0)

    def test_persons_outside_the_scope_do_not_exist(self, who):
        for user in (people.stranger(), staff(NINGBO)):
            station(NINGBO, area=["3302"]) if not Station.objects.filter(code=NINGBO) else None
            with pytest.raises(DomainError) as raised:
                record(who, user=user)
            assert refusal(raised) == (NotFound, "worker", "worker")
        assert Visit.objects.count() == 0

    def test_a_township_logs_visits_of_its_people(self, who):
        made, _new = record(who, user=people.township_clerk())
        assert (made.station, standing(who)[7]) == (None, day(7))


class TestEmployers:
    def test_moving_to_an_unknown_employer_makes_a_stub(self, who):
        made, _new = record(who, status="转岗在岗", employer_name=" 新来的厂 ")
        assert (made.employer.name, made.employer.stub) == ("新来的厂", True)
        assert list(Spell.objects.order_by("start_on").values_list("employer__name", flat=True)) == [
            "广州甲服饰有限公司",
            "新来的厂",
        ]

    def test_a_known_name_is_that_employer_the_one_without_code_first(self, who):
        employer("乙厂", credit_code="91440113MA59EKWX1A")
        plain = employer("乙厂")
        made, _new = record(who, status="转岗在岗", employer_name="乙厂")
        assert (made.employer, Employer.objects.filter(name="乙厂").count()) == (plain, 2)

    def test_the_stub_outlives_the_visit(self, who):
        made, _new = record(who, status="转岗在岗", employer_name="新来的厂")
        withdraw_visit(user=staff(), visit=made, reason="登记错了人")
        assert (Visit.objects.count(), Employer.objects.filter(name="新来的厂").count()) == (0, 1)


class TestStationOfAVisit:
    def test_staff_of_one_station_are_not_asked(self, who, site):
        assert record(who)[0].station == site

    def test_staff_of_two_must_say(self, who):
        other = station(NINGBO, area=["3302"])
        with pytest.raises(DomainError) as raised:
            record(who, user=staff(GUANGZHOU, NINGBO))
        assert refusal(raised) == (DomainError, "required", "station")
        assert record(who, user=staff(GUANGZHOU, NINGBO), site=other)[0].station == other

    def test_nobody_writes_for_another_station(self, who):
        with pytest.raises(DomainError) as raised:
            record(who, site=station(NINGBO, area=["3302"]))
        assert refusal(raised) == (NotFound, "station", "station")


@pytest.mark.usefixtures("site")
class TestRound:
    def round(self, who, user=None, facts=None, milestones=None, **more):
        ids = [one.pk for one in who]
        return record_round(
            user=user or staff(),
            worker_ids=ids,
            station=None,
            facts=facts or found(),
            milestones=milestones or dict.fromkeys(ids, 7),
            **more,
        )

    def test_everybody_is_written_down_under_one_operation(self, site):
        many = [arrive() for _n in range(3)]
        assert self.round(many) == 3
        rows = Visit.objects.values_list("worker_id", "milestone", "status", "station_id", "client_ref")
        assert set(rows) == {(one.pk, 7, AT_WORK, site.pk, None) for one in many}
        assert [standing(one)[7] for one in many] == [day(7)] * 3
        assert Operation.objects.filter(action="visits.round").count() == 1

    def test_again_it_stores_nothing_more(self):
        many = [arrive() for _n in range(2)]
        assert (self.round(many), self.round([*many, arrive()]), self.round(many), Visit.objects.count()) == (
            2,
            1,
            0,
            3,
        )

    def test_one_out_of_sight_stops_all(self):
        many = [arrive(), arrive(worker(village=OTHER_VILLAGE))]
        with pytest.raises(DomainError) as raised:
            self.round(many, user=people.township_clerk())
        assert (refusal(raised), Visit.objects.count()) == ((NotFound, "worker", "worker"), 0)

    def test_who_is_not_there_is_told_in_the_same_round(self):
        there, home, moved = (arrive() for _n in range(3))
        exceptions = {home.pk: "返乡", moved.pk: "转岗在岗"}
        milestones = dict.fromkeys([there.pk, home.pk, moved.pk], 7)
        assert self.round([there], milestones=milestones, exceptions=exceptions) == 3
        told = dict(Visit.objects.values_list("worker_id", "status"))
        assert told == {there.pk: AT_WORK, **exceptions}
        assert [standing(one)[7] for one in (there, home, moved)] == [day(7)] * 3
        ends = {one.pk: one.spells.order_by("start_on").first().end_on for one in (there, home, moved)}
        assert ends == {there.pk: None, home.pk: day(7), moved.pk: day(7)}
        assert Operation.objects.filter(action="visits.round").count() == 1

    def test_sent_again_by_the_phone_it_stores_nothing_more_even_on_another_day(self):
        many, ref = [arrive() for _n in range(2)], uuid4()
        gone = arrive()
        send = lambda facts: self.round(many, facts=facts, exceptions={gone.pk: "返乡"}, client_ref=ref)  # noqa: E731
        assert (send(found()), send(found()), send(found(on=day(8)))) == (3, 0, 0)
        assert Visit.objects.count() == 3

    def test_taken_back_it_leaves_spells_and_plans_as_they_were(self):
        many = [arrive() for _n in range(2)]
        asked = lambda: [(standing(one), one.spells.values_list("confirmed_to", "end_on").get()) for one in many]  # noqa: E731
        before = asked()
        self.round([many[0]], exceptions={many[1].pk: "返乡"})
        alone, _new = record(arrive())
        assert asked() != before
        visit = Visit.objects.get(worker=many[0])
        assert (people_told(round_of(visit)), round_of(alone)) == (2, None)
        assert withdraw_round(user=staff(), visit=visit, reason="日期填错") == 2
        assert (asked(), list(Visit.objects.all())) == (before, [alone])

    def test_taken_back_twice_or_without_a_reason_is_told(self):
        self.round([arrive(), arrive()])
        visit = Visit.objects.first()
        told = []
        for reason in (" ", "日期填错", "日期填错"):
            try:
                told.append(withdraw_round(user=staff(), visit=visit, reason=reason))
            except DomainError as error:
                told.append(error.code)
        assert told == ["required", 2, "gone"]

    def test_with_a_visit_mended_since_it_stays(self, site):
        self.round([arrive(), arrive()])
        first, second = Visit.objects.order_by("pk")
        change_visit(user=staff(), visit=first, station=site, facts=found(status="返乡"))
        with pytest.raises(Conflict) as raised:
            withdraw_round(user=staff(), visit=second, reason="日期填错")
        assert (raised.value.code, Visit.objects.count()) == ("changed_since", 2)

    def test_one_out_of_sight_keeps_all_of_it(self):
        many = [arrive(), arrive(worker(village=OTHER_VILLAGE))]
        self.round(many)
        visit = Visit.objects.get(worker=many[0])
        for user in (people.township_clerk(), people.with_role("auditor", people.COUNTY)):
            with pytest.raises(NotAllowed):
                withdraw_round(user=user, visit=visit, reason="日期填错")
        assert Visit.objects.count() == 2

    def test_a_finding_nobody_knows_is_refused(self):
        with pytest.raises(DomainError) as raised:
            self.round([], exceptions={arrive().pk: "升天"})
        assert (refusal(raised), Visit.objects.count()) == ((DomainError, "choice", "status"), 0)

    def test_forty_cost_as_many_queries_as_two(self):
        def asked(n):
            many = [arrive() for _n in range(n)]
            with CaptureQueriesContext(connection) as made:
                self.round(many[1:], exceptions={many[0].pk: "返乡"}, client_ref=uuid4())
            return len(made)

        asked(2)
        assert asked(2) == asked(40)

    def test_nobody_is_no_round(self):
        with pytest.raises(DomainError) as raised:
            self.round([])
        assert refusal(raised) == (DomainError, "required", "workers")


class TestCorrecting:
    def test_a_correction_derives_everything_anew(self, who, site):
        made, _new = record(who)
        change_visit(user=staff(), visit=made, station=site, facts=found(status="返乡"))
        assert (Spell.objects.get().end_on, standing(who)) == (
            day(7),
            {7: day(7), 30: "已离岗", 90: "已离岗", 180: "已离岗"},
        )
        assert [(change.kind, change.action) for change in changes_of(made)] == [
            ("U", "visits.correct"),
            ("I", "visits.record"),
        ]

    def test_onto_the_day_of_another_it_is_refused(self, who, site):
        record(who, on=day(8))
        made, _new = record(who)
        with pytest.raises(DomainError) as raised:
            change_visit(user=staff(), visit=made, station=site, facts=found(on=day(8)))
        made.refresh_from_db()
        assert (refusal(raised), made.visited_on) == ((Conflict, "duplicate", "visited_on"), day(7))

    def test_what_others_have_deleted_cannot_be_corrected(self, who, site):
        made, _new = record(who)
        Visit.objects.all().delete()
        with pytest.raises(DomainError) as raised:
            change_visit(user=staff(), visit=made, station=site, facts=found())
        assert refusal(raised)[:2] == (NotFound, "gone")

    def test_a_station_mends_its_own_visits_only(self, who):
        theirs, _new = record(who, user=people.county_clerk(), site=station(NINGBO, area=["3302"]))
        for act in (
            lambda: change_visit(user=staff(), visit=theirs, station=None, facts=found()),
            lambda: withdraw_visit(user=staff(), visit=theirs, reason="错"),
        ):
            with pytest.raises(NotAllowed):
                act()
        assert Visit.objects.count() == 1

    def test_taken_back_it_never_was(self, who):
        before = standing(who), list(Spell.objects.values_list("confirmed_to"))
        made, _new = record(who)
        withdraw_visit(user=staff(), visit=made, reason="登记错了人")
        assert (standing(who), list(Spell.objects.values_list("confirmed_to"))) == before
        assert Operation.objects.get(action="visits.withdraw").reason == "登记错了人"

    def test_without_a_reason_it_stays(self, who):
        made, _new = record(who)
        with pytest.raises(DomainError) as raised:
            withdraw_visit(user=staff(), visit=made, reason=" ")
        assert (refusal(raised), Visit.objects.count()) == ((DomainError, "required", "reason"), 1)


class TestStations:
    FACTS = StationFacts(code="X", name="站", kind="协作站", place_code="440113", opened_on=ARRIVED)

    def save(self, user=None, station=None, **fields):
        facts = StationFacts(**{**vars(self.FACTS), **fields})
        return save_station(user=user or people.county_clerk(), facts=facts, station=station)

    def test_is_registered_and_changed(self):
        made = self.save()
        self.save(station=made, name="新名称", service_area=["4419", "4401", "4401"])
        assert Station.objects.values_list("code", "name", "service_area").get() == ("X", "新名称", ["4401", "4419"])

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"code": " "}, ("required", "code")),
            ({"name": ""}, ("required", "name")),
            ({"place_code": ""}, ("required", "place_code")),
            ({"kind": "办事处"}, ("choice", "kind")),
            ({"founding": "租"}, ("choice", "founding")),
            ({"opened_on": date(9999, 1, 1)}, ("date", "opened_on")),
        ],
    )
    def test_values_that_cannot_be_are_refused_by_name(self, fields, expected):
        with pytest.raises(DomainError) as raised:
            self.save(**fields)
        assert ((raised.value.code, raised.value.field), Station.objects.count()) == (expected, 0)

    def test_a_number_is_one_stations(self):
        self.save()
        with pytest.raises(DomainError) as raised:
            self.save(name="另一个")
        assert refusal(raised) == (Conflict, "duplicate", "code")

    def test_is_not_for_everybody(self):
        for user in (people.township_clerk(), staff(), people.with_role("auditor")):
            with pytest.raises(NotAllowed):
                self.save(user=user)


@pytest.mark.usefixtures("site")
class TestReach:
    def seen_by(self, user):
        return set(Worker.objects.visible_to(user).values_list("pk", flat=True))

    def test_a_station_reaches_whom_it_follows_visited_employs_or_receives(self, site):
        planned = arrive()
        asked = worker()
        visit(asked, date(2025, 1, 5), station=site)
        there = worker()
        place = {"务工省": "广东省", "务工市": "广州市", "务工县(区)": "白云区", "外出时间": "2025-02-10"}
        imported("employments", [{**person(there), **place}])
        underway = worker()
        passenger(trip("贵F9", batch="NEW", departs=timezone.localdate()), underway, boarded=True)
        worker()
        assert self.seen_by(staff()) == {planned.pk, asked.pk, there.pk, underway.pk}
        assert self.seen_by(staff(NINGBO)) == set()

    def test_it_loses_who_moved_away_and_was_never_asked(self):
        gone = worker()
        place = {"务工省": "广东省", "务工市": "广州市", "务工县(区)": "白云区", "外出时间": "2024-02-10"}
        source = imported("employments", [{**person(gone), **place}])
        assert self.seen_by(staff()) == {gone.pk}
        imported("employments", [{**person(gone), **place, "返回时间": "2024-12-01"}])
        assert (source.kind, self.seen_by(staff())) == ("employments", set())

    def test_coaches_of_long_ago_are_not_underway(self):
        passenger(trip(departs=timezone.localdate() - timedelta(days=40)), worker(), boarded=True)
        assert self.seen_by(staff()) == set()

    def test_a_user_without_stations_reaches_nobody(self):
        arrive()
        nobody = people.make_user("zhan-none", "station_staff", people.COUNTY, scope_stations=[])
        assert self.seen_by(nobody) == set()

    def test_a_partner_reaches_who_works_in_its_area_now(self):
        here, away = arrive(), arrive(destination_code="4403")
        partner = people.with_role("partner_bureau", "440113")
        assert (self.seen_by(partner), self.seen_by(people.with_role("partner_bureau", "44"))) == (
            {here.pk},
            {here.pk, away.pk},
        )
        visit(here, day(30), "返乡")
        assert self.seen_by(partner) == set()

    def test_plans_and_visits_follow_the_persons(self):
        who = arrive()
        visit(who, day(7))
        for user, seen in ((staff(), (4, 1)), (people.stranger(), (0, 0)), (people.county_clerk(), (4, 1))):
            counted = PlannedVisit.objects.visible_to(user).count(), Visit.objects.visible_to(user).count()
            assert counted == seen

    def test_who_sees_which_stations(self, site):
        far = station(NINGBO, place="330206", area=["3302"])
        users = (
            people.county_clerk(),
            people.township_clerk(),
            staff(),
            people.with_role("partner_bureau", "3302"),
            people.stranger(),
        )
        assert [set(Station.objects.visible_to(user)) for user in users] == [
            {site, far},
            {site, far},
            {site},
            {far},
            set(),
        ]
