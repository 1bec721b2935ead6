"""A visit at the door: stored once, answers that meet the file, clashes, who may, the states it moves through."""

from uuid import uuid4

import pytest

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, id_number, place_divisions
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    changed_meanwhile,
    checked,
    door_of,
    household,
    met,
    said,
    states,
    submitted,
    survey_of,
    task_of,
)
from workers.surveys import services
from workers.surveys.models import DoorVisit, Survey, SurveyClash, VisitTask
from workers.surveys.services import DoorFacts, NewPerson, PersonAnswers

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def home():
    """A couple with a phone number and an intention, in a running campaign given to the village's assistant."""
    assistant()
    couple = household("张国强", "李秀英", phone="13800000001", intention="省外务工", expected_wage="5000")
    campaign()
    return couple


def refused(code, act):
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == code
    return refusal.value


def test_no_change_keeps_everybodys_last_answers_and_changes_no_file(home):
    recorded = met(home[0])
    assert (recorded.new, recorded.clashes) == (True, 0)
    assert states() == ["visited"]
    surveys = Survey.objects.order_by("worker")
    assert [(one.worker, one.visited_on, one.changes, one.applied_at) for one in surveys] == [
        (home[0], TODAY, {}, None),
        (home[1], TODAY, {}, None),
    ]
    assert surveys[0].answers | {"labour_status": None} == {
        "labour_status": None, "work_place": None, "phone": "13800000001", "intention": "省外务工", "intended_place": None,
        "expected_wage": "5000.00", "wanted_job": None, "training_wish": None, "startup_wish": None, "skill": None,
        "skill_level": None,
    }  # fmt: skip


def test_only_differences_are_changes(home):
    told = said(home[0], intention="省外务工", expected_wage="6500.00", skill="焊工", work_place="广东东莞")
    met(home[0], told)
    survey = survey_of(home[0])
    assert survey.changes == {"expected_wage": "6500.00", "skill": "焊工", "work_place": "广东东莞"}
    assert (survey.answers["intention"], survey.answers["expected_wage"]) == ("省外务工", "6500.00")
    home[0].refresh_from_db()
    assert (home[0].skill, str(home[0].expected_wage)) == (None, "5000.00")


def test_an_answer_taken_out_is_a_change_to_nothing(home):
    met(home[0], said(home[0], intention=None))
    assert survey_of(home[0]).changes == {"intention": None}


def test_the_same_reference_is_stored_once_and_a_second_visit_anew(home):
    ref = uuid4()
    first = met(home[0], said(home[0], skill="焊工"), ref=ref)
    again = met(home[0], said(home[0], skill="电工"), ref=ref)
    assert (again.visit, again.new) == (first.visit, False)
    assert survey_of(home[0]).changes == {"skill": "焊工"}
    met(home[0], said(home[0], skill="电工"), ref=uuid4())
    assert (DoorVisit.objects.count(), Survey.objects.count()) == (2, 2)
    assert survey_of(home[0]).changes == {"skill": "电工"}


def test_a_reference_of_another_household_is_refused(home):
    other = household("王家", group="2组")
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    ref = uuid4()
    met(home[0], ref=ref)
    refused("client_ref", lambda: met(other[0], ref=ref))


def test_a_later_visit_that_leaves_a_field_alone_keeps_what_the_earlier_found(home):
    met(home[0], said(home[0], skill="焊工"))
    door = door_of(home[0], assistant())
    assert (door.members[0].answers["skill"], door.members[0].said) == ("焊工", 1)
    met(home[0], said(home[0], intention="就近就业"))
    assert survey_of(home[0]).changes == {"skill": "焊工", "intention": "就近就业"}


def test_a_page_from_before_a_visit_that_leaves_a_field_alone_keeps_what_the_visit_found(home):
    stale = said(home[0]).base
    met(home[0], said(home[0], intention="就近就业"))
    told = PersonAnswers(worker_id=home[0].pk, base=stale, said=0, answers={"intention": "省外务工", "skill": "焊工"})
    met(home[0], told)
    assert survey_of(home[0]).changes == {"intention": "就近就业", "skill": "焊工"}
    assert survey_of(home[0]).answers["intention"] == "就近就业"


def test_what_a_visit_found_and_a_page_that_shows_it_puts_back_is_put_back(home):
    met(home[0], said(home[0], intention="就近就业", skill="焊工"))
    shown = door_of(home[0], assistant()).members[0]
    answers = {"intention": "省外务工", "skill": "焊工"}
    met(home[0], PersonAnswers(worker_id=home[0].pk, base=shown.version, said=shown.said, answers=answers))
    assert survey_of(home[0]).changes == {"skill": "焊工"}


def test_of_two_visits_the_later_wins_whichever_arrives_later(home):
    opened = {"base": said(home[0]).base, "said": 0, "worker_id": home[0].pk}
    met(home[0], said(home[0], intention="就近就业", skill="焊工"), on=ago(1))
    met(home[0], PersonAnswers(**opened, answers={"intention": "自主创业", "wanted_job": "保安"}), on=ago(3))
    found = survey_of(home[0])
    assert found.changes == {"intention": "就近就业", "skill": "焊工", "wanted_job": "保安"}
    assert (found.visited_on, task_of(home[0]).visited_on) == (ago(1), ago(3))


