"""What staff, returns and surveys say against the spells: tasks that come, stay and go with the facts."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from employment.contradictions import renew, renew_all
from employment.models import DeclaredJob, Placement, Returnee, Spell, SpellTask, Workplace
from employment.places.services import PlacementFacts, take_on, withdraw_placement
from employment.rebuilding import rebuild_spells
from stations.models import Visit
from tests import people
from tests.journeys import imported, person, place_divisions, undone, worker
from workers.models import Worker

pytestmark = pytest.mark.django_db

D = date
AWAY, NEAR, HOME = "440113", "520111", "520527219"
SURVEYED, TAKEN_ON, CAME_HOME = D(2025, 5, 1), D(2025, 3, 1), D(2025, 1, 20)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def place(code="W1", kind="就业帮扶车间"):
    return Workplace.objects.create(
        code=code, name=f"{code}号", kind=kind, township_code=HOME, recognised_on=D(2024, 1, 1)
    )


def job(who, start, place_code=AWAY, *, end=None):
    made = DeclaredJob.objects.create(worker=who, start_on=start, end_on=end, place_code=place_code)
    rebuild_spells(worker_ids=[who.pk])
    return made


def tasks():
    return list(SpellTask.objects.order_by("pk").values_list("kind", "code", "day"))


class TestStaff:
    def post(self, who, start=TAKEN_ON, end=None, *, at=None):
        made = Placement.objects.create(workplace=at or place(), worker=who, start_on=start, end_on=end)
        renew([who.pk])
        return made

    @pytest.mark.parametrize(
        ("start", "end", "where", "found"),
        [
            (D(2025, 1, 1), None, AWAY, [("staff", "away", D(2025, 3, 1))]),
            (D(2025, 4, 1), None, AWAY, [("staff", "away", D(2025, 4, 1))]),
            (D(2025, 4, 1), None, NEAR, [("staff", "away", D(2025, 4, 1))]),
            (D(2025, 4, 1), None, HOME, []),
            (D(2025, 1, 1), D(2025, 3, 1), AWAY, []),
            (D(2025, 6, 1), None, AWAY, []),
        ],
    )
    def test_job_outside_on_days_in_post_is_a_task(self, start, end, where, found):
        who = worker()
        self.post(who, end=D(2025, 6, 1))
        job(who, start, where, end=end)
        assert tasks() == found

    def test_makes_and_ends_no_spell(self):
        who = worker()
        job(who, D(2025, 1, 1))
        before = list(Spell.objects.values())
        self.post(who)
        assert (list(Spell.objects.values()), len(tasks())) == (before, 1)

    @pytest.mark.parametrize(
        ("kind", "code"), [("公益性岗位", [("staff", "two_posts", D(2025, 4, 1))]), ("零工驿站", [])]
    )
    def test_nobody_holds_a_welfare_post_and_another(self, kind, code):
        who = worker()
        self.post(who, end=D(2025, 6, 1))
        self.post(who, D(2025, 4, 1), at=place("W2", kind))
        assert tasks() == code

    @pytest.mark.parametrize(
        ("status", "surveyed", "end", "found"),
        [
            ("死亡", D(2025, 5, 1), None, [("staff", "ghost", D(2025, 5, 1))]),
            ("死亡", D(2025, 2, 1), None, [("staff", "ghost", TAKEN_ON)]),
            ("死亡", None, None, [("staff", "ghost", TAKEN_ON)]),
            ("迁出", D(2025, 5, 1), D(2025, 6, 1), [("staff", "ghost", D(2025, 5, 1))]),
            ("迁出", D(2025, 5, 1), D(2025, 5, 1), []),
            ("丧失劳动能力", D(2025, 2, 1), None, []),
            ("未就业", D(2025, 5, 1), None, []),
        ],
    )
    def test_who_is_dead_gone_or_unable_to_work_holds_no_post(self, status, surveyed, end, found):
        who = worker()
        Worker.objects.filter(pk=who.pk).update(labour_status=status, visited_on=surveyed)
        self.post(who, end=end)
        assert tasks() == found

    @pytest.mark.parametrize(
        ("kinds", "ends", "found"),
        [
            (("公益性岗位", "公益性岗位"), (None, None), 2),
            (("公益性岗位", "就业帮扶车间"), (None, None), 0),
            (("公益性岗位", "公益性岗位"), (D(2025, 4, 1), None), 0),
        ],
    )
    def test_two_in_welfare_posts_do_not_share_a_card(self, kinds, ends, found):
        pair = [worker(), worker()]
        Worker.objects.filter(pk__in=[one.pk for one in pair]).update(bank_card="6217000000000000004")
        starts = (TAKEN_ON, TAKEN_ON if ends[0] is None else ends[0])
        for at, who in enumerate(pair):
            self.post(who, starts[at], ends[at], at=place(f"W{at}", kinds[at]))
        renew([one.pk for one in pair])
        assert [code for _kind, code, _day in tasks()] == ["stand_in"] * found
        assert "6217" not in "".join(SpellTask.objects.values_list("reason", flat=True))

    def test_goes_when_the_post_or_the_job_does(self):
        who, clerk, at = worker(), people.county_clerk(), place()
        away = job(who, D(2025, 1, 1))
        made = take_on(user=clerk, workplace=at, worker_id=who.pk, facts=PlacementFacts(start_on=D(2025, 3, 1)))
        assert len(tasks()) == 1
        withdraw_placement(user=clerk, placement=made, reason="登记错人")
        assert tasks() == []
        take_on(user=clerk, workplace=at, worker_id=who.pk, facts=PlacementFacts(start_on=D(2025, 3, 1)))
        away.delete()
        rebuild_spells(worker_ids=[who.pk])
        assert tasks() == []

    def test_comes_with_an_import_and_goes_with_its_undo(self):
        who = worker()
        place("CJ-01")
        job(who, D(2025, 1, 1))
        source = imported("workplace_staff", [{"载体编号": "CJ-01", **person(who), "上岗时间": "2025-03-01"}])
        assert tasks() == [("staff", "away", D(2025, 3, 1))]
        undone(source)
        assert tasks() == []

    def test_stands_beside_the_tasks_of_evidence(self):
        who = worker()
        Visit.objects.create(worker=who, visited_on=D(2024, 6, 1), channel="电话", status="原岗位在岗")
        job(who, D(2025, 1, 1))
        self.post(who)
        both = [("visit", "no_spell", D(2024, 6, 1)), ("staff", "away", D(2025, 3, 1))]
        ids = set(SpellTask.objects.values_list("pk", flat=True))
        rebuild_spells(worker_ids=[who.pk])
        renew([who.pk])
        assert (tasks(), set(SpellTask.objects.values_list("pk", flat=True))) == (both, ids)


class TestReturns:
    def came(self, who, on=CAME_HOME, *, plans=False):
        made = Returnee.objects.create(worker=who, returned_on=on, plans_out=plans)
        renew([who.pk])
        return made

    def test_home_for_good_while_a_job_outside_goes_on_is_a_task(self):
        who = worker()
        job(who, D(2024, 3, 1))
        self.came(who)
        assert tasks() == [("return", "stayed", D(2025, 1, 20))]

    def test_who_plans_to_go_out_again_contradicts_nothing(self):
        who = worker()
        job(who, D(2024, 3, 1))
        self.came(who, plans=True)
        assert tasks() == []

    @pytest.mark.parametrize("ends", [D(2025, 1, 20), D(2025, 2, 1)])
    def test_job_with_an_end_or_in_the_county_contradicts_nothing(self, ends):
        away, near = worker(), worker()
        job(away, D(2024, 3, 1), end=ends)
        job(near, D(2024, 3, 1), HOME)
        for who in (away, near):
            self.came(who)
        assert tasks() == []

    def test_later_evidence_settles_it(self):
        who = worker()
        job(who, D(2024, 3, 1))
        self.came(who)
        Visit.objects.create(worker=who, visited_on=D(2025, 3, 1), channel="电话", status="原岗位在岗")
        rebuild_spells(worker_ids=[who.pk])
        assert tasks() == []

    def test_later_return_speaks_for_itself(self):
        who = worker()
        job(who, D(2024, 3, 1))
        self.came(who)
        self.came(who, D(2025, 2, 1), plans=True)
        assert tasks() == []

    def test_comes_with_an_import_and_goes_with_its_undo(self):
        who = worker()
        job(who, D(2024, 3, 1))
        source = imported("returnees", [{**person(who), "返乡日期": "2025-01-20", "是否计划外出": "否"}])
        assert len(tasks()) == 1
        undone(source)
        assert tasks() == []


class TestStatus:
    @pytest.mark.parametrize(
        ("status", "agrees"),
        [
            ("省外务工", {AWAY}),
            ("省内务工", {NEAR}),
            ("县内就业", {HOME}),
            ("灵活就业", {AWAY, NEAR, HOME}),
            ("未就业", set()),
            ("在校", set()),
            ("丧失劳动能力", set()),
            ("死亡", set()),
            ("迁出", set()),
            (None, {AWAY, NEAR, HOME}),
        ],
    )
    def test_survey_is_set_against_the_job_of_its_day(self, status, agrees):
        for where in (AWAY, NEAR, HOME):
            who = worker(labour_status=status, visited_on=SURVEYED)
            job(who, D(2025, 3, 1), where)
        found = set(SpellTask.objects.values_list("worker__spells__place_code", "kind", "code", "day"))
        assert found == {(where, "status", "status", SURVEYED) for where in {AWAY, NEAR, HOME} - agrees}

    @pytest.mark.parametrize(("start", "end"), [(D(2025, 5, 2), None), (D(2025, 1, 1), D(2025, 5, 1))])
    def test_job_of_other_days_contradicts_nothing(self, start, end):
        job(worker(labour_status="未就业", visited_on=SURVEYED), start, end=end)
        assert tasks() == []

    def test_later_evidence_settles_it_but_the_dead_do_not_work(self):
        for status in ("未就业", "死亡"):
            who = worker(labour_status=status, visited_on=SURVEYED)
            Visit.objects.create(worker=who, visited_on=D(2025, 6, 1), channel="电话", status="原岗位在岗")
            job(who, D(2025, 3, 1))
        assert list(SpellTask.objects.values_list("worker__labour_status", flat=True)) == ["死亡"]

    def test_everybody_is_looked_at_every_night_with_one_statement(self):
        for status in ("未就业", "省外务工", "未就业"):
            who = worker(visited_on=SURVEYED)
            job(who, D(2025, 3, 1))
            Worker.objects.filter(pk=who.pk).update(labour_status=status)
        assert tasks() == []
        with CaptureQueriesContext(connection) as asked:
            assert renew_all() == 3
        assert (len(tasks()), len([one for one in asked if "WITH found" in one["sql"]])) == (2, 1)
        assert renew_all() == 3
        assert len(tasks()) == 2
