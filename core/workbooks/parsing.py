"""From raw cells to staged lines: a block of rows at a time, column by column, every column's answers remembered.

A roster of 100,000 rows × 21 columns passes here. Going down a column instead of along a row, Python does nothing per cell
but a dictionary look-up where cells repeat, and nothing at all for columns the file does not have.
"""

from collections.abc import Iterable, Mapping, Sequence
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
    """A fault or warning about one cell of a row."""

    heading: str
    code: str
    message: str
    level: str


Read = tuple[Any, str, tuple[Said, ...]]
"""What a cell, or a derived value, came to: the value, its text for COPY, and what is to be said.

A bare tuple: a hundred thousand of them are made and kept, and the collector passes bare tuples of texts over.
"""

BLANK: Final[Read] = (None, NULL, ())
VALUE, TEXT, SAID = itemgetter(0), itemgetter(1), itemgetter(2)

Values = dict[str, list[Any]]
"""Field → its values down a block of rows."""


class Block(NamedTuple):
    """A block of rows as parsed: each row's staged values as one text for COPY, and what is to be said by row."""

    texts: list[str]
    said: dict[int, list[Said]]


class _Cells(dict[Any, Read]):
    """One column: raw cell → what it comes to. ``tells`` once anything was to be said."""

    def __init__(self, column: Column, today: date) -> None:
        self.column, self.today = column, today
        self.blank = _blank(column)
        self.tells = column.required
        super().__init__({"": self.blank, (type(None), None): self.blank})

    def __missing__(self, key: Any) -> Read:
        found = self._parsed(key if type(key) is str else key[1])
        if len(self) < MOST_REMEMBERED:
            self[key] = found
        return found

    def down(self, cells: Sequence[Any]) -> list[Read]:
        """What each cell comes to."""
        if self.column.plain is not None:
            plain, other = self.column.plain.fullmatch, self._other
            return [(cell, cell, ()) if type(cell) is str and plain(cell) else other(cell) for cell in cells]
        if not self.column.memo:
            blank, parsed = self.blank, self._parsed
            return [parsed(cell) if cell != "" else blank for cell in cells]
        # 1, 1.0 and True are equal and mean different things: the type is part of the key.
        return [self[cell if type(cell) is str else (type(cell), cell)] for cell in cells]

    def _other(self, raw: Any) -> Read:
        return self.blank if raw == "" else self._parsed(raw)

    def _parsed(self, raw: Any) -> Read:
        column = self.column
        try:
            value = column.parse(raw, self.today)
        except CellFault as fault:
            return self._telling(BAD, fault, "error")
        if value is None:
            return self.blank
        if type(value) is CellNotice:  # a cell that is told and not taken: a card number Excel rounded
            return self.blank if column.required else self._telling(None, value, "warning")
        if column.notice is not None and (notice := column.notice(value)) is not None:
            return self._telling(value, notice, "warning")
        return value, copy_text(value), ()

    def _telling(self, value: Any, told: CellFault | CellNotice, level: str) -> Read:
        self.tells = True
        text = NULL if value is BAD else copy_text(value)
        return value, text, (Said(self.column.heading, told.code, told.message, level),)


class _Made(dict[Any, Read]):
    """One derived value: the values of its sources → what is made of them. ``tells`` once anything was to be said."""

    def __init__(self, rule: Derived, context: RowContext) -> None:
        super().__init__()
        self.rule = rule
        self.function = rule.make(context)
        self.tells = False

    def __missing__(self, sources: tuple[Any, ...]) -> Read:
        if len(self) >= MOST_REMEMBERED:
            self.clear()
        found = self[sources] = self._made(sources)
        self.tells = self.tells or bool(found[2])
        return found

    def down(self, values: Values) -> list[Read]:
        """What is made of each row."""
        return list(map(self.__getitem__, zip(*(values[name] for name in self.rule.sources), strict=True)))

    def _made(self, sources: tuple[Any, ...]) -> Read:
        if BAD in sources:
            return BLANK
        try:
            value = self.function(*sources)
        except CellFault as fault:
            return BAD, NULL, (Said(self.rule.blame, fault.code, fault.message, "error"),)
        except FaultAt as found:
            told = (Said(heading, fault.code, fault.message, "error") for heading, fault in found.faults)
            return BAD, NULL, tuple(told)
        return value, copy_text(value), ()


