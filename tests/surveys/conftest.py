"""The village assistant's phone, and a village of thirty households to walk through."""

import pytest

from tests.browsing import phone_of
from tests.journeys import place_divisions
from tests.surveys.facts import assistant, campaign, household
from tests.surveys.walking import HOUSEHOLDS


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
    with phone_of(browser_program, live_server.url, assistant()) as page:
        yield page
