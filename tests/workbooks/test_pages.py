"""What the pages of imports show, and what they cost."""

import io
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.html import strip_tags
from openpyxl import load_workbook

from core.workbooks import services
from core.workbooks.models import Import
from employment.models import Employer
from tests.journeys import VILLAGE, place_divisions
from tests.people import TOWNSHIP, client_for, county_clerk, with_role
from tests.workbooks.conftest import run
from tests.workbooks.kinds import FIRM_HEADINGS, Firms, firm, firms_book, notes_book
from tests.workbooks_files.makers import book, number
from workers.models import Worker

pytestmark = pytest.mark.django_db


def text_of(answer):
    """What a person reads on the page, blanks evened out."""
    return " ".join(unescape(strip_tags(answer.content.decode().replace("<", " <"))).split())


def test_the_list_says_of_each_import_what_became_of_it(browser, hand_in, firms):
    hand_in(firms(firm("甲厂"), firm("乙厂", size="多")))
    hand_in(firms(firm("甲厂")), checked=False)
    page = text_of(browser.get("/imports/"))
    assert page.count("企业试表") >= 2
    assert ("待确认" in page, "排队中" in page) == (True, True)
    assert "排队中" not in text_of(browser.get("/imports/?state=ready")).partition("导入人")[2]


@pytest.mark.parametrize("address", ["/imports/", "/exports/"])
def test_a_list_costs_the_same_for_one_and_for_three(browser, hand_in, firms, address, export):
    hand_in(firms(firm("甲厂")), checked=False)
    export()
    before = queries_of(browser, address)
    for _ in range(2):
        hand_in(firms(firm("甲厂")), checked=False)
        export()
    assert queries_of(browser, address) == before


def queries_of(browser, address):
    browser.get(address)  # the first page of a session also writes that it is used
    with CaptureQueriesContext(connection) as captured:
        browser.get(address)
    return len(captured)


def test_an_import_costs_the_same_whatever_is_wrong_with_it(browser, hand_in, firms):
    one = hand_in(firms(firm("甲厂", size="多")))
    many = hand_in(firms(*(firm(f"{n}厂", size="多", key="也许", parent="无") for n in range(40))))
    costs = [queries_of(browser, f"/imports/{source.pk}/") for source in (one, many)]
    assert costs[0] == costs[1]


def test_what_was_understood_is_shown(browser, hand_in, tmp_path):
    path = book(
        tmp_path / "企业.xlsx",
        ("城关", [["单位名称", "规模(人)", "经办人"], ["甲厂", 3, "李"], ["合计", 3, None]]),
        ("古达", [["单位名称", "规模(人)", "经办人"], ["乙厂", 4, "李"]]),
        ("说明", [["每季度报一次"]]),
    )
    page = text_of(browser.get(f"/imports/{hand_in(path).pk}/"))
    assert "不认得的列，没有导入： 经办人" in page
    assert "城关 1 行 古达 1 行 A 企业名称 B 规模(人)" in page
    assert "统一社会信用代码、联系电话、社保卡号、是否重点企业、上级单位" in page
    assert "跳过合计、签字等 1 行" in page
    assert "没有表头、跳过的工作表：说明" in page


def test_what_would_change_is_shown_before_and_after_and_masked(browser, hand_in, tmp_path):
    Employer.objects.create(name="甲厂", size=3, phone="13800000001")
    path = firms_book(tmp_path / "企业.xlsx", firm("甲厂", size=4, phone="13900000002", key="是"))
    page = text_of(browser.get(f"/imports/{hand_in(path).pk}/"))
    assert "将要变更的记录 先看 1 行，共 1 行" in page
    assert "规模(人) 3 → 改为 4" in page
    assert "联系电话 138****0001 → 改为 139****0002" in page
    assert "是否重点企业 否 → 改为 是" in page
    assert "13800000001" not in page


