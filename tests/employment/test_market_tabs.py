"""Tabs of vacancies, fairs and people: results in the reader's words, and what a long one leaves out."""

import re

import pytest
from django.conf import settings
from django.urls import reverse

from employment.market.views import fairs, vacancies
from employment.models import Referral
from tests import people
from tests.employment.market import TODAY, booth, fair, step, vacancy
from tests.journeys import employer, place_divisions, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def browser():
    return people.client_for(people.county_clerk())


@pytest.fixture
def english(browser):
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    return browser


@pytest.fixture
def tabs():
    """Addresses of the tabs that list steps, of a fair and a vacancy with two people each."""
    at, job = fair("F1", TODAY), vacancy("缝纫工")
    for name in ("甲一", "乙二"):
        who = worker(name)
        step(who, "意向", TODAY, firm=job.employer, at=at)
        step(who, "推荐", TODAY, firm=job.employer, vacancy=job)
    booth(at, job.employer), booth(at, employer("乙厂"))
    return {
        "stands": reverse("employment:fair", args=[at.pk]),
        "register": f"{reverse('employment:fair', args=[at.pk])}?tab=register",
        "found": f"{reverse('employment:vacancy', args=[job.pk])}?tab=people",
        "person": f"{reverse('workers:detail', args=[who.pk])}?tab=market",
    }


def text_of(browser, address):
    page = browser.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_results_are_told_in_the_language_of_the_page(english, tabs):
    told = {name: re.findall(r'<span class="me-3">([^<]*) <b>', text_of(english, tabs[name])) for name in tabs}
    assert told == {"stands": [], "register": ["Intent"], "found": ["Recommended"], "person": []}
    steps = re.findall(r'<span class="text-nowrap me-2">([^<]*) \d', text_of(english, tabs["person"]))
    assert sorted(steps) == ["Intent", "Recommended"]


def test_the_desk_answers_in_the_language_of_the_page(english, tabs):
    at = Referral.objects.filter(fair__isnull=False).first().fair
    sent = {
        "worker": worker("丙三").pk,
        "booth": at.booths.first().pk,
        "result": "意向",
        "happened_on": TODAY.isoformat(),
    }
    page = english.post(reverse("employment:desk", args=[at.pk]), sent, follow=True).content.decode()
    said = [message for message in re.findall(r"Written down: [^<]*", page) if "丙三" in message]
    assert ([("Intent" in message, "意向" in message) for message in said]) == [(True, False)]


@pytest.mark.parametrize("name", ["stands", "register", "found"])
def test_a_long_tab_says_that_it_lists_only_the_first(browser, tabs, monkeypatch, name):
    assert "只列出前" not in text_of(browser, tabs[name])
    monkeypatch.setattr(fairs, "MOST_SHOWN", 1)
    monkeypatch.setattr(vacancies, "MOST_FOUND", 1)
    page = text_of(browser, tabs[name])
    assert ("只列出前 1 条。" in page, len(re.findall(r'class="row-link"', page))) == (True, 1)
