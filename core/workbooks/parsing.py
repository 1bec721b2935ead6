"""From raw cells to staged lines: one Python loop over the rows of a sheet, every column's answers remembered.

A roster of 100,000 rows × 21 columns passes here; the loop does nothing per cell but a dictionary look-up where cells repeat,
and nothing at all for columns the file does not have.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from operator import itemgetter
from typing import Any, Final, NamedTuple

from core.accounts.models import User
from core.formats.faults import CellFault, CellNotice
from core.workbooks.sheets import SHEET_TITLE, Column, Derived, FaultAt, RowContext, RowNotice, Sheet
from core.workbooks.staging import copy_text

MOST_REMEMBERED: Final = 50_000
NULL: Final = copy_text(None)
BAD: Final = object()
"""Stands for the value of a cell that was refused: what is made of it is not judged."""


class Said(NamedTuple):
    """A fault or warning about one cell of the row just parsed."""

    heading: str
    code: str
    message: str
    level: str


class Read(NamedTuple):
    """What a cell, or a derived value, came to: the value, its text for COPY, and what is to be said."""

    value: Any
    text: str
    said: tuple[Said, ...] = ()


BLANK: Final = Read(None, NULL)


class _Present(NamedTuple):
    """A column the sheet has: its place among the staged values, where its cells stand, its memory."""

    place: int
    at: int
    memory: dict[Any, Read]
    column: Column


class _Made(NamedTuple):
    """A derived value: its place, what gives its sources, the function of them, its memory."""

    place: int
    sources: "_Sources"
    function: Callable[..., Any]
    blame: str
    memory: dict[Any, Read]


class _Sources:
    """Picks some of a row's values as one hashable key."""

    def __init__(self, places: Sequence[int]) -> None:
        self.single = len(places) == 1
        self.pick = itemgetter(*places)

    def of(self, values: list[Any]) -> tuple[Any, ...]:
        """The sources' values as arguments."""
        found = self.pick(values)
        return (found,) if self.single else found


class RowParser:
    """Parses the rows of one file; ``at_sheet`` must be called before the rows of each sheet."""

    def __init__(self, sheet: Sheet, user: User, today: date) -> None:
        self.sheet = sheet
        self.today = today
        context = RowContext(user=user, today=today)
        places = {name: place for place, (name, _) in enumerate(sheet.staged)}
        places[SHEET_TITLE] = len(places)
        self._memories = {column.field: _memory_of(column) for column in sheet.columns}
        self._columns = [(places[column.field], column) for column in sheet.columns]
        self._derived = [
            _Made(places[made.field], _sources(made, places), made.make(context), made.blame, {})
            for made in sheet.derived
        ]
        self._notices = [(rule, _sources(rule, places)) for rule in sheet.row_notices]
        self._present: list[_Present] = []
        self._values: list[Any] = []
        self._texts: list[str] = []
        self._missing: list[Said] = []

    def at_sheet(self, title: str, positions: Mapping[str, int]) -> None:
        """Rows of the sheet ``title`` follow, in which the column of heading h stands at ``positions[h]``."""
        staged = len(self.sheet.staged)
        self._values, self._texts, self._missing, self._present = [*[None] * staged, title], [NULL] * staged, [], []
        for place, column in self._columns:
            if column.heading in positions:
                memory = self._memories[column.field]
                self._present.append(_Present(place, positions[column.heading], memory, column))
            elif column.required:
                self._values[place], _, told = _blank(column)
                self._missing.extend(told)

    def parse(self, cells: Sequence[Any]) -> tuple[list[str], list[Said]]:
        """The row's staged values as texts for COPY in the order of ``sheet.staged``, and all that is to be said."""
        values, texts, said = self._values[:], self._texts[:], self._missing[:]
        for place, index, memory, column in self._present:
            raw = cells[index]
            found = memory.get(raw if type(raw) is str else (type(raw), raw))
            if found is None:
                found = self._read(column, raw, memory)
            values[place], texts[place], told = found
            if told:
                said.extend(told)
        self._notice(values, said)
        self._derive(values, texts, said)
        return texts, said

    def _read(self, column: Column, raw: Any, memory: dict[Any, Read]) -> Read:
        found = self._parsed(column, raw)
        if column.memo and len(memory) < MOST_REMEMBERED:
            memory[raw if type(raw) is str else (type(raw), raw)] = found
        return found

    def _parsed(self, column: Column, raw: Any) -> Read:
        try:
            value = column.parse(raw, self.today)
        except CellFault as fault:
            return Read(BAD, NULL, (Said(column.heading, fault.code, fault.message, "error"),))
        notice = None
        if type(value) is CellNotice:  # a cell that is told and not taken: a card number Excel rounded
            value, notice = None, value
        if value is None and column.required:
            return _blank(column)
        if value is not None and column.notice is not None:
            notice = column.notice(value)
        told = (Said(column.heading, notice.code, notice.message, "warning"),) if notice else ()
        return Read(value, copy_text(value), told)

    def _notice(self, values: list[Any], said: list[Said]) -> None:
        for rule, sources in self._notices:
            found = sources.of(values)
            if BAD not in found and (notice := rule.make(*found, self.today)) is not None:
                said.append(Said(rule.blame, notice.code, notice.message, "warning"))

    def _derive(self, values: list[Any], texts: list[str], said: list[Said]) -> None:
        for place, sources, function, blame, memory in self._derived:
            key = sources.of(values)
            found = memory.get(key)
            if found is None:
                if len(memory) >= MOST_REMEMBERED:
                    memory.clear()
                found = memory[key] = _made(function, key, blame)
            values[place], texts[place], told = found
            if told:
                said.extend(told)


def _sources(rule: Derived | RowNotice, places: Mapping[str, int]) -> _Sources:
    return _Sources([places[name] for name in rule.sources])


def _memory_of(column: Column) -> dict[Any, Read]:
    blank = _blank(column)
    return {"": blank, (type(None), None): blank}


def _blank(column: Column) -> Read:
    """What an empty cell comes to."""
    if not column.required:
        return BLANK
    said = Said(column.heading, column.missing_code, f"“{column.heading}”不能为空，请填写。", "error")
    return Read(BAD, NULL, (said,))


def _made(function: Callable[..., Any], sources: tuple[Any, ...], blame: str) -> Read:
    if BAD in sources:
        return Read(None, NULL)
    try:
        value = function(*sources)
    except CellFault as fault:
        return Read(BAD, NULL, (Said(blame, fault.code, fault.message, "error"),))
    except FaultAt as found:
        return Read(
            BAD, NULL, tuple(Said(heading, fault.code, fault.message, "error") for heading, fault in found.faults)
        )
    return Read(value, copy_text(value))


def staged_line(seq: int, title: str, row: int, texts: Sequence[str], *, bad: bool) -> str:
    """One line of COPY's text format for the table of parsed rows; ``title`` is already escaped."""
    return f"{seq}\t{title}\t{row}\t{'t' if bad else 'f'}\t" + "\t".join(texts) + "\n"
