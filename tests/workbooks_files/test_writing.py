import datetime as dt
import io
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from core.workbooks.files import writing
from core.workbooks.files.opening import open_workbook
from core.workbooks.files.package_xml import RED, YELLOW, sheet_title
from core.workbooks.files.reading import read_sheets
from core.workbooks.files.row_xml import Painted
from core.workbooks.files.writing import Column, SheetRows, write_workbook
from tests.workbooks_files import makers

texts = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), min_size=1, max_size=30
)
numbers = st.integers(-(10**14), 10**14) | st.floats(-1e14, 1e14).map(lambda value: round(value, 4))
days = st.dates(dt.date(1901, 1, 1), dt.date(2199, 12, 31))


def written(*sheets):
    target = io.BytesIO()
    write_workbook(target, sheets)
    target.seek(0)
    return target


def calamine_rows(file, place=0):
    return list(CalamineWorkbook.from_filelike(file).get_sheet_by_index(place).iter_rows())


def one_row(*cells, text=False):
    """The cells of a row as they read back."""
    file = written(SheetRows("一", [Column(f"列{n}", text=text) for n in range(len(cells))], [cells]))
    return calamine_rows(file)[1]


@settings(deadline=None)
@given(st.lists(st.tuples(texts, numbers, days, st.booleans(), texts), max_size=20))
def test_what_is_written_reads_back_equal(rows):
    file = written(SheetRows("一", [Column(f"列{n}") for n in range(5)], rows))
    assert [tuple(row) for row in calamine_rows(file)[1:]] == rows
    values = load_workbook(file).worksheets[0].iter_rows(min_row=2, values_only=True)
    for row, (text, number, day, truth, _) in zip(values, rows, strict=True):
        assert row[1:4] == (number, dt.datetime.combine(day, dt.time()), truth)
        assert row[0] == text or "_x" in text


