"""到岗 from wherever it is written down, as one SQL relation: spells, retention and the plan of visits all read it.

An app that records 到岗 declares its own rows once, in its ``evidence.py``, with ``register_arrivals``. Employment has
those of 求职登记; passenger rosters are an upper app's.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import connection

from employment.models import Referral
from employment.spells import Arrival, ArrivalKind, Evidence

COLUMNS: Final = (
    "worker_id", "day", "place", "employer_id", "job_title", "kind", "source_id", "natural_key", "batch", "mode",
)  # fmt: skip
AT_POST: Final = "到岗"
NARROW: Final = ("worker_id", "day", "journey", "own_place")
ORDER: Final = 'a.day, a.kind, a.natural_key COLLATE "C", a.source_id'
"""How several 到岗 of a person follow each other: rosters before the register, then by what is written, ids last of all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArrivalRows:
    """One source of 到岗: ``sql`` gives its rows with ``COLUMNS`` and leaves out what is none (未录用).

    ``kind`` is the number by which kinds are ordered and told apart; ``place`` and ``employer_id`` are NULL or "" where
    not known, ``natural_key`` what the row's key is without person and date, ``batch`` and ``mode`` the journey's or NULL.
    ``narrow`` gives the same rows with ``NARROW`` columns and as few joins as may be, for who goes through a million of
    them: ``journey`` is the number of the vehicle or NULL, ``own_place`` the place where it is not the vehicle's.
    """

    evidence: ArrivalKind
    kind: int
    sql: str
    narrow: str


_rows: dict[ArrivalKind, ArrivalRows] = {}


def register_arrivals(rows: ArrivalRows) -> None:
    """Declare a source of 到岗; the same kind replaces."""
    _rows[rows.evidence] = rows


def arrivals_sql() -> str:
    """SELECT of every 到岗 there is, with ``COLUMNS``; to stand in brackets as a relation.

    The parts are plain joins, so that a condition on person or day reaches the indexes of each.
    """
    return " UNION ALL ".join(found.sql for found in sorted(_rows.values(), key=lambda one: one.kind))


def narrow_arrivals_sql() -> str:
    """SELECT of every 到岗 there is, with ``NARROW`` columns; to stand in brackets as a relation."""
    return " UNION ALL ".join(found.narrow for found in sorted(_rows.values(), key=lambda one: one.kind))


def arrivals_of(worker_ids: Sequence[int]) -> Iterator[tuple[int, Evidence]]:
    """Every 到岗 of those persons as evidence. One query."""
    kinds = {found.kind: found.evidence for found in _rows.values()}
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({arrivals_sql()}) a WHERE a.worker_id = ANY (%s)", [list(worker_ids)])
        for worker_id, day, place, employer_id, job_title, kind, source_id, natural_key, *_journey in cursor.fetchall():
            yield worker_id, Arrival(day, place, employer_id, kinds[kind], source_id, job_title, natural_key)


_KEY: Final = "concat_ws(' ', f.code, e.name, r.job_title)"
_PLACE: Final = "coalesce(nullif(r.place_code, ''), e.place_code)"
_REGISTER: Final = f"""
FROM employment_referral r JOIN employment_employer e ON e.id = r.employer_id LEFT JOIN employment_fair f ON f.id = r.fair_id
WHERE r.result = '{AT_POST}'
"""
REFERRALS: Final = ArrivalRows(
    evidence=ArrivalKind.REFERRAL,
    kind=1,
    sql=f"""
    SELECT r.worker_id, r.happened_on AS day, {_PLACE} AS place, r.employer_id, r.job_title, 1 AS kind, r.id AS source_id,
           {_KEY} AS natural_key, NULL AS batch, NULL AS mode {_REGISTER}
    """,
    narrow=f"SELECT r.worker_id, r.happened_on AS day, NULL::bigint AS journey, {_PLACE} AS own_place {_REGISTER}",
)
"""到岗 of 求职登记, at the post's place where it is known, else at the employer's."""


def arrived_at(employer_ids: Iterable[int]) -> list[int]:
    """Persons whose 到岗 is told by 求职登记 at those employers: an employer's place and name are part of that evidence."""
    rows = Referral.objects.filter(employer__in=list(employer_ids), result=AT_POST)
    return list(rows.order_by().values_list("worker_id", flat=True).distinct())


register_arrivals(REFERRALS)
