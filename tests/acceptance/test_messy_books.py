"""Workbooks as offices really send them (formats.md §1 "Rules for every kind", §1.2)."""

import re
import zipfile

import pytest
from openpyxl import load_workbook

from dispatch.models import Passenger
from employment.models import DeclaredJob
from tests.acceptance.desk import OTHER_VILLAGE, VILLAGE, WORKERS, id_number, table, text, xlsx
from workers.models import Worker

pytestmark = pytest.mark.django_db


def person(name="张国强", number=None, **cells):
    return {"姓名": name, "身份证号码": number or id_number(), "乡镇": "涟江街道", "村": VILLAGE, **cells}


def told_lines(told):
    """(sheet, row, column, code) of everything said."""
    return [(one["sheet"], one["row"], one["column"], one["code"]) for one in told.document["errors"]]


def stored(*fields):
    return list(Worker.objects.order_by("id").values_list(*fields))


def test_a_title_and_a_line_of_the_unit_stand_above_the_headings(office):
    rows = [
        ["2025年农村劳动力资源信息登记表"],
        ["填报单位：涟江街道办事处", None, None, "填报日期：2025年3月"],
        [],
        *table(WORKERS, person("张三"), person("李四", id_number()[:17])),
        ["合计", "2人"],
        ["制表人：王", None, "审核人：李"],
    ]
    told = office.send_file("workers", xlsx(office.path(), ("花名册", rows, lambda sheet: sheet.merge_cells("A1:E1"))))
    assert told_lines(told) == [("花名册", 6, "身份证号码", "id_length")]
    assert told.counts == {"rows": 2, "created": 1, "refused": 1}


def books(*tables):
    """Each table on a sheet of its own."""
    return [(f"第{place}张", rows) for place, rows in enumerate(tables, 1)]


def with_heading(rows, place, heading):
    rows[0][place] = heading
    return rows


def test_headings_of_the_id_number(office):
    spellings = ("身份证号码", "身份证号", "公民身份号码", "身份证", "身份证号码*", " 身 份 证 号 ", "身份证\n号码")
    sheets = books(*[with_heading(table(WORKERS, person()), 1, heading) for heading in spellings])
    told = office.send_file("workers", xlsx(office.path(), *sheets))
    assert (told.document["unknown_columns"], told.counts) == ([], {"rows": 7, "created": 7})


ALIASES = {
    "联系电话": ("13800000001", "phone", ("联系电话", "电话", "手机号码", "联系方式")),
    "文化程度": ("初中", "education", ("文化程度", "学历")),
    "社保卡号": (
        "6217000000000000004",
        "bank_card",
        ("社保卡号", "社保卡（一卡通）账号", "社保卡(一卡通)账号", "银行卡号"),
    ),
    "意向工种": ("焊工", "wanted_job", ("意向工种", "培训需求")),
    "期望月薪": (5000, "expected_wage", ("期望月薪", "期望月工资")),
    "开户银行": ("农信社", "bank_name", ("开户银行", "开户行")),
    "走访日期": ("2025-02-15", "visited_on", ("走访日期", "登记日期")),
}


@pytest.mark.parametrize("official", ALIASES)
def test_headings_that_mean_the_same(office, official):
    cell, field, spellings = ALIASES[official]
    headings = ("姓名", "身份证号码", "乡镇", "村", official)
    sheets = books(*[with_heading(table(headings, {**person(), official: cell}), 4, one) for one in spellings])
    told = office.send_file("workers", xlsx(office.path(), *sheets))
    assert (told.document["errors"], told.document["unknown_columns"]) == ([], [])
    assert [str(one).removesuffix(".00") for (one,) in stored(field)] == [str(cell)] * len(spellings)


def test_headings_of_the_place(office):
    towns = ("乡镇", "乡镇(街道)", "乡镇（街道）", "所属乡镇", "乡（镇）", "乡(镇)")
    villages = ("村", "村(社区)", "村（社区）", "行政村", "所在村")
    pairs = [(town, villages[place % len(villages)]) for place, town in enumerate(towns)]
    sheets = books(*[with_heading(with_heading(table(WORKERS, person()), 3, a), 4, b) for a, b in pairs])
    told = office.send_file("workers", xlsx(office.path(), *sheets))
    assert (told.document["unknown_columns"], told.counts) == ([], {"rows": 6, "created": 6})


