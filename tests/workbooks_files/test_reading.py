import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import read_sheets
from core.workbooks.files.refusals import UnreadableWorkbook
from tests.workbooks_files import makers

HEADINGS = ["序号", "姓名", "身份证号", "村"]
SHORT = ("姓名", "身份证号码", "村")
IDS = [makers.number(order) for order in range(1, 60)]


def read(path, columns=SHORT, **changes):
    """{tab: [(row, cells)]} of the tabs with headings."""
    with open_workbook(path) as book:
        return {part.name: list(part.rows()) for part in read_sheets(book, makers.shape(columns, **changes))}


def read_one(tmp_path, rows, merged=(), columns=SHORT, **changes):
    path = makers.book(tmp_path / "a.xlsx", ("古达乡", rows), merged=merged)
    return read(path, columns, **changes)["古达乡"]


def test_rows_carry_excels_numbers_and_cells_in_the_shapes_order(tmp_path):
    rows = [
        ["标题"],
        [],
        ["村", "身份证号", "签字", "姓名"],
        ["幸福村", IDS[0], "x", "张三"],
        [],
        ["和平村", IDS[1], "", "李四"],
    ]
    assert read_one(tmp_path, rows) == [(4, ["张三", IDS[0], "幸福村"]), (6, ["李四", IDS[1], "和平村"])]


def test_columns_the_sheet_lacks_are_blank(tmp_path):
    cells = read_one(tmp_path, [["身份证号", "姓名"], [IDS[0], "张三"]], columns=makers.COLUMNS)
    assert cells == [(2, ["张三", IDS[0], "", "", "", "", "", ""])]


def test_a_table_that_begins_further_right_and_down_is_read_alike(tmp_path):
    rows = [[], ["", "", *HEADINGS], ["", "", 1, "张三", IDS[0], "幸福村"], ["", "", 2, "李四", IDS[1]]]
    assert read_one(tmp_path, rows, merged=["F3:F4"]) == [
        (3, ["张三", IDS[0], "幸福村"]),
        (4, ["李四", IDS[1], "幸福村"]),
    ]


def test_merged_divisions_count_for_all_their_rows_and_other_merges_do_not(tmp_path):
    rows = [
        HEADINGS,
        [1, "张三", IDS[0], "幸福村"],
        [2, "", IDS[1]],
        [3, "王五", IDS[2]],
        [4, "赵六", IDS[3], "和平村"],
    ]
    assert read_one(tmp_path, rows, merged=["D2:D4", "B2:B3"]) == [
        (2, ["张三", IDS[0], "幸福村"]),
        (3, ["", IDS[1], "幸福村"]),
        (4, ["王五", IDS[2], "幸福村"]),
        (5, ["赵六", IDS[3], "和平村"]),
    ]


def test_a_merged_division_outlives_a_blank_row_that_holds_its_value(tmp_path):
    rows = [HEADINGS, [1, "", "", "幸福村"], [2, "张三", IDS[0]], [3, "李四", IDS[1]]]
    assert read_one(tmp_path, rows, merged=["D2:D4"]) == [
        (3, ["张三", IDS[0], "幸福村"]),
        (4, ["李四", IDS[1], "幸福村"]),
    ]


def test_rows_with_only_a_number_or_a_merged_division_are_blank(tmp_path):
    headings = [*HEADINGS, "年龄", "出生日期"]
    rows = [headings, [1, "张三", IDS[0], "幸福村"], [2], [3, " ", "　", "", 0, "1900-01-00"], ["", "", "", "和平村"]]
    assert read_one(tmp_path, rows, merged=["D2:D4"]) == [
        (2, ["张三", IDS[0], "幸福村"]),
        (5, ["", "", "和平村"]),
    ]


def test_a_row_with_anything_else_is_not_blank(tmp_path):
    headings = [*HEADINGS, "签字"]
    rows = [headings, [1, "张三", "", ""], [2, "", "", "", "已签"], [3, "", 0, ""]]
    assert [row for row, _ in read_one(tmp_path, rows)] == [2, 3, 4]


