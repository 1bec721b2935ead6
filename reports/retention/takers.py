"""How many of those an organiser took out stay in work: the retention statement from the day they were taken out."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection

from core.accounts.models import User
from core.indicators.scope import own_division, scope_for
from employment.models import Organiser
from employment.organisers.queries import journeys_sql
from employment.queries import place_names
from reports.retention.report import UNRECORDED, milestones_of
from reports.retention.statements import Beginnings, counted_by

FIRST: Final = date(1990, 1, 1)
"""Before anybody was taken out."""


@dataclass(frozen=True)
class Line:
    """Persons taken to one prefecture, or all of them (``place`` ""), and what became of them by milestone."""

    place: str
    members: int
    milestones: list[dict[str, Any]]


def retention_of(user: User, organiser: Organiser, today: date) -> list[Line]:
    """All of the user's people whom the organiser took out, then by prefecture, most people first.

    A person counts once a month with the earliest day; [] when nobody was taken out.
    """
    within, bounds = scope_for(user, own_division(user)).condition("w.village_code", "w.id")
    taken = journeys_sql()
    watched = Beginnings(
        wide=f"SELECT j.*, 0 AS kind, '' AS natural_key, NULL AS batch FROM ({taken}) j",
        narrow=f"SELECT j.worker_id, j.day, NULL::bigint AS journey, j.place AS own_place FROM ({taken}) j",
    )
    asked: dict[str, Any] = {
        "first": FIRST,
        "last": today,
        "as_of": today,
        "today": today,
        "organisers": [organiser.pk],
    }
    statement = counted_by(("destination_city",), ("destination_city",), watched).replace("{scope}", within)
    with connection.cursor() as cursor:
        cursor.execute(statement, {**asked, "station": "", "trip": "", **bounds})
        rows = [(name, code, numbers) for name, code, day, numbers in cursor.fetchall() if day is None]
    names = place_names({code for _name, code, _numbers in rows if code})
    lines = [
        Line(names.get(code, UNRECORDED) if name else "", members, milestones_of(counts))
        for name, code, (members, *counts) in rows
        if members
    ]
    return sorted(lines, key=lambda line: (line.place != "", -line.members, line.place))
