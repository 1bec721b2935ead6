"""From raw cells to staged lines: one Python loop over the rows of a sheet, every column's answers remembered.

A roster of 100,000 rows × 21 columns passes here; the loop does nothing per cell but a dictionary look-up where cells repeat.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from core.accounts.models import User
from core.formats.faults import CellFault, CellNotice
from core.workbooks.sheets import SHEET_TITLE, Column, FaultAt, RowContext, Sheet
from core.workbooks.staging import copy_text

MOST_REMEMBERED = 50_000


class Said(NamedTuple):
    """A fault or warning about one cell of the row just parsed."""

    heading: str
    code: str
    message: str
    level: str


@dataclass(slots=True)
class _Reader:
    """A column's parser with its memory; ``index`` is where the cell stands in the raw row, None when the file lacks it."""

    column: Column
    index: int | None
    memory: dict[str, Any] | None

    def value(self, cells: Sequence[Any], today: date) -> Any:
        """The parsed value, or the ``CellFault``."""
        raw = cells[self.index] if self.index is not None and self.index < len(cells) else None
        if raw is None or raw == "":
            return self._blank()
        if type(raw) is str and self.memory is not None:
            if raw in self.memory:
                return self.memory[raw]
            found = self._parsed(raw, today)
            if len(self.memory) < MOST_REMEMBERED:
                self.memory[raw] = found
            return found
        return self._parsed(raw, today)

    def _parsed(self, raw: Any, today: date) -> Any:
        try:
            value = self.column.parse(raw, today)
        except CellFault as fault:
            return fault
        if type(value) is CellNotice and self.column.required:
            return self._blank()
        return self._blank() if value is None else value

    def _blank(self) -> CellFault | None:
        column = self.column
        if not column.required:
            return None
        return CellFault(column.missing_code, f"“{column.heading}”不能为空，请填写。")  # type: ignore[arg-type]


class RowParser:
    """Parses the rows of one file; ``at_sheet`` must be called before the rows of each sheet."""

    def __init__(self, sheet: Sheet, user: User, today: date) -> None:
        self.sheet = sheet
        self.today = today
        context = RowContext(user=user, today=today)
        self._memories: dict[str, dict[str, Any]] = {column.field: {} for column in sheet.columns if column.memo}
        self._heading = {column.field: column.heading for column in sheet.columns}
        self._derived = [(made, made.make(context), {}) for made in sheet.derived]
        self._position = {name: place for place, (name, _) in enumerate(sheet.staged)}
        self._readers: list[_Reader] = []
        self._title = ""

    def at_sheet(self, title: str, positions: Mapping[str, int]) -> None:
        """Rows of the sheet ``title`` follow, in which the column of heading h stands at ``positions[h]``."""
        self._title = title
        self._readers = [
            _Reader(column, positions.get(column.heading), self._memories.get(column.field))
            for column in self.sheet.columns
        ]

    def parse(self, cells: Sequence[Any]) -> tuple[list[Any], list[Said]]:
        """The row's staged values in the order of ``sheet.staged``, and all that is to be said about it."""
        today, said = self.today, []
        values: list[Any] = []
        for reader in self._readers:
            value = reader.value(cells, today)
            if value is None:
                values.append(None)
            elif type(value) is CellFault:
                said.append(Said(reader.column.heading, value.code, value.message, "error"))
                values.append(value)
            elif type(value) is CellNotice:  # a cell that is told and not taken: a card number Excel rounded
                said.append(Said(reader.column.heading, value.code, value.message, "warning"))
                values.append(None)
            else:
                if reader.column.notice is not None and (notice := reader.column.notice(value)) is not None:
                    said.append(Said(reader.column.heading, notice.code, notice.message, "warning"))
                values.append(value)
        self._notices(values, said)
        self._derive(values, said)
        if said:
            values = [None if type(value) is CellFault else value for value in values]
        return values, said

    def _sources(self, names: tuple[str, ...], values: list[Any]) -> tuple[Any, ...] | None:
        """The values of the named sources, None when one of them is a fault already told."""
        found = tuple(self._title if name == SHEET_TITLE else values[self._position[name]] for name in names)
        return None if any(type(value) is CellFault for value in found) else found

    def _notices(self, values: list[Any], said: list[Said]) -> None:
        for rule in self.sheet.row_notices:
            found = self._sources(rule.sources, values)
            if found is not None and (notice := rule.make(*found, self.today)) is not None:
                said.append(Said(rule.blame, notice.code, notice.message, "warning"))

    def _derive(self, values: list[Any], said: list[Said]) -> None:
        for made, function, memory in self._derived:
            sources = self._sources(made.sources, values)
            if sources is None:
                values.append(None)
                continue
            key = tuple(tuple(value) if type(value) is list else value for value in sources)
            if key not in memory:
                if len(memory) >= MOST_REMEMBERED:
                    memory.clear()
                memory[key] = _made(function, sources, made.blame)
            value, faults = memory[key]
            said.extend(faults)
            values.append(value)


def _made(function: Callable[..., Any], sources: tuple[Any, ...], blame: str) -> tuple[Any, tuple[Said, ...]]:
    try:
        return function(*sources), ()
    except CellFault as fault:
        return None, (Said(blame, fault.code, fault.message, "error"),)
    except FaultAt as found:
        return None, tuple(Said(heading, fault.code, fault.message, "error") for heading, fault in found.faults)


def staged_line(seq: int, title: str, row: int, values: Sequence[Any], *, bad: bool) -> str:
    """One line of COPY's text format for the table of parsed rows; ``title`` is already escaped."""
    return f"{seq}\t{title}\t{row}\t{'t' if bad else 'f'}\t" + "\t".join(map(copy_text, values)) + "\n"
