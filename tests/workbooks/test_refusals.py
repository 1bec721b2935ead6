"""What is said about bad cells: every object, page by page, in the marked workbook, in the counts."""

import io

import pytest
from openpyxl import load_workbook

from core.accounts import scope
from core.accounts.roles import ScopeKind
from core.workbooks import services
from core.workbooks.models import Import
from employment.models import Employer
from tests.people import TOWNSHIP, make_user
from tests.workbooks.conftest import faults, run
from tests.workbooks.kinds import Notes, firm, firms_book, notes_book
from tests.workbooks_files.makers import number
from workers.models import Worker

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = f"{TOWNSHIP}201", "520527105201"


def said(row, column, code, message, cell="", *, level="error", sheet="企业"):
    return {
        "sheet": sheet,
        "row": row,
        "column": column,
        "code": code,
        "message": message,
        "level": level,
        "cell": cell,
    }


def test_every_fault_of_every_row_is_told_in_file_order(hand_in, firms):
    source = hand_in(
        firms(
            firm(None, size="很多"),
            firm("甲厂", size=200_000, key="也许"),
            firm("乙厂", size=200_000, parent="没有的公司"),
            firm("丙厂", size=5),
            firm("丙厂", size=6),
            firm("丁厂", size=0, phone="12"),
        )
    )
    assert faults(source) == [
        said(2, "企业名称", "required", "“企业名称”不能为空，请填写。", "A2"),
        said(2, "规模(人)", "number", "“很多”不是一个数，请只填一个数字，不填面议、区间或负数", "C2"),
        said(3, "是否重点企业", "choice", "是否重点企业没有“也许”这一项，可填：是、否", "F3"),
        said(3, "规模(人)", "over_capacity", "规模太大，请核对。", "C3"),
        said(4, "上级单位", "unknown_reference", "没有登记这个上级单位。", "G4"),
        said(4, "规模(人)", "over_capacity", "规模太大，请核对。", "C4"),
        said(5, "企业名称", "conflict_in_file", "与第6行的企业名称相同但内容不同，请只保留正确的一行。", "A5"),
        said(6, "企业名称", "conflict_in_file", "与第5行的企业名称相同但内容不同，请只保留正确的一行。", "A6"),
        said(7, "联系电话", "phone", faults(source)[8]["message"], "D7", level="warning"),
        said(7, "规模(人)", "number", "规模为0，请核对。", "C7", level="warning"),
    ]
    assert source.full_counts == {
        "rows": 6,
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "repeated": 0,
        "refused": 5,
        "warnings": 1,
    }


def test_a_row_found_wrong_by_a_check_is_told_and_refused(hand_in, firms):
    source = hand_in(firms(firm("甲厂", size=200_000)))
    assert faults(source) == [said(2, "规模(人)", "over_capacity", "规模太大，请核对。", "C2")]
    assert (source.full_counts["refused"], source.full_counts["created"]) == (1, 0)


def test_people_are_looked_up_by_number_and_compared_by_name(hand_in, tmp_path, clerk):
    clerk.scope_division = TOWNSHIP
    clerk.save()
    known = [("张国强", HERE), ("安·阿木", HERE), ("王小明", HERE), ("李四", ELSEWHERE)]
    for n, (name, village) in enumerate(known):
        Worker.objects.create(name=name, id_number=number(n), village_code=village)
    path = notes_book(
        tmp_path / "备注.xlsx",
        ["张 国强", number(0), "甲"],
        ["安阿木", number(1), "乙"],
        ["王小民", number(2), "丙"],
        ["赵六六", number(2), "丙"],
        ["王麻子", number(3), "丁"],
        ["孙七", number(9), "戊"],
        ["张国强", number(0)[:17], "己"],
        ["123", number(0), "甲"],
    )
    source = hand_in(path, "test_notes")
    where = {"sheet": "备注"}
    assert faults(source) == [
        said(
            4,
            "姓名",
            "name_mismatch",
            "姓名与登记库中此身份证号码的姓名差一个字，保留登记库的姓名，请核对。",
            "A4",
            level="warning",
            **where,
        ),
        said(5, "姓名", "name_mismatch", "姓名与登记库中此身份证号码的姓名不一致。", "A5", **where),
        said(6, "身份证号码", "out_of_scope", "此人不在您的管辖范围内，不能由您导入。", "B6", **where),
        said(7, "身份证号码", "unknown_worker", "登记库中没有这个身份证号码对应的人员，请先登记。", "B7", **where),
        said(8, "身份证号码", "id_length", faults(source)[4]["message"], "B8", **where),
        said(9, "姓名", "name_missing", faults(source)[5]["message"], "A9", **where),
    ]
    assert (source.full_counts["updated"], source.full_counts["refused"]) == (3, 5)


