"""The two staging tables of an import: ``rows`` as parsed (written once, by COPY) and ``plan``, what will become of each.

They live in the schema ``staging`` from the check until the import ends. The plan is narrow, so that marking 100,000
rows refused, repeated or resolved rewrites little.
"""

import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection

from core.workbooks.sheets import Sheet

OWN_COLUMNS = (("seq", "integer"), ("sheet", "text"), ("row", "integer"), ("bad", "boolean"))


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
    cursor.copy_expert(f"COPY {table} ({listed}) FROM STDIN", io.StringIO("".join(lines)))


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
