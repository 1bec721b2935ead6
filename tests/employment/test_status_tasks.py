"""Somebody's own word about work is set against the job spells by the act that writes it, whichever act that is."""

from datetime import date

import pytest

from employment.models import DeclaredJob, SpellTask
from employment.rebuilding import rebuild_spells
from tests import people
from tests.comparisons.conftest import compare  # noqa: F401 - a fixture
from tests.journeys import imported, person, place_divisions, undone, worker
from tests.surveys.facts import TODAY, ago, assistant, campaign, checked, household, met, said
from tests.workers.test_bulk import carried_out, finished, prepared
from workers.comparisons.services import accept, undo_accept
from workers.models import Worker
from workers.services import change_worker

pytestmark = pytest.mark.django_db
BEGUN = date(2025, 3, 1)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def at_work(who, start=BEGUN):
    """The person works in Guangdong since then."""
    DeclaredJob.objects.create(worker=who, start_on=start, place_code="440113")
    rebuild_spells(worker_ids=[who.pk])
    return who


def said_so():
    """Who waits to be looked at because of what they said, and of which day."""
    return list(SpellTask.objects.filter(kind="status").order_by("worker").values_list("worker", "day"))


def test_a_correction_of_the_file():
    who = at_work(worker())
    change_worker(
        user=people.county_clerk(), worker=who, facts={"labour_status": "在校", "visited_on": date(2025, 5, 1)}
    )
    assert said_so() == [(who.pk, date(2025, 5, 1))]
    change_worker(user=people.county_clerk(), worker=who, facts={"labour_status": "省外务工"})
    assert said_so() == []


def test_a_correction_of_something_else_asks_nothing():
    who = at_work(worker(visited_on=date(2025, 5, 1)))
    # Written past every act, so that whoever looked again would find it.
    Worker.objects.filter(pk=who.pk).update(labour_status="在校")
    change_worker(user=people.county_clerk(), worker=who, facts={"note": "已电话联系"})
    assert said_so() == []


def test_a_roster_and_its_undo():
    who, other = at_work(worker()), at_work(worker("李四"))
    rows = [
        {**person(one), "乡镇": "古达", "村": "大寨村", "就业状态": "未就业", "走访日期": "2025-05-01"}
        for one in (who, other)
    ]
    source = imported("workers", rows)
    assert said_so() == [(one.pk, date(2025, 5, 1)) for one in (who, other)]
    undone(source)
    assert said_so() == []


def test_a_survey_that_the_township_passes():
    assistant()
    (who,) = household("张国强")
    at_work(who, ago(90))
    campaign()
    met(who, said(who, labour_status="未就业"))
    assert said_so() == []
    checked(who)
    assert said_so() == [(who.pk, TODAY)]


def test_many_changed_at_once_and_back():
    who, other = (at_work(worker(name, visited_on=date(2025, 5, 1))) for name in ("甲", "乙"))
    browser = people.client_for(people.county_clerk())
    url = prepared(browser, [who, other], fields=["labour_status"], labour_status="未就业", told_on="2025-05-02")
    carried_out(browser, url)
    assert said_so() == [(one.pk, date(2025, 5, 2)) for one in (who, other)]
    browser.post(f"{url}undo/")
    finished(url)
    assert said_so() == []


def test_a_list_of_the_dead_and_taken_back(compare):  # noqa: F811 - the fixture
    who = at_work(worker(visited_on=date(2025, 5, 1)))
    made = compare([person(who)], kind="deaths")
    accept(user=people.county_clerk(), rows=made.differences.all())
    assert said_so() == [(who.pk, made.as_of)]
    act = made.differences.values_list("accepted_in", flat=True).get()
    undo_accept(user=people.county_clerk(), comparison=made, act=act)
    assert said_so() == []
