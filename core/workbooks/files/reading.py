"""Read the rows of declared sheets out of a book: sheet by sheet, row by row, nothing kept.

The rules are those of formats.md §1: rows are numbered as Excel shows them; footers and empty rows are passed over;
merged division cells count for all their rows; hidden rows and columns are read.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from operator import itemgetter
from typing import Any

from core.workbooks.files.headings import (
    SEARCHED_ROWS,
    Headings,
    SheetShape,
    find_headings,
    heading_text,
    normalise_heading,
)
from core.workbooks.files.opening import Book, Tab
from core.workbooks.files.refusals import UnreadableWorkbook

FOOTERS = ("小计", "合计", "总计", "累计", "制表", "填表", "审核", "填报", "备注：", "备注:", "注：", "注:")
EXAMPLE = "示例："
BLANK = [""]
ID_LENGTH = 18
SHORTEST_ID = 14
"""A damaged ID number is still longer than a telephone number with its area code."""
LIKE_ID = re.compile(rf"['’‘＇]?(?:[\dXx*-]{{{SHORTEST_ID},}}|\d\.\d+E\+?\d+)|.*\d{{17}}.*", re.IGNORECASE)


def is_blank(cell: object) -> bool:
    """Whether a cell holds nothing, or blanks only."""
    return cell is None or cell == "" or (isinstance(cell, str) and cell.isspace())


def _like_id(cell: object) -> bool:
    """Whether a cell could be somebody's ID number, be it damaged; "629人" or "审核人：李四" beside 合计 could not."""
    if isinstance(cell, str):
        return (len(cell) == ID_LENGTH and cell.isalnum() and cell.isascii()) or bool(
            LIKE_ID.fullmatch("".join(cell.split()))
        )
    return isinstance(cell, (int, float)) and cell >= 10 ** (SHORTEST_ID - 1)


@dataclass
class _MergedColumn:
    """A column whose merged cells are carried down while rows stream by."""

    place: int
    ends: dict[int, int]
    until: int = 0
    value: Any = None

    def carry(self, number: int, row: list[Any]) -> None:
        if number in self.ends:
            self.until, self.value = self.ends[number], row[self.place]
        elif number <= self.until:
            row[self.place] = self.value


@dataclass
class SheetReading:
    """One tab of a book. `headings` is None where no heading row was found: the tab is skipped.

    `footers` counts the rows passed over as totals, signatures and headings printed again on a new page; it is complete
    once `rows` has run out.
    """

    tab: Tab
    shape: SheetShape
    headings: Headings | None
    preface: tuple[str, ...] = ()
    footers: int = 0
    _data_places: tuple[int, ...] = field(default=(), repr=False)

    @property
    def name(self) -> str:
        """The exact tab name (a text file: its stem)."""
        return self.tab.name

    @property
    def unknown(self) -> list[str]:
        """Headings nobody knows, in the order they stand."""
        return [text for _, text in sorted(self.headings.unknown.items())] if self.headings else []

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """(row number, cells) of every data row.

        Cells stand in the order of the shape's columns, "" where the sheet has none, then the claimed ones.
        """
        if self.headings is None:
            return
        pick, id_place, width = self._layout(self.headings)
        merged = list(self._merged_columns(self.headings))
        first = True
        source = islice(self.tab.rows(), self.headings.last_row, None)
        for number, row in enumerate(source, self.headings.last_row + 1):
            if len(row) < width:
                row.extend(BLANK * (width - len(row)))
            row[width:] = BLANK
            for column in merged:
                column.carry(number, row)
            if not _like_id(row[id_place]):
                carried = {column.place for column in merged if number <= column.until}
                if self._passes_over(row, carried):
                    continue
            if first:
                first = False
                if self._is_example(row):
                    continue
            yield number, list(pick(row))

    def _layout(self, headings: Headings) -> tuple[Callable[[Sequence[Any]], tuple[Any, ...]], int, int]:
        """How to pick the wanted cells, where the ID stands, and the width that counts (a blank cell follows)."""
        claimed = [column.index for column in headings.claimed]
        headed = [*headings.places.values(), *claimed, *headings.unknown]
        self._data_places = tuple(sorted(headed))
        width = max([*headed, *headings.not_stored.values()]) + 1
        places = [headings.places.get(column, width) for column in self.shape.columns]
        return itemgetter(*places, *claimed), headings.places.get(self.shape.id_column, width), width

    def _merged_columns(self, headings: Headings) -> Iterable[_MergedColumn]:
        for column in self.shape.merged_down & headings.places.keys():
            place = headings.places[column]
            ends = {
                top + 1: bottom + 1
                for (top, first), (bottom, _) in self.tab.merged
                if first == place + self.tab.left and bottom > top >= headings.last_row
            }
            if ends:
                yield _MergedColumn(place, ends)

    def _passes_over(self, row: Sequence[Any], merged: set[int]) -> bool:
        """Whether a row without an ID number is a footer, the headings once more, or holds nothing of its own."""
        for place, cell in enumerate(row):
            if place not in merged and not is_blank(cell):
                if (isinstance(cell, str) and "".join(cell.split()).startswith(FOOTERS)) or self._repeats_headings(
                    row, merged
                ):
                    self.footers += 1
                    return True
                break
        return all(is_blank(row[place]) for place in self._data_places if place not in merged)

    def _repeats_headings(self, row: Sequence[Any], merged: set[int]) -> bool:
        """Whether every known column holds its own heading or nothing, at least two of them the heading."""
        repeated = 0
        for column, place in self.headings.places.items() if self.headings else ():
            cell = row[place]
            if place in merged or is_blank(cell):
                continue
            if not isinstance(cell, str) or self.shape.lookup(normalise_heading(cell)) != column:
                return False
            repeated += 1
        return repeated > 1

    def _is_example(self, row: Sequence[Any]) -> bool:
        """The first row of a template that was sent back with its example still in it."""
        cell = next((cell for cell in row if not is_blank(cell)), "")
        return isinstance(cell, str) and cell.startswith(EXAMPLE)


def read_sheets(book: Book, shape: SheetShape) -> Iterator[SheetReading]:
    """Every tab of the book in order, those without a heading row too (to be named as skipped).

    A tab's rows must be taken before the next tab is asked for. Raises UnreadableWorkbook when no tab has headings.
    """
    found = False
    for name in book.names:
        reading = read_tab(book.tab(name), shape)
        found = found or reading.headings is not None
        yield reading
    if not found:
        keys = "、".join(f"“{key}”" for key in shape.columns if key in shape.keys)
        advice = "请下载模板，对照模板的列名检查表头后再上传。"
        raise UnreadableWorkbook("no_headings", f"没有找到能识别的表头行（应有{keys}等列）。{advice}")


def read_tab(tab: Tab, shape: SheetShape) -> SheetReading:
    """One tab with its headings found."""
    top = list(islice(tab.rows(), SEARCHED_ROWS))
    headings = find_headings(top, tab.merged, tab.left, shape)
    above = top[: headings.first_row - 1] if headings else []
    preface = tuple(heading_text(cell) for row in above for cell in row if not is_blank(cell))
    return SheetReading(tab=tab, shape=shape, headings=headings, preface=preface)