@pytest.mark.parametrize(
    "first",
    [
        "小计",
        "合计：",
        "合　计",
        "总计",
        " 累计",
        "制表人：李",
        "填表人",
        "审核：",
        "填报单位",
        "备注：略",
        "备注:",
        "注：",
        "注:一式两份",
    ],
)
def test_footers_are_passed_over_wherever_they_stand(tmp_path, first):
    rows = [HEADINGS, ["", first, "2人"], [1, "张三", IDS[0], "幸福村"], [first, "", "", "x"], ["", "李四", IDS[1], ""]]
    with open_workbook(makers.book(tmp_path / "a.xlsx", ("一", rows))) as book:
        (part,) = read_sheets(book, makers.shape(SHORT))
        assert [row for row, _ in part.rows()] == [3, 5]
        assert part.footers == 2


def test_a_footer_word_with_an_id_number_is_a_person(tmp_path):
    rows = [HEADINGS, ["合计", "张三", IDS[0], ""], ["", "审核人", IDS[1], ""], ["注册", "注册", "", ""]]
    assert [row for row, _ in read_one(tmp_path, rows)] == [2, 3, 4]


def test_damaged_id_numbers_keep_a_row_from_being_a_footer(tmp_path):
    rows = [HEADINGS, ["合计", "张三", 5.29999199e17, ""], ["合计", "李四", IDS[1][:17], ""], ["合计", "", 629, ""]]
    assert [row for row, _ in read_one(tmp_path, rows)] == [2, 3]


@pytest.mark.parametrize(
    "beside",
    [
        "审核人：李四（签字盖章）　　年　月　日",
        "13800000000",
        13800000000,
        "0857-32222222",
        "电话13800000000 2025年3月15日",
    ],
)
def test_what_signers_write_where_id_numbers_stand_makes_no_person(tmp_path, beside):
    rows = [HEADINGS, [1, "张三", IDS[0], "幸福村"], ["", "制表人：王五", beside, ""], ["合计", "", beside, ""]]
    assert [row for row, _ in read_one(tmp_path, rows)] == [2]


@pytest.mark.parametrize(
    "written", ["５２９９９９" + IDS[0][6:], f"‘{IDS[0]}", f"{IDS[0]}（本人）", " ".join(IDS[0]), "5.29999E+17"]
)
def test_however_an_id_number_is_written_its_row_is_a_person(tmp_path, written):
    assert [row for row, _ in read_one(tmp_path, [HEADINGS, ["合计", "张三", written, ""]])] == [2]


def test_headings_printed_again_on_a_new_page_are_passed_over(tmp_path):
    again = ["序号", "姓 名", "身份证号*", "村"]
    rows = [HEADINGS, [1, "张三", IDS[0], "幸福村"], again, [2, "李四", IDS[1], ""], again, [3, "姓名", "", "村"]]
    with open_workbook(makers.book(tmp_path / "a.xlsx", ("一", [*rows, [4, "姓名", "", ""]]))) as book:
        (part,) = read_sheets(book, makers.shape(SHORT))
        assert ([row for row, _ in part.rows()], part.footers) == ([2, 4, 7], 3)


def test_headings_printed_again_inside_a_merged_division_are_passed_over(tmp_path):
    rows = [HEADINGS, [1, "张三", IDS[0], "幸福村"], ["序号", "姓名", "身份证号"], [2, "李四", IDS[1]]]
    assert [row for row, _ in read_one(tmp_path, rows, merged=["D2:D4"])] == [2, 4]


def test_a_footer_inside_a_merged_division_is_one(tmp_path):
    rows = [["村", "姓名", "身份证号"], ["幸福村", "张三", IDS[0]], ["", "小计", ""], ["", "李四", IDS[1]]]
    assert [row for row, _ in read_one(tmp_path, rows, merged=["A2:A4"])] == [2, 4]


def test_sheets_without_people_know_their_footers(tmp_path):
    rows = [["企业名称", "所在地"], ["合计建材有限公司", "贵阳"], ["恒达", "东莞"], ["合计", ""]]
    path = makers.book(tmp_path / "a.xlsx", ("企业", rows))
    parts = read(path, ("企业名称", "所在地"), keys=frozenset({"企业名称"}))
    assert [cells[0] for _, cells in parts["企业"]] == ["恒达"]


def test_every_sheet_with_headings_is_read_and_the_others_are_named(tmp_path):
    note = ("填表说明", [["1. 身份证号请设为文本"], ["2. 每乡一张表"]])
    people = [HEADINGS, [1, "张三", IDS[0], "幸福村"]]
    path = makers.book(tmp_path / "a.xlsx", note, ("古达乡", people), ("空", []), ("妈姑镇", people))
    with open_workbook(path) as book:
        parts = [
            (part.name, part.headings is not None, len(list(part.rows())))
            for part in read_sheets(book, makers.shape(SHORT))
        ]
    assert parts == [("填表说明", False, 0), ("古达乡", True, 1), ("空", False, 0), ("妈姑镇", True, 1)]


