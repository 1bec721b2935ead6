import datetime as dt

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from core.workbooks.files.headings import heading_text
from core.workbooks.files.marking import Mark, write_marked
from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import read_sheets
from tests.workbooks_files import makers

COLUMNS = ("姓名", "身份证号码", "联系电话", "村")
RED, YELLOW = "FFFFC8CF", "FFFFEC9D"
HEADINGS = ["姓名", "身份证号", "电话", "所在村"]
ROWS = [HEADINGS, *([f"人{n}", makers.number(n), f"1380000{n:04d}", "幸福村"] for n in range(1, 5))]
MARKS = [
    Mark("古达乡", 3, "身份证号码", "校验位不对"),
    Mark("古达乡", 3, "联系电话", "不是手机号码", "warning"),
    Mark("古达乡", 5, "联系电话", "不是手机号码", "warning"),
]


def marked(source, marks=MARKS, name="", **changes):
    """Mark a file; returns the copy's path."""
    target = source.with_name(f"标注{source.stem}.xlsx")
    write_marked(source, target, marks, makers.shape(COLUMNS, **changes), name)
    return target


def read(path, **changes):
    with open_workbook(path) as book:
        parts = {part.name: part for part in read_sheets(book, makers.shape(COLUMNS, **changes))}
        unknown = {name: part.unknown for name, part in parts.items() if part.headings}
        return {name: list(part.rows()) for name, part in parts.items() if part.headings}, unknown


def grounds(sheet):
    """{place: colour} of the cells this module coloured."""
    return {
        cell.coordinate: cell.fill.fgColor.rgb
        for row in sheet.iter_rows()
        for cell in row
        if cell.fill.fill_type == "solid" and cell.fill.fgColor.rgb in {RED, YELLOW}
    }


def test_faulty_cells_are_coloured_and_the_reasons_stand_beside_them(tmp_path):
    sheet = load_workbook(marked(makers.book(tmp_path / "a.xlsx", ("古达乡", ROWS))))["古达乡"]
    assert grounds(sheet) == {"B3": RED, "C3": YELLOW, "E3": RED, "C5": YELLOW, "E5": YELLOW}
    assert [cell.value for cell in sheet["E"]] == [
        "错误原因",
        None,
        "身份证号码：校验位不对；联系电话：不是手机号码",
        None,
        "联系电话：不是手机号码",
    ]
    assert sheet.column_dimensions["E"].width == 60


def test_the_copy_reads_back_as_the_file_it_was(tmp_path):
    source = makers.book(tmp_path / "a.xlsx", ("古达乡", ROWS), ("填表说明", [["说明"]]))
    assert read(marked(source)) == read(source)


def test_what_the_sender_had_stays_as_it_was(tmp_path):
    made = Workbook()
    sheet = made.active
    sheet.title = "古达乡"
    for row in [["花名册"], *ROWS]:
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sheet.merge_cells("D3:D4")
    sheet["A1"].font = Font(bold=True, size=16)
    sheet["B4"].font, sheet["B4"].number_format = Font(italic=True), "@"
    sheet["C4"].fill = PatternFill("solid", fgColor="FF00FF00")
    sheet["A3"].comment = Comment("请核对", "李")
    sheet["C3"] = dt.date(2025, 3, 1)
    sheet.column_dimensions["B"].width, sheet.row_dimensions[5].hidden = 33, True
    sheet.freeze_panes, sheet.auto_filter.ref = "A3", "A2:D6"
    made.save(tmp_path / "a.xlsx")
    copy = load_workbook(marked(tmp_path / "a.xlsx", [Mark("古达乡", 4, "身份证号码", "重复")]))["古达乡"]
    assert [str(area) for area in copy.merged_cells.ranges] == ["A1:D1", "D3:D4"]
    assert (copy["A1"].font.size, copy["B4"].font.italic, copy["B4"].number_format) == (16, True, "@")
    assert (copy["C4"].fill.fgColor.rgb, copy["A3"].comment.text) == ("FF00FF00", "请核对")
    assert copy["C3"].value == dt.datetime(2025, 3, 1)  # noqa: DTZ001
    assert (copy.column_dimensions["B"].width, copy.row_dimensions[5].hidden) == (33, True)
    assert (copy.freeze_panes, copy.auto_filter.ref) == ("A3", "A2:D6")
    assert grounds(copy) == {"B4": RED, "E4": RED}


