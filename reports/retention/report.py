"""Computing the retention report: cohort, milestones by every dimension, survival curves."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Self

from django.db import connection, transaction

from core.accounts.models import User
from core.divisions.queries import names_of
from core.indicators.scope import scope_for
from core.jobs.registry import Progress
from reports.retention.curve import curve
from reports.retention.statements import MILESTONES, counted_by

DIMENSIONS = ("month", "trip", "station", "township", "destination", "destination_city")
CURVES = ("month", "station", "destination")
UNRECORDED = "未登记"


@dataclass(frozen=True, kw_only=True)
class Question:
    """What is asked.

    到岗 from ``first`` to ``last`` of people registered below ``division``, on evidence up to ``as_of``; only of those
    whom ``station`` follows and who went with the batch ``trip``, where these are given.
    """

    first: date
    last: date
    as_of: date
    division: str
    station: str = ""
    trip: str = ""

    def as_dict(self) -> dict[str, str]:
        """For storing and showing, without what was not asked."""
        return {name: str(value) for name, value in vars(self).items() if value}

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> Self:
        """The question that ``as_dict`` stored."""
        return cls(
            first=date.fromisoformat(stored["first"]),
            last=date.fromisoformat(stored["last"]),
            as_of=date.fromisoformat(stored["as_of"]),
            division=stored["division"],
            station=stored.get("station", ""),
            trip=stored.get("trip", ""),
        )


def compute(question: Question, user: User, progress: Progress) -> dict[str, Any]:
    """The whole report as JSON: question, members, milestones, a table a dimension, the curves.

    Only the user's persons count; ``DomainError`` or ``NotFound`` for a division that is not theirs. A
      milestone that nobody has reached yet has the rate None. ``unknown`` are those of
    whom neither is known; they count as neither still there nor left, and stay in the denominator.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        progress.at(0, 3, "统计节点")
        cursor.execute("SET LOCAL work_mem = '256MB'")
        within, bounds = scope_for(user, question.division).condition("w.village_code", "w.id")
        statement = counted_by(DIMENSIONS, CURVES).replace("{scope}", within)
        cursor.execute(statement, {**vars(question), **bounds})
        counted: list[tuple[Any, ...]] = []
        exits: list[tuple[Any, ...]] = []
        for name, code, day, numbers in cursor.fetchall():
            if day is None:
                counted.append((name, code, *numbers))
            else:
                exits.append((name, code, day, *numbers))
        progress.at(2, 3, "绘制曲线")
    tables, total = _tables(counted)
    curves = _curves(exits)
    return {
        "question": question.as_dict(),
        "members": total["members"],
        "milestones": total["milestones"],
        "tables": tables,
        "curve": curves.pop(("", ""), []),
        "curves": {
            name: [
                {
                    "code": row["code"],
                    "name": row["name"],
                    "members": row["members"],
                    "points": curves.get((name, row["code"]), []),
                }
                for row in tables[name]
            ]
            for name in CURVES
        },
    }


def rate(part: int, whole: int) -> str | None:
    """Percent with two decimals, half up; None without a denominator (domain.md §5)."""
    if not whole:
        return None
    return str((Decimal(part) * 100 / whole).quantize(Decimal("0.01"), ROUND_HALF_UP))


def milestones_of(counts: list[int]) -> list[dict[str, Any]]:
    """Each milestone's due, still, left, unknown and rate out of the statement's numbers behind the members."""
    found = []
    for place, days in enumerate(MILESTONES):
        due, still, left = counts[3 * place : 3 * place + 3]
        found.append(
            {
                "days": days,
                "due": due,
                "still": still,
                "left": left,
                "unknown": due - still - left,
                "rate": rate(still, due),
            }
        )
    return found


def _tables(counted: list[tuple[Any, ...]]) -> tuple[dict[str, list[dict[str, Any]]], dict[str, Any]]:
    names = _names(counted)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in DIMENSIONS}
    total: dict[str, Any] = {}
    for name, code, members, *counts in counted:
        row = {
            "code": code,
            "name": names.get((name, code), code) or UNRECORDED,
            "members": members,
            "milestones": milestones_of(counts),
        }
        if name:
            tables[name].append(row)
        else:
            total = row
    return tables, total


def _names(counted: list[tuple[Any, ...]]) -> Mapping[tuple[str, str], str]:
    codes = defaultdict(set)
    for name, code, *_ in counted:
        codes[name].add(code)
    names = {}
    for dimension in ("township", "destination", "destination_city"):
        names.update({(dimension, code): name for code, name in names_of(codes[dimension]).items()})
    with connection.cursor() as cursor:
        for dimension, table in (("trip", "dispatch_batch"), ("station", "stations_station")):
            cursor.execute(f"SELECT code, name FROM {table} WHERE code = ANY (%s)", [list(codes[dimension])])
            names.update({(dimension, code): name for code, name in cursor.fetchall()})
    return names


def _curves(exits: list[tuple[Any, ...]]) -> dict[tuple[str, str], list[dict[str, object]]]:
    grouped = defaultdict(list)
    for name, code, day, left, censored in exits:
        grouped[name, code].append((day, left, censored))
    return {key: [point.as_dict() for point in curve(rows)] for key, rows in grouped.items()}
