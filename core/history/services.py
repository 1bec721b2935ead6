"""Business acts and taking them back."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.utils import IntegrityError, OperationalError

from core.accounts.models import User
from core.errors import Conflict
from core.history.collisions import collisions_told
from core.history.models import Operation


@contextmanager
def operation(*, user: User | None, action: str, reason: str = "") -> Iterator[Operation]:
    """One transaction in which every change of a business row is recorded under one new operation.

    ``action`` is "app.verb". Nested calls each have their own operation; the outer one goes on when the inner ends.
    Raises ``Overtaken`` where PostgreSQL broke a ring of writers.
    """
    with collisions_told(OperationalError), transaction.atomic():
        row = Operation.objects.create(user=user, action=action, reason=reason)
        with connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('laborcoop.operation', true)")
            outer = cursor.fetchone()[0] or ""
            cursor.execute("SELECT set_config('laborcoop.operation', %s, true)", [str(row.id)])
        yield row
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('laborcoop.operation', %s, true)", [outer])


_NOW_DIFFERENT = """
WITH mine AS MATERIALIZED (
  SELECT DISTINCT ON (row_id) row_id, event_id AS last, kind FROM history_row_event
  WHERE operation_id = %(operation)s AND "table" = %(table)s ORDER BY row_id, event_id DESC
), later AS (
  SELECT m.row_id, n.id, n.before FROM mine m
  JOIN history_event n ON n."table" = %(table)s AND n.row_id = m.row_id AND n.id > m.last
  UNION ALL
  SELECT m.row_id, n.id, NULL FROM mine m
  JOIN history_event n ON n."table" = %(table)s AND int8range(n.row_id, n.last_id, '[]') @> m.row_id
    AND n.last_id > n.row_id AND n.id > m.last
  WHERE m.kind = 'D'
), next AS (SELECT DISTINCT ON (row_id) row_id, before FROM later ORDER BY row_id, id)
SELECT n.row_id FROM next n LEFT JOIN {table} r ON r.id = n.row_id WHERE to_jsonb(r) IS DISTINCT FROM n.before
ORDER BY n.row_id LIMIT %(limit)s
"""
"""What the operation left is the before-image of the row's next event (absent: NULL); the row now may be that again.

Only what was deleted can have been inserted since, so only for those rows the ranges of insertions are looked through.
"""


def changed_since(*, operation_id: UUID, limit: int = 200) -> list[dict[str, object]]:
    """Rows that are not as the operation left them: ``[{"table", "id"}]`` by table, at most ``limit``.

    A change that was itself taken back is none: imports can be undone one after the other, the last one first.
    """
    found: list[dict[str, object]] = []
    with connection.cursor() as cursor:
        cursor.execute('SELECT DISTINCT "table" FROM history_event WHERE operation_id = %s ORDER BY 1', [operation_id])
        for (table,) in cursor.fetchall():
            words = {"operation": operation_id, "table": table, "limit": limit - len(found)}
            cursor.execute(_NOW_DIFFERENT.format(table=connection.ops.quote_name(table)), words)
            found += [{"table": table, "id": row_id} for (row_id,) in cursor.fetchall()]
    return found


def undo(*, operation_id: UUID, user: User | None, reason: str = "") -> Operation:
    """Take one operation back as a unit, set-based, under a new operation.

    Raises ``Conflict`` with ``details`` = rows changed since, or when later rows depend on the ones to be removed.
    """
    later = changed_since(operation_id=operation_id)
    if later:
        message = "撤销失败：这次操作涉及的记录后来又被修改过。"
        raise Conflict("changed_since", message, details=later)
    try:
        with operation(user=user, action="history.undo", reason=reason or str(operation_id)) as row:
            _restore(operation_id)
    except IntegrityError as error:
        message = "撤销失败：后来的记录依赖这次操作建立的记录，请先撤销后来的操作。"
        raise Conflict("depended_on", message, details=_blocking_table(error)) from error
    return row


def _blocking_table(error: IntegrityError) -> list[dict[str, object]]:
    diagnosis = getattr(error.__cause__, "diag", None)
    return [{"table": getattr(diagnosis, "table_name", ""), "id": None}]


def _restore(operation_id: UUID) -> None:
    """Bring every row back to its image before the operation's first event on it; last tables touched go first."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        # Checks of foreign keys that this connection planned while the tables were small would read them for each row.
        cursor.execute("DISCARD PLANS")
        cursor.execute(
            'CREATE TEMP TABLE undo_first ON COMMIT DROP AS SELECT DISTINCT ON ("table", row_id)'
            ' "table", row_id, kind, before, event_id'
            ' FROM history_row_event WHERE operation_id = %s ORDER BY "table", row_id, event_id',
            [operation_id],
        )
        cursor.execute('SELECT "table" FROM undo_first GROUP BY "table" ORDER BY min(event_id) DESC')
        tables = [row[0] for row in cursor.fetchall()]
        for table in tables:
            cursor.execute(
                f"DELETE FROM {connection.ops.quote_name(table)} WHERE id IN"
                " (SELECT row_id FROM undo_first WHERE \"table\" = %s AND kind = 'I')",
                [table],
            )
        for table in reversed(tables):
            _put_back(cursor, table)
        cursor.execute("DROP TABLE undo_first")
        # Judged here, where the caller's refusal is made of it, and not when some outer transaction ends.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _put_back(cursor: CursorWrapper, table: str) -> None:
    quoted = connection.ops.quote_name(table)
    cursor.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT"
        " attisdropped AND attgenerated = ''",
        [quoted],
    )
    columns = [connection.ops.quote_name(row[0]) for row in cursor.fetchall()]
    listed, images = ", ".join(columns), ", ".join(f"image.{column}" for column in columns)
    source = (
        f"undo_first u CROSS JOIN LATERAL jsonb_populate_record(NULL::{quoted}, u.before) AS image"
        ' WHERE u."table" = %s AND u.kind = %s'
    )
    cursor.execute(f"UPDATE {quoted} t SET ({listed}) = ROW({images}) FROM {source} AND t.id = image.id", [table, "U"])
    cursor.execute(
        f"INSERT INTO {quoted} ({listed}) OVERRIDING SYSTEM VALUE SELECT {images} FROM {source}", [table, "D"]
    )