def test_what_the_township_has_passed_is_not_said_again_when_the_household_comes_back(home):
    met(home[0], said(home[0], intention="就近就业", work_place="广东东莞"))
    checked(home[0])
    changed_meanwhile(home[0], intention="自主创业")
    task = VisitTask.objects.filter(pk=task_of(home[0]).pk)
    services.return_tasks(user=people.township_clerk(), tasks=task, reason="电话打不通")
    shown = door_of(home[0], assistant()).members[0].answers
    assert (shown["intention"], shown["work_place"]) == ("自主创业", "广东东莞")
    met(home[0], said(home[0], skill="焊工"))
    found = survey_of(home[0])
    assert (found.changes, found.answers["intention"]) == ({"skill": "焊工", "work_place": "广东东莞"}, "自主创业")


def test_a_visit_written_down_by_mistake_is_taken_back_whole(home):
    met(home[0], on=TODAY, outcome="absent")
    before = VisitTask.objects.filter(pk=task_of(home[0]).pk).values().get()
    met(home[0], said(home[0], skill="焊工"))
    services.withdraw_visit(user=assistant(), task=task_of(home[0]))
    assert VisitTask.objects.filter(pk=task_of(home[0]).pk).values().get() == before
    assert (Survey.objects.count(), DoorVisit.objects.count()) == (0, 1)
    services.withdraw_visit(user=assistant(), task=task_of(home[0]))
    assert (states(), task_of(home[0]).misses, DoorVisit.objects.count()) == (["assigned"], 0, 0)
    refused("forbidden", lambda: services.withdraw_visit(user=assistant(), task=task_of(home[0])))


def test_a_failure_that_arrived_after_the_visit_is_taken_back_alone(home):
    met(home[0], said(home[0], skill="焊工"))
    met(home[0], outcome="absent")
    services.withdraw_visit(user=assistant(), task=task_of(home[0]))
    assert (states(), task_of(home[0]).misses, survey_of(home[0]).changes) == (["visited"], 0, {"skill": "焊工"})


def test_only_ones_own_visit_that_nobody_went_on_from_is_taken_back(home):
    met(home[0], user=people.township_clerk())
    take = lambda user: services.withdraw_visit(user=user, task=task_of(home[0]))  # noqa: E731
    refused("forbidden", lambda: take(assistant()))
    with pytest.raises(NotFound):
        take(people.stranger())
    take(people.township_clerk())
    met(home[0])
    VisitTask.objects.filter(pk=task_of(home[0]).pk).update(door="12")
    refused("changed_since", lambda: take(assistant()))
    submitted(home[0])
    refused("forbidden", lambda: take(assistant()))


def test_what_somebody_else_changed_and_the_visit_left_alone_stays(home):
    base = said(home[0]).base
    changed_meanwhile(home[0], phone="13900000009")
    told = PersonAnswers(worker_id=home[0].pk, base=base, answers={"phone": "13800000001", "skill": "焊工"})
    assert met(home[0], told).clashes == 0
    assert (survey_of(home[0]).changes, survey_of(home[0]).answers["phone"]) == ({"skill": "焊工"}, "13900000009")


def test_what_both_changed_alike_is_no_clash(home):
    base = said(home[0]).base
    changed_meanwhile(home[0], intention="就近就业")
    assert met(home[0], said(home[0], base=base, intention="就近就业")).clashes == 0


@pytest.mark.parametrize(
    ("choice", "changes", "answer"),
    [("mine", {"intention": "自主创业"}, "自主创业"), ("theirs", {}, "就近就业")],
)
def test_a_field_both_changed_is_listed_and_settled_by_choice(home, choice, changes, answer):
    base = said(home[0]).base
    changed_meanwhile(home[0], intention="就近就业")
    changed_meanwhile(home[0], skill="电工")
    recorded = met(home[0], said(home[0], base=base, intention="自主创业"))
    clash = SurveyClash.objects.get()
    assert (recorded.clashes, clash.field, clash.base, clash.theirs, clash.mine) == (
        1, "intention", "省外务工", "就近就业", "自主创业",
    )  # fmt: skip
    assert services.submit(user=assistant(), tasks=VisitTask.objects.all()) == 0
    services.settle(user=assistant(), clash=clash, choice=choice)
    survey = survey_of(home[0])
    assert (survey.changes, survey.answers["intention"]) == (changes, answer)
    assert services.submit(user=assistant(), tasks=VisitTask.objects.all()) == 1


def test_the_base_is_the_version_that_was_shown_however_often_the_file_changed_since(home):
    changed_meanwhile(home[0], intention="自主创业")
    base = said(home[0]).base
    for intention in ("就近就业", "省内务工"):
        changed_meanwhile(home[0], intention=intention)
    met(home[0], said(home[0], base=base, intention="暂无意向"))
    clash = SurveyClash.objects.get()
    assert (clash.base, clash.theirs, clash.mine) == ("自主创业", "省内务工", "暂无意向")


