"""The error workbook: the sender's own file, faulty cells coloured and the reasons beside them, ready to be mended.

An .xlsx keeps everything it came with. Text tables, .xls and books of unusual make are written anew from their values.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.workbooks.files.headings import ERROR_HEADING, Headings, SheetShape, heading_text
from core.workbooks.files.opening import Book, Tab, XlsxBook, open_workbook
from core.workbooks.files.package_xml import RED, YELLOW
from core.workbooks.files.patching import REASON_WIDTH, TabPatch, UnusualXml, write_patched
from core.workbooks.files.reading import read_tab
from core.workbooks.files.row_xml import Painted
from core.workbooks.files.sheet_xml import column_letters
from core.workbooks.files.writing import Column, SheetRows, write_workbook

MERGED_ROWS = 20_000


@dataclass(frozen=True)
class Mark:
    """One fault or warning: exact tab name, row as Excel numbers it, the column's official heading, a sentence."""

    sheet: str
    row: int
    column: str
    message: str
    level: str = "error"


@dataclass
class _MarkedTab:
    """Where the marks of one tab go: 0-based columns and 1-based rows."""

    tab: Tab
    headings: Headings
    reason_column: int
    again: bool
    rows: dict[int, list[Mark]] = field(default_factory=lambda: defaultdict(list))

    def column_of(self, mark: Mark) -> int | None:
        place = self.headings.places.get(mark.column)
        if place is None:
            claimed = self.headings.claimed
            place = next((column.index for column in claimed if heading_text(column.heading) == mark.column), None)
        return None if place is None else place + self.tab.left

    def fills(self) -> dict[int, dict[int, int]]:
        """Row → faulty column → fill; red covers yellow, and a merged cell is coloured where its value stands."""
        corner = {
            (row, column): (top, left)
            for (top, left), (bottom, right) in self.tab.merged
            for row in range(top, min(bottom, top + MERGED_ROWS) + 1)
            for column in range(left, right + 1)
        }
        found: dict[int, dict[int, int]] = defaultdict(dict)
        every = (mark for marks in self.rows.values() for mark in marks)
        for mark in sorted(every, key=lambda mark: mark.level == "error"):
            column = self.column_of(mark)
            if column is not None:
                row, column = corner.get((mark.row - 1, column), (mark.row - 1, column))
                found[row + 1][column] = fill_of(mark)
        return found

    def reasons(self) -> dict[int, tuple[str, int]]:
        """Row → what stands in its reason column, and the fill of it; faults before warnings."""
        found = {}
        for row, marks in self.rows.items():
            ordered = sorted(marks, key=lambda mark: mark.level != "error")
            sentences = [f"{mark.column}：{mark.message}" if mark.column else mark.message for mark in ordered]
            found[row] = "；".join(dict.fromkeys(sentences)), fill_of(ordered[0])
        return found


def fill_of(mark: Mark) -> int:
    """Red for a fault, yellow for a warning."""
    return RED if mark.level == "error" else YELLOW


def write_marked(
    source: str | Path, target: str | Path, marks: Iterable[Mark], shape: SheetShape, name: str = ""
) -> None:
    """Write the marked copy of `source` to `target`; `name` is the sender's file name where `source` has another.

    Raises UnreadableWorkbook as ``open_workbook`` does. The reader passes the added column 错误原因 over.
    """
    by_tab: dict[str, list[Mark]] = defaultdict(list)
    for mark in marks:
        by_tab[mark.sheet].append(mark)
    with open_workbook(source, name) as book:
        if isinstance(book, XlsxBook):
            try:
                write_patched(Path(source), Path(target), dict(_patches(book, by_tab, shape)))
            except UnusualXml:
                pass
            else:
                return
        write_workbook(target, (_rebuilt(book, tab_name, by_tab, shape) for tab_name in book.names))


def _patches(book: XlsxBook, by_tab: Mapping[str, Sequence[Mark]], shape: SheetShape) -> Iterator[tuple[str, TabPatch]]:
    for name in book.names:
        marked = _marked_tab(book.tab(name), by_tab[name], shape) if name in by_tab else None
        if marked is not None:
            patch = TabPatch(marked.headings.last_row, marked.reason_column, ERROR_HEADING, marked.again)
            patch.fills, patch.reasons = marked.fills(), marked.reasons()
            if name not in book.vetted.parts:
                raise UnusualXml
            yield book.vetted.parts[name], patch


def _marked_tab(tab: Tab, marks: Sequence[Mark], shape: SheetShape) -> _MarkedTab | None:
    headings = read_tab(tab, shape).headings
    if headings is None:
        return None
    known = headings.not_stored.get(ERROR_HEADING)
    width = _width(tab)
    place = width if known is None else known + tab.left
    marked = _MarkedTab(tab, headings, place, known is not None)
    for mark in marks:
        marked.rows[mark.row].append(mark)
    return marked


def _width(tab: Tab) -> int:
    """Columns from A on; a text table does not know before it is read."""
    return tab.width or max(map(len, tab.rows()), default=0)


def _rebuilt(book: Book, name: str, by_tab: Mapping[str, Sequence[Mark]], shape: SheetShape) -> SheetRows:
    """A tab written anew from its values; each column is text when typed into, which the reader can take."""
    tab = book.tab(name)
    marked = _marked_tab(tab, by_tab.get(name, ()), shape)
    columns = [Column("", text=True)] * max(_width(tab), marked.reason_column + 1 if marked else 0)
    if marked:
        columns[marked.reason_column] = Column("", width=REASON_WIDTH, text=True)
    merged = [
        f"{column_letters(left)}{top + 1}:{column_letters(right)}{bottom + 1}"
        for (top, left), (bottom, right) in tab.merged
    ]
    return SheetRows(name, columns, _painted_rows(tab, marked), bare=True, merged=merged)


def _painted_rows(tab: Tab, marked: _MarkedTab | None) -> Iterator[list[Any]]:
    fills = marked.fills() if marked else {}
    reasons = marked.reasons() if marked else {}
    for number, row in enumerate(tab.rows(), 1):
        cells = [""] * tab.left + row
        if marked is not None:
            cells += [""] * (marked.reason_column + 1 - len(cells))
            cells[marked.reason_column] = ERROR_HEADING if number == marked.headings.last_row else ""
            for place, fill in fills.get(number, {}).items():
                cells[place] = Painted(cells[place], fill)
            if number in reasons:
                cells[marked.reason_column] = Painted(*reasons[number])
        yield cells
