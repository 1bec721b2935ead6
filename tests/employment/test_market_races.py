"""Two at once on one referral: with the person's lock off a process forks, with it on it never does."""

from datetime import date
from threading import Barrier

import pytest

from employment.market import services
from employment.market.services import Post, record_step, refer
from employment.models import Referral
from tests import people
from tests.employment.market import step, vacancy
from tests.journeys import employer, place_divisions, worker
from tests.racing import at_once, kinds
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)

DAY = date(2025, 2, 12)


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def lock_off(monkeypatch):
    """The person is read without the lock, by both clerks before either of them goes on."""
    both_have_looked = Barrier(2)

    def unlocked(_user, worker_id):
        found = Worker.objects.get(pk=worker_id)
        both_have_looked.wait(timeout=30)
        return found

    monkeypatch.setattr(services, "locked_worker", unlocked)


def race_to_different_ends():
    """One clerk signs, the other notes a refusal, on the same day."""
    who, firm, clerk = worker(), employer(), people.county_clerk()
    step(who, "签约", date(2025, 2, 10), firm=firm)
    post = Post(employer=firm, job_title="缝纫工")
    acts = [
        lambda result=result: record_step(user=clerk, worker_id=who.pk, post=post, result=result, day=DAY)
        for result in ("到岗", "拒绝")
    ]
    outcomes = kinds(at_once(*acts))
    return outcomes, Referral.objects.filter(worker=who, happened_on=DAY).count()


def test_without_the_lock_both_ends_are_stored(lock_off):
    assert race_to_different_ends() == (["done", "done"], 2)


@pytest.mark.parametrize("attempt", range(3))
def test_with_the_lock_one_of_them_is_refused(attempt):
    outcomes, stored = race_to_different_ends()
    # 拒绝 first leaves nothing but a new recommendation; 到岗 first ends the process.
    assert (outcomes, stored) == (["done", "step"], 1)


@pytest.mark.parametrize("attempt", range(3))
def test_two_clerks_recommend_the_same_people_once(attempt):
    job, clerk = vacancy(), people.county_clerk()
    for name in ("甲", "乙", "丙"):
        worker(name)
    acts = [lambda: refer(user=clerk, vacancy=job, people=Worker.objects.all())] * 2
    assert sorted(at_once(*acts)) == [0, 3]
    assert Referral.objects.count() == 3