def test_a_card_that_excel_rounded_is_told_and_not_taken(hand_in, firms):
    source = hand_in(firms(firm("甲厂", card=6217000000000000004), firm("乙厂", card="6217000000000000004")))
    assert [(fault["row"], fault["column"], fault["code"], fault["level"]) for fault in faults(source)] == [
        (2, "社保卡号", "card", "warning")
    ]
    services.confirm_import(source=source, rows="all")
    run(source)
    assert list(Employer.objects.order_by("id").values_list("name", "contact")) == [
        ("甲厂", ""),
        ("乙厂", "6217000000000000004"),
    ]


def test_texts_longer_than_the_registry_takes_are_refused_not_cut(hand_in, firms):
    source = hand_in(firms(firm("长" * 201), firm("乙厂", phone="1" * 32_000), firm("短" * 200)))
    assert [(fault["row"], fault["column"], fault["code"], fault["message"]) for fault in faults(source)
            if fault["level"] == "error"] == [
        (2, "企业名称", "too_long", "“企业名称”超过200个字，请缩短。"),
        (3, "联系电话", "too_long", "“联系电话”超过100个字，请缩短。"),
    ]  # fmt: skip
    services.confirm_import(source=source, rows="good")
    run(source)
    assert [len(name) for name in Employer.objects.values_list("name", flat=True)] == [200]


def test_faults_come_page_by_page(api, hand_in, firms):
    source = hand_in(firms(*(firm(f"{n}厂", size="多") for n in range(5))))
    url = f"/api/v1/imports/{source.pk}/errors/"
    pages, address = [], f"{url}?limit=2"
    while address:
        page = api.get(address).json()
        pages.append((page["count"], [fault["row"] for fault in page["results"]]))
        address = page["next"]
        assert address is None or address.startswith("http://testserver/api/v1/imports/")
    assert pages == [(5, [2, 3]), (5, [4, 5]), (5, [6])]
    assert api.get(url).json()["results"] == faults(source)


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("limit=viel", "limit"),
        ("limit=0", "limit"),
        ("offset=-1", "offset"),
        ("offset=99999999999", "offset"),
        ("format=pdf", "format"),
    ],
)
def test_a_malformed_page_request_names_the_parameter(api, hand_in, firms, query, field):
    source = hand_in(firms(firm("甲厂")))
    answer = api.get(f"/api/v1/imports/{source.pk}/errors/?{query}")
    assert (answer.status_code, answer.json()["field"]) == (422, field)


def test_the_marked_workbook_can_be_mended_and_sent_again(api, hand_in, firms, tmp_path):
    source = hand_in(firms(firm("甲厂", size="很多"), firm("乙厂", size=3)))
    answer = api.get(f"/api/v1/imports/{source.pk}/errors/?format=xlsx")
    assert answer.status_code == 200
    marked = load_workbook(io.BytesIO(answer.getvalue()))
    sheet = marked["企业"]
    headings = [cell.value for cell in sheet[1]]
    assert (headings[-1], sheet["C2"].fill.fgColor.rgb[-6:] != "000000") == ("错误原因", True)
    assert sheet.cell(2, len(headings)).value == "规模(人)：“很多”不是一个数，请只填一个数字，不填面议、区间或负数"
    assert sheet.cell(3, len(headings)).value is None

    sheet["C2"] = 8
    marked.save(tmp_path / "改好的.xlsx")
    mended = hand_in(tmp_path / "改好的.xlsx")
    assert (mended.unknown_columns, faults(mended), mended.full_counts["created"]) == ([], [], 2)


