"""The township's check: answers go into the files, the last confirmed visit wins, newcomers, sending back, acceptance."""

import pytest

from core.errors import Conflict, DomainError, NotAllowed
from core.history.queries import changes_of
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, id_number, place_divisions, worker
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    changed_meanwhile,
    checked,
    household,
    met,
    registrar,
    said,
    states,
    submitted,
    survey_of,
    task_of,
)
from workers.models import Household, Worker
from workers.surveys import services
from workers.surveys.models import Survey, VisitTask
from workers.surveys.services import DoorFacts, NewPerson

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def home():
    assistant()
    couple = household(
        "张国强", "李秀英", phone="13800000001", intention="省外务工", visited_on=ago(90), first_visited_on=ago(400)
    )
    campaign()
    return couple


def this(*whose):
    return VisitTask.objects.filter(pk__in=[task_of(who).pk for who in whose])


def test_what_passed_stands_in_the_file_and_what_was_before_in_its_history(home):
    met(home[0], said(home[0], intention="就近就业", expected_wage="4800.00", phone=None), on=ago(2))
    assert checked(home[0]).households == 1
    home[0].refresh_from_db()
    assert (home[0].intention, str(home[0].expected_wage), home[0].phone) == ("就近就业", "4800.00", None)
    assert (home[0].visited_on, home[0].visited_by, home[0].first_visited_on) == (ago(2), "村专干", ago(400))
    change = changes_of(home[0])[0]
    assert (change.user, change.action) == ("乡镇专员", "surveys.take_over")
    assert ("intention", "省外务工", "就近就业") in change.fields
    assert survey_of(home[0]).applied_at is not None
    assert (states(), task_of(home[0]).checked_by) == (["town_checked"], people.township_clerk())


def test_no_change_confirms_the_file_without_touching_its_answers(home):
    met(home[0], on=ago(1))
    checked(home[0])
    home[1].refresh_from_db()
    assert (home[1].visited_on, home[1].intention, home[1].phone) == (ago(1), "省外务工", "13800000001")


def test_the_last_confirmed_visit_wins_whatever_order_they_are_checked_in(home):
    met(home[0], said(home[0], intention="自主创业"), on=ago(5))
    submitted(home[0])
    Worker.objects.filter(pk=home[0].pk).update(visited_on=ago(3), visited_by="后来的人", intention="就近就业")
    services.take_over(user=people.township_clerk(), tasks=this(home[0]))
    home[0].refresh_from_db()
    assert (home[0].intention, home[0].visited_on, home[0].visited_by) == ("就近就业", ago(3), "后来的人")
    assert survey_of(home[0]).changes == {"intention": "自主创业"}


def test_the_first_visit_of_a_person_nobody_knew_a_visit_of(home):
    Worker.objects.filter(pk=home[0].pk).update(visited_on=None, first_visited_on=None)
    met(home[0], on=ago(4))
    checked(home[0])
    home[0].refresh_from_db()
    assert (home[0].visited_on, home[0].first_visited_on) == (ago(4), ago(4))


def newcomer(home, number, name="张小妹", **answers):
    return services.record_visit(
        user=assistant(),
        task=task_of(home[0]),
        facts=DoorFacts(visited_on=TODAY),
        newcomers=[NewPerson(name=name, id_number=number, relation="女", answers=answers)],
    )


def test_a_newcomer_is_registered_into_the_household(home):
    newcomer(home, id_number(901), labour_status="在校", phone="13700000001")
    checked(home[0])
    made = Worker.objects.get(id_number=id_number(901))
    assert (made.name, made.household, made.village_code, made.relation) == ("张小妹", home[0].household, VILLAGE, "女")
    assert (made.labour_status, made.phone, made.visited_on, made.first_visited_on) == (
        "在校",
        "13700000001",
        TODAY,
        TODAY,
    )
    assert survey_of(made).id_number == id_number(901)


def test_somebody_known_nearby_moves_in(home):
    known = worker("张小妹", village=VILLAGE, group_name="9组")
    newcomer(home, known.id_number)
    checked(home[0])
    known.refresh_from_db()
    assert (known.household, known.group_name, known.relation) == (home[0].household, "1组", "女")


