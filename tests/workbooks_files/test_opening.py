import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from core.workbooks.files.opening import SlowBook, open_workbook
from core.workbooks.files.sheet_xml import column_index, column_letters
from core.workbooks.files.zipped import Vetted
from tests.workbooks_files import makers

RECORDS = [["姓名", "身份证号", "备注"], ["张三", "529999199001010019", "会焊接，可外出"], ["李四", "", ""]]


def rows_of(path, name=None, **options):
    with open_workbook(path, **options) as book:
        return list(book.tab(name or book.names[0]).rows())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_text_tables_in_every_encoding_and_separator(tmp_path, encoding, separator):
    path = tmp_path / "花名册.csv"
    path.write_bytes("\r\n".join(separator.join(record) for record in RECORDS).encode(encoding))
    assert rows_of(path) == RECORDS


def test_separator_is_told_by_regularity_not_by_frequency(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("姓名;意向\n张三;广东,浙江,福建,上海\n李四;广东\n", encoding="utf-8")
    assert rows_of(path) == [["姓名", "意向"], ["张三", "广东,浙江,福建,上海"], ["李四", "广东"]]


def test_text_forced_by_a_formula_is_unwrapped(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('身份证,卡号\n="529999199001010019","=""6217"""\n=1,x="2"\n', encoding="gb18030")
    assert rows_of(path) == [["身份证", "卡号"], ["529999199001010019", "6217"], ["=1", 'x="2"']]


def test_text_records_keep_their_count_over_blank_lines_and_line_breaks_in_cells(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n\n"两\n行",2\n', encoding="utf-8")
    assert rows_of(path) == [["a", "b"], [], ["两\n行", "2"]]


def test_a_text_table_has_one_tab_named_by_the_senders_file(tmp_path):
    path = tmp_path / "7f3a.upload"
    path.write_text("姓名,村\n张三,x\n", encoding="utf-8")
    with open_workbook(path, "古达乡.花名册.csv") as book:
        assert (book.format, book.names, book.tab("古达乡.花名册").name) == ("csv", ["古达乡.花名册"], "古达乡.花名册")


def test_content_decides_what_a_file_is(tmp_path):
    makers.book(tmp_path / "a.csv", ("一", [["姓名"]]))
    makers.old_book(tmp_path / "b.xlsx", {"一": [makers.old_text(0, 0, "姓名")]})
    (tmp_path / "c.xls").write_text("姓名,村\n", encoding="utf-8")
    formats = []
    for name in ("a.csv", "b.xlsx", "c.xls"):
        with open_workbook(tmp_path / name) as book:
            formats.append(book.format)
    assert formats == ["xlsx", "xls", "csv"]


def test_cells_come_as_they_are_and_rows_as_excel_counts_them(tmp_path):
    made = Workbook()
    sheet = made.active
    cells = ["文字", 5.5, True, dt.date(2025, 2, 15), dt.datetime(2025, 2, 15, 8, 30), "=1+1"]  # noqa: DTZ001
    for column, cell in enumerate(cells, 2):
        sheet.cell(3, column, cell)
    made.save(tmp_path / "a.xlsx")
    with open_workbook(tmp_path / "a.xlsx") as book:
        tab = book.tab("Sheet")
        rows = list(tab.rows())
    assert (tab.left, tab.height, tab.width) == (1, 3, 6)
    assert rows[2] == ["文字", 5.5, True, dt.date(2025, 2, 15), dt.datetime(2025, 2, 15, 8, 30)]  # noqa: DTZ001
    assert len(rows) == 3


def test_formula_counts_with_its_cached_value(tmp_path):
    rows = '<row r="1"><c r="A1" t="str"><f>"张"&amp;"三"</f><v>张三</v></c><c r="B1"><f>1+1</f><v>2</v></c></row>'
    assert rows_of(makers.raw_book(tmp_path / "a.xlsx", rows)) == [["张三", 2.0]]


def test_hidden_rows_columns_and_tabs_are_read_and_told(tmp_path):
    made = Workbook()
    sheet = made.active
    sheet.title = "古达乡"
    for row in range(1, 7):
        for column in range(1, 5):
            sheet.cell(row, column, row * column)
    for row in (2, 5, 90):
        sheet.row_dimensions[row].hidden = True
    sheet.column_dimensions["B"].hidden = True
    sheet.column_dimensions.group("D", "XFD", hidden=True)
    made.create_sheet("藏").sheet_state = "hidden"
    made["藏"]["A1"] = 1
    made.save(tmp_path / "a.xlsx")
    with open_workbook(tmp_path / "a.xlsx") as book:
        tab = book.tab("古达乡")
        assert (tab.hidden_rows, tab.hidden_columns, tab.visible) == (2, 2, True)
        assert len(list(tab.rows())) == 6
        assert book.tab("藏").visible is False


def test_merged_ranges_are_told(tmp_path):
    path = makers.book(tmp_path / "a.xlsx", ("一", [["a", "b"], ["c", "d"], ["", "e"]]), merged=["A2:A3"])
    with open_workbook(path) as book:
        assert list(book.tab("一").merged) == [((1, 0), (2, 0))]


def test_old_book_tells_the_same_things(tmp_path):
    records = [
        makers.old_hidden_row(2),
        makers.old_hidden_columns(1, 200),
        makers.old_text(0, 0, "姓名"),
        makers.old_text(0, 1, "村"),
        makers.old_text(1, 0, "张三"),
        makers.old_text(2, 0, "李四"),
        makers.old_number(2, 1, 7.5),
        makers.old_merged(1, 2, 0, 0),
    ]
    with open_workbook(makers.old_book(tmp_path / "a.xls", {"古达乡": records, "空": []})) as book:
        tab = book.tab("古达乡")
        assert book.names == ["古达乡", "空"]
        assert list(tab.rows()) == [["姓名", "村"], ["张三", ""], ["李四", 7.5]]
        assert (list(tab.merged), tab.hidden_rows, tab.hidden_columns) == ([((1, 0), (2, 0))], 1, 1)
        assert list(book.tab("空").rows()) == []


def test_tab_with_new_error_values_is_read_by_the_other_reader(tmp_path):
    rows = '<row r="1" hidden="1"><c r="A1" t="e"><v>#SPILL!</v></c><c r="C1" t="str"><v>张三</v></c></row>'
    rows += '<row r="3"><c r="A3"><v>5</v></c></row>'
    merge = '<mergeCells count="1"><mergeCell ref="A1:A2"/></mergeCells>'
    path = makers.raw_book(
        tmp_path / "a.xlsx", rows, before='<cols><col min="3" max="9" hidden="1"/></cols>', after=merge
    )
    with open_workbook(path) as book:
        tab = book.tab("Sheet")
        assert list(tab.rows()) == [["", "", "张三"], ["", "", ""], [5, "", ""]]
        assert (list(tab.merged), tab.hidden_rows, tab.hidden_columns) == ([((0, 0), (1, 0))], 1, 1)


def test_the_other_reader_reads_a_whole_book_alike(tmp_path):
    path = makers.book(tmp_path / "a.xlsx", ("一", [["姓名", "数"], ["张三", 5]]), ("二", [["x"]]))
    slow = SlowBook(path, "a", Vetted())
    assert slow.names == ["一", "二"]
    assert list(slow.tab("一").rows()) == rows_of(path)


@given(st.integers(min_value=0, max_value=16383))
def test_column_letters_and_indexes_are_one_to_one(index):
    assert column_index(column_letters(index)) == index


def test_column_letters_as_excel_writes_them():
    assert [column_letters(index) for index in (0, 25, 26, 701, 702, 16383)] == ["A", "Z", "AA", "ZZ", "AAA", "XFD"]


def prefixed_book(path, rows):
    """A book as .NET programs write it: every tag of the sheet carries a prefix."""
    base = makers.book(path.with_name("base.xlsx"), ("Sheet", [["x"]]))
    tagged = "".join(
        ('<x:row r="3" hidden="1">' if number == 3 else f'<x:row r="{number}">')
        + "".join(
            f'<x:c r="{place}{number}" t="str"><x:v>{text}</x:v></x:c>' for place, text in zip("AB", row, strict=True)
        )
        + "</x:row>"
        for number, row in enumerate(rows, 1)
    )
    merged = '<x:mergeCells><x:mergeCell ref="B2:B3"/></x:mergeCells>'
    sheet = f'<x:worksheet xmlns:x="{makers.MAIN}"><x:sheetData>{tagged}</x:sheetData>{merged}</x:worksheet>'
    return makers.with_parts(path, base, sheet=sheet)


def test_tags_with_a_prefix_are_read_alike(tmp_path):
    rows = [["姓名", "村"], ["张三", "幸福村"], ["李四", ""]]
    with open_workbook(prefixed_book(tmp_path / "a.xlsx", rows)) as book:
        tab = book.tab("Sheet")
        assert list(tab.rows()) == rows
        assert (list(tab.merged), tab.hidden_rows) == ([((1, 1), (2, 1))], 1)
