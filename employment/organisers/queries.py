"""Reading organisers: how many they took out, whom, where to, and who took somebody out for which job."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from core.accounts.models import User
from core.indicators.scope import own_division, scope_for
from employment.models import Organiser
from employment.organisers.taken import SPELL, taken_sql


@dataclass(frozen=True, slots=True)
class Counts:
    """Persons an organiser took out: in the running year, ever, and still at work in the job they were taken to."""

    year: int = 0
    ever: int = 0
    there: int = 0


@dataclass(frozen=True, slots=True)
class Destination:
    """Persons taken to a prefecture in a year; ``there`` are those still at work in that job."""

    year: int
    place: str
    people: int
    there: int


STILL: Final = "s.start_on <= %(today)s AND (s.end_on > %(today)s) IS NOT FALSE"
"""SQL condition: the job they were taken to covers today."""

_OF_ORGANISERS: Final = "f.organiser_id = ANY (%(organisers)s) AND f.day <= %(today)s"


def in_use(day: date) -> Q:
    """Condition on organisers: recognised on that day."""
    return Q(ended_on__isnull=True) | Q(ended_on__gt=day)


def organisers_meant(text: str) -> QuerySet[Organiser]:
    """Organisers of exactly that name where any bears it, else those with the text in their name."""
    text = text.replace("\x00", "").strip()
    exact = Organiser.objects.filter(name=text)
    return exact if exact.exists() else Organiser.objects.filter(name__icontains=text)


def _scope(user: User) -> tuple[str, dict[str, Any]]:
    return scope_for(user, own_division(user)).condition("w.village_code", "w.id")


def _ask(sql: str, params: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def counts_of(user: User, organiser_ids: Iterable[int], today: date) -> dict[int, Counts]:
    """Organiser → how many of the user's people they took out. One query."""
    within, bounds = _scope(user)
    rows = _ask(
        "SELECT f.organiser_id, count(DISTINCT f.worker_id) FILTER (WHERE f.day >= %(new_year)s), count(DISTINCT f.worker_id),"
        f" count(DISTINCT f.worker_id) FILTER (WHERE {STILL}) FROM ({taken_sql()}) f"
        f" JOIN workers_worker w ON w.id = f.worker_id {SPELL} WHERE {_OF_ORGANISERS} AND {within} GROUP BY 1",
        {"organisers": list(organiser_ids), "today": today, "new_year": today.replace(month=1, day=1), **bounds},
    )
    return {organiser: Counts(*numbers) for organiser, *numbers in rows}


def destinations_of(user: User, organiser: Organiser, today: date) -> list[Destination]:
    """Where the user's people were taken, by year and prefecture, the latest year and the most people first."""
    within, bounds = _scope(user)
    rows = _ask(
        "SELECT extract(year FROM f.day)::int AS year, left(f.place, 4) AS city, count(DISTINCT f.worker_id) AS people,"
        f" count(DISTINCT f.worker_id) FILTER (WHERE {STILL}) FROM ({taken_sql()}) f"
        f" JOIN workers_worker w ON w.id = f.worker_id {SPELL} WHERE {_OF_ORGANISERS} AND {within}"
        " GROUP BY 1, 2 ORDER BY 1 DESC, 3 DESC, 2",
        {"organisers": [organiser.pk], "today": today, **bounds},
    )
    return [Destination(*row) for row in rows]


# Two facts of one journey (a seat on the coach, a row of 务工台账) are one taking out: they tell of one spell.
TURNS: Final = f"""
told AS (
  SELECT f.*, s.id AS spell_id, {STILL} AS there,
    CASE WHEN s.id IS NULL THEN f.rank || '-' || f.source_id ELSE s.id::text END AS journey
  FROM people JOIN ({{taken}}) f ON f.worker_id = people.worker_id {SPELL} WHERE f.day <= %(today)s
), turns AS (
  SELECT told.*, first_value(organiser_id) OVER taken AS first_id FROM told
  WINDOW taken AS (PARTITION BY worker_id, journey ORDER BY day, rank, source_id)
)
"""
"""Facts about ``people``; ``first_id`` is who took the person out for that spell first: one organiser a person and spell."""

JOURNEYS: Final = f"""
WITH people AS MATERIALIZED (
  SELECT DISTINCT f.worker_id FROM ({{taken}}) f JOIN workers_worker w ON w.id = f.worker_id WHERE {_OF_ORGANISERS} AND {{scope}}
), {TURNS}
SELECT DISTINCT ON (worker_id, journey) * FROM turns WHERE organiser_id = ANY (%(organisers)s)
ORDER BY worker_id, journey, day, rank, source_id
"""


def journeys_sql() -> str:
    """SELECT of whom ``%(organisers)s`` took out by ``%(today)s``, a row a person and job with the columns of ``taken_sql``.

    Beside them ``there`` (still in that job) and ``first_id`` (who took the person out for it first). ``{scope}`` is left to
    be replaced by a condition on ``w``, the person.
    """
    return JOURNEYS.replace("{taken}", taken_sql())


def people_of(user: User, organiser: Organiser, today: date, most: int) -> list[dict[str, Any]]:
    """The user's people whom the organiser took out, a row a person and journey, the latest first, at most ``most``.

    ``first_id`` is the organiser who took the person out for that job first: this one, or another.
    """
    within, bounds = _scope(user)
    sql = (
        "SELECT o.worker_id AS pk, o.worker_id, w.name AS worker__name, w.id_number AS worker__id_number,"
        " w.village_code AS worker__village_code, o.day, o.place AS place_code, e.name AS employer, o.there IS TRUE AS there,"
        f" o.first_id FROM ({journeys_sql().replace('{scope}', within)}) o JOIN workers_worker w ON w.id = o.worker_id"
        " LEFT JOIN employment_employer e ON e.id = o.employer_id ORDER BY o.day DESC, o.worker_id LIMIT %(most)s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, {"organisers": [organiser.pk], "today": today, "most": most, **bounds})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def takers_of(worker_ids: Sequence[int], today: date) -> dict[int, tuple[int, str]]:
    """Job spell → (id, name) of who took the person out for it first. One query."""
    sql = (
        f"WITH people AS (SELECT unnest(%(workers)s::bigint[]) AS worker_id), {TURNS}"
        " SELECT DISTINCT t.spell_id, o.id, o.name FROM turns t JOIN employment_organiser o ON o.id = t.first_id"
        " WHERE t.spell_id IS NOT NULL"
    ).replace("{taken}", taken_sql())
    return {spell: (pk, name) for spell, pk, name in _ask(sql, {"workers": list(worker_ids), "today": today})}