class RowParser:
    """Parses the rows of one file; ``at_sheet`` must be called before the rows of each sheet."""

    def __init__(self, sheet: Sheet, user: User, today: date) -> None:
        self.sheet = sheet
        self.today = today
        context = RowContext(user=user, today=today)
        self._cells = [_Cells(column, today) for column in sheet.columns]
        self._made = [_Made(rule, context) for rule in sheet.derived]
        asked = (*(rule.sources for rule in sheet.derived), *(notice.sources for notice in sheet.row_notices))
        self._asked = {name for sources in asked for name in sources}
        self._title = ""
        self._present: list[tuple[_Cells, int]] = []
        self._absent: list[_Cells] = []

    def at_sheet(self, title: str, positions: Mapping[str, int]) -> None:
        """Rows of the sheet ``title`` follow, in which the column of heading h stands at ``positions[h]``."""
        self._title = title
        headed = [(memory, positions.get(memory.column.heading)) for memory in self._cells]
        self._present = [(memory, place) for memory, place in headed if place is not None]
        self._absent = [memory for memory, place in headed if place is None]

    @property
    def fields(self) -> list[str]:
        """The staged columns a row's text holds: those the sheet has, then what is made of them. The others are NULL."""
        return [
            *(memory.column.field for memory, _place in self._present),
            *(made.rule.field for made in self._made),
        ]

    def parse(self, rows: Sequence[Sequence[Any]]) -> Block:
        """A block of one or more rows: values in the order of ``fields``.

        Of a row absent required columns are told first, then cells, then what compares cells, then what is made of them.
        """
        columns = list(zip(*rows, strict=True))
        block = Block([], {})
        values: Values = {SHEET_TITLE: [self._title] * len(rows)}
        texts: list[Iterable[str]] = []
        for memory in self._absent:
            blanks = [memory.blank] * len(rows)
            self._keep(memory.column.field, blanks, values)
            _tell(block, blanks)
        for memory, place in self._present:
            reads = memory.down(columns[place])
            self._keep(memory.column.field, reads, values)
            texts.append(map(TEXT, reads))
            if memory.tells:
                _tell(block, reads)
        for notice in self.sheet.row_notices:
            self._notice(notice, values, block)
        for made in self._made:
            reads = made.down(values)
            self._keep(made.rule.field, reads, values)
            texts.append(map(TEXT, reads))
            if made.tells:
                _tell(block, reads)
        block.texts.extend(map("\t".join, zip(*texts, strict=True)))
        return block

    def _keep(self, field: str, reads: Sequence[Read], values: Values) -> None:
        """Keep the values somebody will ask for."""
        if field in self._asked:
            values[field] = list(map(VALUE, reads))

    def _notice(self, rule: RowNotice, values: Values, block: Block) -> None:
        make, today = rule.make, self.today
        for row, sources in enumerate(zip(*(values[name] for name in rule.sources), strict=True)):
            if BAD not in sources and (notice := make(*sources, today)) is not None:
                block.said.setdefault(row, []).append(Said(rule.blame, notice.code, notice.message, "warning"))


def _tell(block: Block, reads: Sequence[Read]) -> None:
    if not any(map(SAID, reads)):
        return
    for row, (_value, _text, said) in enumerate(reads):
        if said:
            block.said.setdefault(row, []).extend(said)


def _blank(column: Column) -> Read:
    """What an empty cell comes to."""
    if not column.required:
        return BLANK
    said = Said(column.heading, column.missing_code, f"“{column.heading}”不能为空，请填写。", "error")
    return BAD, NULL, (said,)
