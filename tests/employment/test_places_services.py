"""Deciding on workplaces, posts and brands through their services; what contradicts the spells."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import DomainError, NotAllowed, NotFound
from core.history.models import Operation
from core.history.services import undo
from employment.brands.services import BrandFacts, MemberFacts, add_member, change_member, save_brand, withdraw_member
from employment.models import (
    Brand,
    BrandMember,
    Placement,
    Returnee,
    Workplace,
    WorkplaceDecision,
)
from employment.models.places import RECOGNITION
from employment.places.queries import to_review, with_review
from employment.places.services import (
    PlacementFacts,
    WorkplaceFacts,
    change_placement,
    decide,
    save_workplace,
    take_on,
    withdraw_placement,
)
from employment.places.states import RULES, Move
from employment.returnees.services import ReturnFacts, change_return, record_return, withdraw_return
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker

pytestmark = pytest.mark.django_db

TODAY = localdate()
LONG_AGO = TODAY - timedelta(days=500)
HERE, THERE = people.TOWNSHIP, people.OTHER_TOWNSHIP


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def clerk():
    return people.county_clerk()


def place(code="W1", *, kind="就业帮扶车间", township=HERE, recognised=LONG_AGO, **fields):
    return Workplace.objects.create(
        code=code, name=f"{code}号", kind=kind, township_code=township, recognised_on=recognised, **fields
    )


def facts(**changed):
    return WorkplaceFacts(
        **{
            "code": "W1",
            "name": "古达车间",
            "kind": "就业帮扶车间",
            "township_code": HERE,
            "recognised_on": LONG_AGO,
            **changed,
        }
    )


def refused(act):
    """The code and field of a refusal."""
    with pytest.raises(DomainError) as found:
        act()
    return found.value.code, found.value.field


class TestKeepingWorkplaces:
    def test_is_stored_and_corrected(self, clerk):
        made = save_workplace(user=clerk, facts=facts(operator=employer(), posts=30))
        save_workplace(user=clerk, facts=facts(name="古达新车间"), workplace=made)
        made.refresh_from_db()
        assert (made.name, made.posts, made.operator, made.state) == ("古达新车间", None, None, "正常")

    @pytest.mark.parametrize(
        ("changed", "code", "field"),
        [
            ({"code": " "}, "required", "code"),
            ({"name": ""}, "required", "name"),
            ({"kind": "工厂"}, "choice", "kind"),
            ({"township_code": "520527999"}, "division_unknown", "township_code"),
            ({"recognised_on": TODAY + timedelta(days=1)}, "date", "recognised_on"),
            ({"posts": -1}, "number", "posts"),
        ],
    )
    def test_impossible_values_are_refused(self, clerk, changed, code, field):
        assert refused(lambda: save_workplace(user=clerk, facts=facts(**changed))) == (code, field)

    def test_the_way_to_recognition_is_kept_in_its_order(self, clerk):
        days = dict(zip(RECOGNITION, (LONG_AGO - timedelta(days=left) for left in (60, 40, 20, 13, 0)), strict=True))
        made = save_workplace(user=clerk, facts=facts(**days, document="县人社〔2025〕10号"))
        assert {name: getattr(made, name) for name in RECOGNITION} == days
        for name in RECOGNITION[1:]:
            early = facts(**{**days, name: LONG_AGO - timedelta(days=61)})
            assert refused(lambda early=early: save_workplace(user=clerk, facts=early, workplace=made)) == (
                "date",
                name,
            )

    def test_a_day_nobody_told_is_passed_over(self, clerk):
        late = facts(applied_on=LONG_AGO - timedelta(days=5), noticed_until=LONG_AGO - timedelta(days=6))
        assert refused(lambda: save_workplace(user=clerk, facts=late)) == ("date", "noticed_until")
        made = save_workplace(user=clerk, facts=facts(inspected_on=LONG_AGO))
        with pytest.raises(IntegrityError), transaction.atomic():
            Workplace.objects.filter(pk=made.pk).update(applied_on=TODAY)

    def test_number_is_one_workplaces(self, clerk):
        place()
        assert refused(lambda: save_workplace(user=clerk, facts=facts())) == ("duplicate", "code")

    def test_recognition_cannot_move_behind_the_withdrawal(self, clerk):
        gone = place(state="撤销", withdrawn_on=LONG_AGO + timedelta(days=1))
        late = facts(recognised_on=LONG_AGO + timedelta(days=2))
        assert refused(lambda: save_workplace(user=clerk, facts=late, workplace=gone)) == ("date", "recognised_on")

    def test_township_keeps_its_own_and_others_are_not_found(self):
        clerk, far = people.township_clerk(), place("W2", township=THERE)
        save_workplace(user=clerk, facts=facts())
        for act in (
            lambda: save_workplace(user=clerk, facts=facts(code="W3", township_code=THERE)),
            lambda: save_workplace(user=clerk, facts=facts(code="W2"), workplace=far),
            lambda: decide(user=clerk, workplace=far, move=Move.PASSED, on=TODAY),
        ):
            with pytest.raises(NotFound):
                act()

    def test_reader_may_keep_nothing(self):
        auditor = people.with_role("auditor")
        with pytest.raises(NotAllowed):
            save_workplace(user=auditor, facts=facts())
        with pytest.raises(NotAllowed):
            decide(user=auditor, workplace=place(), move=Move.PASSED, on=TODAY)

    def test_village_sees_its_townships_workplaces_and_changes_none(self):
        near, far = place("W1"), place("W2", township=THERE)
        village = people.with_role("village_assistant", "520527219200")
        assert list(Workplace.objects.visible_to(village)) == [near]
        assert list(Workplace.objects.changeable_by(village)) == []
        seen = {
            user.username: Workplace.objects.visible_to(user).count()
            for user in (people.county_clerk(), people.stranger(), people.with_role("partner_bureau", "440113"))
        }
        assert (list(seen.values()), far.code) == ([2, 0, 0], "W2")


class TestGate:
    @pytest.mark.parametrize("state", ["正常", "停用", "撤销"])
    @pytest.mark.parametrize("move", list(Move))
    def test_table_of_moves_decides(self, clerk, state, move):
        at = place(state=state)
        rule = RULES[move]
        later = {rule.asks: TODAY + timedelta(days=30)} if rule.asks in {"mend_by", "noticed_until"} else {}
        more = {"note": "查看现场" if rule.why else "", **later}
        act = lambda: decide(user=clerk, workplace=at, move=move, on=TODAY, **more)  # noqa: E731
        if state in rule.sources:
            act()
            at.refresh_from_db()
            assert at.state == (rule.target or state)
            assert at.withdrawn_on == (TODAY if move is Move.WITHDRAWN else None)
            assert list(at.decisions.values_list("move", "decided_on", "decided_by")) == [(move.value, TODAY, clerk.pk)]
        else:
            assert refused(act) == ("state", "move")
            assert not WorkplaceDecision.objects.exists()

    def test_place_whose_withdrawal_day_has_come_is_withdrawn_whatever_its_word(self, clerk):
        at = place(withdrawn_on=TODAY)
        assert refused(lambda: decide(user=clerk, workplace=at, move=Move.PASSED, on=TODAY)) == ("state", "move")

    @pytest.mark.parametrize(
        ("move", "more", "code", "field"),
        [
            (Move.PASSED, {"on": TODAY + timedelta(days=1)}, "date", "decided_on"),
            (Move.PASSED, {"on": LONG_AGO - timedelta(days=1)}, "date", "decided_on"),
            (Move.PASSED, {"mend_by": TODAY + timedelta(days=9)}, "date", "mend_by"),
            (Move.MEND, {"note": "消防通道堵塞"}, "date", "mend_by"),
            (Move.MEND, {"note": "消防通道堵塞", "mend_by": TODAY}, "date", "mend_by"),
            (Move.MEND, {"mend_by": TODAY + timedelta(days=9)}, "required", "note"),
            (Move.SUSPENDED, {}, "required", "note"),
            (Move.WITHDRAWN, {"note": "  "}, "required", "note"),
        ],
    )
    def test_impossible_decisions_are_refused(self, clerk, move, more, code, field):
        at = place()
        assert refused(lambda: decide(user=clerk, workplace=at, move=move, **{"on": TODAY, **more})) == (code, field)

    def test_decisions_follow_each_other(self, clerk):
        at = place()
        decide(user=clerk, workplace=at, move=Move.PASSED, on=TODAY - timedelta(days=10))
        early = TODAY - timedelta(days=11)
        act = lambda: decide(user=clerk, workplace=at, move=Move.SUSPENDED, on=early, note="停产")  # noqa: E731
        assert refused(act) == ("date", "decided_on")

    def test_review_is_passed_once_a_year(self, clerk):
        at, day = place(), date(TODAY.year - 1, 12, 1)
        decide(user=clerk, workplace=at, move=Move.PASSED, on=day)
        again = lambda on: decide(user=clerk, workplace=at, move=Move.PASSED, on=on)  # noqa: E731
        assert refused(lambda: again(day + timedelta(days=30))) == ("duplicate", "decided_on")
        again(date(TODAY.year, 1, 1))
        with pytest.raises(IntegrityError, match="workplace_passes_once_a_year"), transaction.atomic():
            WorkplaceDecision.objects.create(workplace=at, move="passed", decided_on=day)

    def test_withdrawal_can_be_taken_back_as_an_operation(self, clerk):
        at = place()
        decide(user=clerk, workplace=at, move=Move.WITHDRAWN, on=TODAY, note="不再符合条件")
        undo(operation_id=Operation.objects.get(action="workplaces.withdrawn").pk, user=clerk)
        at.refresh_from_db()
        assert (at.state, at.withdrawn_on, at.decisions.count()) == ("正常", None, 0)


class TestReviewsDue:
    def review(self, at):
        found = with_review(Workplace.objects.filter(pk=at.pk), TODAY).get()
        return found.review, found.review_on, found.mend_by

    @pytest.mark.parametrize(
        ("days", "word"), [(366, "overdue"), (365, "due"), (335, "due"), (334, "ahead"), (1, "ahead")]
    )
    def test_first_review_is_due_a_year_after_recognition(self, days, word):
        at = place(recognised=TODAY - timedelta(days=days))
        assert self.review(at) == (word, TODAY - timedelta(days=days - 365), None)

    def test_next_one_is_due_a_year_after_the_last_passed(self, clerk):
        at = place()
        decide(user=clerk, workplace=at, move=Move.PASSED, on=TODAY - timedelta(days=400))
        assert self.review(at)[0] == "overdue"
        decide(user=clerk, workplace=at, move=Move.PASSED, on=TODAY)
        assert self.review(at) == ("ahead", TODAY + timedelta(days=365), None)

    def test_mending_waits_for_another_look(self, clerk):
        at, by = place(), TODAY + timedelta(days=10)
        decide(user=clerk, workplace=at, move=Move.MEND, on=TODAY, note="消防通道堵塞", mend_by=by)
        assert self.review(at)[::2] == ("mending", by)
        WorkplaceDecision.objects.update(decided_on=TODAY - timedelta(days=20), mend_by=TODAY - timedelta(days=1))
        assert self.review(at)[0] == "mend_overdue"
        decide(user=clerk, workplace=at, move=Move.PASSED, on=TODAY, note="已整改")
        assert self.review(at)[::2] == ("ahead", None)

    def test_list_holds_what_is_to_be_looked_at_in_ones_own_area(self, clerk):
        place("W1")
        place("W2", recognised=TODAY)
        place("W3", state="撤销")
        place("W4", state="停用")
        place("W5", township=THERE)
        found = {user.username: list(to_review(user, TODAY).order_by("code").values_list("code", flat=True))
                 for user in (clerk, people.township_clerk(), people.stranger())}  # fmt: skip
        assert found == {"xian": ["W1", "W4", "W5"], "xiang": ["W1", "W4"], "wai": []}


class TestPosts:
    def on(self, days):
        return TODAY - timedelta(days=days)

    def test_is_stored_corrected_and_taken_back(self, clerk):
        at, who = place(), worker()
        made = take_on(
            user=clerk, workplace=at, worker_id=who.pk, facts=PlacementFacts(start_on=self.on(30), post="缝纫工")
        )
        left = PlacementFacts(start_on=self.on(30), end_on=self.on(2), post="缝纫工", wage=Decimal(3000))
        change_placement(user=clerk, placement=made, facts=left)
        made.refresh_from_db()
        assert (made.end_on, made.wage) == (self.on(2), 3000)
        assert refused(lambda: withdraw_placement(user=clerk, placement=made, reason=" ")) == ("required", "reason")
        for _again in range(2):
            withdraw_placement(user=clerk, placement=made, reason="登记错人")
        assert not Placement.objects.exists()

    def test_gives_way_to_the_next_and_ends_before_the_following(self, clerk):
        at, who = place(), worker()
        for days in (30, 10, 20):
            last = take_on(user=clerk, workplace=at, worker_id=who.pk, facts=PlacementFacts(start_on=self.on(days)))
        kept = list(Placement.objects.order_by("start_on").values_list("start_on", "end_on"))
        assert kept == [(self.on(30), self.on(20)), (self.on(20), self.on(10)), (self.on(10), None)]
        withdraw_placement(user=clerk, placement=last, reason="登记错人")
        kept = list(Placement.objects.order_by("start_on").values_list("start_on", "end_on"))
        assert kept == [(self.on(30), self.on(10)), (self.on(10), None)]

    @pytest.mark.parametrize(
        ("start", "end", "code", "field"),
        [
            (-1, None, "date", "start_on"),
            (5, -1, "date", "end_on"),
            (5, 5, "date", "end_on"),
            (25, 15, "overlap", "start_on"),
            (30, 25, "overlap", "start_on"),
            (600, None, "overlap", "start_on"),
        ],
    )
    def test_impossible_days_are_refused(self, clerk, start, end, code, field):
        at, who = place(), worker()
        take_on(
            user=clerk, workplace=at, worker_id=who.pk, facts=PlacementFacts(start_on=self.on(30), end_on=self.on(20))
        )
        days = PlacementFacts(start_on=self.on(start), end_on=None if end is None else self.on(end))
        act = lambda: take_on(user=clerk, workplace=at, worker_id=who.pk, facts=days)  # noqa: E731
        if code == "overlap" and start == 600:
            assert act().end_on == self.on(30)
        else:
            assert refused(act) == (code, field)

    def test_nobody_takes_up_a_post_at_a_place_that_is_withdrawn(self, clerk):
        at = place(state="撤销", withdrawn_on=self.on(10))
        days = PlacementFacts(start_on=self.on(10))
        assert refused(lambda: take_on(user=clerk, workplace=at, worker_id=worker().pk, facts=days)) == (
            "date",
            "start_on",
        )

    def test_person_of_another_township_is_not_found(self):
        clerk, who = people.township_clerk(), worker(village=OTHER_VILLAGE)
        with pytest.raises(NotFound):
            take_on(user=clerk, workplace=place(), worker_id=who.pk, facts=PlacementFacts(start_on=TODAY))

    def test_database_refuses_overlapping_posts_however_they_come(self):
        at, who = place(), worker()
        Placement.objects.create(workplace=at, worker=who, start_on=self.on(30))
        with pytest.raises(IntegrityError, match="placement_no_overlap"), transaction.atomic():
            Placement.objects.create(workplace=at, worker=who, start_on=self.on(10))
        with pytest.raises(IntegrityError, match="placement_dates_in_order"), transaction.atomic():
            Placement.objects.create(workplace=at, worker=worker(), start_on=self.on(5), end_on=self.on(5))


class TestBrandsAndReturns:
    def test_brand_is_kept_by_the_county_alone(self, clerk):
        made = save_brand(user=clerk, facts=BrandFacts(name="甲", grade="县级"))
        save_brand(user=clerk, facts=BrandFacts(name="甲", grade="省级", recognised_on=TODAY), brand=made)
        assert list(Brand.objects.values_list("grade", "recognised_on")) == [("省级", TODAY)]
        assert refused(lambda: save_brand(user=clerk, facts=BrandFacts(name="甲", grade="县级"))) == (
            "duplicate",
            "name",
        )
        assert refused(lambda: save_brand(user=clerk, facts=BrandFacts(name="乙", grade=" "))) == ("required", "grade")
        with pytest.raises(NotAllowed):
            save_brand(user=people.township_clerk(), facts=BrandFacts(name="丙", grade="县级"))

    def test_member_rows_are_kept(self, clerk):
        brand, who = Brand.objects.create(name="甲", grade="县级"), worker()
        told = MemberFacts(joined_on=LONG_AGO, year=TODAY.year, income=Decimal(60000))
        made = add_member(user=clerk, brand=brand, worker_id=who.pk, facts=told)
        assert refused(lambda: add_member(user=clerk, brand=brand, worker_id=who.pk, facts=told)) == (
            "duplicate",
            "year",
        )
        change_member(user=clerk, member=made, facts=MemberFacts(joined_on=LONG_AGO, left_on=TODAY))
        assert BrandMember.objects.values_list("left_on", "year", "income").get() == (TODAY, None, None)
        withdraw_member(user=clerk, member=made, reason="重复")
        assert not BrandMember.objects.exists()

    @pytest.mark.parametrize(
        ("changed", "field"),
        [
            ({"joined_on": TODAY + timedelta(days=1)}, "joined_on"),
            ({"left_on": LONG_AGO}, "left_on"),
            ({"year": TODAY.year + 1}, "year"),
            ({"income": Decimal(1)}, "year"),
            ({"income": Decimal(-1), "year": TODAY.year}, "income"),
        ],
    )
    def test_impossible_member_rows_are_refused(self, clerk, changed, field):
        brand, who = Brand.objects.create(name="甲", grade="县级"), worker()
        told = MemberFacts(**{"joined_on": LONG_AGO, **changed})
        assert refused(lambda: add_member(user=clerk, brand=brand, worker_id=who.pk, facts=told))[1] == field

    def test_return_is_kept_once_a_day(self, clerk):
        who = worker()
        told = ReturnFacts(returned_on=TODAY, plans_out=True, leaves_on=TODAY + timedelta(days=20))
        made = record_return(user=clerk, worker_id=who.pk, facts=told)
        assert refused(lambda: record_return(user=clerk, worker_id=who.pk, facts=told)) == ("duplicate", "returned_on")
        late = ReturnFacts(returned_on=TODAY + timedelta(days=1), plans_out=True)
        assert refused(lambda: change_return(user=clerk, returnee=made, facts=late)) == ("date", "returned_on")
        change_return(user=clerk, returnee=made, facts=ReturnFacts(returned_on=TODAY, plans_out=False))
        assert list(Returnee.objects.values_list("plans_out", "leaves_on")) == [(False, None)]
        withdraw_return(user=clerk, returnee=made, reason="未返乡")
        assert not Returnee.objects.exists()