def test_persons_in_the_sample_are_named_with_a_masked_number(browser, hand_in, tmp_path):
    Worker.objects.create(name="张国强", id_number=number(0), village_code=f"{TOWNSHIP}201", note="旧")
    path = notes_book(tmp_path / "备注.xlsx", ["张国强", number(0), "新"])
    page = text_of(browser.get(f"/imports/{hand_in(path, 'test_notes').pk}/"))
    assert f"张国强 529999********{number(0)[14:]}" in page
    assert "备注 旧 → 改为 新" in page
    assert number(0) not in page


def test_only_the_first_changes_are_shown(browser, hand_in, firms):
    for n in range(12):
        Employer.objects.create(name=f"{n}厂", size=1)
    source = hand_in(firms(*(firm(f"{n}厂", size=2) for n in range(12))))
    page = text_of(browser.get(f"/imports/{source.pk}/"))
    assert ("先看 10 行，共 12 行" in page, page.count("→ 改为 2")) == (True, 10)


def test_faults_stand_by_kind_and_more_of_them_come_when_asked(browser, hand_in, firms):
    source = hand_in(firms(*(firm(f"{n}厂", size="多") for n in range(120)), firm(None, size=3)))
    url = f"/imports/{source.pk}/"
    page = browser.get(url).content.decode()
    assert (page.count('<li><span class="fault-place">'), "120 处" in page, "必填项空着" in page) == (6, True, True)

    more = f"{url}faults/?code=number&column=规模(人)&level=error"
    first = browser.get(f"{more}&after=4", headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in first, first.count("fault-place"), "第 7 行" in first, "after=54" in first) == (
        False,
        50,
        True,
        True,
    )
    last = browser.get(f"{more}&after=104", headers={"HX-Request": "true"}).content.decode()
    assert (last.count("fault-place"), "after=" in last) == (15, False)
    without_scripts = browser.get(f"{more}&after=4").content.decode()
    assert ("<html" in without_scripts, without_scripts.count("fault-place")) == (True, 50)


@pytest.mark.parametrize("query", ["after=x", "after=-", "after=99999999999", "code=%00&after=²"])
def test_a_malformed_request_for_more_faults_is_not_there(browser, hand_in, firms, query):
    source = hand_in(firms(firm("甲厂", size="多")))
    assert browser.get(f"/imports/{source.pk}/faults/?{query}").status_code == 404


def test_a_group_nobody_has_is_empty(browser, hand_in, firms):
    source = hand_in(firms(firm("甲厂", size="多")))
    assert "fault-place" not in browser.get(f"/imports/{source.pk}/faults/?code=%00x").content.decode()


def test_when_nothing_would_change_there_is_nothing_to_confirm(browser, hand_in, firms):
    Employer.objects.create(name="甲厂", size=3)
    page = text_of(browser.get(f"/imports/{hand_in(firms(firm('甲厂', size=3))).pk}/"))
    assert ("没有要新增或变更的行" in page, "写入 0 条" in page) == (True, False)


def test_a_failed_import_says_why_and_how_to_go_on(browser, hand_in, tmp_path):
    path = book(tmp_path / "企业.xlsx", ("企业", [["随便", "什么"], [1, 2]]))
    source = hand_in(path)
    answer = browser.get(f"/imports/{source.pk}/")
    assert "没有导入。 没有找到能识别的表头行" in text_of(answer)
    assert f"/imports/new/?kind={source.kind}" in answer.content.decode()


def test_the_records_of_an_import_are_those_it_wrote(browser, hand_in, firms):
    Employer.objects.create(name="老厂", size=1)
    Employer.objects.create(name="别人的厂", size=1)
    source = hand_in(firms(firm("老厂", size=2), firm("新厂")))
    services.confirm_import(source=source, rows="all")
    run(source)
    page = text_of(browser.get(f"/imports/{source.pk}/records/")).partition("共 2 条")[2]
    assert ("老厂 变更" in page, "新厂 新增" in page, "别人的厂" in page) == (True, True, False)


