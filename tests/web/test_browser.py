"""What only a browser can show: focus and history across swaps, the keyboard, a form without signal."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus

import pytest
from django.db import connection
from django.utils import timezone
from playwright.sync_api import expect, sync_playwright

from core.divisions.models import Division
from core.jobs.models import Job
from tests import people
from tests.browsing import QUIET, ready_without_signal, until, wait_for_the_server_to_let_go
from tests.web import site
from tests.web.conftest import VILLAGES

pytestmark = [pytest.mark.browser, pytest.mark.urls("tests.web.site")]


@pytest.fixture
def tab(browser_program, live_server, transactional_db, monkeypatch):
    """A page of a signed-in clerk; fails the test when the browser's console reports an error of ours."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code. Rows are made before
    # it starts: what asks the database inside it does so by a connection of its own that nobody closes.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    Division.objects.bulk_create(Division(code=code, name=f"{code[-3:]}村", level="village") for code in VILLAGES)
    session = people.client_for(people.county_clerk()).cookies["sessionid"].value
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=QUIET.split())
        context = browser.new_context(locale="zh-CN", base_url=live_server.url)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        page.on("dialog", lambda dialog: dialog.accept())
        yield page
        browser.close()
    wait_for_the_server_to_let_go()
    assert complaints == []


def test_typing_filters_in_place_and_back_leads_back(tab):
    tab.goto("/kit/divisions/")
    tab.focus("#list-q")
    tab.keyboard.type("20", delay=40)
    expect(tab.locator("#list-count")).to_have_text("10")
    expect(tab).to_have_url(re.compile(r"\?q=20$"))
    expect(tab.locator("#list-q")).to_be_focused()
    tab.click("#page-next")
    expect(tab.locator(".row-link").first).to_have_text("205村")
    tab.go_back()
    expect(tab.locator(".row-link").first).to_have_text("200村")
    expect(tab.locator("#list-q")).to_have_value("20")
    tab.click("#chip-1")
    expect(tab.locator("#list-count")).to_have_text("12")
    expect(tab.locator("#list-q")).to_have_value("")


def test_selecting_the_page_offers_all_that_match(tab):
    tab.goto("/kit/divisions/")
    expect(tab.locator("[data-bulk-bar]")).to_be_hidden()
    tab.check("[data-bulk-page]")
    expect(tab.locator("[data-bulk-count]")).to_have_text("5")
    tab.check("[data-bulk-all] input")
    tab.click("button[value=touch]")
    expect(tab.locator("#messages")).to_contain_text("标记了 12 条")
    assert site.TOUCHED == VILLAGES


def test_a_phone_shows_rows_as_cards_and_selects_their_page(tab):
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.goto("/kit/divisions/")
    expect(tab.locator("th.pick")).to_have_text("选中本页")
    tab.check("[data-bulk-page]")
    expect(tab.locator("[data-bulk-count]")).to_have_text("5")
    # What is short stands beside the name; the rest has a line of its own.
    name, state, code, length = (
        tab.locator(f"tbody tr:first-child {cell}").bounding_box()["y"]
        for cell in ("td.lead-cell", "td.bare", "td.short", "td.num")
    )
    assert (abs(name - state) < 8, abs(name - code) < 8, length > name + 8) == (True, True, True)


def test_the_search_box_is_a_matter_of_the_keyboard(tab):
    tab.goto("/kit/divisions/")
    tab.keyboard.press("Control+k")
    tab.keyboard.type("203", delay=40)
    expect(tab.locator("#search-list [role=option]")).to_have_count(1)
    tab.keyboard.press("ArrowDown")
    expect(tab.locator("#search")).to_have_attribute("aria-activedescendant", "hit-kit_villages-1")
    tab.keyboard.press("Enter")
    tab.wait_for_url(f"**/kit/division/{VILLAGES[3]}/")


def test_a_masked_value_opens_with_a_reason_and_takes_the_focus(tab):
    tab.goto(f"/kit/division/{VILLAGES[0]}/")
    tab.click("text=查看完整")
    tab.fill("input[name=reason]", "核对身份")
    tab.keyboard.press("Enter")
    expect(tab.locator(".revealed")).to_have_text("529999199001011234")
    expect(tab.locator(".revealed")).to_be_focused()


def test_a_menu_closes_with_escape_and_gives_the_focus_back(tab):
    tab.goto("/kit/divisions/")
    tab.click("summary:has-text('筛选')")
    tab.focus("#id_name")
    tab.keyboard.press("Escape")
    expect(tab.locator("details[data-menu][open]")).to_have_count(0)
    expect(tab.locator("summary:has-text('筛选')").first).to_be_focused()