def test_formulas_keep_their_cached_values(tmp_path):
    cells = [makers.text_cell(f"{letter}1", text) for letter, text in zip("ABCD", HEADINGS, strict=True)]
    person = makers.text_cell("B2", makers.number(1)) + '<c r="C2"><f>138*1</f><v>138</v></c>'
    name = '<c r="A2" t="str"><f>"张"&amp;"三"</f><v>张三</v></c>'
    rows = f'<row r="1" spans="1:4">{"".join(cells)}</row><row r="2" spans="1:4">{name}{person}</row>'
    source = makers.raw_book(tmp_path / "a.xlsx", rows, before='<dimension ref="A1:D2"/>')
    copy = marked(source, [Mark("Sheet", 2, "姓名", "少一字"), Mark("Sheet", 2, "联系电话", "太短")])
    assert read(copy)[0] == {"Sheet": [(2, ["张三", makers.number(1), 138.0, ""])]}
    sheet = load_workbook(copy)["Sheet"]
    assert (sheet["A2"].value, sheet["C2"].value) == ('="张"&"三"', "=138*1")
    assert next(load_workbook(copy, read_only=True)["Sheet"].iter_rows(values_only=True)) == (*HEADINGS, "错误原因")


def test_a_column_the_sheet_lacks_and_a_blank_cell_are_marked_too(tmp_path):
    source = makers.book(
        tmp_path / "a.xlsx", ("古达乡", [HEADINGS[:2], ["张三", makers.number(1)], ["", makers.number(2)]])
    )
    marks = [Mark("古达乡", 2, "村", "必填"), Mark("古达乡", 3, "姓名", "必填"), Mark("古达乡", 3, "", "整行重复")]
    sheet = load_workbook(marked(source, marks))["古达乡"]
    assert grounds(sheet) == {"C2": RED, "A3": RED, "C3": RED}
    assert [sheet["C2"].value, sheet["C3"].value] == ["村：必填", "姓名：必填；整行重复"]


def test_a_fault_in_a_merged_division_colours_the_cell_that_is_seen(tmp_path):
    source = makers.book(tmp_path / "a.xlsx", ("古达乡", ROWS), merged=["D2:D4"])
    copy = marked(source, [Mark("古达乡", 4, "村", "查无此村")])
    assert grounds(load_workbook(copy)["古达乡"]) == {"D2": RED, "E4": RED}


def test_two_row_headings_and_tables_further_right(tmp_path):
    rows = [["", "", "姓名", "证件", ""], ["", "", "", "身份证号", "电话"], ["", "", "张三", makers.number(1), "1"]]
    source = makers.book(tmp_path / "a.xlsx", ("古达乡", rows), merged=["C1:C2", "D1:E1"])
    sheet = load_workbook(marked(source, [Mark("古达乡", 3, "联系电话", "太短")]))["古达乡"]
    assert grounds(sheet) == {"E3": RED, "F3": RED}
    assert sheet["F2"].value == "错误原因"


def test_marking_a_mended_file_again_takes_the_old_marks_off(tmp_path):
    once = marked(makers.book(tmp_path / "a.xlsx", ("古达乡", ROWS)))
    book = load_workbook(once)
    book["古达乡"]["B3"] = makers.number(33)
    book.save(once)
    again = marked(once, [Mark("古达乡", 5, "联系电话", "空号"), Mark("古达乡", 4, "姓名", "无名")])
    sheet = load_workbook(again)["古达乡"]
    assert grounds(sheet) == {"C5": RED, "E5": RED, "A4": RED, "E4": RED}
    assert [cell.value for cell in sheet["E"]] == ["错误原因", None, None, "姓名：无名", "联系电话：空号"]
    assert sheet.max_column == 5
    assert read(again)[0]["古达乡"][1] == (3, ["人2", makers.number(33), "13800000002", "幸福村"])


def test_several_sheets_are_marked_by_their_exact_names(tmp_path):
    source = makers.book(tmp_path / "a.xlsx", ("一", ROWS), ("a&b<c>", ROWS), ("三", ROWS))
    copy = load_workbook(marked(source, [Mark("a&b<c>", 2, "姓名", "无名"), Mark("三", 3, "姓名", "无名")]))
    assert {sheet.title: grounds(sheet) for sheet in copy} == {
        "一": {},
        "a&b<c>": {"A2": RED, "E2": RED},
        "三": {"A3": RED, "E3": RED},
    }