def test_unknown_columns_are_reported_and_known_ones_that_are_not_stored_are_not(office):
    headings = ("序号", *WORKERS, "出生日期", "年龄", "从事行业", "家庭收入")
    rows = [{**person(), "序号": 1, "出生日期": "乱写", "年龄": "三十", "从事行业": "建筑", "家庭收入": 1}]
    told = office.send("workers", headings, *rows)
    assert told.document["unknown_columns"] == ["从事行业", "家庭收入"]
    assert told.counts == {"rows": 1, "created": 1}


def test_of_a_heading_written_twice_the_first_counts_and_the_second_is_unknown(office):
    rows = table(WORKERS, person(联系电话="13800000001"))
    rows[0].append("联系电话")
    rows[1].append("13800000002")
    told = office.send_file("workers", xlsx(office.path(), ("甲", rows)))
    assert (told.document["unknown_columns"], stored("phone")) == (["联系电话"], [("13800000001",)])


def test_a_column_of_its_own_beats_an_alias(office):
    rows = table(WORKERS, person(联系电话="13800000001"))
    rows[0].insert(0, "电话")
    rows[1].insert(0, "13800000002")
    told = office.send_file("workers", xlsx(office.path(), ("甲", rows)))
    assert (told.document["unknown_columns"], stored("phone")) == (["电话"], [("13800000001",)])


def test_headings_over_two_rows(office):
    rows = [
        ["劳动力花名册"],
        ["序号", "基本信息", None, None, "户籍地", None, "人员类别", None, "备注"],
        [None, "姓名", "身份证号码", "联系电话", "乡镇", "村", "是否脱贫人口", "是否残疾", None],
        [1, "张三", id_number(), "13800000001", "涟江街道", VILLAGE, "是", "否", "好"],
    ]

    def merge(sheet):
        for area in ("A2:A3", "B2:D2", "E2:F2", "G2:H2", "I2:I3"):
            sheet.merge_cells(area)

    told = office.send_file("workers", xlsx(office.path(), ("甲", rows, merge)))
    assert (told.document["unknown_columns"], told.counts) == ([], {"rows": 1, "created": 1})
    assert stored("name", "phone", "note", "memberships__group") == [("张三", "13800000001", "好", "lifted_poverty")]


def test_merged_division_cells_count_for_all_their_rows(office):
    people = [person(f"张{name}", 村=None, 乡镇=None) for name in "一二三四五"]
    rows = table(WORKERS, *people)
    rows[1][3:], rows[4][4] = ["涟江街道", "大坡村"], "星光村"

    def merge(sheet):
        for area in ("D2:D6", "E2:E4", "E5:E6"):
            sheet.merge_cells(area)

    assert office.send_file("workers", xlsx(office.path(), ("甲", rows, merge))).counts == {"rows": 5, "created": 5}
    assert [code for (code,) in stored("village_code")] == ["522731001201"] * 3 + ["522731001200"] * 2


def test_rows_of_totals_and_signatures_are_passed_over_wherever_they_stand(office):
    rows = table(WORKERS, person("张三"), person("李四"))
    rows.insert(2, ["小计", None, "1人"])
    rows += [
        ["合  计", "2人"],
        ["总计"],
        ["累计：2"],
        ["制表：王"],
        ["填表人"],
        ["审核"],
        ["填报人：赵"],
        ["备注：本表"],
        ["注：说明"],
    ]
    told = office.send_file("workers", xlsx(office.path(), ("甲", rows)))
    assert (told.document["errors"], told.counts) == ([], {"rows": 2, "created": 2})


def test_a_person_called_like_a_footer_is_a_row(office):
    told = office.send("workers", WORKERS, person("审核"), person("备注：张"))
    assert told.counts == {"rows": 2, "created": 2}


