"""A workplace on its way to be recognised: 申报, 现场核查, 公示, 认定 or not — by its pages, its service, its sheet, its numbers."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from core.errors import DomainError, NotFound
from core.history.models import Operation
from core.history.services import undo
from core.indicators.answers import answer
from core.indicators.questions import read_question
from employment.models import Placement, Workplace
from employment.models.places import APPLYING
from employment.places.queries import to_review, with_review
from employment.places.services import WorkplaceFacts, decide, save_workplace
from employment.places.states import RULES, Move, moves_from
from tests import people
from tests.journeys import came_back, counts, exported, imported, place_divisions, undone, worker
from tests.racing import at_once, kinds

pytestmark = pytest.mark.django_db

TODAY = localdate()
APPLIED_ON = TODAY - timedelta(days=90)
HERE, THERE = people.TOWNSHIP, people.OTHER_TOWNSHIP
MORE = {
    Move.NOTICED: {"noticed_until": TODAY + timedelta(days=7)},
    Move.REFUSED: {"note": "用工台账不实"},
    Move.RECOGNISED: {"document": "县人社〔2026〕9号"},
}


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def clerk():
    return people.county_clerk()


def facts(**changed):
    kept = {"code": "CJ-1", "name": "古达车间", "kind": "就业帮扶车间", "township_code": HERE, "applied_on": APPLIED_ON}
    return WorkplaceFacts(**{**kept, **changed})


def applied(clerk, **changed):
    return save_workplace(user=clerk, facts=facts(**changed))


def go(clerk, at, move, days_ago=0, **more):
    decide(user=clerk, workplace=at, move=move, on=TODAY - timedelta(days=days_ago), **more)
    at.refresh_from_db()
    return at


def refused(act):
    with pytest.raises(DomainError) as found:
        act()
    return found.value.code, found.value.field


def counted(code):
    return answer(read_question(code, {"period": [str(TODAY.year)]}, None)).document["total"]["value"]


class TestTheWay:
    def test_from_the_application_to_the_recognition(self, clerk):
        at = applied(clerk)
        assert (at.state, at.recognised_on) == ("申报中", None)
        go(clerk, at, Move.INSPECTED, 60)
        go(clerk, at, Move.NOTICED, 40, noticed_until=TODAY - timedelta(days=33))
        assert (at.state, at.inspected_on, at.noticed_on) == ("公示中", TODAY - timedelta(60), TODAY - timedelta(40))
        go(clerk, at, Move.RECOGNISED, 30, document=" 县人社〔2026〕9号 ")
        assert (at.state, at.recognised_on, at.noticed_until, at.document) == (
            "正常", TODAY - timedelta(30), TODAY - timedelta(33), "县人社〔2026〕9号",
        )  # fmt: skip
        assert list(at.decisions.order_by("pk").values_list("move", flat=True)) == [
            "inspected",
            "noticed",
            "recognised",
        ]

    @pytest.mark.parametrize("state", APPLYING)
    @pytest.mark.parametrize("move", list(Move))
    def test_only_the_moves_of_the_table_lead_on(self, clerk, state, move):
        at = applied(clerk)
        Workplace.objects.update(state=state)
        rule = RULES[move]
        more = {"mend_by": TODAY + timedelta(days=9)} if rule.asks == "mend_by" else MORE.get(move, {})
        note = {"note": "说明"} if rule.why else {}

        def act():
            return go(clerk, at, move, **{**more, **note})

        if move in moves_from(state):
            assert act().state == rule.target
        else:
            assert refused(act) == ("state", "move")

    @pytest.mark.parametrize(
        ("days", "state"),
        [
            ({}, "申报中"),
            ({"inspected_on": TODAY}, "已核查"),
            ({"noticed_on": TODAY, "noticed_until": TODAY + timedelta(days=7)}, "公示中"),
            ({"recognised_on": TODAY}, "正常"),
        ],
    )
    def test_one_written_down_late_stands_where_its_days_say(self, clerk, days, state):
        assert applied(clerk, **days).state == state

    def test_neither_an_application_nor_a_recognition_is_nothing(self, clerk):
        assert refused(lambda: applied(clerk, applied_on=None)) == ("required", "applied_on")
        assert refused(lambda: applied(clerk, applied_on=TODAY + timedelta(days=1))) == ("date", "applied_on")

    def test_recognition_waits_for_the_end_of_the_notice_and_follows_the_steps_before(self, clerk):
        at = applied(clerk)
        assert refused(lambda: go(clerk, at, Move.INSPECTED, 91)) == ("date", "decided_on")
        go(clerk, at, Move.INSPECTED, 20)
        assert refused(lambda: go(clerk, at, Move.NOTICED, 10)) == ("date", "noticed_until")
        assert refused(lambda: go(clerk, at, Move.RECOGNISED, 5, noticed_until=TODAY)) == ("date", "noticed_until")
        go(clerk, at, Move.NOTICED, 10, noticed_until=TODAY + timedelta(days=1))
        assert refused(lambda: go(clerk, at, Move.RECOGNISED)) == ("date", "decided_on")
        assert go(clerk, at, Move.REFUSED, note="有人举报，查实").state == "不予认定"

    def test_one_that_was_refused_applies_again(self, clerk):
        at = go(clerk, go(clerk, applied(clerk), Move.INSPECTED, 20), Move.REFUSED, 10, note="用工不足")
        assert refused(lambda: go(clerk, at, Move.REAPPLIED, 11)) == ("date", "decided_on")
        go(clerk, at, Move.REAPPLIED, 1)
        assert (at.state, at.applied_on, at.inspected_on) == ("申报中", TODAY - timedelta(days=1), None)

    def test_a_step_is_taken_back_as_an_operation(self, clerk):
        at = go(clerk, applied(clerk), Move.INSPECTED)
        undo(operation_id=Operation.objects.get(action="workplaces.inspected").pk, user=clerk)
        at.refresh_from_db()
        assert (at.state, at.inspected_on, at.decisions.count()) == ("申报中", None, 0)

    def test_correcting_the_file_takes_no_step(self, clerk):
        at = go(clerk, applied(clerk), Move.INSPECTED, 20)
        late = facts(recognised_on=TODAY)
        assert refused(lambda: save_workplace(user=clerk, facts=late, workplace=at)) == ("state", "recognised_on")
        early = facts(applied_on=TODAY - timedelta(days=19))
        assert refused(lambda: save_workplace(user=clerk, facts=early, workplace=at)) == ("date", "inspected_on")
        made = save_workplace(user=clerk, facts=facts(name="改名", noticed_on=TODAY), workplace=at)
        assert (made.name, made.state, made.inspected_on, made.noticed_on) == (
            "改名", "已核查", TODAY - timedelta(days=20), None,
        )  # fmt: skip
        kept = save_workplace(user=clerk, facts=facts(code="W2", recognised_on=TODAY))
        bare = facts(code="W2")
        assert refused(lambda: save_workplace(user=clerk, facts=bare, workplace=kept)) == ("required", "recognised_on")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"state": "正常"},
            {"recognised_on": TODAY},
            {"applied_on": None},
            {"withdrawn_on": TODAY},
        ],
    )
    def test_the_table_holds_nothing_in_between(self, clerk, wrong):
        at = applied(clerk)
        with pytest.raises(IntegrityError, match="workplace_state_known"), transaction.atomic():
            Workplace.objects.filter(pk=at.pk).update(**wrong)

    def test_another_township_takes_no_step(self, clerk):
        far = applied(clerk, township_code=THERE)
        with pytest.raises(NotFound):
            decide(user=people.township_clerk(), workplace=far, move=Move.INSPECTED, on=TODAY)


@pytest.mark.django_db(transaction=True)
def test_two_clerks_recognise_once(clerk):
    at = go(clerk, applied(clerk), Move.INSPECTED)
    act = partial(decide, user=clerk, workplace=at, move=Move.RECOGNISED, on=TODAY)
    assert kinds(at_once(act, act)) == ["done", "state"]
    assert at.decisions.filter(move="recognised").count() == 1


class TestWhatCounts:
    def test_it_counts_from_its_recognition_on(self, clerk):
        at = applied(clerk, kind="公益性岗位", posts=5)
        Placement.objects.create(workplace=at, worker=worker(), start_on=APPLIED_ON)
        assert (counted("POST_N"), counted("POST_FILLED")) == ("0", None)
        go(clerk, go(clerk, at, Move.INSPECTED, 2), Move.RECOGNISED)
        assert (counted("POST_N"), counted("POST_FILLED")) == ("5", "20.00")

    def test_it_has_no_review_due_and_waits_in_the_list_of_things_to_do(self, clerk):
        at = applied(clerk)
        found = with_review(Workplace.objects.all(), TODAY).get()
        assert (found.review, found.review_on, to_review(clerk, TODAY).count()) == ("applying", None, 0)
        browser = people.client_for(clerk)
        assert "/employment/workplaces/?applying=true" in browser.get("/").content.decode()
        go(clerk, at, Move.REFUSED, note="不符合条件")
        assert with_review(Workplace.objects.all(), TODAY).get().review == "closed"


ROW = {
    "载体编号": "CJ-1", "名称": "古达车间", "类型": "就业帮扶车间", "所在乡镇": "古达乡", "认定日期": TODAY.isoformat(),
}  # fmt: skip


class TestSheet:
    def test_the_ledger_holds_recognised_ones_alone(self, clerk):
        applied(clerk)
        save_workplace(user=clerk, facts=facts(code="W2", recognised_on=TODAY))
        assert came_back(exported("workplaces")) == ({"rows": 1, "unchanged": 1}, [], [])

    @pytest.mark.parametrize(("word", "state"), [({}, "正常"), ({"状态": "停用"}, "停用")])
    def test_a_row_recognises_what_had_applied_and_its_undo_takes_that_back(self, clerk, word, state):
        at = applied(clerk)
        source = imported("workplaces", [{**ROW, **word}])
        assert counts(source) == {"rows": 1, "updated": 1}
        at.refresh_from_db()
        assert (at.state, at.recognised_on, at.applied_on) == (state, TODAY, APPLIED_ON)
        undone(source)
        at.refresh_from_db()
        assert (at.state, at.recognised_on) == ("申报中", None)

    def test_a_blank_word_changes_no_state_of_a_recognised_one(self, clerk):
        at = save_workplace(user=clerk, facts=facts(recognised_on=TODAY - timedelta(days=1)))
        Workplace.objects.update(state="停用")
        imported("workplaces", [{**ROW, "名称": "换个名"}])
        at.refresh_from_db()
        assert (at.name, at.state) == ("换个名", "停用")


class TestPages:
    def test_a_clerk_takes_the_steps_on_the_pages(self, clerk):
        browser = people.client_for(clerk)
        sent = {
            "code": "CJ-9", "name": "新申报车间", "kind": "就业帮扶车间", "township_code": HERE,
            "applied_on": (TODAY - timedelta(days=9)).isoformat(),
        }  # fmt: skip
        made = browser.post("/employment/workplaces/new/", sent, follow=True)
        at = Workplace.objects.get(code="CJ-9")
        page = made.content.decode()
        assert ("申报中" in page, "办理认定" in page, "下次年检" in page) == (True, True, False)
        edit = browser.get(f"/employment/workplaces/{at.pk}/edit/").content.decode()
        assert [f'name="{name}"' in edit for name in ("applied_on", "inspected_on", "recognised_on")] == [
            True, False, False,
        ]  # fmt: skip
        reviews = browser.get(f"/employment/workplaces/{at.pk}/?tab=reviews").content.decode()
        assert [f"/decide/{move.value}/" in reviews for move in Move] == [
            move in {Move.INSPECTED, Move.REFUSED} for move in Move
        ]
        for move, more in (
            ("inspected", {"note": "现场用工20人"}),
            ("noticed", {"noticed_until": (TODAY + timedelta(days=3)).isoformat()}),
        ):
            given = {"decided_on": TODAY.isoformat(), "note": "", **more}
            assert browser.post(f"/employment/workplaces/{at.pk}/decide/{move}/", given).status_code == 302, move
        waits = browser.get(f"/employment/workplaces/{at.pk}/?tab=reviews").content.decode()
        assert ("结束，之后可以认定" in waits, "/decide/recognised/" in waits, "/decide/refused/" in waits) == (
            True, False, True,
        )  # fmt: skip
        early = browser.post(f"/employment/workplaces/{at.pk}/decide/recognised/", {"decided_on": TODAY.isoformat()})
        assert (early.status_code, "公示到" in early.content.decode()) == (422, True)

    def test_lists_narrow_to_those_that_wait(self, clerk):
        applied(clerk)
        save_workplace(user=clerk, facts=facts(code="W2", name="已认定车间", recognised_on=TODAY))
        browser = people.client_for(clerk)
        wanted = {
            "applying=true": (True, False),
            "applying=false": (False, True),
            "standing=申报中": (True, False),
            "review=applying": (True, False),
        }
        for query, shown in wanted.items():
            page = browser.get(f"/employment/workplaces/?{query}").content.decode()
            assert ("古达车间" in page, "已认定车间" in page) == shown, query
        told = browser.get("/employment/workplaces/")
        assert (told.status_code, "申报中" in told.content.decode()) == (200, True)
