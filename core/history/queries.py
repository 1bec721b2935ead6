"""Reading history: the changes of one row, newest first, with before and after."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from core.history.models import BusinessRow, Event, RowEvent

Row = TypeVar("Row", bound=Model)
UNINTERESTING = {"updated_at", "created_at"}


@dataclass(frozen=True)
class Change:
    """One event of one row: who, when, why, and the fields that differ as (field, before, after)."""

    at: datetime
    kind: str
    user: str
    action: str
    reason: str
    operation_id: str
    fields: tuple[tuple[str, Any, Any], ...]


def touched_by(rows: QuerySet[Row], operation_id: str) -> QuerySet[Row]:
    """Those of the rows that an operation inserted or changed; none for an id that is malformed."""
    try:
        wanted = UUID(operation_id)
    except ValueError:
        return rows.none()
    table = rows.model._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
    return rows.filter(pk__in=RowEvent.objects.filter(operation_id=wanted, table=table).values("row_id"))


def changes_of(row: BusinessRow) -> list[Change]:
    """All the row's recorded changes, newest first. Two queries however many events there are."""
    table = row._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(t) FROM {connection.ops.quote_name(table)} t WHERE id = %s", [row.pk])
        found = cursor.fetchone()
    after: dict[str, Any] | None = _as_dict(found[0]) if found else None
    # By ids: ordered by id at once, the planner walks through everybody's events from the newest on.
    mine = Event.objects.of_row(table, row.pk).values("id")
    events = Event.objects.filter(id__in=mine).select_related("operation__user").order_by("-id")
    changes = []
    for event in events:
        before: dict[str, Any] | None = event.before
        changes.append(_change(event, before, after))
        after = before
    return changes


def _as_dict(value: str | dict[str, Any]) -> dict[str, Any]:
    """Psycopg2 gives jsonb as text outside the ORM."""
    return dict(json.loads(value)) if isinstance(value, str) else value


def _change(event: Event, before: dict[str, Any] | None, after: dict[str, Any] | None) -> Change:
    keys = sorted({*(before or {}), *(after or {})} - UNINTERESTING) if event.kind == "U" else []
    fields = tuple((key, (before or {}).get(key), (after or {}).get(key)) for key in keys)
    act = event.operation if event.operation_id else None
    return Change(
        at=event.at,
        kind=event.kind,
        user=(act.user.full_name or act.user.username) if act and act.user else "",
        action=act.action if act else "",
        reason=act.reason if act else "",
        operation_id=str(event.operation_id or ""),
        fields=tuple(field for field in fields if field[1] != field[2]),
    )