def test_rows_with_a_number_only_or_a_merged_village_only_are_blank(office):
    rows = table(("序号", *WORKERS), {**person("张三"), "序号": 1})
    rows += [[2, None, None, None, "涟江街道", None], [3], [], [4, " ", None, None, None, None]]
    told = office.send_file("workers", xlsx(office.path(), ("甲", rows, lambda sheet: sheet.merge_cells("E2:E3"))))
    assert told.counts == {"rows": 1, "created": 1}


def test_hidden_rows_and_columns_are_read_and_their_number_is_told(office):
    def hide(sheet):
        sheet.row_dimensions[3].hidden = True
        sheet.row_dimensions[4].hidden = True
        sheet.column_dimensions["C"].hidden = True

    rows = table(WORKERS, person("张三"), person("李四"), person("王五", id_number()[:17]))
    told = office.send_file("workers", xlsx(office.path(), ("甲", rows, hide)))
    assert told_lines(told) == [("甲", 4, "身份证号码", "id_length")]
    assert told.counts == {"rows": 3, "created": 2, "refused": 1}
    (note,) = told.document["notes"]
    assert note["sheet"] == "甲"
    assert ("2" in note["note"], "1" in note["note"]) == (True, True)


def test_sheets_with_headings_are_read_and_others_named(office):
    path = xlsx(
        office.path(),
        ("填表说明", [["请按要求填写"], ["1. 身份证号码填18位"]]),
        ("第一张", table(WORKERS, person("张三"))),
        ("空表", []),
        ("第二张", table(WORKERS, person("李四", id_number()[:16]))),
    )
    told = office.send_file("workers", path)
    assert (told.document["skipped_sheets"], told_lines(told)) == (
        ["填表说明", "空表"],
        [("第二张", 2, "身份证号码", "id_length")],
    )


def test_a_formula_counts_with_its_cached_value(office, tmp_path):
    plain = xlsx(office.path(), ("甲", table(WORKERS, person("张三", 联系电话="X13800000001X"))))
    path = tmp_path / "公式.xlsx"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w") as new:
        for entry in old.namelist():
            data = old.read(entry).decode()
            if entry.endswith("sheet1.xml"):
                data = re.sub(
                    r'<c r="C2"[^>]*>.*?</c>',
                    '<c r="C2" t="str"><f>CONCATENATE("138","00000001")</f><v>13800000001</v></c>',
                    data,
                )
            new.writestr(entry, data)
    assert office.send_file("workers", path).counts == {"rows": 1, "created": 1}
    assert stored("phone") == [("13800000001",)]


@pytest.mark.parametrize(
    ("encoding", "separator"),
    [("utf-8", ","), ("utf-8-sig", ","), ("gb18030", ","), ("gb18030", ";"), ("utf-8", "\t"), ("utf-8", ";")],
)
def test_text_tables(office, encoding, separator):
    rows = table(
        WORKERS, person("张三", f'="{id_number()}"'), person("李㛃", id_number()), person("王五", id_number()[:17])
    )
    path = text(office.folder / "涟江街道花名册.csv", [["标题"], *rows, ["合计", "3"]], encoding, separator)
    told = office.send_file("workers", path)
    assert told_lines(told) == [("涟江街道花名册", 5, "身份证号码", "id_length")]
    assert (told.counts, stored("name")) == ({"rows": 3, "created": 2, "refused": 1}, [("张三",), ("李㛃",)])


def test_the_stem_of_a_text_table_is_its_sheet_and_may_name_the_township(office):
    rows = [["姓名", "身份证号码", "村"], ["张三", id_number(), OTHER_VILLAGE]]
    path = text(office.folder / "濛江街道.csv", rows)
    assert office.send_file("workers", path).counts == {"rows": 1, "created": 1}


def test_rows_of_a_text_table_are_its_records(office):
    rows = [*table(WORKERS, person("张三", 联系电话="第一行\n第二行"), person("李四", "1"))]
    told = office.send_file("workers", text(office.folder / "表.csv", rows))
    assert ("表", 3, "身份证号码", "id_length") in told_lines(told)


