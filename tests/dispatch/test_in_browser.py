"""The coach door on a phone and the roster at a desk, as a person uses them."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from dispatch.models import CheckIn, Passenger, Trip
from employment.models import Spell
from tests import people
from tests.browsing import wait_for_the_server_to_let_go
from tests.e2e.walking import DESK, PHONE, walking
from tests.journeys import passenger, place_divisions, trip, worker
from tests.racing import at_once

pytestmark = pytest.mark.browser


@pytest.fixture
def coach(live_server, transactional_db, monkeypatch):
    """A vehicle that left an hour ago with three people on its roster, and the clerk who stands at its door."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    place_divisions()
    on = trip()
    Trip.objects.update(departs_at=timezone.now() - timedelta(hours=1))
    for seat, name in enumerate(("甲一", "乙二", "丙三"), 1):
        passenger(on, worker(name), seat=str(seat), boarding_point="古达乡政府")
    on.clerk = people.township_clerk()
    yield on
    wait_for_the_server_to_let_go()


def told(field):
    """A field of each passenger. Asked in a thread: inside Playwright's event loop nobody would close the connection."""
    [found] = at_once(lambda: dict(Passenger.objects.order_by("pk").values_list("worker__name", field)))
    return found


def test_people_board_arrive_and_report_by_taps(browser_program, live_server, coach):
    with walking(browser_program, live_server.url) as street:
        walker = street.signed_in(coach.clerk, PHONE)
        page = walker.page
        walker.click('.phone-link[href="/dispatch/today/"]', "贵F12345", "待签到")
        walker.click(".trip-card", "0 / 3 人已签到")
        page.click("text=甲一")
        expect(page.locator("#board-tally")).to_contain_text("1 / 3 人已签到")
        page.fill("#board-q", told("worker__id_number")["乙二"][-4:])
        expect(page.locator(".board-card")).to_have_count(1)
        walker.click(".board-tap", "2 / 3 人已签到")
        expect(page.locator(".board-card .board-tap")).to_have_attribute("aria-pressed", "true")
        page.click(".board-tap")  # a slip of the thumb, and taken back
        expect(page.locator("#board-tally")).to_contain_text("1 / 3 人已签到")
        walker.click(".board-tap", "2 / 3 人已签到")
        page.reload()
        walker.click(".board-rest button", "已更新1人。")
        assert told("boarded") == {"甲一": True, "乙二": True, "丙三": False}
        walker.go(f"/dispatch/trips/{coach.pk}/board/?step=arrive", "0 / 2 人已到达")
        page.click("text=甲一")
        expect(page.locator("#board-tally")).to_contain_text("1 / 2 人已到达")
        walker.click(".board-step >> text=登记到岗", "0 / 2 人已到岗")
        page.click("text=甲一")
        expect(page.locator("#board-tally")).to_contain_text("1 / 2 人已到岗")
    today = timezone.localdate()
    assert told("at_post_on") == {"甲一": today, "乙二": None, "丙三": None}
    assert (Spell.objects.get().start_on, CheckIn.objects.count()) == (today, 5)


def test_refusal_is_said_and_nothing_is_lost(browser_program, live_server, coach):
    with walking(browser_program, live_server.url) as street:
        walker = street.signed_in(coach.clerk, PHONE)
        page = walker.page
        walker.go(f"/dispatch/trips/{coach.pk}/board/", "0 / 3 人已签到")
        page.click("text=甲一")
        expect(page.locator("#board-tally")).to_contain_text("1 / 3")
        at_once(lambda: Passenger.objects.filter(worker__name="甲一").update(arrived=True))
        page.click("text=甲一")
        expect(page.locator("#messages")).to_contain_text("请先撤销到达签收")
        expect(page.locator("#board-tally")).to_contain_text("1 / 3")
        walker.complaints = [line for line in walker.complaints if "422" not in line]


def test_roster_is_worked_through_at_a_desk(browser_program, live_server, coach):
    with walking(browser_program, live_server.url) as street:
        walker = street.signed_in(coach.clerk, DESK)
        page = walker.page
        walker.go(f"/dispatch/trips/{coach.pk}/", "报名 3 人", "签到 0 / 3")
        expect(page.locator("[data-bulk-bar]")).to_be_hidden()
        page.check("[data-bulk-page]")
        expect(page.locator("[data-bulk-count]")).to_have_text("3")
        walker.click("button[value=board]", "签到 3 / 3", "已更新3人。")
        page.select_option("#roster-state", "boarded")
        expect(page).to_have_url(re.compile("state=boarded"))
        expect(page.locator(".list-table tbody tr")).to_have_count(3)
        page.check("input[name=ids] >> nth=0")
        walker.click("button[value=post]", "到岗 1 / 3")
        walker.go(f"/dispatch/trips/{coach.pk}/manifest/")
    assert told("at_post_on")["甲一"] == timezone.localdate()
