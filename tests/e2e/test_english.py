"""The site in English: no page the menu leads to has the program's Chinese left in it, nor is any wider than a phone."""

import re

import pytest
from playwright.sync_api import expect

from core.accounts.models import User
from dispatch.models import Batch, Passenger, Trip
from employment.models import Employer
from employment.rebuilding import rebuild_spells
from stations.models import Station
from tests import journeys
from tests.e2e import county
from tests.e2e.walking import DESK, walking
from workers.models import Worker

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LEAST_PAGES = 30
CHINESE = re.compile(r"[\u3400-\u9fff]")
# Words of the program, not of its data: frame, headings, names of columns and fields, buttons, closed lists.
SAID = (
    ".rail, .topbar, h1, h2, h3, th, dt, label, legend, summary, caption, .btn, .nav-link, .step-point, .empty, .todo-row, "
    ".tile, .alert, option, .badge, .choice, .person-name small"
)
ATTRIBUTES = """() => [...document.querySelectorAll("[placeholder], [aria-label], [title]")].flatMap((one) =>
  ["placeholder", "aria-label", "title"].map((name) => one.getAttribute(name) || ""))"""
EXAMPLES = ("广东广州", "缝纫工")
NARROW = {"width": 390, "height": 844}
ELSEWHERE = re.compile(r"/(sign-out|health|static|api|i18n|print)/|\.xlsx|view=print|manifest|#|format=")


@pytest.fixture
def clerk(site):
    """Of a county with two on a coach who reported for work and are to be asked today."""
    clerk, _staff = county.settle()
    coach = journeys.trip(departs=county.departs_on())
    firm = journeys.employer()
    for name in ("张国强", "李秀英"):
        journeys.passenger(
            coach, journeys.worker(name), employer=firm, boarded=True, arrived=True, at_post_on=county.at_post_on()
        )
    rebuild_spells(worker_ids=list(Passenger.objects.values_list("worker_id", flat=True)))
    return clerk


def test_no_page_speaks_chinese_in_english_or_leaves_a_narrow_screen(browser_program, site, clerk):
    data = re.compile("|".join(map(re.escape, sorted(names_in_data(), key=len, reverse=True))))
    left = {}
    with walking(browser_program, site) as street:
        walk = street.signed_in(clerk, DESK)
        walk.page.click("button[lang=en]")
        expect(walk.page.locator("html")).to_have_attribute("lang", "en")
        for path in pages(walk):
            said = {data.sub("", text) for text in (*spoken(walk), *walk.page.evaluate(ATTRIBUTES))}
            if chinese := sorted(text for text in said if CHINESE.search(text)):
                left[path] = chinese
    assert len(walk.visited) > LEAST_PAGES
    assert left == {}


def pages(walk):
    """Open every page the menu leads to, and those its lists and buttons lead to, each sort of page once."""
    kinds = set()
    waiting = links(walk, ".rail a")
    while waiting:
        path = waiting.pop(0)
        kind = re.sub(r"[0-9a-f-]{36}|[A-Z]+_\w+|\d+", "N", path.partition("?")[0])
        if kind in kinds or not path.startswith("/") or ELSEWHERE.search(path):
            continue
        kinds.add(kind)
        walk.go(path)
        walk.page.set_viewport_size(NARROW)
        walk.look()
        walk.page.set_viewport_size(DESK["viewport"])
        yield path
        waiting += links(walk, "#content a")


def spoken(walk):
    """What stands on the page, be it folded away."""
    return walk.page.locator(SAID).all_text_contents()


def links(walk, selector):
    return walk.page.locator(selector).evaluate_all("(all) => all.map((link) => link.getAttribute('href') || '')")


def names_in_data():
    """What people, places, firms, coaches and official sheets are called: Chinese in any language."""
    stored = (
        (User, "full_name"),
        (Worker, "name"),
        (Employer, "name"),
        (Station, "name"),
        (Batch, "name"),
        (Trip, "vehicle"),
    )
    named = {name for model, field in stored for name in model.objects.values_list(field, flat=True)}
    places = {short for name in journeys.PLACES.values() for short in (name, name.removesuffix("村民委员会"))}
    return named | places | {"简体中文", *EXAMPLES}
