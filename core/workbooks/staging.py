"""The two staging tables of an import: ``rows`` as parsed (written once, by COPY) and ``plan``, what will become of each.

They live in the schema ``staging`` from the check until the import ends. The plan is narrow, so that marking 100,000
rows refused, repeated or resolved rewrites little.
"""

import io
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date
from decimal import Decimal
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.db import connection

from core.workbooks.sheets import Sheet

OWN_COLUMNS = (("seq", "integer"), ("sheet", "text"), ("row", "integer"), ("bad", "boolean"))

COPY_PIECE = 1 << 18
"""Characters handed to the connection at once."""


def rows_table(import_id: UUID) -> str:
    """Qualified name of the table of parsed rows."""
    return f'staging."rows_{import_id.hex}"'


def plan_table(import_id: UUID) -> str:
    """Qualified name of the table of decisions."""
    return f'staging."plan_{import_id.hex}"'


def create_rows(cursor: Any, import_id: UUID, sheet: Sheet) -> None:
    """An empty table of parsed rows, replacing a half-filled one of an earlier attempt."""
    columns = ", ".join(f'"{name}" {sql}' for name, sql in (*OWN_COLUMNS, *sheet.staged))
    cursor.execute(f"DROP TABLE IF EXISTS {rows_table(import_id)}")
    cursor.execute(f"CREATE TABLE {rows_table(import_id)} ({columns})")


def index_rows(cursor: Any, import_id: UUID) -> None:
    """Key and statistics, after the rows are in."""
    cursor.execute(f"ALTER TABLE {rows_table(import_id)} ADD PRIMARY KEY (seq)")
    # The planner needs row counts and rough shares, not histograms of 35 columns.
    cursor.execute("SET LOCAL default_statistics_target = 10")
    cursor.execute(f"ANALYZE {rows_table(import_id)}")
    cursor.execute("SET LOCAL default_statistics_target TO DEFAULT")


def drop(import_id: UUID) -> None:
    """Forget the staged rows: personal data does not outlive the import."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {rows_table(import_id)}, {plan_table(import_id)}")


def copy(cursor: Any, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
    """COPY ready-made text lines into the columns of a table."""
    listed = ", ".join(f'"{name}"' for name in columns)
    with cursor.db.wrap_database_errors:  # Django wraps what it executes and not this
        cursor.copy_expert(f"COPY {table} ({listed}) FROM STDIN", io.StringIO("".join(lines)), COPY_PIECE)


class Copier:
    """COPY beside the work that makes the lines: while a block is on its way the caller makes the next.

    A context manager. The connection serves one thread at a time: whoever asks it something meanwhile waits for the
    block. What goes wrong with a block is raised to the caller, at the next one or at the end.
    """

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor
        self._held = ExitStack()
        self._pool = ThreadPoolExecutor(1, "copy")
        self._on_its_way: Future[None] | None = None

    def __enter__(self) -> Self:
        self._held.enter_context(self._pool)
        self._held.enter_context(connection.execute_wrapper(self._after_the_block))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._held:
            if kind is None:
                self.wait()

    def copy(self, table: str, columns: Sequence[str], lines: Iterable[str]) -> None:
        """Send a block on its way once the one before has arrived."""
        self.wait()
        self._on_its_way = self._pool.submit(copy, self._cursor, table, columns, lines)

    def wait(self) -> None:
        """Return when nothing is on its way; raises what the block came to."""
        block, self._on_its_way = self._on_its_way, None
        if block is not None:
            block.result()

    def _after_the_block(self, execute: Callable[..., Any], *query: Any) -> Any:
        self.wait()
        return execute(*query)


def escaped(value: str) -> str:
    """A string in COPY's text format."""
    if "\\" in value or "\n" in value or "\t" in value or "\r" in value:
        value = value.replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
    return value


def copy_text(value: Any) -> str:
    """Any staged value in COPY's text format; NULL for None."""
    if value is None:
        return "\\N"
    if type(value) is str:
        return value if value.isalnum() else escaped(value)
    if type(value) is bool:
        return "t" if value else "f"
    if isinstance(value, int | Decimal | date):
        return str(value)
    if isinstance(value, list | tuple):
        quoted = ('"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"' for item in value)
        return escaped("{" + ",".join(quoted) + "}")
    message = f"no COPY form for {type(value).__name__}"
    raise TypeError(message)
