"""The survey's tasks of a person registered twice: no visit is lost, whatever stood where, and undo brings all back."""

from uuid import uuid4

import pytest
from django.urls import reverse

from core.errors import NotAllowed
from tests import people
from tests.doubles.test_merging import everything, merge, undo
from tests.journeys import OTHER_VILLAGE, VILLAGE, place_divisions, worker
from tests.surveys.facts import (
    TODAY,
    ago,
    assistant,
    campaign,
    checked,
    door_of,
    household,
    met,
    said,
    submitted,
    task_of,
    versions,
)
from workers.surveys.models import DoorVisit, FormerTask, Survey, SurveyClash, TaskState, VisitTask
from workers.surveys.services import DoorFacts, accept_tasks, record_visit, return_tasks, take_over

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def county(db):
    place_divisions()


@pytest.fixture
def two():
    """One person alone in two households of the village, both to visit."""
    doors = household("张国强")[0], household("张国强", group="2组")[0]
    campaign()
    return doors


def only_task():
    return VisitTask.objects.get()


def missed(who, *, on=TODAY):
    return met(who, on=on, outcome=DoorVisit.Outcome.ABSENT)


class TestTwoDoorsOfOnePerson:
    def test_are_one_task_with_the_visits_of_both(self, two):
        kept, gone = two
        met(kept, said(kept, skill="电工"))
        met(gone, said(gone, skill="焊工"))
        before = everything()
        made = merge(kept, gone)
        assert VisitTask.objects.count() == 1
        assert (DoorVisit.objects.count(), Survey.objects.get().worker) == (2, kept)
        undo(made)
        assert everything() == before
        assert DoorVisit.objects.filter(task=task_of(gone)).count() == 1
        assert not FormerTask.objects.exists()

    @pytest.mark.parametrize(
        ("kept_on", "gone_on", "skill"),
        [(2, 1, "焊工"), (1, 2, "电工"), (1, 1, "电工")],
        ids=["later", "earlier", "same"],
    )
    def test_of_two_sheets_the_last_visit_stands(self, two, kept_on, gone_on, skill):
        kept, gone = two
        met(kept, said(kept, skill="电工"), on=ago(kept_on))
        met(gone, said(gone, skill="焊工"), on=ago(gone_on))
        merge(kept, gone)
        assert Survey.objects.get().answers["skill"] == skill
        assert only_task().visited_on == ago(2 if kept_on != gone_on else 1)

    def test_what_the_township_passed_is_not_replaced_by_what_nobody_checks_any_more(self, two):
        kept, gone = two
        met(kept, said(kept, skill="电工"), on=ago(3))
        checked(kept)
        met(gone, said(gone, skill="焊工"))
        merge(kept, gone)
        assert Survey.objects.get().answers["skill"] == "电工"

    def test_a_visit_to_the_one_that_goes_counts_for_the_one_that_stays(self, two):
        kept, gone = two
        met(gone, said(gone, skill="焊工"), on=ago(1), channel="微信")
        merge(kept, gone)
        task = only_task()
        assert (task.state, task.visited_on, task.channel, task.contact) == (TaskState.VISITED, ago(1), "微信", kept)
        submitted(kept)
        checked_now = take_over(user=people.township_clerk(), tasks=VisitTask.objects.all())
        assert checked_now.households == 1
        kept.refresh_from_db()
        assert kept.skill == "焊工"

    def test_what_was_handed_in_stays_handed_in(self, two):
        kept, gone = two
        met(gone, said(gone))
        checked(gone)
        accept_tasks(user=people.county_clerk(), tasks=VisitTask.objects.filter(pk=task_of(gone).pk))
        before = everything()
        made = merge(kept, gone)
        task = only_task()
        assert (task.state, task.visited_on, task.checked_by) == (TaskState.ACCEPTED, TODAY, people.township_clerk())
        undo(made)
        assert everything() == before

    def test_what_was_returned_says_why(self, two):
        kept, gone = two
        met(gone, said(gone))
        submitted(gone)
        return_tasks(
            user=people.township_clerk(), tasks=VisitTask.objects.filter(pk=task_of(gone).pk), reason="电话不对"
        )
        merge(kept, gone)
        assert (only_task().state, only_task().reason) == (TaskState.RETURNED, "电话不对")

    def test_nobody_met_stands_with_its_days(self, two):
        kept, gone = two
        for days in (3, 2):
            missed(gone, on=ago(days))
        missed(kept, on=ago(5))
        merge(kept, gone)
        task = only_task()
        assert (task.state, task.misses, task.missed_on) == (TaskState.ABSENT, 2, ago(2))

    def test_where_others_live_it_is_not_handed_in_before_they_were_asked(self):
        kept, mate = household("张国强", "李秀英")
        gone = household("张国强", group="2组")[0]
        campaign()
        met(gone, said(gone, skill="焊工"))
        checked(gone)
        merge(kept, gone)
        task = only_task()
        assert (task.state, task.checked_by) == (TaskState.VISITED, None)
        met(mate, said(mate, skill="电工"))
        assert set(Survey.objects.values_list("worker_id", flat=True)) == {kept.pk, mate.pk}

    def test_a_household_that_moved_away_says_nothing_of_one_where_others_live(self):
        kept, _mate = household("张国强", "李秀英")
        gone = household("张国强", group="2组")[0]
        campaign()
        met(gone, outcome=DoorVisit.Outcome.MOVED)
        merge(kept, gone)
        assert (only_task().state, DoorVisit.objects.count()) == (TaskState.ASSIGNED, 1)

    def test_the_door_is_where_the_person_is_kept(self, two):
        kept, gone = two
        there = gone.household
        before = everything()
        made = merge(kept, gone, taken={"village_code", "group_name", "household"})
        task = only_task()
        assert (task.household, task.group_name) == (there, "2组")
        kept.refresh_from_db()
        assert [member.worker for member in door_of(kept, assistant()).members] == [kept]
        undo(made)
        assert everything() == before

    def test_of_a_larger_household_somebody_else_answers(self):
        kept = household("张国强")[0]
        gone, mate = household("李大山", "李小山", group="2组")
        campaign()
        before = everything()
        made = merge(kept, gone)
        assert set(VisitTask.objects.values_list("contact_id", flat=True)) == {kept.pk, mate.pk}
        undo(made)
        assert everything() == before

    def test_two_sheets_in_one_household_are_one(self):
        kept, gone = household("张国强", "张国祥")
        campaign()
        met(kept, said(kept, skill="电工"), said(gone, skill="焊工"))
        before = everything()
        made = merge(kept, gone)
        assert Survey.objects.get().worker == kept
        undo(made)
        assert everything() == before