def test_claimed_columns_are_found_by_their_heading(tmp_path):
    day = dt.date(2025, 3, 1)
    source = makers.book(tmp_path / "a.xlsx", ("古达乡", [["姓名", "身份证号", day], ["张三", makers.number(1), "?"]]))
    claim = {"2025-03-01": day}
    copy = marked(source, [Mark("古达乡", 2, "2025-03-01", "看不懂")], claim=lambda cell: claim.get(heading_text(cell)))
    assert grounds(load_workbook(copy)["古达乡"]) == {"C2": RED, "D2": RED}


def test_a_text_table_is_written_anew_and_reads_back(tmp_path):
    source = tmp_path / "5f3.upload"
    lines = [*HEADINGS], *ROWS[1:], ["合计", "4人"]
    source.write_text("\n".join(",".join(line) for line in lines), encoding="gb18030")
    copy = marked(source, name="古达乡.csv")
    sheet = load_workbook(copy)["古达乡"]
    assert grounds(sheet) == {"B3": RED, "C3": YELLOW, "E3": RED, "C5": YELLOW, "E5": YELLOW}
    assert sheet["B3"].number_format == "@"
    assert read(copy) == ({"古达乡": list(enumerate(ROWS[1:], 2))}, {"古达乡": []})


def test_an_old_book_is_written_anew_with_its_merged_cells(tmp_path):
    cells = [(row, column, text) for row, line in enumerate(ROWS) for column, text in enumerate(line)]
    kept = [cell for cell in cells if cell[:2] not in {(2, 3), (3, 3)}]
    records = [*(makers.old_text(*cell) for cell in kept), makers.old_merged(1, 3, 3, 3)]
    source = makers.old_book(tmp_path / "a.xls", {"古达乡": records, "说明": [makers.old_text(0, 0, "无")]})
    copy = marked(source)
    assert load_workbook(copy).sheetnames == ["古达乡", "说明"]
    assert [str(area) for area in load_workbook(copy)["古达乡"].merged_cells.ranges] == ["D2:D4"]
    assert read(copy) == ({"古达乡": list(enumerate(ROWS[1:], 2))}, {"古达乡": []})
    assert read(marked(copy)) == read(copy)


@pytest.mark.parametrize("attribute", ["", ' s="0"'])
def test_a_sheet_whose_rows_have_no_numbers_is_written_anew(tmp_path, attribute):
    lines = ["".join(f'<c{attribute} t="inlineStr"><is><t>{text}</t></is></c>' for text in row) for row in ROWS]
    source = makers.raw_book(tmp_path / "a.xlsx", "".join(f"<row>{line}</row>" for line in lines))
    copy = marked(source, [Mark("Sheet", 3, "姓名", "无名")])
    assert grounds(load_workbook(copy)["Sheet"]) == {"A3": RED, "E3": RED}
    assert read(copy)[0] == {"Sheet": list(enumerate(ROWS[1:], 2))}


def test_a_sheet_with_prefixed_tags_is_written_anew(tmp_path):
    lines = [
        "".join(
            f'<x:c r="{place}{number}" t="str"><x:v>{text}</x:v></x:c>' for place, text in zip("ABCD", row, strict=True)
        )
        for number, row in enumerate(ROWS, 1)
    ]
    tagged = "".join(f'<x:row r="{number}">{line}</x:row>' for number, line in enumerate(lines, 1))
    base = makers.book(tmp_path / "base.xlsx", ("Sheet", [["x"]]))
    sheet = f'<x:worksheet xmlns:x="{makers.MAIN}"><x:sheetData>{tagged}</x:sheetData></x:worksheet>'
    copy = marked(makers.with_parts(tmp_path / "a.xlsx", base, sheet=sheet), [Mark("Sheet", 3, "姓名", "无名")])
    assert grounds(load_workbook(copy)["Sheet"]) == {"A3": RED, "E3": RED}
    assert read(copy)[0] == {"Sheet": list(enumerate(ROWS[1:], 2))}