def test_a_csv_is_named_by_its_stem_and_its_records(hand_in, tmp_path):
    path = tmp_path / "赫章企业 2026.csv"
    path.write_text("企业名称,规模(人)\n甲厂,多\n", encoding="gb18030")
    assert [(fault["sheet"], fault["row"], fault["cell"]) for fault in faults(hand_in(path))] == [
        ("赫章企业 2026", 2, "B2")
    ]


def test_a_csv_of_the_longest_name_a_file_may_have(hand_in, tmp_path):
    path = tmp_path / f"{'长' * 80}.csv"
    path.write_text("企业名称,规模(人)\n甲厂,多\n", encoding="utf-8")
    assert [fault["sheet"] for fault in faults(hand_in(path))] == ["长" * 80]


def test_what_was_understood_is_kept(hand_in, tmp_path):
    path = firms_book(
        tmp_path / "企业.xlsx",
        ["甲厂", None, 3, "李"],
        ["合计", None, 3, None],
        headings=("单位名称", "统一社会信用代码", "规模（人）", "经办人"),
    )
    source = hand_in(path)
    assert (source.layout, source.unknown_columns, source.full_counts["rows"]) == (
        {
            "sheets": [
                {
                    "name": "企业",
                    "columns": {"企业名称": "A", "统一社会信用代码": "B", "规模(人)": "C"},
                    "rows": 1,
                    "footers": 1,
                }
            ]
        },
        ["经办人"],
        1,
    )


def test_another_import_between_check_and_confirmation_is_seen_when_writing(hand_in, firms, api):
    first = hand_in(firms(firm("甲厂", size=3)))
    second = hand_in(firms(firm("甲厂", size=3)))
    assert (first.full_counts["created"], second.full_counts["created"]) == (1, 1)
    for source in (first, second):
        api.post(f"/api/v1/imports/{source.pk}/confirm/", {"rows": "good"}, format="json")
        run(source)
    assert [Import.objects.get(pk=source.pk).counts["unchanged"] for source in (first, second)] == [0, 1]
    assert Employer.objects.count() == 1


def test_all_is_given_up_when_the_registry_changed_against_it(hand_in, tmp_path, api):
    worker = Worker.objects.create(name="张国强", id_number=number(0), village_code=HERE)
    source = hand_in(notes_book(tmp_path / "备注.xlsx", ["张国强", number(0), "甲"]), "test_notes")
    api.post(f"/api/v1/imports/{source.pk}/confirm/", {"rows": "all"}, format="json")
    Worker.objects.filter(pk=worker.pk).update(name="钱多多")
    source = run(source)
    assert (source.state, source.error) == (
        "failed",
        "确认之后登记库有了变化，现在有1行不能导入，已全部放弃，请重新导入。",
    )
    assert Worker.objects.get().note is None


def test_station_staff_reach_only_the_people_their_station_follows(hand_in, tmp_path, monkeypatch):
    followed, other = (
        Worker.objects.create(name=name, id_number=number(n), village_code=HERE)
        for n, name in enumerate(["张国强", "李四"])
    )
    monkeypatch.setattr(Notes, "permission", "visits.write")
    monkeypatch.setitem(scope._REACHES[ScopeKind.STATIONS], "test", lambda _user: Worker.objects.filter(pk=followed.pk))
    staff = make_user("zhan", "station_staff", scope_stations=["GZ01"])
    rows = [[worker.name, worker.id_number, "好"] for worker in (followed, other)]
    source = hand_in(notes_book(tmp_path / "备注.xlsx", *rows), "test_notes", user=staff)
    assert [(fault["row"], fault["code"]) for fault in faults(source)] == [(3, "out_of_scope")]
