"""The main line in a browser: from a township's messy roster to the number a program reads, at a desk and on a phone."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import county
from tests.e2e.walking import DESK, PATIENCE, PHONE, walking

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1440", "390"])
def test_from_a_messy_roster_to_a_retention_report(browser_program, site, screen):
    clerk, _staff = county.settle()
    with walking(browser_program, site, screen) as clerk_walk:
        clerk_walk.sign_in(clerk)
        take_in_the_roster(clerk_walk)
        find_the_person(clerk_walk)


def hand_in(walk, kind, file):
    """Upload a workbook of the kind and wait until it has been checked."""
    walk.go(f"/imports/new/?kind={kind}")
    walk.page.set_input_files("#id_file", file)
    walk.click("#form button[type=submit]", "读懂了什么")


def take(walk, button):
    """Confirm and wait until it is written."""
    walk.click(f"button:has-text('{button}')", "查看这些记录")


def take_in_the_roster(walk):
    hand_in(walk, "workers", county.messy_roster())
    tiles = walk.page.locator(".count-tiles .tile")
    told = {tile.locator(".tile-label").inner_text(): tile.locator(".tile-value").inner_text() for tile in tiles.all()}
    assert {label: told[label] for label in county.COUNTS} == county.COUNTS
    walk.look("微信号", "填表说明")
    take(walk, "只导入正确的行")


def find_the_person(walk):
    walk.page.fill("#search", "zgq")
    hit = walk.page.locator("#search-list [role=option]")
    expect(hit).to_have_count(1, timeout=PATIENCE)
    walk.page.keyboard.press("ArrowDown")
    walk.page.keyboard.press("Enter")
    walk.page.wait_for_url(re.compile(r"/workers/\d+/"))
    walk.look("张国强", "大寨村", "脱贫人口")
