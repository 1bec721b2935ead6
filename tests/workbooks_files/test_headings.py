import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.workbooks.files.headings import SheetShape, find_headings, heading_table, heading_text, normalise_heading
from tests.workbooks_files.makers import COLUMNS, shape


def found(rows, merged=(), left=0, **changes):
    return find_headings(rows, merged, left, shape(**changes))


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("姓名*", "姓名"),
        ("姓 名＊", "姓名"),
        ("*身份证\n号码", "身份证号码"),
        ("乡镇（街道）", "乡镇(街道)"),
        ("　社保卡（一卡通）\r\n账号 ", "社保卡(一卡通)账号"),
        ("ＱＱ号\u200b", "QQ号"),
        ("姓名（必填）*", "姓名"),
        ("身份证号码(18位)", "身份证号码"),
        ("联系电话*（选填）", "联系电话"),
        ("联系电话（配偶）", "联系电话(配偶)"),
        ("  ", ""),
    ],
)
def test_spellings_of_a_heading_that_do_not_count(written, compared):
    assert normalise_heading(written) == compared


@given(st.text())
def test_normalised_headings_stay_as_they_are(text):
    assert normalise_heading(normalise_heading(text)) == normalise_heading(text)


def test_a_columns_own_name_beats_an_alias_of_another_column():
    table = heading_table(("工种(岗位)", "岗位"), {"工种(岗位)": ("工种", "岗位"), "岗位": ("职位",)})
    assert table == {"工种(岗位)": "工种(岗位)", "岗位": "岗位", "工种": "工种(岗位)", "职位": "岗位"}


def test_heading_row_is_found_below_titles_by_its_names():
    rows = [
        ["古达乡2025年花名册", "", ""],
        ["填报单位：古达乡", "", "姓名不得涂改"],
        ["序号", "姓名", "身份证号"],
        [1, "张三", "x"],
    ]
    headings = found(rows)
    assert (headings.first_row, headings.last_row) == (3, 3)
    assert headings.places == {"姓名": 1, "身份证号码": 2}
    assert headings.texts == {"姓名": "姓名", "身份证号码": "身份证号"}
    assert headings.not_stored == {"序号": 0}


@pytest.mark.parametrize(
    "rows",
    [
        [["填表说明"], ["1. 姓名必填"], ["姓名", "张三"]],
        [["性别", "备注", "户主姓名"]],
        [],
        [[f"无意义{n}" for n in range(40)], list(range(40))],
        [[""]] * 40 + [["姓名", "身份证号"]],
    ],
)
def test_sheets_without_a_heading_row_are_none(rows):
    assert found(rows) is None


def test_the_row_with_most_columns_counts_and_of_equals_the_first():
    few, many = ["姓名", "身份证号", ""], ["姓名", "身份证号", "电话"]
    assert found([few, many, ["", "", ""], many]).last_row == 2


def test_unknown_headings_are_told_and_those_not_stored_are_not():
    headings = found([["序号", "姓名", "年龄", "签字", "出生\n日期", "身份证号", "错误原因", 2025.0]])
    assert headings.unknown == {3: "签字", 7: "2025"}
    assert headings.not_stored == {"序号": 0, "年龄": 2, "出生日期": 4, "错误原因": 6}


def test_a_heading_twice_counts_where_it_stands_first():
    headings = found([["姓名", "电话", "身份证号", "手机号码", "姓名"]])
    assert headings.places == {"姓名": 0, "联系电话": 1, "身份证号码": 2}
    assert headings.unknown == {3: "手机号码", 4: "姓名"}


def test_the_official_name_beats_an_alias_before_it():
    headings = found([["电话", "姓名", "联系电话", "身份证号", "联系电话*"]])
    assert headings.places["联系电话"] == 2
    assert headings.unknown == {0: "电话", 4: "联系电话*"}


def test_group_headings_over_the_columns_are_read_with_merged_cells():
    rows = [
        ["姓名", "户主", "", "联系", ""],
        ["", "姓名", "身份证号", "电话", "备注"],
        ["张三", "张大", "5299", "138", ""],
    ]
    merged = [((0, 0), (1, 0)), ((0, 1), (0, 2)), ((0, 3), (0, 4))]
    headings = found(rows, merged)
    assert (headings.first_row, headings.last_row) == (1, 2)
    assert headings.places == {"姓名": 0, "户主姓名": 1, "身份证号码": 2, "联系电话": 3, "备注": 4}


def test_group_headings_are_read_without_merged_cells_too():
    rows = [
        ["序号", "基本情况", "", "住址", ""],
        ["", "姓名", "身份证号", "乡镇", "行政村"],
        [1, "张三", "5299", "", ""],
    ]
    headings = found(rows)
    assert headings.places == {"姓名": 1, "身份证号码": 2, "乡镇": 3, "村": 4}
    assert headings.last_row == 2


def test_a_single_heading_row_does_not_swallow_the_first_person():
    rows = [["姓名", "身份证号", "联系方式"], ["张三", "5299", "电话"], ["李四", "5299", "微信"]]
    assert found(rows).last_row == 1


def test_a_group_row_above_complete_headings_is_not_needed():
    rows = [["基本情况", "", ""], ["姓名", "身份证号", "备注"]]
    assert (found(rows, [((0, 0), (0, 2))]).first_row, found(rows).last_row) == (2, 2)


def test_merged_ranges_are_absolute_where_a_tab_begins_further_right():
    rows = [["姓名", "户主", ""], ["", "姓名", "身份证号"]]
    headings = found(rows, [((0, 2), (1, 2)), ((0, 3), (0, 4))], left=2)
    assert headings.places == {"姓名": 0, "户主姓名": 1, "身份证号码": 2}


def test_headings_over_three_rows():
    rows = [
        ["序号", "姓名", "身份证号", "家庭情况", "", ""],
        ["", "", "", "户籍地", "", "备注"],
        ["", "", "", "乡镇", "行政村", ""],
        [1, "张三", "5299", "", "", ""],
    ]
    merged = [((0, column), (2, column)) for column in range(3)] + [
        ((0, 3), (0, 5)),
        ((1, 3), (1, 4)),
        ((1, 5), (2, 5)),
    ]
    headings = found(rows, merged)
    assert headings.last_row == 3
    assert headings.places == {"姓名": 1, "身份证号码": 2, "乡镇": 3, "村": 4, "备注": 5}


def test_headings_may_be_claimed_by_the_caller():
    day = dt.datetime(2025, 3, 1)  # noqa: DTZ001
    claim = {"2025-03-01": 1, "2025.3.2": 2}
    headings = found([["姓名", "身份证号", day, "2025.3.2", "签字"]], claim=lambda cell: claim.get(heading_text(cell)))
    assert [(column.index, column.heading, column.meaning) for column in headings.claimed] == [
        (2, day, 1),
        (3, "2025.3.2", 2),
    ]
    assert headings.unknown == {4: "签字"}


def test_a_shape_needs_two_columns_and_a_key():
    with pytest.raises(ValueError, match="two columns"):
        SheetShape(columns=("姓名",), lookup={}.get, keys=frozenset({"姓名"}))
    with pytest.raises(ValueError, match="key"):
        SheetShape(columns=COLUMNS, lookup={}.get, keys=frozenset())
