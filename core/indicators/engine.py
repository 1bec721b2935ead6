"""Asking the database: runs the one statement of a question and gives back cells."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils import timezone

from core.divisions.queries import names_of
from core.indicators.cells import Cell, Number, Row
from core.indicators.declarations import Dimension, Naming
from core.indicators.questions import TIME, Question
from core.indicators.statements import FIRST_GROUPING, TOTAL, Grouping, figures


@dataclass(frozen=True, slots=True)
class Result:
    """The answers of one statement, all of one moment: the total and the rows of each grouping, in the order of their codes.

    ``snapshot`` is the database's own account of what was visible. ``settled`` is false inside a transaction that has
    written: what it saw may never come true.
    """

    total: Cell
    rows: list[list[Row]]
    snapshot: str
    settled: bool
    computed_at: datetime


@dataclass(slots=True)
class _Parts:
    total: Cell | None = None
    snapshot: str = ""
    settled: bool = False
    rows: dict[int, list[Row]] = field(default_factory=dict)


def compute(question: Question) -> Result:
    """The answer to a question, from the facts as they stand."""
    return compute_groupings(question, [question.by])


def compute_groupings(question: Question, groupings: Sequence[Grouping]) -> Result:
    """The question's total and the rows of several groupings at once (``question.by`` is not looked at)."""
    statement = figures(question, groupings)
    with connection.cursor() as cursor:
        cursor.execute(statement.sql, statement.values)
        parts = _read(cursor.fetchall())
    if parts.total is None:
        message = "the total of a statement is always there"
        raise LookupError(message)
    shares = bool(question.indicator.share_of_all)
    rows = [
        _finished(question, parts, number, grouping) if shares else parts.rows.get(FIRST_GROUPING + number, [])
        for number, grouping in enumerate(groupings)
    ]
    rows = [sorted((row for row in part if not row.cell.is_empty), key=lambda row: row.codes) for part in rows]
    return Result(parts.total, rows, parts.snapshot, parts.settled, timezone.now())


def _read(records: Iterable[tuple[Any, ...]]) -> _Parts:
    parts = _Parts()
    for part, snapshot, has_written, codes, numerator, denominator, *extras in records:
        cell = Cell(_number(numerator), None if denominator is None else _number(denominator), tuple(extras))
        if part == TOTAL:
            parts.total, parts.snapshot, parts.settled = cell, snapshot, not has_written
        else:
            parts.rows.setdefault(part, []).append(Row(tuple(codes), cell))
    return parts


def _number(value: Decimal | int) -> Number:
    return int(value) if isinstance(value, Decimal) and value == value.to_integral_value() else value


def _finished(question: Question, parts: _Parts, number: int, grouping: Grouping) -> list[Row]:
    """Rows of a share: every row's denominator is the whole, of its month or quarter where rows are of several."""
    times = [place for place, dimension in enumerate(grouping) if dimension.name in TIME]
    wholes = {row.codes: row.cell.denominator for row in parts.rows.get(-1 - number, [])}
    whole = parts.total.denominator if parts.total else None
    by_time = bool(times) and question.is_stock
    return [
        Row(
            row.codes,
            Cell(row.cell.numerator, wholes.get(tuple(row.codes[place] for place in times)) if by_time else whole),
        )
        for row in parts.rows.get(FIRST_GROUPING + number, [])
        if row.cell.numerator
    ]


def names_for(dimension: Dimension, codes: Iterable[str]) -> dict[str, str]:
    """Names of the codes; one that has none is missing."""
    wanted = {code for code in codes if code}
    if dimension.naming is Naming.DIVISION:
        return names_of(wanted)
    if dimension.naming is Naming.LABELS:
        return {code: dimension.labels[code] for code in wanted if code in dimension.labels}
    if dimension.naming is Naming.QUERY and wanted:
        with connection.cursor() as cursor:
            cursor.execute(dimension.names, [sorted(wanted)])
            return dict(cursor.fetchall())
    return {code: code for code in wanted}
