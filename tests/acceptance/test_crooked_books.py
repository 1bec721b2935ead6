"""Every sheet of people, employment and the market: books other programs wrote, and what people do to a table (formats.md §1)."""

import datetime as dt

import pytest

from tests.acceptance.crooked import EPOCH_1904, Writer, in_runs, with_returns
from tests.acceptance.desk import VILLAGE, WORKERS, id_number, table, text, xlsx
from tests.acceptance.market import KINDS, PERSON

pytestmark = pytest.mark.django_db
ROWS = {
    "workers": {
        "姓名": "李四", "身份证号码": "529999199001010019", "联系电话": "13800000001", "乡镇": "涟江街道", "村": VILLAGE,
        "人员类别": "脱贫人口、残疾人", "期望月薪": 5000, "走访日期": "2025-02-10", "备注": "好",
    },
    "employments": {
        **PERSON, "务工省": "广东", "务工市": "广州", "务工县(区)": "番禺", "务工单位": "甲厂", "外出时间": "2025-02-10",
        "返回时间": "2025-06-01", "月工资(元)": 5200, "组织方式": "政府组织", "是否签订合同": "是",
    },
    **{kind: one.row for kind, one in KINDS.items()},
}  # fmt: skip
PAINTED = "".join(f'<row r="{n}" s="1" customFormat="1"/>' for n in range(900, 1900))
LAST_ROW = '<row r="1048576"><c r="A1048576" s="1"/><c r="XFD1048576" s="1"/></row>'
WRITERS = {
    "texts in place": Writer(inline=True),
    "formulas": Writer(formulas=True),
    "cells without names": Writer(references=False),
    "cells without names, texts in place": Writer(references=False, inline=True),
    "dressed letters with a reading": Writer(text=in_runs),
    "ends of lines": Writer(text=with_returns),
    "strict": Writer(strict=True),
    "days from 1904": Writer(first_day=EPOCH_1904, date_format="yyyy/m/d"),
    "texts under another name": Writer(strings="SharedStrings.xml"),
    "absolute links": Writer(absolute=True),
    "says it is one cell": Writer(before='<dimension ref="A1"/>'),
    "painted to the last row": Writer(before='<dimension ref="A1:XFD1048576"/>', trailing=PAINTED + LAST_ROW),
    "filtered": Writer(after='<autoFilter ref="A1:E3"/>'),
}


def dated(row):
    """The row with its dates as dates, not texts."""
    return {heading: day_of(cell) or cell for heading, cell in row.items()}


def day_of(cell):
    try:
        return dt.date.fromisoformat(cell)
    except (TypeError, ValueError):
        return None


def taken(office, kind, path, *more):
    told = office.send_file(kind, path, *more)
    return told.document["errors"], told.document["unknown_columns"], told.counts


def test_as_other_programs_write_it(ready):
    row = ROWS["workers"]
    assert ready.send("workers", row, row).counts == {"rows": 1, "created": 1}
    told = {
        name: taken(ready, "workers", writer.write(ready.path(), "台账", table(row, dated(row))))
        for name, writer in WRITERS.items()
    }
    assert told == dict.fromkeys(WRITERS, ([], [], {"rows": 1, "unchanged": 1}))


ALL_AT_ONCE = Writer(
    text=in_runs, strict=True, first_day=EPOCH_1904, absolute=True, references=False, before='<dimension ref="A1"/>'
)


@pytest.mark.parametrize("kind", ROWS)
def test_each_kind_from_a_crooked_book(ready, kind):
    row = ROWS[kind]
    assert ready.send(kind, row, row).counts == {"rows": 1, "created": 1}
    path = ALL_AT_ONCE.write(ready.path(), "台账", table(row, dated(row)))
    assert taken(ready, kind, path) == ([], [], {"rows": 1, "unchanged": 1})


