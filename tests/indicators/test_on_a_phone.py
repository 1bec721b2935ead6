"""An indicator on a phone of 390 px: rows are cards, every number says what it is, nothing sticks out."""

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests.browsing import QUIET, wait_for_the_server_to_let_go
from tests.indicators.facts import small_county
from tests.people import client_for, county_clerk

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def phone(browser_program, live_server, transactional_db, monkeypatch):
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright keeps an event loop in this thread
    small_county()
    session = client_for(county_clerk()).cookies["sessionid"].value
    connections.close_all()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=QUIET.split())
        context = browser.new_context(base_url=live_server.url, **PHONE)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        yield context.new_page()
        browser.close()
    wait_for_the_server_to_let_go()


def test_every_number_of_the_table_says_what_it_is(phone):
    phone.goto("/statistics/ORG_SHARE/?period=2025-06&by=township&then=destination")
    phone.wait_for_load_state("networkidle")
    headings = phone.eval_on_selector_all(".list-table th[scope=col]", "cells => cells.map(c => c.textContent)")
    said = phone.eval_on_selector_all(".list-table tbody tr:first-child td", "cells => cells.map(c => c.dataset.label)")
    assert (len(headings), said) == (5, headings)
    before = "cells => cells.map(c => getComputedStyle(c, '::before').content)"
    shown = phone.eval_on_selector_all(".list-table tfoot td", before)
    assert shown == [f'"{heading}"' for heading in headings[2:]]
    assert phone.evaluate("document.documentElement.scrollWidth") == 390
    left = (
        "cells => cells.filter(c => c.getBoundingClientRect().right > 390 || c.getBoundingClientRect().left < 0).length"
    )
    assert phone.eval_on_selector_all(".list-table td, .list-table tfoot th", left) == 0
