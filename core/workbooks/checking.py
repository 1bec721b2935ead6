"""Checking an import: read every sheet, parse every row, stage them by COPY, then plan."""

import math
import time
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from itertools import count, islice
from typing import Any, TypeVar

from django.db import connection
from django.utils import timezone

from core.errors import DomainError
from core.garbage import collector_paused
from core.jobs.registry import Progress
from core.workbooks import staging
from core.workbooks.files.headings import SheetShape, heading_table
from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import SheetReading, read_sheets
from core.workbooks.files.refusals import UnreadableWorkbook
from core.workbooks.models import Import, ImportFault
from core.workbooks.parsing import RowParser, Said
from core.workbooks.plan import Plan
from core.workbooks.sheets import Sheet, sheet_of

T = TypeVar("T")

STEP = 4_000
LOOKED_THROUGH = 20_000_000
"""Bytes of a file a second that are looked through, or more."""
LOADED_TIMES = 4
"""How many times longer loading a sheet takes than looking through the file it is in."""
TICK = 0.2
OWN = tuple(name for name, _sql in staging.OWN_COLUMNS)
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
            _read(cursor, source, sheet, progress)
        except UnreadableWorkbook as error:
            raise DomainError(error.code, error.message, "file") from error
        staging.index_rows(cursor, source.id)
        plan = Plan(cursor, source, sheet, progress)
        source.counts = plan.build()
        source.doubts = plan.doubts()


def _read(cursor: Any, source: Import, sheet: Sheet, progress: Progress) -> None:
    """Stage every row of the file."""
    begun = time.monotonic()
    usual = source.path.stat().st_size / LOOKED_THROUGH
    with collector_paused(), ThreadPoolExecutor(1, "reading") as pool:
        opening = pool.submit(open_workbook, source.path, source.file_name)
        with _moving(progress, "打开", usual, opening) as book, staging.Copier(cursor) as copier:
            sheets = read_sheets(book, shape_of(sheet))
            loading = LOADED_TIMES * (time.monotonic() - begun) / max(1, len(book.names))
            coming = pool.submit(next, sheets, None)
            stager = _Stager(copier, source, sheet, progress)  # gets what parsing needs while the sheet is loaded
            while (reading := _moving(progress, "读取", loading, coming)) is not None:
                stager.stage(reading)
                coming = pool.submit(next, sheets, None)


def _moving(progress: Progress, phase: str, usual: float, work: Future[T]) -> T:
    """Wait for what tells nothing of how far it is; the progress moves meanwhile as its ``usual`` seconds go by."""
    begun = time.monotonic()
    while wait_for([work], timeout=TICK).not_done:
        past = 1 - math.exp((begun - time.monotonic()) / max(TICK, usual))
        progress.at(int(1000 * past), 1000, phase)
    return work.result()


class _Stager:
    """Copies the rows of one file into its staging table, piece by piece."""

    def __init__(self, copier: staging.Copier, source: Import, sheet: Sheet, progress: Progress) -> None:
        self.copier = copier
        self.source = source
        self.progress = progress
        self.table = staging.rows_table(source.id)
        self.parser = RowParser(sheet, source.created_by, timezone.localdate())
        self.seq = 0
        self.expected = 0
        self.faults: list[str] = []
        source.layout, source.skipped_sheets, source.unknown_columns, source.notes = {"sheets": []}, [], [], []

    def stage(self, reading: SheetReading) -> None:
        """One sheet of the file."""
        source = self.source
        if reading.headings is None:
            source.skipped_sheets.append(reading.name)
            return
        self._describe(reading)
        first = self.seq
        self._stage_rows(reading)
        source.layout["sheets"][-1] |= {"rows": self.seq - first, "footers": reading.footers}

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
            bad = ["f"] * len(piece)
            for place, said in block.said.items():
                self.faults.extend(self._fault_line(title, self.seq + place, piece[place][0], one) for one in said)
                if any(one.level == "error" for one in said):
                    bad[place] = "t"
            lines = [
                f"{seq}\t{title}\t{number}\t{refused}\t{text}\n"
                for seq, (number, _cells), refused, text in zip(count(self.seq), piece, bad, block.texts)
            ]
            self.seq += len(piece)
            self._flush(lines)

    def _fault_line(self, title: str, seq: int, row: int, said: Said) -> str:
        told = "\t".join(map(staging.escaped, (said.heading, said.code, said.message, said.level)))
        return f"{self.source.id}\t{seq}\t{title}\t{row}\t{told}\tf\n"

    def _flush(self, lines: list[str]) -> None:
        self.copier.copy(self.table, [*OWN, *self.parser.fields], lines)
        if self.faults:
            self.copier.copy("workbooks_importfault", FAULT_COLUMNS, self.faults)
            self.faults = []
        self.progress.at(self.seq, max(self.seq, self.expected), "检查")


def _letter(index: int) -> str:
    """Excel's name of the column at the 0-based index."""
    name = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        name = chr(65 + rest) + name
    return name