class TestAPageKeptFromBefore:
    """A phone's page, or a printed QR code, of the task that became another one."""

    def test_leads_to_the_task_that_stands(self, two):
        kept, gone = two
        old = reverse("surveys:door", args=[task_of(gone).ref])
        sheet = reverse("surveys:task", args=[task_of(gone).ref])
        merge(kept, gone)
        client = people.client_for(assistant())
        assert "张国强户" in client.get(old).content.decode()
        assert people.client_for(people.township_clerk()).get(sheet).status_code == 200
        assert people.client_for(assistant(OTHER_VILLAGE)).get(old).status_code == 404

    def test_a_visit_written_there_arrives_once(self, two):
        kept, gone = two
        former, base = task_of(gone).ref, versions(gone, assistant())[gone.pk]
        merge(kept, gone)
        typed = {
            "visited_on": TODAY.isoformat(), "channel": "上门", "client_ref": str(uuid4()), f"p{gone.pk}-base": base,
            f"p{gone.pk}-skill": "焊工",
        }  # fmt: skip
        for _again in range(2):
            answer = people.client_for(assistant()).post(reverse("surveys:door", args=[former]), typed)
            assert answer.status_code == 302, answer.content.decode()
        assert (DoorVisit.objects.get().task, Survey.objects.get().worker) == (only_task(), kept)
        assert Survey.objects.get().changes == {"skill": "焊工"}
        assert not SurveyClash.objects.exists()

    def test_a_second_merge_leads_on(self, two):
        kept, gone = two
        former = task_of(gone).ref
        third = household("张国强", group="3组")[0]
        VisitTask.objects.create(campaign=only_campaign(), contact=third, household=third.household,
                                 village_code=VILLAGE, place=9)  # fmt: skip
        merge(kept, gone)
        merge(third, kept)
        assert VisitTask.objects.get(former__ref=former).contact == third
        assert FormerTask.objects.count() == 2

    def test_whose_door_it_was_may_still_write_it_down(self, two):
        kept, gone = two
        other, stranger = (people.make_user(name, "village_assistant", VILLAGE) for name in ("cun-2", "cun-3"))
        VisitTask.objects.filter(contact=kept).update(surveyor=assistant(), assigned_on=TODAY)
        VisitTask.objects.filter(contact=gone).update(surveyor=other, assigned_on=TODAY)
        merge(kept, gone)
        visit = {"task": only_task(), "facts": DoorFacts(visited_on=TODAY)}
        with pytest.raises(NotAllowed):
            record_visit(user=stranger, **visit)
        assert record_visit(user=other, **visit).new
        assert only_task().surveyor == assistant()


def only_campaign():
    return VisitTask.objects.first().campaign


def test_a_person_alone_without_household_is_one_task_too():
    kept, gone = worker("张国强"), worker("张国强")
    campaign()
    before = everything()
    made = merge(kept, gone)
    assert only_task().contact == kept
    undo(made)
    assert everything() == before