def test_a_person_alone_founds_a_household_with_the_first_who_joins():
    assistant()
    alone = worker("孤身", group_name="3组")
    campaign()
    assert (task_of(alone).household, task_of(alone).contact) == (None, alone)
    newcomer([alone], id_number(903))
    checked(alone)
    alone.refresh_from_db()
    assert alone.household == Household.objects.get(head_name="孤身", group_name="3组", village_code=VILLAGE)
    assert Worker.objects.get(id_number=id_number(903)).household == alone.household


def test_a_newcomer_registered_elsewhere_holds_the_household_back(home):
    known = worker("张小妹", village=OTHER_VILLAGE)
    newcomer(home, known.id_number)
    passed = checked(home[0])
    assert (passed.households, passed.held) == (0, ("张小妹的身份证号码已在别处登记，请由县级核对。",))
    assert (states(), survey_of(home[1]).applied_at) == (["submitted"], None)
    services.take_over(user=people.county_clerk(), tasks=this(home[0]))
    known.refresh_from_db()
    assert (states(), known.village_code, known.household) == (["town_checked"], VILLAGE, home[0].household)


def test_a_newcomer_whose_number_is_another_name_holds_the_household_back(home):
    known = worker("王大宝")
    newcomer(home, known.id_number)
    assert checked(home[0]).held == ("张小妹的身份证号码在登记库里是另一个姓名，请核对。",)


def test_what_is_sent_back_is_visited_and_checked_again(home):
    met(home[0], said(home[0], skill="焊工"))
    checked(home[0])
    with pytest.raises(DomainError):
        services.return_tasks(user=registrar(), tasks=this(home[0]), reason=" ")
    assert services.return_tasks(user=registrar(), tasks=this(home[0]), reason="工种写错了") == 1
    assert (states(), task_of(home[0]).reason) == (["returned"], "工种写错了")
    met(home[0], said(home[0], skill="电工"))
    assert (task_of(home[0]).reason, survey_of(home[0]).applied_at) == ("", None)
    checked(home[0])
    home[0].refresh_from_db()
    assert (home[0].skill, states()) == ("电工", ["town_checked"])
    assert services.accept_tasks(user=registrar(), tasks=this(home[0])) == 1
    with pytest.raises(Conflict):
        services.return_tasks(user=registrar(), tasks=this(home[0]), reason="太晚了")


def test_nobody_checks_or_accepts_where_they_were_at_the_door(home):
    clerk = people.township_clerk()
    met(home[0], user=clerk)
    submitted(home[0], user=clerk)
    assert services.take_over(user=clerk, tasks=this(home[0])).households == 0
    with pytest.raises(NotAllowed):
        services.return_tasks(user=clerk, tasks=this(home[0]), reason="自己退自己")
    colleague = people.make_user("xiang2", "township_officer", people.TOWNSHIP)
    assert services.take_over(user=colleague, tasks=this(home[0])).households == 1


def test_who_may_not_is_refused_and_moves_nothing(home):
    met(home[0])
    submitted(home[0])
    for act in (
        lambda: services.take_over(user=assistant(), tasks=this(home[0])),
        lambda: services.accept_tasks(user=people.township_clerk(), tasks=this(home[0])),
        lambda: services.return_tasks(user=assistant(), tasks=this(home[0]), reason="不行"),
        lambda: services.submit(user=people.with_role("auditor"), tasks=this(home[0])),
    ):
        with pytest.raises(NotAllowed):
            act()
    assert states() == ["submitted"]


def test_an_edit_between_the_visit_and_the_check_keeps_what_the_visit_left_alone(home):
    met(home[0], said(home[0], skill="焊工"))
    changed_meanwhile(home[0], intention="就近就业")
    checked(home[0])
    home[0].refresh_from_db()
    assert (home[0].skill, home[0].intention) == ("焊工", "就近就业")
    assert Survey.objects.count() == 2
