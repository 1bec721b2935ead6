"""Write large plain workbooks: rows go straight into the zip, so memory stays flat however many there are.

Strings are inline, so a cell can never be a formula. One header style, three formats (text, date, moment), two fills.
"""

import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from core.workbooks.files.package_xml import (
    PLAIN,
    TEXT,
    content_types,
    page_marks,
    relations,
    sheet_start,
    sheet_title,
    styles,
    workbook,
)
from core.workbooks.files.row_xml import RowWriter

LAST_ROW = 1_048_576
ROWS_A_WRITE = 500


@dataclass(frozen=True)
class Column:
    """A column of a written sheet; `width` in characters. `text` columns (ID, card, phone) stay text when typed in."""

    title: str
    width: float = 14
    text: bool = False


@dataclass(frozen=True)
class SheetRows:
    """One sheet to write: rows may be any iterable and are taken once. Row 1 holds the titles unless `bare`.

    `merged` are Excel ranges ("C4:C9"); they belong to sheets of less than a million rows. `mark` stands in the header and the
    footer of every printed page.
    """

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]
    bare: bool = False
    merged: Sequence[str] = ()
    mark: str = ""


def write_workbook(target: str | Path | IO[bytes], sheets: Iterable[SheetRows]) -> int:
    """Write an .xlsx and return the number of data rows. What does not fit one sheet goes on in another.

    Cells: text, numbers (beyond 15 digits as text, for Excel would round them), dates, moments, booleans, None.
    """
    titles: list[str] = []
    written = 0
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as book:
        for sheet in sheets:
            rows, more = iter(sheet.rows), True
            while more:
                titles.append(sheet_title(sheet.title, titles))
                with book.open(f"xl/worksheets/sheet{len(titles)}.xml", "w") as part:
                    count, more = _write_sheet(part, sheet, rows)
                    written += count
        book.writestr("[Content_Types].xml", content_types(len(titles)))
        book.writestr("_rels/.rels", relations(["officeDocument"], ["xl/workbook.xml"]))
        book.writestr("xl/workbook.xml", workbook(titles))
        kinds = ["worksheet"] * len(titles) + ["styles"]
        book.writestr("xl/_rels/workbook.xml.rels", relations(kinds, [*_part_names(titles), "styles.xml"]))
        book.writestr("xl/styles.xml", styles())
    return written


def _part_names(titles: Sequence[str]) -> list[str]:
    return [f"worksheets/sheet{number}.xml" for number in range(1, len(titles) + 1)]


def _write_sheet(part: IO[bytes], sheet: SheetRows, rows: Iterator[Sequence[Any]]) -> tuple[int, bool]:
    """Write rows until they run out or the sheet is full; returns how many, and whether there may be more."""
    formats = [TEXT if column.text else PLAIN for column in sheet.columns]
    writer = RowWriter(formats)
    part.write(sheet_start([column.width for column in sheet.columns], formats, frozen_rows=0 if sheet.bare else 1))
    number, lines = 0, []
    if not sheet.bare:
        number = 1
        lines = [writer.header([column.title for column in sheet.columns])]
    top = number
    while number < LAST_ROW:
        row = next(rows, None)
        if row is None:
            break
        number += 1
        lines.append(writer.row(number, row))
        if len(lines) >= ROWS_A_WRITE:
            part.write("".join(lines).encode())
            lines = []
    merged = "".join(f'<mergeCell ref="{area}"/>' for area in sheet.merged)
    lines.append("</sheetData>" + (f'<mergeCells count="{len(sheet.merged)}">{merged}</mergeCells>' if merged else ""))
    part.write("".join([*lines, page_marks(sheet.mark), "</worksheet>"]).encode())
    return number - top, number == LAST_ROW