@pytest.mark.parametrize("kind", ROWS)
def test_each_kind_with_what_people_do_to_a_table(ready, kind):
    """Titles, headings over three rows, headings printed again, hidden rows, notes and signatures in every column."""
    row = ROWS[kind]
    first, *others = row
    wide = len(row) + 1
    rows = [
        ["2025年台账"],
        [],
        ["序号", "基本情况", *[None] * (wide - 2)],
        [None, f"{first}（必填）", "详情"],
        [None, None, *others],
        [1, *row.values()],
        ["小计", 1],
        ["序号", *row],
        [2, *row.values()],
        [None, "填报人：王五", *["审核人：李四（签字盖章）　　年　月　日"] * (wide - 2)],
        ["注：", *["13800000000"] * (wide - 1)],
        [None] * wide,
    ]

    def dress(sheet):
        last = sheet.cell(4, wide).column_letter
        for area in (f"A1:{last}1", "A3:A5", f"B3:{last}3", "B4:B5", f"C4:{last}4"):
            sheet.merge_cells(area)
        sheet.row_dimensions[6].hidden = True
        sheet.auto_filter.ref = f"A5:{last}9"

    told = ready.send_file(kind, xlsx(ready.path(), ("台账", rows, dress)))
    assert (told.document["errors"], told.document["unknown_columns"]) == ([], [])
    assert told.counts == {"rows": 2, "created": 1, "repeated": 1}
    assert [note["sheet"] for note in told.document["notes"]] == ["台账"]


@pytest.mark.parametrize("kind", ROWS)
def test_each_kind_with_signs_nobody_sees(ready, kind):
    """Marks of direction round a number, blanks that do not break, a byte order mark inside a text."""
    row = ROWS[kind]
    ready.send(kind, row, row)
    unseen = {
        f"\u3000{heading[0]}\u00a0{heading[1:]}\u200b": f"\u202d{cell}\u202c\ufeff" if isinstance(cell, str) else cell
        for heading, cell in row.items()
    }
    assert taken(ready, kind, xlsx(ready.path(), ("台账", table(unseen, unseen)))) == (
        [],
        [],
        {"rows": 1, "unchanged": 1},
    )
    path = text(ready.path("csv"), [["\ufeff台账"], *table(unseen, unseen)], "utf-16")
    assert taken(ready, kind, path) == ([], [], {"rows": 1, "unchanged": 1})


def person(name="张国强", **cells):
    return {"姓名": name, "身份证号码": id_number(), "乡镇": "涟江街道", "村": VILLAGE, **cells}


TABS = (
    "涟江街道", "1.涟江街道", "涟江街道（1）", "涟江街道2025", "涟江", "惠水县涟江街道花名册", "01涟江", "涟江街道-星光村",
    "Sheet1(涟江街道)", "涟江街道 (2)", "涟江街道办",
)  # fmt: skip


def test_the_township_in_a_tab_however_it_is_written(ready):
    sheets = [(tab, [line[:3] + line[4:] for line in table(WORKERS, person())]) for tab in TABS]
    told = ready.send_file("workers", xlsx(ready.path(), *sheets))
    assert (told.document["errors"], told.counts) == ([], {"rows": len(TABS), "created": len(TABS)})


def test_one_person_on_two_tabs(ready):
    twice, apart = person(), person("李四", 联系电话="13800000001")
    told = ready.send_file(
        "workers",
        xlsx(
            ready.path(),
            ("甲", table(WORKERS, twice, apart)),
            ("乙", table(WORKERS, person("王五"), {**apart, "联系电话": "13800000002"}, twice)),
        ),
    )
    assert [(one["sheet"], one["row"], one["code"]) for one in told.document["errors"]] == [
        ("甲", 3, "conflict_in_file"),
        ("乙", 3, "conflict_in_file"),
    ]
    assert ["乙" in told.document["errors"][0]["message"], "甲" in told.document["errors"][1]["message"]] == [
        True,
        True,
    ]
    assert told.counts == {"rows": 5, "created": 2, "repeated": 1, "refused": 2}


def test_a_key_column_that_is_missing_refuses_the_rows_of_its_tab_alone(ready):
    nameless = [line[1:] for line in table(WORKERS, person())]
    numberless = [line[:1] + line[2:] for line in table(WORKERS, person())]
    told = ready.send_file(
        "workers", xlsx(ready.path(), ("甲", table(WORKERS, person())), ("乙", nameless), ("丙", numberless))
    )
    assert [(one["sheet"], one["row"], one["column"], one["code"]) for one in told.document["errors"]] == [
        ("乙", 2, "姓名", "name_missing"),
        ("丙", 2, "身份证号码", "required"),
    ]
    assert told.counts == {"rows": 3, "created": 1, "refused": 2}


def test_a_cell_that_excel_could_not_work_out_is_blank(ready):
    number = id_number()
    ready.register(("张三", number))
    told = ready.send("workers", WORKERS, {**person("张三", 联系电话="#N/A"), "身份证号码": number}, person(村="#REF!"))
    assert (told.refused, told.counts) == ([(3, "村", "required")], {"rows": 2, "unchanged": 1, "refused": 1})