def test_absent_three_times_on_different_days_before_the_telephone_may_do(home):
    by_phone = lambda: met(home[0], channel="电话")  # noqa: E731
    met(home[0], outcome="absent", on=ago(3))
    met(home[0], outcome="absent", on=ago(3))
    assert (states(), task_of(home[0]).misses) == (["absent"], 1)
    assert refused("by_phone", by_phone).message == "上门未遇3次以后才用电话访谈，还差2次。"
    met(home[0], outcome="absent", on=ago(2))
    refused("by_phone", by_phone)
    assert services.submit(user=assistant(), tasks=VisitTask.objects.all()) == 0
    met(home[0], outcome="absent", on=ago(1))
    by_phone()
    task = task_of(home[0])
    assert (task.state, task.channel, task.visited_on, task.misses) == ("visited", "电话", TODAY, 3)


def test_who_cannot_be_met_after_two_retries_is_handed_in_unmet(home):
    for days in (3, 2, 1):
        met(home[0], outcome="absent", on=ago(days))
    submitted(home[0])
    assert (states(), Survey.objects.count()) == (["submitted"], 0)


def test_a_failure_that_arrives_late_does_not_unmeet_anybody(home):
    met(home[0], on=TODAY)
    met(home[0], outcome="absent", on=ago(1))
    assert (task_of(home[0]).state, task_of(home[0]).misses) == ("visited", 1)


def test_a_household_that_left_takes_everybody_along_but_the_dead(home):
    met(home[0], said(home[1], labour_status="死亡"), outcome="moved")
    assert states() == ["moved"]
    assert [survey_of(one).changes for one in home] == [{"labour_status": "迁出"}, {"labour_status": "死亡"}]


def test_a_newcomer_waits_with_the_household(home):
    number = id_number(901)
    services.record_visit(
        user=assistant(),
        task=task_of(home[0]),
        facts=DoorFacts(visited_on=TODAY),
        newcomers=[NewPerson(name="张小妹", id_number=number, relation="女", answers={"labour_status": "在校"})],
    )
    (newcomer,) = door_of(home[0], assistant()).newcomers
    assert (newcomer.name, newcomer.id_number, newcomer.relation, newcomer.changes) == (
        "张小妹", number, "女", {"labour_status": "在校"},
    )  # fmt: skip


@pytest.mark.parametrize(("number", "code"), [("", "required"), ("123", "id_length"), (id_number(5)[:-1] + "?", None)])
def test_a_newcomer_without_a_right_number_is_refused_and_nothing_is_stored(home, number, code):
    with pytest.raises(DomainError) as refusal:
        services.record_visit(
            user=assistant(),
            task=task_of(home[0]),
            facts=DoorFacts(visited_on=TODAY),
            newcomers=[NewPerson(name="张小妹", id_number=number)],
        )
    assert code in {None, refusal.value.code}
    assert (DoorVisit.objects.count(), Survey.objects.count(), states()) == (0, 0, ["assigned"])


def test_facts_that_cannot_be_are_refused(home):
    for code, facts in (
        ("date", {"on": ago(31)}),
        ("choice", {"channel": "飞鸽"}),
        ("choice", {"outcome": "gone"}),
        ("too_long", {"note": "字" * 501}),
        ("too_long", {"door": "1" * 21}),
    ):
        refused(code, lambda facts=facts: met(home[0], **facts))
    refused("choice", lambda: met(home[0], said(home[0], labour_status="打工")))
    refused("field", lambda: met(home[0], said(home[0], bank_card="6217")))
    refused("too_long", lambda: met(home[0], said(home[0], skill="焊" * 201)))
    assert DoorVisit.objects.count() == 0


def test_a_door_number_moves_the_household_to_its_place(home):
    other = household("王家")
    services.add_households(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    met(other[0], door="12号")
    assert [task.contact for task in VisitTask.objects.order_by("place")] == [other[0], home[0]]
    assert VisitTask.objects.get(contact=other[0]).place == 100_012


def test_strangers_colleagues_and_closed_campaigns(home):
    with pytest.raises(NotFound):
        met(home[0], user=assistant(OTHER_VILLAGE))
    with pytest.raises(NotFound):
        met(home[0], user=people.stranger())
    with pytest.raises(NotAllowed):
        met(home[0], user=people.with_role("auditor"))
    colleague = people.make_user("tongshi", "village_assistant", VILLAGE)
    refused("other_surveyor", lambda: met(home[0], user=colleague))
    elsewhere = household("外村人", village=OTHER_VILLAGE)
    with pytest.raises(NotFound):
        met(home[0], PersonAnswers(worker_id=elsewhere[0].pk, base=0))
    submitted(home[0])
    met(home[0])
    submitted(home[0])
    with pytest.raises(Conflict):
        met(home[0])
    services.close_campaign(user=people.county_clerk(), campaign=task_of(home[0]).campaign)
    refused("closed", lambda: met(home[0]))
