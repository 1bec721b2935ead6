"""The village assistant's phone, and a village of thirty households to walk through."""

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright

from tests import people
from tests.browsing import QUIET, wait_for_the_server_to_let_go
from tests.journeys import place_divisions
from tests.surveys.facts import assistant, campaign, household
from tests.surveys.walking import HOUSEHOLDS, PHONE


@pytest.fixture
def homes():
    """Thirty households of three groups, of two people each."""
    place_divisions()
    assistant()
    made = [
        household(f"户主{n:02}", f"家人{n:02}", group=f"{n // 10 + 1}组", intention="省外务工", phone="13812345678")
        for n in range(HOUSEHOLDS)
    ]
    campaign()
    return made


@pytest.fixture
def phone(browser_program, live_server, transactional_db, homes, monkeypatch):
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    session = people.client_for(assistant()).cookies["sessionid"].value
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_program, args=QUIET.split())
        context = browser.new_context(base_url=live_server.url, **PHONE)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        yield page
        connections.close_all()
        browser.close()
    wait_for_the_server_to_let_go()
    assert complaints == []
