"""What an assistant does with the phone: open the list, tap a card, stand at a door, come back to where there is signal."""

from tests.browsing import ready_without_signal
from tests.surveys.facts import task_of

MINE = "/workers/surveys/mine/"
HOUSEHOLDS = 30


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth") <= 390, page.url


def fetched_ahead(page, homes):
    """Open the list and wait until the phone has every household."""
    page.goto(MINE)
    ready_without_signal(page, MINE, *(f"/workers/surveys/door/{task_of(home[0]).ref}/" for home in homes))


def card(page, name):
    return page.locator(".person", has_text=name)


def at_the_door(page, name):
    page.goto(MINE)
    card(page, name).locator(".person-main").tap()
    page.wait_for_url("**/door/**")


def on_again(page):
    page.context.set_offline(False)
    page.evaluate("window.dispatchEvent(new Event('online'))")
