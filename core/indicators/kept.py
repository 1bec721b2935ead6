"""Reading and keeping figures, and knowing whether they are fresh (see ``models`` for how freshness is known)."""

import json
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

import psycopg2
from django.db import connection, transaction
from django.utils import timezone
from psycopg2.extras import DateRange

from core.indicators.cells import Cell, Number, Row
from core.indicators.declarations import Dimension
from core.indicators.engine import Result
from core.indicators.questions import Question

SETS: Final = "indicators_figureset"
FIGURES: Final = "indicators_figure"
MARKS: Final = "indicators_figuremark"
HORIZON: Final = "indicators_markhorizon"

UNSEEN: Final = f"""
SELECT FROM {MARKS} m
WHERE m.transaction >= pg_snapshot_xmin({{snapshot}}) AND m.fact = ANY({{facts}}) AND m.days && {{days}}
  AND (m.township = '' OR starts_with(m.township, {{division}}) OR starts_with({{division}}, m.township))
  AND NOT pg_visible_in_snapshot(m.transaction, {{snapshot}})
"""
"""Marks that touch what was computed in ``snapshot`` and were not visible in it."""

FRESH: Final = f"""
(NOT EXISTS ({UNSEEN}) AND coalesce((SELECT h.transaction <= pg_snapshot_xmin({{snapshot}}) FROM {HORIZON} h), true))
"""
"""Whether something computed in ``snapshot`` still stands: no such mark, and no mark forgotten since."""

FRESH_SET: Final = FRESH.format(snapshot="s.snapshot", facts="s.facts", days="s.days", division="s.division")

KEY: Final = (
    "s.indicator = %s AND s.variant = %s AND s.version = %s AND s.period_from = %s AND s.period_to = %s AND s.as_of = %s"
    " AND s.division = %s AND s.dimension = %s AND s.freeze_id IS NULL"
)

READ: Final = f"""
SELECT s.id, s.numerator, s.denominator, s.extras, s.computed_at, s.asked_on, {FRESH_SET}, pg_current_snapshot()::text,
       pg_current_xact_id_if_assigned() IS NULL,
       (SELECT json_agg(json_build_array(g.code, g.numerator::text, g.denominator::text, g.extras))
        FROM {FIGURES} g WHERE g.figure_set_id = s.id)
FROM {SETS} s WHERE {KEY}
"""

STILL_FRESH: Final = "SELECT " + FRESH.format(
    snapshot="%(snapshot)s::pg_snapshot",
    facts="%(facts)s::varchar[]",
    days="%(days)s::daterange",
    division="%(division)s",
)

STORE: Final = f"""
INSERT INTO {SETS} (indicator, variant, version, period_from, period_to, as_of, division, dimension,
                    numerator, denominator, extras, facts, days, snapshot, computed_at, asked_on)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s::bigint[], %s::varchar[], %s, %s, %s, %s)
ON CONFLICT (indicator, variant, version, period_from, period_to, as_of, division, dimension) WHERE freeze_id IS NULL
DO UPDATE SET numerator = excluded.numerator, denominator = excluded.denominator, extras = excluded.extras, facts = excluded.facts,
              days = excluded.days, snapshot = excluded.snapshot, computed_at = excluded.computed_at, asked_on = excluded.asked_on
RETURNING id
"""  # fmt: skip


@dataclass(frozen=True, slots=True)
class Watch:
    """What an answer was made of: enough to ask later whether it still stands (``still_fresh``)."""

    snapshot: str
    facts: Sequence[str]
    days: DateRange
    division: str

    @property
    def parameters(self) -> dict[str, Any]:
        """For ``STILL_FRESH``."""
        return {"snapshot": self.snapshot, "facts": list(self.facts), "days": self.days, "division": self.division}


def still_fresh(watch: Watch) -> bool:
    """Whether nothing that touches the answer was written since. The cheapest question to the database there is.

    Outside a transaction it goes past Django's cursor: that one asks first whether the connection lives, which costs as
    much as the question. A connection that has died is opened again.
    """
    if not connection.in_atomic_block and connection.connection is not None:
        try:
            with connection.connection.cursor() as cursor:
                cursor.execute(STILL_FRESH, watch.parameters)
                return bool(cursor.fetchone()[0])
        except (psycopg2.OperationalError, psycopg2.InterfaceError):
            connection.close()
    with connection.cursor() as cursor:
        cursor.execute(STILL_FRESH, watch.parameters)
        return bool(cursor.fetchone()[0])


