"""Checking an import: read every sheet, parse every row, stage them by COPY, then plan."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from core.jobs.registry import Progress
from core.workbooks import staging
from core.workbooks.files.headings import SheetShape, heading_table
from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import SheetReading, read_sheets
from core.workbooks.files.refusals import UnreadableWorkbook
from core.workbooks.models import Import, ImportFault
from core.workbooks.parsing import RowParser, Said, staged_line
from core.workbooks.plan import Plan
from core.workbooks.sheets import Sheet, sheet_of

STEP = 4_000
FAULT_COLUMNS = ("import_id", "seq", "sheet", "row", "column", "code", "message", "level", "planned")


def shape_of(sheet: Sheet) -> SheetShape:
    """What the reader looks for in a file of this kind."""
    headings = [column.heading for column in sheet.columns]
    table = heading_table(headings, {column.heading: column.aliases for column in sheet.columns})
    required = [column.heading for column in sheet.columns if column.required]
    return SheetShape(
        columns=tuple(headings), lookup=table.get, keys=frozenset(required), merged_down=frozenset(sheet.merged_down)
    )


def check(source: Import, progress: Progress) -> None:
    """Fill the staging tables, the faults and the fields of ``source`` (which the caller saves) in the caller's transaction.

    Raises ``DomainError`` for a file that cannot be read as this kind.
    """
    sheet = sheet_of(source.kind)
    if sheet is None:
        code, message = "kind", f"没有“{source.kind}”这种表格。"
        raise DomainError(code, message, "kind")
    with connection.cursor() as cursor:
        staging.create_rows(cursor, source.id, sheet)
        ImportFault.objects.filter(source=source).delete()
        try:
            with open_workbook(source.path, source.file_name) as book:
                _Stager(cursor, source, sheet, progress).stage(read_sheets(book, shape_of(sheet)))
        except UnreadableWorkbook as error:
            raise DomainError(error.code, error.message, "file") from error
        progress.at(1, 1, "比对")
        staging.index_rows(cursor, source.id)
        source.counts = Plan(cursor, source, sheet).build()


class _Stager:
    """Copies the rows of one file into its staging table, piece by piece."""

    def __init__(self, cursor: Any, source: Import, sheet: Sheet, progress: Progress) -> None:
        self.cursor = cursor
        self.source = source
        self.progress = progress
        self.table = staging.rows_table(source.id)
        self.columns = [name for name, _ in (*staging.OWN_COLUMNS, *sheet.staged)]
        self.parser = RowParser(sheet, source.created_by, timezone.localdate())
        self.seq = 0
        self.expected = 0
        self.lines: list[str] = []
        self.faults: list[str] = []

    def stage(self, sheets: Iterator[SheetReading]) -> None:
        """All sheets of the file."""
        source = self.source
        source.layout, source.skipped_sheets, source.unknown_columns, source.notes = {"sheets": []}, [], [], []
        for reading in sheets:
            if reading.headings is None:
                source.skipped_sheets.append(reading.name)
                continue
            self._describe(reading)
            first = self.seq
            self._stage_rows(reading)
            source.layout["sheets"][-1] |= {"rows": self.seq - first, "footers": reading.footers}
        self._flush()

    def _describe(self, reading: SheetReading) -> None:
        source, places = self.source, reading.headings.places if reading.headings else {}
        letters = {heading: _letter(place + reading.tab.left) for heading, place in places.items()}
        source.layout["sheets"].append({"name": reading.name, "columns": letters})
        source.unknown_columns += [heading for heading in reading.unknown if heading not in source.unknown_columns]
        if reading.tab.hidden_rows or reading.tab.hidden_columns:
            hidden = f"隐藏的{reading.tab.hidden_rows}行、{reading.tab.hidden_columns}列也已读取"
            source.notes.append({"sheet": reading.name, "note": hidden})
        self.expected += max(0, reading.tab.height - 1)
        self.parser.at_sheet(
            reading.name, {heading: place for place, heading in enumerate(reading.shape.columns) if heading in places}
        )

    def _stage_rows(self, reading: SheetReading) -> None:
        title, rows = staging.escaped(reading.name), reading.rows()
        while piece := list(islice(rows, STEP)):
            block = self.parser.parse([cells for _number, cells in piece])
            for place, ((number, _cells), text) in enumerate(zip(piece, block.texts, strict=True)):
                bad = False
                if said := block.said.get(place):
                    self.faults.extend(self._fault_line(title, number, one) for one in said)
                    bad = any(one.level == "error" for one in said)
                self.lines.append(staged_line(self.seq, title, number, text, bad=bad))
                self.seq += 1
            if len(self.lines) >= STEP:
                self._flush()

    def _fault_line(self, title: str, row: int, said: Said) -> str:
        told = "\t".join(map(staging.escaped, (said.heading, said.code, said.message, said.level)))
        return f"{self.source.id}\t{self.seq}\t{title}\t{row}\t{told}\tf\n"

    def _flush(self) -> None:
        staging.copy(self.cursor, self.table, self.columns, self.lines)
        if self.faults:
            staging.copy(self.cursor, "workbooks_importfault", FAULT_COLUMNS, self.faults)
        self.lines, self.faults = [], []
        self.progress.at(self.seq, max(self.seq, self.expected), "检查")


def _letter(index: int) -> str:
    """Excel's name of the column at the 0-based index."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