def test_a_form_without_signal_waits_survives_a_reload_and_is_sent_once(tab):
    tab.goto("/kit/new/")
    ready_without_signal(tab)
    tab.fill("#id_name", "甲")
    tab.fill("#id_day", "2025.2.15")
    tab.focus("#id_village_text")
    tab.keyboard.type("203", delay=40)
    expect(tab.locator("#id_village_list [role=option]")).to_have_count(1)
    tab.keyboard.press("Enter")
    expect(tab.locator("#id_village_text")).to_have_value("203村")
    tab.reload()
    expect(tab.locator("#id_name")).to_have_value("甲")
    expect(tab.locator("#id_village_text")).to_have_value("203村")
    tab.context.set_offline(True)
    tab.click("#form button.btn-primary")
    expect(tab.locator("#offline")).to_contain_text("1 条待发送")
    tab.goto("/kit/new/")
    expect(tab.locator("#offline")).to_contain_text("1 条待发送")
    assert site.SAVED == []
    tab.context.set_offline(False)
    tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tab.locator("#offline")).to_be_hidden()
    (saved,) = site.SAVED
    assert (saved["name"], saved["village"], uuid.UUID(saved["client_ref"]).version) == ("甲", VILLAGES[3], 4)


def test_what_the_server_refuses_is_listed_with_its_reason_and_can_be_mended(tab):
    tab.goto("/kit/new/")
    ready_without_signal(tab)
    tab.context.set_offline(True)
    for name in ("重名", "乙"):
        tab.fill("#id_name", name)
        tab.fill("#id_day", "2025.2.15")
        tab.click("#form button.btn-primary")
        expect(tab.locator("#id_name")).to_have_value("")
    expect(tab.locator("#offline")).to_contain_text("2 条待发送")
    tab.context.set_offline(False)
    tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tab.locator("#offline")).to_contain_text("1 条被退回")
    expect(tab.locator("#offline li")).to_contain_text("这个名称已经有了。")
    expect(tab.locator("#offline")).not_to_contain_text("待发送")
    assert [saved["name"] for saved in site.SAVED] == ["乙"]
    tab.click("#offline li a")
    expect(tab.locator("#id_name")).to_have_value("重名")
    tab.fill("#id_name", "不重名")
    tab.click("#form button.btn-primary")
    expect(tab.locator("#offline")).to_be_hidden()
    assert [saved["name"] for saved in site.SAVED] == ["乙", "不重名"]


def test_what_met_other_writers_on_its_way_is_kept_and_sent_again(tab):
    tab.goto("/kit/new/")
    ready_without_signal(tab)
    tab.context.set_offline(True)
    tab.fill("#id_name", "甲")
    tab.fill("#id_day", "2025.2.15")
    tab.click("#form button.btn-primary")
    expect(tab.locator("#offline")).to_contain_text("1 条待发送")
    met = []
    tab.route(
        "**/kit/new/",
        lambda route: (
            (met.append(route.request.method), route.fulfill(status=409, body="请再试一次。"))
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    tab.context.set_offline(False)
    with tab.expect_response(lambda answer: answer.status == HTTPStatus.CONFLICT):
        tab.evaluate("window.dispatchEvent(new Event('online'))")
    expect(tab.locator("#offline")).to_contain_text("1 条待发送")
    expect(tab.locator("#offline")).not_to_contain_text("被退回")
    assert (set(met), site.SAVED) == ({"POST"}, [])
    tab.unroute("**/kit/new/")
    # A page begins with the banner hidden: what tells is the answer.
    with tab.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        tab.reload()
    expect(tab.locator("#offline")).to_be_hidden()
    assert [saved["name"] for saved in site.SAVED] == ["甲"]


def test_leaving_a_form_with_escape_goes_where_cancel_goes(tab):
    tab.goto("/kit/new/")
    tab.focus("#id_name")
    tab.keyboard.press("Escape")
    tab.wait_for_url("**/")


def test_kept_pages_are_gone_after_signing_out(tab):
    tab.goto("/kit/new/")
    ready_without_signal(tab)
    names = "caches.keys().then((all) => all.filter((name) => name.startsWith('pages-')))"
    assert tab.evaluate(names) == [f"pages-{tab.locator('body').get_attribute('data-user')}"]
    tab.goto("/me/")
    tab.click("#content form[data-clear-offline] button")
    tab.wait_for_url("**/sign-in/**")
    until(tab, "caches.keys().then((all) => !all.some((name) => name.startsWith('pages-')))")


@pytest.fixture
def task(transactional_db):
    """A running task of the clerk; call it to end it, from a thread whose connection is closed afterwards."""
    job = Job.objects.create(
        kind="x", title="导入花名册", state="running", created_by=people.county_clerk(), result_url="/kit/divisions/"
    )

    def end():
        Job.objects.filter(pk=job.pk).update(state="done", finished_at=timezone.now())
        connection.close()

    return lambda: ThreadPoolExecutor().submit(end).result()


def test_the_end_of_a_task_is_said_once_and_can_be_closed(task, tab):
    tab.goto("/kit/divisions/")
    expect(tab.locator("#running-jobs")).to_contain_text("1 个任务")
    task()
    expect(tab.locator("#messages")).to_contain_text("已完成 导入花名册")
    expect(tab.locator("#running-jobs")).to_have_text("")
    asked = []
    tab.on("request", lambda request: asked.append(request.url))
    tab.wait_for_timeout(2500)
    assert asked == []
    tab.click("#messages [data-close]")
    expect(tab.locator("#messages")).to_have_text("")