def test_the_records_of_a_kind_that_has_a_list_are_shown_there(browser, hand_in, firms, monkeypatch):
    monkeypatch.setattr(Firms, "list_url_name", "employment:employers")
    Employer.objects.create(name="别人的厂", size=1)
    source = hand_in(firms(firm("甲厂"), firm("乙厂")))
    services.confirm_import(source=source, rows="all")
    source = run(source)
    address = f"/employment/employers/?operation={source.operation_id}"
    assert address in browser.get(f"/imports/{source.pk}/").content.decode()
    page = text_of(browser.get(address))
    assert ("甲厂" in page, "别人的厂" in page, "记录 这次导入的" in page) == (True, False, True)
    assert "甲厂" not in text_of(browser.get("/employment/employers/?operation=7"))


def test_imports_that_wait_stand_on_the_home_page_of_their_sender(browser, hand_in, firms):
    hand_in(firms(firm("甲厂")))
    hand_in(firms(firm("乙厂")), checked=False)
    page = browser.get("/")
    assert ("1 导入已检查，等您确认" in text_of(page), "/imports/?state=ready" in page.content.decode()) == (True, True)
    assert "等您确认" not in text_of(client_for(with_role("registry_officer")).get("/"))


def test_the_form_opens_with_the_kind_a_list_named(browser):
    page = browser.get("/imports/new/?kind=test_firms").content.decode()
    assert '<option value="test_firms" selected>' in page
    assert "/imports/templates/test_firms.xlsx" in page


def test_choosing_a_kind_shows_its_columns_and_template(browser):
    notes = browser.get("/imports/new/?kind=test_firms", headers={"HX-Request": "true", "HX-Target": "kind-notes"})
    page = notes.content.decode()
    assert ("<html" in page, "企业名称" in page, "一家企业一行。" in page) == (False, True, True)
    assert "/imports/templates/test_firms.xlsx" in page
    nothing = browser.get("/imports/new/?kind=moon", headers={"HX-Request": "true", "HX-Target": "kind-notes"})
    assert "选好表格种类" in nothing.content.decode()


def test_the_template_of_a_kind_can_be_filled_in_and_imported(browser, hand_in, tmp_path):
    answer = browser.get("/imports/templates/test_firms.xlsx")
    made = load_workbook(io.BytesIO(answer.content))
    sheet = made["企业试表"]
    assert [str(cell.value).rstrip("*") for cell in sheet[1]] == list(FIRM_HEADINGS)
    sheet.append(["甲厂", None, 3])
    made.save(tmp_path / "填好.xlsx")
    source = hand_in(tmp_path / "填好.xlsx")
    assert (source.full_counts["rows"], source.full_counts["created"], source.unknown_columns) == (1, 1, [])


def test_the_pages_speak_english(hand_in, firms):
    browser = client_for(county_clerk())
    source = hand_in(firms(firm("甲厂"), firm("乙厂", size="多")))
    browser.cookies["django_language"] = "en"
    page = text_of(browser.get(f"/imports/{source.pk}/"))
    assert "Import the correct rows only (1 to be written)" in page
    assert "To be confirmed" in page
    assert "Drop the file here" in text_of(browser.get("/imports/new/"))
    assert Import.objects.get().state == "ready"


def test_a_row_that_changes_only_what_hangs_on_it_says_so(browser, hand_in, tmp_path):
    place_divisions()
    Worker.objects.create(name="张国强", id_number=number(0), village_code=VILLAGE)
    cells = {"姓名": "张国强", "身份证号码": number(0), "乡镇": "古达乡", "村": "大寨村", "人员类别": "监测对象"}
    path = book(tmp_path / "花名册.xlsx", ("古达乡", [list(cells), list(cells.values())]))
    page = text_of(browser.get(f"/imports/{hand_in(path, 'workers').pk}/"))
    assert "古达乡 第 2 行 相关的记录（人员类别、家庭、单位等）会更新" in page