def test_the_texts_above_the_headings_and_the_unknown_columns_are_told(tmp_path):
    rows = [
        ["花名册"],
        ["填报单位：古达乡", "", 2025],
        ["签字", *HEADINGS, "联系\n方式二"],
        ["x", 1, "张三", IDS[0], "幸福村", "y"],
    ]
    with open_workbook(makers.book(tmp_path / "a.xlsx", ("一", rows))) as book:
        (part,) = read_sheets(book, makers.shape(SHORT))
    assert part.preface == ("花名册", "填报单位：古达乡", "2025")
    assert part.unknown == ["签字", "联系方式二"]


def test_forty_columns_of_nonsense_are_one_clear_sentence(tmp_path):
    rows = [[f"列{row * column}" for column in range(40)] for row in range(100)]
    path = makers.book(tmp_path / "a.xlsx", ("一", rows))
    with pytest.raises(UnreadableWorkbook) as refused:
        read(path)
    assert refused.value.code == "no_headings"
    sentence = "没有找到能识别的表头行（应有“姓名”、“身份证号码”等列）。请下载模板，对照模板的列名检查表头后再上传。"
    assert str(refused.value) == sentence


def test_text_tables_are_numbered_by_record(tmp_path):
    path = tmp_path / "古达乡.csv"
    path.write_text(f'标题\n\n姓名,身份证号,"所在\n村"\n张三,{IDS[0]},"幸福\n村"\n李四,{IDS[1]}\n', encoding="gb18030")
    assert read(path) == {"古达乡": [(4, ["张三", IDS[0], "幸福\n村"]), (5, ["李四", IDS[1], ""])]}


def test_old_books_follow_the_same_rules(tmp_path):
    texts = [["姓名", "身份证号", "村"], ["张三", IDS[0], "幸福村"], ["李四", IDS[1], ""], ["合计", "2人", ""]]
    records = [
        makers.old_text(row, column, text) for row, line in enumerate(texts) for column, text in enumerate(line) if text
    ]
    path = makers.old_book(tmp_path / "a.xls", {"古达乡": [*records, makers.old_merged(1, 2, 2, 2)]})
    assert read(path) == {"古达乡": [(2, ["张三", IDS[0], "幸福村"]), (3, ["李四", IDS[1], "幸福村"])]}


def test_claimed_date_columns_follow_the_others(tmp_path):
    days = [dt.date(2025, 3, 1), dt.date(2025, 3, 2)]
    rows = [["姓名", "身份证号", *days], ["张三", IDS[0], "√", "×"], ["李四", IDS[1], "", "○"]]
    claim = {day.isoformat(): day for day in days}
    found = read_one(tmp_path, rows, claim=lambda cell: claim.get(str(cell)[:10]))
    assert found == [(2, ["张三", IDS[0], "", "√", "×"]), (3, ["李四", IDS[1], "", "", "○"])]


def test_the_example_row_of_a_template_is_passed_over_once(tmp_path):
    rows = [
        ["姓名", "身份证号", "村"],
        ["示例：张三", IDS[0], "幸福村"],
        ["示例：李四", IDS[1], ""],
        ["王五", IDS[2], ""],
    ]
    assert [row for row, _ in read_one(tmp_path, rows)] == [3, 4]


def line_of(sort, place):
    """A row of one of six sorts; the first two hold a person."""
    lines = (
        [place, f"人{place}", IDS[place], "村"],
        ["", "李", "", ""],
        [place],
        [],
        [f"合计{place}人"],
        ["  ", "", "　"],
    )
    return lines[sort]


@settings(max_examples=40, deadline=None)
@given(
    sorts=st.lists(st.integers(0, 5), max_size=40), titles=st.integers(0, 5), columns=st.permutations(list(range(4)))
)
def test_exactly_the_rows_with_people_come_back(tmp_path_factory, sorts, titles, columns):
    rows = [HEADINGS, *(line_of(sort, place) for place, sort in enumerate(sorts))]
    table = [[f"标题{n}"] for n in range(titles)]
    table += [[(line + [""] * 4)[column] for column in columns] for line in rows]
    found = read_one(tmp_path_factory.mktemp("mixed"), table)
    assert [row for row, _ in found] == [titles + 2 + place for place, sort in enumerate(sorts) if sort < 2]
