"""Households that rosters found, and what becomes of them when a roster is undone."""

from typing import Final
from uuid import UUID

from django.db import connection

from core.accounts.models import User
from core.history.services import operation
from core.workbooks.services import register_tidying
from workers.models import Household

FOUNDED: Final = "imports.households"
"""The act of a roster that founds households."""
LEFT: Final = """
WITH founded AS MATERIALIZED (
  SELECT e.row_id, e.last_id FROM history_operation o JOIN history_event e ON e.operation_id = o.id
  WHERE o.action = %(founded)s AND e."table" = 'workers_household' AND e.kind = 'I'
)
SELECT h.id FROM workers_household h
WHERE h.id IN (SELECT (v.before ->> 'household_id')::bigint FROM history_row_event v
    WHERE v.operation_id = %(undo)s AND v."table" = 'workers_worker')
  AND h.updated_at = h.created_at AND EXISTS (SELECT FROM founded f WHERE h.id BETWEEN f.row_id AND f.last_id)
ORDER BY h.id FOR UPDATE OF h SKIP LOCKED
"""
"""Those people went out of by the undo, founded by a roster, in whose files nobody wrote; who moves in now is let alone."""


def remove_left(undo_id: UUID, user: User) -> int:
    """Remove the households of rosters that the undo left without anybody and anything; returns how many."""
    with connection.cursor() as cursor:
        cursor.execute(LEFT, {"undo": undo_id, "founded": FOUNDED})
        ids = [row[0] for row in cursor.fetchall()]
        if not ids:
            return 0
        with operation(user=user, action="households.forget", reason=str(undo_id)):
            cursor.execute(f"DELETE FROM workers_household h WHERE h.id = ANY (%s) AND {_nothing_left()}", [ids])
            return int(cursor.rowcount)


def _nothing_left() -> str:
    """Condition on households ``h``: no row of any table names them."""
    tables = [
        (relation.related_model._meta.db_table, relation.field.column)  # noqa: SLF001 - Django's documented model API
        for relation in Household._meta.related_objects  # noqa: SLF001 - see above
    ]
    return " AND ".join(f'NOT EXISTS (SELECT FROM {table} r WHERE r."{column}" = h.id)' for table, column in tables)


register_tidying("workers.households", remove_left)
