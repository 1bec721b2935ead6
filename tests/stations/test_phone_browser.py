"""The phone in a browser of 390 px: three taps, and a visit typed without signal that is kept and sent later, once."""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from playwright.sync_api import expect

from employment.models import Employer
from stations.models import EmployerVisit, Visit
from tests.browsing import phone_of, ready_without_signal
from tests.journeys import place_divisions, worker
from tests.stations.facts import AT_WORK, TODAY, ago, arrive, firm, staff, standing, station

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def due():
    """Two at one factory whose month is over today."""
    place_divisions()
    station()
    works = firm()
    return [arrive(worker(name), on=ago(30), firm=works, phone="13812345678") for name in ("张国强", "李秀英")]


@pytest.fixture
def phone(browser_program, live_server, transactional_db, due, monkeypatch):
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with phone_of(browser_program, live_server.url, staff()) as page:
        yield page


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url


def test_three_taps_from_the_list_to_a_saved_visit(phone, due):
    phone.goto("/stations/due/")
    fits(phone)
    phone.tap(".person-main:has-text('张国强')")
    phone.wait_for_url("**/stations/record/**")
    fits(phone)
    expect(phone.locator(".visit-employer_name")).to_be_hidden()
    phone.tap(".choice:has-text('转岗在岗')")
    expect(phone.locator(".visit-employer_name")).to_be_visible()
    phone.tap(".choice:has-text('原岗位在岗')")
    phone.tap("#form .btn-primary")
    phone.wait_for_url("**/stations/due/")
    expect(phone.locator("#messages")).to_contain_text("张国强：已登记“原岗位在岗”。")
    expect(phone.locator(".person")).to_have_count(1)
    (told,) = Visit.objects.values_list("worker_id", "status", "channel", "milestone", "visited_on")
    assert told == (due[0].pk, AT_WORK, "电话", 30, TODAY)


def test_one_tap_shows_the_number_the_next_calls(phone):
    phone.goto("/stations/due/")
    card = phone.locator(".person", has_text="张国强")
    expect(card.locator(".call")).to_have_text("138****5678")
    card.locator(".call button").tap()
    expect(card.locator("a.revealed")).to_have_attribute("href", "tel:13812345678")
    fits(phone)


def test_typing_narrows_the_list_in_place(phone):
    phone.goto("/stations/due/")
    phone.tap("#due-q")
    phone.keyboard.type("李", delay=40)
    expect(phone.locator(".person")).to_have_count(1)
    expect(phone).to_have_url(re.compile(r"\?q=%E6%9D%8E$"))
    expect(phone.locator("#due-q")).to_be_focused()


def test_without_signal_the_visit_is_kept_and_sent_later_once(phone, due):
    address = f"/stations/record/{due[0].pk}/"
    phone.goto("/stations/due/")
    ready_without_signal(phone, "/stations/due/", address)
    phone.context.set_offline(True)
    phone.goto("/stations/due/")
    phone.tap(".person-main:has-text('张国强')")
    phone.wait_for_url(f"**{address}")
    phone.tap(".choice:has-text('返乡')")
    phone.tap("#form .btn-primary")
    phone.wait_for_url("**/stations/due/")
    expect(phone.locator("#offline")).to_contain_text("1 条待发送")
    expect(phone.locator(".person-main:has-text('张国强') .queued")).to_be_visible()
    expect(phone.locator(".person-main:has-text('李秀英') .queued")).to_be_hidden()
    fits(phone)
    phone.goto("/stations/due/")
    expect(phone.locator("#offline")).to_contain_text("1 条待发送")
    assert Visit.objects.count() == 0
    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator("#offline")).to_be_hidden()
    # The list comes anew by itself.
    expect(phone.locator(".person")).to_have_count(1)
    made = Visit.objects.get()
    assert (made.worker, made.status, made.visited_on, made.client_ref is not None) == (due[0], "返乡", TODAY, True)
    assert standing(due[0]) == {7: "已错过", 30: TODAY, 90: "已离岗", 180: "已离岗"}


