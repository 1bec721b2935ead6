"""The page of an import in a browser: a messy roster from the drop zone to the result and back, at a desk and on a phone."""

from io import BytesIO

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.e2e import county
from tests.e2e.walking import DESK, PATIENCE, PHONE, walking
from workers.models import Worker

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["1440", "390"])
def test_from_the_drop_zone_to_the_registry_and_back(browser_program, site, screen):
    clerk, _staff = county.settle()
    with walking(browser_program, site) as street:
        walk = street.signed_in(clerk, screen)
        choose_and_drop(walk)
        read_the_result(walk)
        take_the_marked_workbook(walk)
        take_the_good_rows(walk)
        take_it_back(walk)
    assert Worker.objects.count() == 0


def choose_and_drop(walk):
    walk.go("/imports/")
    walk.click("a:has-text('导入表格') >> nth=0", "我的导入")
    walk.page.select_option("#id_kind", "workers")
    expect(walk.page.locator("#kind-notes")).to_contain_text("身份证号码")
    walk.page.set_input_files("#id_file", county.messy_roster())
    expect(walk.page.locator("[data-drop-name]")).to_contain_text("古达乡花名册.xlsx")
    walk.click("#form button[type=submit]", "读懂了什么")


def read_the_result(walk):
    walk.look("古达乡花名册.xlsx", "待确认", "微信号", "填表说明")
    for label, count in county.COUNTS.items():
        tile = walk.page.locator(".count-tiles .tile", has=walk.page.get_by_text(label, exact=True))
        expect(tile.locator(".tile-value")).to_have_text(count)
    expect(walk.page.locator("button[value=good]")).to_contain_text("写入 3 条")
    expect(walk.page.get_by_role("button", name="全部导入")).to_be_disabled()
    groups = walk.page.locator("details.fault-group")
    expect(groups.first).to_have_attribute("open", "")
    groups.last.locator("summary").click()
    expect(groups.last.locator(".fault-rows li").first).to_be_visible()
    walk.look("身份证号码校验码不对")


def take_the_marked_workbook(walk):
    with walk.page.expect_download(timeout=PATIENCE) as download:
        walk.page.click("text=下载标出错误的工作簿")
    assert download.value.suggested_filename == "古达乡花名册_错误.xlsx"
    assert load_workbook(BytesIO(download.value.path().read_bytes())).sheetnames[0] == "古达乡"


def take_the_good_rows(walk):
    walk.click("button[value=good]", "查看这些记录")
    walk.look("已完成")
    walk.click("text=查看这些记录", "张国强", "李秀英", "王小红")
    walk.page.go_back()


def take_it_back(walk):
    walk.look("撤销这次导入")
    walk.click("button:has-text('撤销这次导入')", "已撤销")


def test_a_file_of_another_sort_is_told_in_place(browser_program, site):
    clerk, _staff = county.settle()
    with walking(browser_program, site) as street:
        walk = street.signed_in(clerk, DESK)
        walk.go("/imports/new/?kind=workers")
        walk.page.set_input_files("#id_file", {"name": "报告.xlsx", "mimeType": "", "buffer": b"%PDF-1.7\n"})
        walk.click("#form button[type=submit]", "这是 PDF 文件，不是表格。")
        walk.look("失败", "再导入一个")


def test_nothing_chosen_is_said_beside_the_field(browser_program, site):
    clerk, _staff = county.settle()
    with walking(browser_program, site) as street:
        walk = street.signed_in(clerk, PHONE)
        walk.go("/imports/new/")
        walk.click("#form button[type=submit]", "请选择要导入的文件。")
        walk.complaints[:] = [said for said in walk.complaints if "422" not in said]
