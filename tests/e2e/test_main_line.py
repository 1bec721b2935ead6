"""The main line in a browser: from a township's messy roster to the number a program reads, at a desk and on a phone."""

import json
import re
from urllib.request import Request, urlopen

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.e2e import county
from tests.e2e.walking import DESK, PATIENCE, PHONE, walking

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1440", "390"])
def test_from_a_messy_roster_to_a_retention_report(browser_program, site, screen):
    clerk, staff = county.settle()
    with walking(browser_program, site) as street:
        desk = street.signed_in(clerk, screen)
        take_in_the_roster(desk)
        find_the_person(desk)
        take_in_the_journey(desk)
        see_them_off(desk)
        read_the_spell(desk)
        station = street.signed_in(staff, PHONE)
        ask_whether_still_there(station)
        read_the_report(desk)
        token = issue_a_token(desk)
    told = statistics(site, token)
    assert told == {"value": "50.00", "numerator": 1, "denominator": 2, "left": 0, "unknown": 1}


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


def take_in_the_journey(walk):
    """The coach, then who sits in it."""
    hand_in(walk, "trips", county.trips())
    take(walk, "全部导入")
    hand_in(walk, "passengers", county.passengers())
    take(walk, "全部导入")


def see_them_off(walk):
    """At the coach door, at the arrival, at the post: two of the three come."""
    walk.go("/dispatch/")
    walk.click(f".row-link:has-text('{county.VEHICLE}')", "陈勇", "李秀英")
    walk.page.click("a[href*='/board/?step=board']")
    walk.look("王小红")
    for step, word, told in (
        ("board", "已签到", "2 / 3 人已签到"),
        ("arrive", "已到达", "2 / 2 人已到达"),
        ("post", "到岗", "2 / 2 人已到岗"),
    ):
        walk.click(f".board-steps a[href='?step={step}']")
        if step == "post":
            walk.page.fill("#board-day", f"{county.at_post_on():%Y-%m-%d}")
        for name in ("张国强", "李秀英"):
            card = walk.page.locator(".board-card", has_text=name)
            card.locator("button").click()
            expect(card.locator(".board-state")).to_contain_text(word, timeout=PATIENCE)
        expect(walk.page.locator("#board-tally")).to_contain_text(told)
        walk.look()


def read_the_spell(walk):
    """What was derived of it stands in the person's file."""
    walk.go("/workers/?q=张国强")
    walk.click(".row-link:has-text('张国强')")
    walk.click(
        "a:has-text('务工经历')",
        "广州市 番禺区",
        "广州番禺甲服饰有限公司",
        "政府组织",
        f"{county.at_post_on():%Y-%m-%d}",
    )


def ask_whether_still_there(walk):
    """Three taps on a phone: the card, the answer, save."""
    walk.page.tap(".phone-bar a:has-text('今日')")
    walk.look("张国强", "李秀英", "广州番禺甲服饰有限公司")
    walk.page.tap(".person-main:has-text('张国强')")
    walk.look("回访：张国强", "30日回访")
    walk.page.tap(".choice:has-text('原岗位在岗')")
    walk.page.tap("#form button[type=submit].btn-primary")
    walk.look("张国强：已登记", "李秀英")
    expect(walk.page.locator(".person", has_text="张国强")).to_have_count(0)


def read_the_report(walk):
    """Ask for this year's retention and wait for Celery."""
    walk.go("/reports/")
    walk.click("a:has-text('新报告')", "数据截止日")
    walk.page.fill("#id_period", f"{county.at_post_on():%Y-%m}")
    walk.page.fill("#id_as_of", f"{timezone.localdate():%Y.%m.%d}")
    walk.click("button:has-text('生成报告')", "30日稳岗率")
    tile = walk.page.locator(".tile", has_text="30日稳岗率")
    expect(tile.locator(".tile-value")).to_have_text("50.00%")
    expect(tile.locator(".tile-foot")).to_have_text("在岗 1 · 离岗 0 · 不明 1")


def issue_a_token(walk):
    walk.go("/account/", "接口令牌")
    walk.page.fill("#id_name", "省级报表")
    walk.page.check("input[value='statistics:read']")
    walk.click("button:has-text('签发令牌')", "新令牌已签发")
    return walk.page.locator("output.user-select-all").inner_text()


def statistics(address, token):
    """What a program reads."""
    asked = f"period={county.at_post_on():%Y-%m}&as_of={timezone.localdate():%Y-%m-%d}"
    request = Request(f"{address}/api/v1/statistics/RET_30/?{asked}", headers={"Authorization": f"Bearer {token}"})  # noqa: S310 - the test's own site
    with urlopen(request, timeout=20) as answer:  # noqa: S310 - see above
        return json.load(answer)["total"]
