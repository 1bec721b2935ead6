"""What the tests with a browser share: how it is started, what a phone keeps, and its end."""

import time
from contextlib import contextmanager

from django.db import connection, connections
from playwright.sync_api import sync_playwright

from tests.people import client_for

PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True, "locale": "zh-CN"}

QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)
PATIENCE = 60
"""Seconds; a machine may be busy."""
KEPT = "caches.match(new URL('{}', location.href).href, {{ ignoreVary: true }}).then((found) => found !== undefined)"


OTHERS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
AT_WORK = f"{OTHERS} AND state <> 'idle'"


def wait_for_the_server_to_let_go(asked=OTHERS):
    """Return when nobody else is at the test database: a request the closing browser left behind would hold its tables."""
    with connection.cursor() as cursor:
        patient = time.monotonic() + PATIENCE
        while time.monotonic() < patient:
            cursor.execute(asked)
            if cursor.fetchone() == (0,):
                return
            time.sleep(0.1)
    raise TimeoutError("somebody is at the test database still")


def ready_without_signal(page, *addresses):
    """Open the page anew under its service worker, and wait until the phone keeps the addresses."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    page.reload()
    for address in addresses:
        until(page, KEPT.format(address))


def until(page, promise):
    """Wait until the promise of the page comes true. ``wait_for_function`` would take the promise itself for a yes."""
    patient = time.monotonic() + PATIENCE
    while not page.evaluate(promise):
        assert time.monotonic() < patient, promise
        page.wait_for_timeout(100)


@contextmanager
def phone_of(program, address, user):
    """The phone of somebody signed in: one page, which may complain of nothing in its console."""
    session = client_for(user).cookies["sessionid"].value
    complaints = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=QUIET.split())
        context = browser.new_context(base_url=address, **PHONE)
        context.add_cookies([{"name": "sessionid", "value": session, "url": address}])
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda line: complaints.append(line.text) if "Content Security Policy" in line.text else None
        )
        yield page
        # Inside Playwright's loop the test asks the database by a connection of its own, which nobody else closes.
        connections.close_all()
        browser.close()
    wait_for_the_server_to_let_go()
    assert complaints == []
