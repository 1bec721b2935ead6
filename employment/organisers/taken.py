"""Whom an organiser took out, from wherever it is written down, as one SQL relation: person, organiser, day, place.

An app that knows of people taken out declares its own rows once, in its ``evidence.py``, with ``register_taken``.
Employment has those of 务工台账; journeys are an upper app's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from django.db.models import Q, QuerySet

from employment.models import DeclaredJob, Organiser

COLUMNS: Final = ("worker_id", "organiser_id", "day", "place", "employer_id", "rank", "source_id")
LEAD: Final = timedelta(days=15)
"""How long after they were taken out a job may begin and still be the one they were taken out for."""


def _nothing(_names: Sequence[str]) -> None:
    """No row names its organiser by name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenRows:
    """One source: ``sql`` gives its rows with ``COLUMNS``; of rows that tell of one day the lower ``rank`` comes first.

    ``workers(organisers)`` gives the ids of whom they took out, one column. ``claim(names)`` is told when organisers of
    those names are registered, for rows that name theirs by name.
    """

    name: str
    rank: int
    sql: str
    workers: Callable[[QuerySet[Organiser]], QuerySet[Any, Any]]
    claim: Callable[[Sequence[str]], None] = _nothing


_rows: dict[str, TakenRows] = {}


def register_taken(rows: TakenRows) -> None:
    """Declare a source; the same name replaces."""
    _rows[rows.name] = rows


def _sources() -> list[TakenRows]:
    return sorted(_rows.values(), key=lambda rows: rows.rank)


def taken_sql() -> str:
    """SELECT of everybody an organiser took out, with ``COLUMNS``; to stand in brackets as a relation.

    The parts are plain joins, so that a condition on person or organiser reaches the indexes of each.
    """
    return " UNION ALL ".join(rows.sql for rows in _sources())


def taken_out_by(organisers: QuerySet[Organiser]) -> Q:
    """Condition on people: one of these organisers took them out, whenever that was."""
    found = Q(pk__in=())
    for rows in _sources():
        found |= Q(pk__in=rows.workers(organisers))
    return found


def taken_out_ids(organisers: QuerySet[Organiser]) -> Iterator[int]:
    """The same as ids, with repetitions. A query for each source."""
    for rows in _sources():
        yield from rows.workers(organisers).values_list("worker_id", flat=True)


def claim_named(names: Sequence[str]) -> None:
    """Let rows that name an organiser by name find the ones just registered."""
    for rows in _sources():
        rows.claim(names)


SPELL: Final = f"""
LEFT JOIN LATERAL (
  SELECT s.id, s.start_on, s.end_on FROM employment_spell s
  WHERE s.worker_id = f.worker_id AND (s.end_on > f.day) IS NOT FALSE AND s.start_on <= f.day + {LEAD.days}
  ORDER BY s.start_on LIMIT 1
) s ON true
"""
"""The job spell that somebody was taken out for: the one that covers the day, else the next one that begins soon after."""

DECLARED: Final = TakenRows(
    name="declared",
    rank=0,
    sql="""
    SELECT j.worker_id, j.organiser_id, j.start_on AS day, j.place_code AS place, j.employer_id, 0 AS rank, j.id AS source_id
    FROM employment_declaredjob j WHERE j.organiser_id IS NOT NULL
    """,
    workers=lambda organisers: DeclaredJob.objects.filter(organiser__in=organisers).values("worker_id"),
)
"""Rows of 务工台账 that name their organiser."""

register_taken(DECLARED)