def test_yes_and_no(office):
    said = {"lifted_poverty": ("是", "√", "有", 1, "1", "Y", "TRUE"), None: ("否", "×", "无", 0, "0", None)}
    answers = [(answer, tag) for tag, all_answers in said.items() for answer in all_answers]
    told = office.send("workers", (*WORKERS, "是否脱贫人口"), *[person(是否脱贫人口=answer) for answer, _ in answers])
    assert (told.document["errors"], stored("memberships__group")) == ([], [(tag,) for _, tag in answers])


def test_files_that_are_no_workbook_fail_with_a_sentence(office):
    made = office.folder / "坏.xlsx"
    for content in (b"", b"PK\x03\x04 broken", b"%PDF-1.4", b"\x00\x01\x02", "姓名,年龄\n张三,3\n".encode()):
        made.write_bytes(content)
        told = office.send_file("workers", made)
        assert (told.code, told.document["state"], told.document["counts"]["rows"]) == (2, "failed", 0)
        assert told.document["detail"]
    empty = xlsx(office.path(), ("甲", []))
    assert office.send_file("workers", empty).code == 2


def test_headings_alone_are_a_book_without_rows(office):
    told = office.send("workers", WORKERS)
    assert (told.code, told.document["state"], told.counts) == (0, "done", {})


def test_the_marked_copy_goes_back_and_is_read_again(office, api, tmp_path):
    number = id_number()
    path = xlsx(office.path(), ("甲", table(WORKERS, person("张三"), person("李四", number[:17]))))
    told = office.send_file("workers", path, "--dry-run")
    answer = api.get(told.document["errors_url"], {"format": "xlsx"})
    marked = tmp_path / "错误.xlsx"
    marked.write_bytes(b"".join(answer.streaming_content))
    book = load_workbook(marked)
    cell = book["甲"]["B3"]
    assert (cell.value, cell.fill.fgColor.rgb not in ("00000000", None)) == (number[:17], True)
    cell.value = number
    book.save(marked)
    again = office.send_file("workers", marked)
    assert (again.code, again.counts, again.document["unknown_columns"]) == (0, {"rows": 2, "created": 2}, [])


def test_merged_places_and_batches_count_for_all_their_rows(office):
    people = [("张一", id_number()), ("张二", id_number()), ("张三", id_number())]
    office.register(*people)
    jobs = [["姓名", "身份证号码", "务工省", "务工市", "务工县(区)", "外出时间"]]
    jobs += [[*one, None, None, None, "2025-02-10"] for one in people]
    jobs[1][2:5] = ["广东", "广州", "番禺"]
    vehicles = [["批次编号", "批次名称", "车次(车牌号)", "出行方式", "出发时间", "出发地", "目的地", "座位数"]]
    vehicles += [[None, None, f"贵J{n}", "包车", "2025-02-10", "惠水", None, 2] for n in (1, 2)]
    vehicles[1][:2], vehicles[1][6] = ["B1", "第一批"], "东莞大朗镇"
    seats = [
        ["批次编号", "车次(车牌号)", "姓名", "身份证号码", "目的地"],
        *[[None, None, *one, None] for one in people],
    ]
    seats[1][:2], seats[2][1] = ["B1", "贵J1"], "贵J2"

    def merge(*areas):
        return lambda sheet: [sheet.merge_cells(area) for area in areas]

    sent = [
        ("employments", jobs, merge("C2:C4", "D2:D4", "E2:E4")),
        ("trips", vehicles, merge("A2:A3", "B2:B3", "G2:G3")),
        ("passengers", seats, merge("A2:A4", "B3:B4")),
    ]
    for kind, rows, areas in sent:
        told = office.send_file(kind, xlsx(office.path(), ("甲", rows, areas)))
        assert (told.document["errors"], told.code) == ([], 0)
    assert set(DeclaredJob.objects.values_list("place_code", flat=True)) == {"440113"}
    assert list(Passenger.objects.order_by("id").values_list("trip__vehicle", "trip__destination_code")) == [
        ("贵J1", "441900"),
        ("贵J2", "441900"),
        ("贵J2", "441900"),
    ]
