"""How a workbook kind is declared. A declaration gives the template, the reader, the checks, the writer and the export.

An app declares its kinds in ``workbooks.py``; nothing here or elsewhere in core knows any of them.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, ClassVar, NamedTuple

from core.accounts.models import User
from core.formats.faults import CellFault, CellNotice

Parser = Callable[[Any, date], Any]
"""(raw cell, today) → a hashable value, None for blank; raises ``CellFault``; a ``CellNotice`` warns that it is not taken."""
Notice = Callable[[Any], CellNotice | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet.

    ``heading`` is the official heading, ``field`` the name of the staged column, ``sql`` its PostgreSQL type; ``notice``
    may add a warning about a value. A text that matches the whole of ``plain`` is its own value without more ado: so are
    nearly all names and phones. ``extra`` columns are understood when they come but stand in no template. ``memo``
    keeps answers for repeated cells: off for columns where nearly every cell differs. ``export`` is the path of the
    value in the rows of ``export_rows``. ``implied`` columns are required but may be told elsewhere (the sheet's title):
    a ``Derived`` judges their absence. Columns only a ``Derived`` reads are not ``compared`` between rows of one key:
    what is made of them is. ``longest`` bounds the characters of a text where the target's column does not say it all.
    """

    heading: str
    field: str
    parse: Parser
    sql: str = "text"
    required: bool = False
    aliases: tuple[str, ...] = ()
    notice: Notice | None = None
    plain: re.Pattern[str] | None = None
    choices: tuple[str, ...] = ()
    example: str = ""
    note: str = ""
    as_text: bool = False
    memo: bool = True
    extra: bool = False
    implied: bool = False
    compared: bool = True
    missing_code: str = "required"
    longest: int | None = None
    export: str = ""

    def __post_init__(self) -> None:
        if not self.field.isidentifier():
            message = f"{self.field} is no column name"
            raise ValueError(message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """A staged value made of several parsed cells of the row (township + village → code; three place columns → one code).

    ``make(context)`` is called once a file and returns a function of the ``sources``' values; the engine remembers its
    answers. A ``CellFault`` it raises is laid at ``blame``, a ``FaultAt`` at the headings it names.
    """

    field: str
    sql: str
    sources: tuple[str, ...]
    make: Callable[["RowContext"], Callable[..., Any]]
    blame: str
    compared: bool = True


class FaultAt(Exception):
    """Faults laid at named columns by a ``Derived``."""

    def __init__(self, *faults: tuple[str, CellFault]) -> None:
        super().__init__(faults)
        self.faults = faults


SHEET_TITLE = "sheet_title"
"""Source name of a ``Derived`` that stands for the title of the sheet the row is on."""


@dataclass(frozen=True, slots=True)
class RowContext:
    """What a ``Derived`` may ask about: who imports, and when."""

    user: User
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RowNotice:
    """A warning about several cells together (sex against ID number): ``make(values of sources…, today)``, laid at ``blame``."""

    sources: tuple[str, ...]
    make: Callable[..., CellNotice | None]
    blame: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A stored thing a row names: ``find`` is a scalar SQL expression over ``s`` (staged row) giving its id or NULL.

    The id stands as ``p.<into>`` afterwards. ``when`` must be false where the cells it is found by are blank. Rows for which
    ``when`` holds and nothing is found are refused with ``unknown_reference`` at ``blame``, unless ``optional`` (things that
    become stubs when written).
    """

    into: str
    find: str
    blame: str = ""
    when: str = "true"
    message: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A set-based check of single rows: ``sql`` selects (seq, message) from ``{rows} s JOIN {plan} p USING (seq)``.

    It judges refused rows too, so that all faults of a row are told: a cell that was refused is NULL. It may use the
    parameters ``%(user_scope)s`` and ``%(today)s``. ``warning`` checks never refuse.
    """

    sql: str
    blame: str
    code: str
    warning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The table a sheet writes to.

    ``key`` joins ``t`` (table) to ``s``/``p``; ``values`` maps table columns to SQL over ``s``/``p``; ``fixed`` ones are
    written on insert only, ``merged`` ones (SQL over ``s``/``p``/``t``) on update only. ``touched`` is SQL over
    ``s``/``p``/``t`` that is true when something beside the columns would change. While rows are written,
    ``p.target_id`` is the id of the row that is updated or created. ``joined`` is what ``values`` and ``fixed`` of a new row
    need beside ``s`` and ``p``: a join that may speak of ``%(first)s`` and ``%(next)s``, between which the batch's ``seq`` lie.
    """

    table: str
    key: str
    values: Mapping[str, str]
    fixed: Mapping[str, str] = field(default_factory=dict)
    merged: Mapping[str, str] = field(default_factory=dict)
    touched: str = "false"
    joined: str = ""


class Found(NamedTuple):
    """A fault a sheet found by comparing rows with each other in order: which row, where, what."""

    seq: int
    heading: str
    code: str
    message: str


Fetch = Callable[..., list[tuple[Any, ...]]]
"""Run SQL in which {rows} and {plan} stand for the staging tables; all its rows."""


class Sheet:
    """A workbook kind. Subclass, fill in, and decorate with ``register``.

    ``key`` are SQL expressions over ``s``/``p`` that make two rows of one file the same (formats.md §1.3).
    ``list_url_name`` names the list page of the target table's rows, where an import's rows are shown. ``told`` are columns
    the program makes of the rows and no import reads: in an export where its list shows them.
    """

    kind: ClassVar[str]
    title: ClassVar[str]
    permission: ClassVar[str]
    columns: ClassVar[tuple[Column, ...]]
    told: ClassVar[tuple[Column, ...]] = ()
    derived: ClassVar[tuple[Derived, ...]] = ()
    row_notices: ClassVar[tuple[RowNotice, ...]] = ()
    references: ClassVar[tuple[Reference, ...]] = ()
    checks: ClassVar[tuple[Check, ...]] = ()
    key: ClassVar[tuple[str, ...]]
    key_heading: ClassVar[str]
    key_words: ClassVar[str] = ""
    target: ClassVar[Target]
    merged_down: ClassVar[tuple[str, ...]] = ()
    person: ClassVar[bool] = True
    registers: ClassVar[bool] = False
    notes: ClassVar[tuple[str, ...]] = ()
    section: ClassVar[str] = ""
    list_url_name: ClassVar[str] = ""

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Faults that need the rows in order (places given out, intervals that meet); asked after ``checks``."""
        return ()

    def doubts(self, fetch: Fetch) -> dict[str, Any]:
        """What somebody must weigh before the good rows are written: {} or {"message": …}; asked once, at the check."""
        return {}

    def before_write(self, batch: "Batch") -> None:
        """Create what the rows refer to and nobody stored yet (stubs, households)."""

    def after_write(self, batch: "Batch") -> None:
        """Whatever follows from the written rows (memberships, job spells)."""

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons whose derived facts an undo of the operation must rebuild."""
        return []

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Rebuild what is derived for the persons an undo touched."""

    def export_rows(self, user: User, query: Mapping[str, Any]) -> Any:
        """Queryset behind an export of this kind, scoped to the user and filtered like the list page."""
        raise NotImplementedError

    @cached_property
    def by_heading(self) -> dict[str, Column]:
        """Columns by official heading."""
        return {column.heading: column for column in self.columns}

    @cached_property
    def compared(self) -> tuple[str, ...]:
        """Staged columns that make two rows of one key equal or different."""
        own = [column.field for column in self.columns if column.compared]
        return (*own, *(made.field for made in self.derived if made.compared))

    @cached_property
    def staged(self) -> tuple[tuple[str, str], ...]:
        """(field, SQL type) of every staged column, in the order they are copied."""
        own = [(column.field, column.sql) for column in self.columns]
        return (*own, *((made.field, made.sql) for made in self.derived))


# Said of both tables: a bound on one alone lets the join read the other from its beginning, stretch after stretch.
IN_BATCH = "s.seq >= %(first)s AND s.seq < %(next)s AND p.seq >= %(first)s AND p.seq < %(next)s"


@dataclass(slots=True)
class Batch:
    """What a sheet's hooks get while an import is written: a cursor in the transaction, the two staging tables, who, and progress."""

    cursor: Any
    rows: str
    plan: str
    user: User
    operation_id: str
    progress: Any

    def run(self, sql: str, params: Mapping[str, Any] | None = None) -> int:
        """Execute SQL in which {rows} and {plan} stand for the staging tables; returns the row count."""
        self.cursor.execute(sql.replace("{rows}", self.rows).replace("{plan}", self.plan), params)
        return int(self.cursor.rowcount)

    def fetch(self, sql: str, params: Mapping[str, Any] | None = None) -> list[tuple[Any, ...]]:
        """The same for a query: all its rows."""
        self.run(sql, params)
        return list(self.cursor.fetchall())

    def steps(self, size: int, phase: str) -> Iterator[dict[str, int]]:
        """Bounds for ``IN_BATCH``, one stretch of ``size`` rows after the other; progress moves with them."""
        last = self.fetch("SELECT coalesce(max(seq), -1) FROM {plan}")[0][0]
        for first in range(0, last + 1, size):
            self.progress.at(first, last + 1, phase)
            yield {"first": first, "next": first + size}
        self.progress.at(last + 1, max(1, last + 1), phase)


@dataclass(frozen=True, slots=True)
class PersonTable:
    """Where people are registered; set once by the app that owns them.

    ``visible_ids`` lists whom a user reaches that has no division scope. ``former`` is the table of numbers people had
    before (columns ``number``, ``name``, ``worker_id``), "" where there is none.
    """

    table: str
    visible_ids: Callable[[User], Sequence[int]]
    number: str = "id_number"
    name: str = "name"
    village: str = "village_code"
    former: str = ""


_sheets: dict[str, Sheet] = {}
_written: dict[str, Sheet] = {}
_people: list[PersonTable] = []


def register(sheet: type[Sheet]) -> type[Sheet]:
    """Class decorator: make the kind known."""
    if sheet.kind in _sheets:
        message = f"two sheets of kind {sheet.kind}"
        raise ValueError(message)
    _sheets[sheet.kind] = sheet()
    return sheet


def register_written(sheet: type[Sheet]) -> type[Sheet]:
    """Class decorator: a workbook that is taken out and never handed in (a work-list)."""
    _written[sheet.kind] = sheet()
    return sheet


def written_sheet(kind: str) -> Sheet | None:
    """What an export of that kind looks like: a kind of import, or one that is only taken out."""
    return _sheets.get(kind) or _written.get(kind)


def register_people(people: PersonTable) -> None:
    """Tell the engine where the registry of people is."""
    _people[:] = [people]


def person_table() -> PersonTable:
    """Where people are registered."""
    return _people[0]


def sheet_of(kind: str) -> Sheet | None:
    """The declaration of a kind, None when there is none."""
    return _sheets.get(kind)


def sheets_for(user: User) -> Sequence[Sheet]:
    """The kinds a user may import, in order of registration."""
    return [sheet for sheet in _sheets.values() if user.can("imports.write") and user.can(sheet.permission)]


def all_sheets() -> Sequence[Sheet]:
    """Every registered kind."""
    return list(_sheets.values())