@pytest.mark.parametrize(
    "text", ["=1+1", "+86138", "-5", "@SUM(A1)", "=cmd|' /C calc'!A0", "'x", "<b>&amp;</b>", "]]>"]
)
def test_text_is_never_a_formula_or_markup(text):
    file = written(SheetRows("一", [Column("列")], [[text]]))
    cell = load_workbook(file).worksheets[0]["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


@pytest.mark.parametrize(
    ("given", "back"),
    [
        ("  两边 ", "  两边 "),
        ("两\n行\t列", "两\n行\t列"),
        ("a\x00b\x0bc\ud800d\ufffee", "abcde"),
        ("_x000D_", "_x000D_"),
        ("回\r车", "回\r车"),
        ("𠮷野家", "𠮷野家"),
    ],
)
def test_unusual_text_survives_and_what_xml_cannot_carry_is_dropped(given, back):
    assert one_row(given) == [back]


def test_numbers_excel_would_round_are_text():
    cells = one_row(529999199001010019, 10**15, 999999999999999, Decimal("1234.50"), float("inf"))
    assert cells == ["529999199001010019", "1000000000000000", 999999999999999.0, 1234.5, "inf"]


def test_dates_keep_their_kind_and_those_before_excel_are_text():
    moment = dt.datetime(2025, 2, 15, 8, 30, tzinfo=dt.UTC)
    cells = one_row(dt.date(2025, 2, 15), moment, dt.date(1900, 3, 1), dt.time(8, 30))
    assert cells == [dt.date(2025, 2, 15), moment.replace(tzinfo=None), "1900-03-01", "08:30:00"]


def test_blank_cells_leave_nothing_behind():
    file = written(SheetRows("一", [Column(name) for name in "甲乙丙"], [["", None, "x"], [], ["x"]]))
    assert calamine_rows(file)[1:] == [["", "", "x"], ["", "", ""], ["x", "", ""]]


def test_text_columns_are_text_for_whoever_types_into_them():
    file = written(SheetRows("一", [Column("身份证号码", width=22, text=True), Column("备注")], [["5299", "x"]]))
    sheet = load_workbook(file).worksheets[0]
    assert [cell.number_format for cell in sheet[2]] == ["@", "General"]
    assert sheet.column_dimensions["A"].number_format == "@"
    assert (sheet.column_dimensions["A"].width, sheet.freeze_panes) == (22, "A2")


def test_painted_cells_keep_value_and_format():
    cells = [
        Painted("5299", RED),
        Painted(5, YELLOW),
        Painted(dt.date(2025, 1, 2), RED),
        Painted(None, RED),
        Painted("", RED),
    ]
    file = written(SheetRows("一", [Column("列", text=n == 0) for n in range(5)], [cells]))
    row = load_workbook(file).worksheets[0][2]
    assert [cell.value for cell in row] == ["5299", 5, dt.datetime(2025, 1, 2), "", ""]  # noqa: DTZ001
    assert [cell.fill.fgColor.rgb for cell in row] == ["FFFFC8CF", "FFFFEC9D", "FFFFC8CF", "FFFFC8CF", "FFFFC8CF"]
    assert [cell.number_format for cell in row] == ["@", "General", "yyyy\\-mm\\-dd", "General", "General"]


def test_several_sheets_bare_ones_and_merged_ranges():
    file = written(
        SheetRows("名册", [Column("列")], [["a"]]),
        SheetRows("名册", [Column("")], [["没有表头"], ["b"]], bare=True, merged=["A1:A2"]),
        SheetRows("空", [Column("列")], []),
    )
    book = CalamineWorkbook.from_filelike(file)
    assert book.sheet_names == ["名册", "名册 (2)", "空"]
    assert list(book.get_sheet_by_index(1).iter_rows()) == [["没有表头"], ["b"]]
    assert book.get_sheet_by_index(1).merged_cell_ranges == [((0, 0), (1, 0))]
    assert list(book.get_sheet_by_index(2).iter_rows()) == [["列"]]


def test_what_does_not_fit_one_sheet_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(writing, "LAST_ROW", 4)
    target = io.BytesIO()
    assert write_workbook(target, [SheetRows("名册", [Column("列")], ([n] for n in range(7)))]) == 7
    target.seek(0)
    book = CalamineWorkbook.from_filelike(target)
    assert book.sheet_names == ["名册", "名册 (2)", "名册 (3)"]
    sheets = [list(book.get_sheet_by_index(place).iter_rows()) for place in range(3)]
    assert sheets == [[["列"], [0], [1], [2]], [["列"], [3], [4], [5]], [["列"], [6]]]


@pytest.mark.parametrize(
    ("wanted", "taken", "title"),
    [
        ("劳动力花名册", (), "劳动力花名册"),
        ("a/b:c*[d]?\\", (), "a／b：c＊(d)？＼"),
        ("'引号'", (), "引号"),
        ("", (), "Sheet"),
        ("长" * 40, (), "长" * 31),
        ("Sheet", ("sheet",), "Sheet (2)"),
        ("长" * 40, ("长" * 31,), "长" * 27 + " (2)"),
    ],
)
def test_tab_names_are_such_as_excel_accepts(wanted, taken, title):
    assert sheet_title(wanted, taken) == title


def test_memory_stays_flat_however_many_rows(tmp_path):
    columns = [Column(f"列{n}") for n in range(20)]
    tracemalloc.start()
    try:
        write_workbook(tmp_path / "a.xlsx", [SheetRows("一", columns, (["文字"] * 20 for _ in range(20_000)))])
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()


def test_written_sheets_are_read_by_the_import_as_they_were(tmp_path):
    rows = [["张三", makers.number(1), "幸福村"], ["李四", makers.number(2), "和平村"]]
    write_workbook(
        tmp_path / "a.xlsx", [SheetRows("名册", [Column("姓名*"), Column("身份证号码*"), Column("村*")], rows)]
    )
    with open_workbook(tmp_path / "a.xlsx") as book:
        (part,) = read_sheets(book, makers.shape(("姓名", "身份证号码", "村")))
        assert [cells for _, cells in part.rows()] == rows
