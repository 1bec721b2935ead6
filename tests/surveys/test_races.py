"""Two phones at one door at the same moment: without the lock they collide, with it both visits stand and one survey."""

from contextlib import suppress
from threading import Barrier, BrokenBarrierError
from uuid import uuid4

import pytest

from tests import people
from tests.journeys import place_divisions
from tests.racing import at_once, kinds
from tests.surveys.facts import assistant, campaign, household, met, said, states, submitted, task_of
from workers.surveys import services
from workers.surveys.models import DoorVisit, Survey, VisitTask
from workers.surveys.services import doors

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def home():
    place_divisions()
    assistant()
    couple = household("张国强", "李秀英")
    campaign()
    return couple


@pytest.fixture
def meeting(monkeypatch):
    """Both have read what is stored before either writes; a phone that must wait for the other is not waited for long."""

    def within(seconds):
        both, go_on = Barrier(2), doors._keep

        def together(*given):
            with suppress(BrokenBarrierError):
                both.wait(timeout=seconds)
                both.abort()  # they have met: at the answers of the next person nobody waits for the other again
            go_on(*given)

        monkeypatch.setattr(doors, "_keep", together)

    return within


def two_phones(home):
    told, who = [said(person, skill="焊工") for person in home], assistant()
    return at_once(*[lambda: met(home[0], *told, user=who, ref=uuid4()) for _phone in range(2)])


def test_without_the_lock_one_of_two_phones_fails(home, meeting, monkeypatch):
    meeting(60)
    monkeypatch.setattr(doors, "locked_task", lambda _user, task, **_kept: VisitTask.objects.get(pk=task.pk))
    assert kinds(two_phones(home)) == ["IntegrityError", "done"]


def test_with_it_both_visits_stand_and_one_survey_of_each(home, meeting):
    meeting(1)
    assert kinds(two_phones(home)) == ["done", "done"]
    assert (DoorVisit.objects.count(), Survey.objects.count(), states()) == (2, 2, ["visited"])


def test_one_reference_sent_twice_at_once_is_stored_once(home):
    ref, who = uuid4(), assistant()
    outcomes = at_once(*[lambda: met(home[0], user=who, ref=ref) for _time in range(4)])
    assert sorted(one.new for one in outcomes) == [False, False, False, True]
    assert DoorVisit.objects.count() == 1


def test_a_household_passed_by_two_of_the_township_is_written_once(home):
    met(home[0], said(home[0], skill="焊工"))
    submitted(home[0])
    clerk, this = people.township_clerk(), VisitTask.objects.filter(pk=task_of(home[0]).pk)
    outcomes = at_once(*[lambda: services.take_over(user=clerk, tasks=this) for _time in range(2)])
    assert sorted(one.households for one in outcomes) == [0, 1]
    assert states() == ["town_checked"]