def present() -> tuple[str, bool]:
    """The snapshot of this moment, and whether it is settled: false inside a transaction that has written."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NULL")
        found: tuple[str, bool] = cursor.fetchone()
    return found


def days_of(question: Question) -> DateRange:
    """The days whose marks can touch the answer."""
    first, last = question.window
    return DateRange(first, last, "[]")


def watch_of(question: Question, snapshot: str) -> Watch:
    """The watch of an answer computed in ``snapshot``."""
    return Watch(snapshot, question.reads, days_of(question), question.marked_in)


def watch_of_names(question: Question, snapshot: str) -> Watch:
    """The watch of a frozen answer: only the names in it can change."""
    return Watch(snapshot, question.name_reads, DateRange(None, None), question.marked_in)


def _dimension_name(by: Sequence[Dimension]) -> str:
    return by[0].name if by else ""


def _key(question: Question, dimension: str) -> list[Any]:
    period = question.period
    indicator = question.indicator
    return [
        indicator.code, question.variant, indicator.version, period.start, period.end, question.as_of, question.scope.division, dimension,
    ]  # fmt: skip


def read(question: Question) -> Result | None:
    """The kept answer to a plain question when it is fresh, else None."""
    found = latest(question)
    return found[0] if found and found[1] else None


def latest(question: Question) -> tuple[Result, bool] | None:
    """The kept answer to a plain question however old, and whether it is fresh; None when there is none."""
    _know_cluster()
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.execute(READ, _key(question, _dimension_name(question.by)))
        found = cursor.fetchone()
        if found is None:
            return None
        set_id, numerator, denominator, extras, computed_at, asked_on, is_fresh, snapshot, settled, rows = found
        if asked_on < today:
            cursor.execute(f"UPDATE {SETS} SET asked_on = %s WHERE id = %s AND asked_on < %s", [today, set_id, today])
    total = Cell(number(numerator), number(denominator), tuple(extras))
    parsed = json.loads(rows) if isinstance(rows, str) else rows or []
    read_rows = [Row((code,), Cell(number(n), number(d), tuple(more))) for code, n, d, more in parsed]
    ordered = sorted(read_rows, key=lambda row: row.codes)
    return Result(total, [ordered], snapshot, settled, computed_at), is_fresh


def number(value: Any) -> Any:  # noqa: ANN401 - numeric comes as text from JSON, as Decimal from a column, or as None
    """The number as cells hold it: whole ones as int; None stays None."""
    if value is None:
        return None
    exact = Decimal(value)
    return int(exact) if exact == exact.to_integral_value() else exact


def store(
    question: Question,
    dimension: str,
    total: Cell,
    rows: Sequence[Row],
    result: Result,
    *,
    asked_on: date | None = None,
) -> int:
    """Keep the answer to a plain question; a later answer replaces it. Returns the set's id.

    Whoever stores last wins, and nothing goes wrong when that is the older one: its snapshot tells that it is stale.
    """
    values = [
        *_key(question, dimension), total.numerator, total.denominator, list(total.extras), question.reads, days_of(question),
        result.snapshot, result.computed_at, asked_on or timezone.localdate(),
    ]  # fmt: skip
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(STORE, values)
        set_id: int = cursor.fetchone()[0]
        cursor.execute(f"DELETE FROM {FIGURES} WHERE figure_set_id = %s", [set_id])
        write_figures(cursor, set_id, rows)
    return set_id


def write_figures(cursor: Any, set_id: int, rows: Sequence[Row]) -> None:  # noqa: ANN401 - a database cursor
    """Write the rows of a set."""
    if not rows:
        return
    listed = [
        {
            "code": row.codes[0],
            "numerator": str(row.cell.numerator),
            "denominator": _text(row.cell.denominator),
            "extras": list(row.cell.extras),
        }
        for row in rows
    ]
    cursor.execute(
        f"INSERT INTO {FIGURES} (figure_set_id, code, numerator, denominator, extras)"
        " SELECT %s, code, numerator, denominator, extras FROM jsonb_to_recordset(%s)"
        " AS row(code text, numerator numeric, denominator numeric, extras bigint[])",
        [set_id, json.dumps(listed)],
    )


def _text(number: Number | None) -> str | None:
    return None if number is None else str(number)


_cluster_lock = threading.Lock()
_cluster_known: list[str] = []


def _know_cluster() -> None:
    """Once a process: make sure the kept transaction numbers are this database server's (a restored dump has others)."""
    if _cluster_known:
        return
    from core.indicators.triggers import greet  # noqa: PLC0415 - it imports the models of all apps

    with _cluster_lock, transaction.atomic(), connection.cursor() as cursor:
        _cluster_known.append(greet(cursor))
