"""Who came home goes to the same post the next season: 到岗 ends a process, another one begins after it."""

from datetime import timedelta

import pytest
from django.urls import reverse

from core.errors import Conflict
from employment.market.matching import fitting_people
from employment.market.process import processes
from employment.market.queries import followed, taken
from employment.market.services import Post, record_step, refer
from employment.models import DeclaredJob, Referral, Vacancy
from employment.rebuilding import rebuild_spells
from tests import people
from tests.employment.market import TODAY, step, vacancy
from tests.journeys import employer, place_divisions, worker
from workers.models import Worker

pytestmark = pytest.mark.django_db

LAST_YEAR = TODAY - timedelta(days=400)
BACK = TODAY - timedelta(days=200)


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def clerk():
    return people.county_clerk()


@pytest.fixture
def season():
    """A picker who came to the post last year and went home, and the vacancies of both years."""
    firm, who = employer("辣椒基地"), worker("甲", wanted_job="采摘工")
    old = vacancy("采摘工", firm=firm, collected_on=LAST_YEAR - timedelta(10))
    new = vacancy("采摘工", firm=firm, place_code="440113", openings=1)
    for result, days in (("推荐", 5), ("到岗", 0)):
        step(who, result, LAST_YEAR - timedelta(days), firm=firm, title="采摘工", vacancy=old)
    return who, old, new


def home(who, on=BACK):
    DeclaredJob.objects.create(worker=who, start_on=LAST_YEAR, end_on=on, place_code="440113")
    rebuild_spells(worker_ids=[who.pk])


def places_taken():
    return list(Vacancy.objects.order_by("collected_on").values_list(taken(), flat=True))


def names(clerk, job):
    return [one.name for one in fitting_people(clerk, job)]


def test_who_is_home_again_fits_and_is_recommended_anew(clerk, season):
    who, _old, new = season
    assert (names(clerk, new), refer(user=clerk, vacancy=new, people=Worker.objects.all())) == ([], 0)
    home(who)
    assert names(clerk, new) == ["甲"]
    assert [refer(user=clerk, vacancy=new, people=Worker.objects.all()) for _click in range(2)] == [1, 0]
    assert names(clerk, new) == []


def test_both_seasons_are_processes_of_their_own_and_each_takes_a_place_of_its_own_vacancy(clerk, season):
    who, old, new = season
    home(who)
    refer(user=clerk, vacancy=new, people=Worker.objects.all())
    assert places_taken() == [1, 0]
    post = Post(employer=old.employer, job_title="采摘工")
    signed = record_step(user=clerk, worker_id=who.pk, post=post, result="签约", day=TODAY)
    assert (signed.vacancy_id, places_taken()) == (new.pk, [1, 1])
    told = [[one.result for one in process.steps] for process in processes(Referral.objects.all())]
    assert told == [["推荐", "签约"], ["推荐", "到岗"]]
    assert sorted(Referral.objects.filter(~followed()).values_list("result", flat=True)) == ["到岗", "签约"]


def test_each_page_tells_its_own_season(clerk, season):
    who, _old, new = season
    home(who)
    refer(user=clerk, vacancy=new, people=Worker.objects.all())
    browser = people.client_for(clerk)
    arrived, again = Referral.objects.get(result="到岗"), Referral.objects.get(result="推荐", happened_on=TODAY)
    pages = [browser.get(reverse("employment:referral", args=[one.pk])).content.decode() for one in (arrived, again)]
    assert [("已到岗，求职已完成" in page, f"{LAST_YEAR:%Y-%m-%d}" in page) for page in pages] == [
        (True, True),
        (False, False),
    ]


def test_another_season_begins_as_any_process_and_not_while_the_person_is_there(clerk, season):
    who, old, _new = season
    post = Post(employer=old.employer, job_title="采摘工")
    acts = {"user": clerk, "worker_id": who.pk, "post": post, "day": TODAY}
    with pytest.raises(Conflict, match="现在还在这家单位"):
        record_step(**acts, result="推荐")
    home(who)
    with pytest.raises(Conflict, match="可以登记：推荐、意向、签约"):
        record_step(**acts, result="到岗")
    begun = record_step(**acts, result="意向")
    assert (begun.vacancy_id, begun.place_code) == (None, "")