def test_a_page_kept_since_yesterday_knows_what_today_is(phone, due):
    tomorrow = TODAY + timedelta(days=1)
    address = f"/stations/record/{due[0].pk}/"
    phone.goto(address)
    ready_without_signal(phone, address)
    phone.context.set_offline(True)
    phone.clock.set_fixed_time(datetime(tomorrow.year, tomorrow.month, tomorrow.day, 9))  # noqa: DTZ001 - the phone's own day
    phone.goto(address)
    expect(phone.locator("#id_visited_on")).to_have_value(tomorrow.isoformat())


def test_the_clock_of_a_phone_is_not_believed(phone, due):
    ahead = TODAY + timedelta(days=3)
    phone.clock.set_fixed_time(datetime(ahead.year, ahead.month, ahead.day, 9))  # noqa: DTZ001 - the phone's own day
    phone.goto(f"/stations/record/{due[0].pk}/")
    expect(phone.locator("#id_visited_on")).to_have_value(TODAY.isoformat())
    assert phone.evaluate("new Date().getDate()") == ahead.day


def test_what_another_phone_was_quicker_with_comes_back_with_its_reason(phone, due):
    address = f"/stations/record/{due[0].pk}/"
    phone.goto(address)
    ready_without_signal(phone)
    phone.context.set_offline(True)
    phone.tap(".choice:has-text('返乡')")
    phone.tap("#form .btn-primary")
    expect(phone.locator("#offline")).to_contain_text("1 条待发送")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stations_visit (worker_id, station_id, visited_on, channel, status, problem, action_taken, satisfaction, visitor)"
            " SELECT %s, id, %s, '电话', '原岗位在岗', '', '', '', '同事' FROM stations_station",
            [due[0].pk, TODAY],
        )
    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator("#offline li")).to_contain_text(
        f"此人{TODAY}在该协作站已有一条回访记录（原岗位在岗，同事登记）。"
    )
    assert Visit.objects.get().visitor == "同事"


def test_a_round_through_a_factory_closes_everybody_ticked(phone, due):
    phone.goto("/stations/due/")
    phone.tap("a:has-text('到企回访')")
    phone.wait_for_url("**/round/")
    fits(phone)
    phone.tap(".tick:has-text('李秀英')")
    phone.tap("#form .btn-primary")
    phone.wait_for_url("**/stations/due/")
    expect(phone.locator("#messages")).to_contain_text("已登记 1 人的回访。")
    assert Visit.objects.values_list("worker_id", "channel", "milestone").get() == (due[0].pk, "到企", 30)


def test_without_signal_visits_to_employers_are_kept_and_sent_later_once(phone, due):
    works = Employer.objects.get()
    known, new = f"/stations/employers/{works.pk}/visit/", "/stations/employers/visit/"
    phone.goto("/stations/employers/find/")
    ready_without_signal(phone, new)
    phone.goto("/stations/employers/")
    fits(phone)
    ready_without_signal(phone, "/stations/employers/", known)
    phone.context.set_offline(True)
    phone.tap("a:has-text('走访'):not(:has-text('其他'))")
    phone.wait_for_url(f"**{known}")
    fits(phone)
    expect(phone.locator("#id_people_here")).to_have_value("2")
    phone.fill("#id_needs", "普工20人")
    phone.tap("#form .btn-primary")
    phone.wait_for_url("**/stations/employers/")
    expect(phone.locator("#offline")).to_contain_text("1 条待发送")
    phone.goto(new)
    for name, text in (("name", "新厂"), ("place_code", "广东广州番禺"), ("note", "第一次去")):
        phone.fill(f"#id_{name}", text)
    fits(phone)
    phone.tap("#form .btn-primary")
    phone.wait_for_url("**/stations/employers/")
    expect(phone.locator("#offline")).to_contain_text("2 条待发送")
    assert EmployerVisit.objects.count() == 0
    phone.reload()
    phone.context.set_offline(False)
    phone.evaluate("window.dispatchEvent(new Event('online'))")
    expect(phone.locator("#offline")).to_be_hidden()
    told = EmployerVisit.objects.order_by("pk").values_list(
        "employer__name", "needs", "people_here", "station__code", "note"
    )
    assert list(told) == [(works.name, "普工20人", 2, "GZ-01", ""), ("新厂", "", None, "GZ-01", "第一次去")]
    assert EmployerVisit.objects.filter(visited_on=TODAY, client_ref__isnull=False).count() == 2
