"""Keeping the figures fresh in the background: what is asked every day stands ready, what is stale is computed again.

Nothing depends on it: an answer whose figure is stale is computed when it is asked. A run takes at most ``BUDGET`` seconds,
one at a time, so that a day of many small writes does not keep the server busy with figures nobody looks at.
"""

import time
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from django.db import connection, transaction
from django.utils import timezone

from core.divisions.queries import root_division
from core.formats.periods import Period, days_of, month_of, quarter_around, year_of
from core.indicators import kept
from core.indicators.declarations import Dimension, Indicator
from core.indicators.engine import compute_groupings
from core.indicators.questions import TIME, Question, default_as_of, is_told_of
from core.indicators.registry import all_indicators
from core.indicators.scope import Scope

BUDGET: Final = 10.0
FORGOTTEN_AFTER: Final = timedelta(days=7)
STANDING_DIMENSIONS: Final = ("", "township", "month", "group", "destination")
"""Kept of every indicator that has them, whether asked or not: what the home page and the usual returns show."""
MANY_MARKS: Final = 2_000
LOCK: Final = 7_204_461


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What a run did: sets computed, sets still to do, sets and marks dropped."""

    computed: int = 0
    waiting: int = 0
    dropped: int = 0
    marks: int = 0


@dataclass(frozen=True, slots=True)
class _Key:
    code: str
    variant: str
    period: Period
    division: str


def refresh_figures(*, budget: float = BUDGET) -> Refreshed:
    """Compute again what is stale, for ``budget`` seconds, unless another run is at it; drop what nobody asks for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return Refreshed()
    try:
        return _run(time.monotonic() + budget)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])


def _run(until: float) -> Refreshed:
    today = timezone.localdate()
    dropped = _drop_forgotten(today)
    wanted = _wanted(today)
    computed = 0
    for key in list(wanted):
        if time.monotonic() > until:
            break
        computed += _compute(key, wanted.pop(key))
    return Refreshed(computed, sum(map(len, wanted.values())), dropped, forget_marks())


def _drop_forgotten(today: date) -> int:
    """Drop sets nobody asked for lately, of a definition that changed, or whose as_of is no longer the default one."""
    versions = [f"{indicator.code}:{indicator.version}" for indicator in all_indicators()]
    with transaction.atomic(), connection.cursor() as cursor:
        # A set that is being stored just now is left alone.
        cursor.execute(
            "SELECT s.id FROM indicators_figureset s WHERE s.freeze_id IS NULL"
            " AND (s.asked_on < %s OR s.as_of <> least(s.period_to, %s) OR s.indicator || ':' || s.version <> ALL(%s))"
            " FOR UPDATE SKIP LOCKED",
            [today - FORGOTTEN_AFTER, today, versions],
        )
        forgotten = [row[0] for row in cursor.fetchall()]
        cursor.execute("DELETE FROM indicators_figure WHERE figure_set_id = ANY(%s)", [forgotten])
        cursor.execute("DELETE FROM indicators_figureset WHERE id = ANY(%s)", [forgotten])
    return len(forgotten)


def standing_periods(today: date) -> list[Period]:
    """The periods that stand ready: the running year, quarter and month, and the month and year before."""
    last_month = today.replace(day=1) - timedelta(days=1)
    return [
        year_of(today.year),
        quarter_around(today),
        month_of(today.year, today.month),
        month_of(last_month.year, last_month.month),
        year_of(today.year - 1),
    ]


def _standing(today: date) -> Iterator[tuple[_Key, str]]:
    root = root_division()
    for indicator in all_indicators():
        for period in standing_periods(today):
            if not is_told_of(indicator, period):
                continue
            for name in STANDING_DIMENSIONS:
                if not name or indicator.dimension(name):
                    yield _Key(indicator.code, indicator.default_variant, period, root), name


def _wanted(today: date) -> dict[_Key, list[str]]:
    """Which sets are missing or stale, by what one statement can compute together; the ones asked for come first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT s.indicator, s.variant, s.period_from, s.period_to, s.division, s.dimension,"
            f" {kept.FRESH_SET} FROM indicators_figureset s WHERE s.freeze_id IS NULL ORDER BY s.asked_on DESC"
        )
        found = cursor.fetchall()
    wanted: dict[_Key, list[str]] = defaultdict(list)
    fresh = set()
    for code, variant, first, last, division, dimension, is_fresh in found:
        key = _Key(code, variant, days_of(first, last), division)
        if is_fresh:
            fresh.add((key, dimension))
        else:
            wanted[key].append(dimension)
    for key, dimension in _standing(today):
        if (key, dimension) not in fresh and dimension not in wanted[key]:
            wanted[key].append(dimension)
    return {key: names for key, names in wanted.items() if names}


def _compute(key: _Key, names: Iterable[str]) -> int:
    indicator = next((one for one in all_indicators() if one.code == key.code), None)
    if indicator is None:
        return 0
    question = Question(
        indicator=indicator.in_variant(key.variant),
        variant=key.variant,
        period=key.period,
        scope=Scope(key.division),
        as_of=default_as_of(key.period),
    )
    found = {name: found for name in names if (found := _grouping(indicator, name)) is not None}
    times = {name for name in found if name in TIME} if question.is_stock else set()
    at_once = [name for name in found if name not in times]
    for batch in ([at_once] if at_once else []) + [[name] for name in sorted(times)]:
        result = compute_groupings(question, [found[name] for name in batch])
        for name, rows in zip(batch, result.rows, strict=True):
            if result.settled:
                kept.store(replace(question, by=found[name]), name, result.total, rows, result)
    return len(found)


def _grouping(indicator: Indicator, name: str) -> tuple[Dimension, ...] | None:
    if not name:
        return ()
    dimension = indicator.dimension(name)
    return (dimension,) if dimension else None


def forget_marks() -> int:
    """Drop marks that every kept figure has seen, once there are many; returns how many went.

    Figures that stand are first moved to the present: nothing that touches them was written since they were computed. The
    horizon then tells everyone who remembers an older snapshot that marks may be missing.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM (SELECT FROM indicators_figuremark LIMIT %s) m", [MANY_MARKS])
        if cursor.fetchone()[0] < MANY_MARKS:
            return 0
        cursor.execute(
            f"UPDATE indicators_figureset s SET snapshot = pg_current_snapshot() WHERE s.freeze_id IS NULL AND {kept.FRESH_SET}"
        )
        cursor.execute(
            "WITH oldest AS ("
            "  SELECT least(pg_snapshot_xmin(pg_current_snapshot()), min(pg_snapshot_xmin(s.snapshot))) AS seen"
            "  FROM indicators_figureset s WHERE s.freeze_id IS NULL"
            "), moved AS ("
            "  UPDATE indicators_markhorizon h SET transaction = oldest.seen FROM oldest WHERE h.transaction < oldest.seen"
            ") DELETE FROM indicators_figuremark m USING oldest WHERE m.transaction < oldest.seen"
        )
        gone: int = cursor.rowcount
    return gone
