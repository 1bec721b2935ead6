"""Others write the same rows at the same moment and PostgreSQL breaks the ring: pages say so and lose nothing."""

import pytest

from dispatch.models import Passenger
from tests import people
from tests.journeys import passenger, place_divisions, trip, worker
from tests.racing import in_a_ring
from tests.surveys.facts import assistant, campaign, household, met, states, submitted, task_of
from tests.web.reading import page

pytestmark = pytest.mark.django_db(transaction=True)
TOLD = "刚才有人同时在改动相关的记录，这次没有保存，请再试一次。"


@pytest.fixture
def coach():
    place_divisions()
    return trip()


@pytest.fixture
def aboard(coach):
    """Three in the order in which acts lock them."""
    return [passenger(coach, worker(), boarded=True) for _n in range(3)]


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


def report(browser, rows, **headers):
    ids = ",".join(str(row.pk) for row in rows)
    return browser.post(f"/dispatch/report/?ids={ids}", {"day": "2025-02-12"}, headers=headers)


def at_post():
    return Passenger.objects.filter(at_post_on__isnull=False).count()


def test_a_form_keeps_what_was_typed_and_asks_to_try_again(county, aboard):
    with in_a_ring(*aboard):
        answer = report(county, aboard)
    said = answer.content.decode()
    assert (answer.status_code, TOLD in said, "2025-02-12" in said, at_post()) == (422, True, True, 0)
    assert (report(county, aboard).status_code, at_post()) == (302, 3)


def test_a_phone_that_sends_later_keeps_what_it_has_and_sends_it_again(county, aboard):
    with in_a_ring(*aboard):
        answer = report(county, aboard, **{"X-Offline-Later": "1"})
    assert (answer.status_code, answer.content.decode(), at_post()) == (409, TOLD, 0)


def test_an_act_on_a_page_says_it_there(county, coach, aboard):
    with in_a_ring(*aboard):
        answer = county.post(
            f"/dispatch/trips/{coach.pk}/acts/", {"act": "arrive", "ids": [row.pk for row in aboard]}, follow=True
        )
    assert (answer.status_code, TOLD in answer.content.decode()) == (200, True)
    assert Passenger.objects.filter(arrived=True).count() == 0


def test_a_bulk_action_of_a_list_says_it_there():
    place_divisions()
    assistant()
    homes = [household(name, group=f"{n}组") for n, name in enumerate(("张国强", "李秀英", "王建军"))]
    campaign()
    for home in homes:
        met(home[0])
        submitted(home[0])
    town = people.client_for(people.township_clerk())
    rows = sorted((task_of(home[0]) for home in homes), key=lambda task: task.pk)
    with in_a_ring(*rows):
        answer = town.post("/workers/surveys/tasks/?state=submitted", {"action": "check", "all": "1"}, follow=True)
    assert (answer.status_code, TOLD in answer.content.decode()) == (200, True)
    assert states() == ["submitted"] * 3


@pytest.mark.urls("tests.web.site")
class TestRefusalsNobodySpokeOf:
    FASTER = "刚才有人改动了相关的记录，请刷新后再试。"

    @pytest.mark.parametrize(
        ("came_from", "back"),
        [
            ("http://testserver/kit/divisions/?sort=code", "http://testserver/kit/divisions/?sort=code"),
            ("https://elsewhere.example/kit/", "/"),
            (None, "/"),
        ],
    )
    def test_an_act_leads_back_to_where_it_was_asked_for(self, county, coach, came_from, back):
        headers = {} if came_from is None else {"Referer": came_from}
        answer = county.post(f"/kit/repeat/{people.COUNTY}/", headers=headers)
        assert (answer.status_code, answer.url) == (302, back)
        assert self.FASTER in county.get("/kit/divisions/").content.decode()

    def test_without_a_collision_the_act_answers(self, county, coach):
        assert county.post(f"/kit/repeat/{people.TOWNSHIP}299/").content == b"written"

    def test_a_form_refused_at_the_very_end_says_so_and_not_that_it_was_saved(self, county, coach):
        answer = county.post("/kit/nobody/", {"full_name": "丁一"})
        said = answer.content.decode()
        assert (answer.status_code, self.FASTER in said, "丁一" in said) == (422, True, True)
        assert page(county.get("/kit/divisions/")).one(id="messages").text == ""
