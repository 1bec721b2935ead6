"""The SQL of the retention report: one row a cohort member, then counts by group (formats.md §3.1 RET_N).

One pass over the spells answers every milestone, every dimension and the survival curve; the indicators RET_N give the
same milestone numbers one by one, and a test holds the two together.
"""

from dataclasses import dataclass

from employment.arrivals import ORDER, arrivals_sql, narrow_arrivals_sql
from employment.queries import SPELLS_AS_OF

MILESTONES = {30: 5, 90: 10, 180: 15}
"""Milestone → how many days before it a confirmation still speaks for it (domain.md §3.4)."""

COHORT = f"""
SELECT worker_id, day, journey, own_place, township,
  CASE WHEN after = day THEN (
    SELECT ARRAY[coalesce(a.place, ''), coalesce(a.batch, '')] FROM ({{arrivals}}) a
    WHERE a.worker_id = arrived.worker_id AND a.day = arrived.day ORDER BY {ORDER} LIMIT 1
  ) END AS first
FROM (
  SELECT a.worker_id, a.day, a.journey, a.own_place, left(w.village_code, 9) AS township,
    lag(a.day) OVER life AS before, lead(a.day) OVER life AS after
  FROM ({{narrow}}) a JOIN workers_worker w ON w.id = a.worker_id
  WHERE a.day BETWEEN %(first)s AND least(%(last)s, %(as_of)s) AND {{scope}}
  WINDOW life AS (PARTITION BY a.worker_id ORDER BY a.day)
) arrived
WHERE before IS NULL OR date_trunc('month', before::timestamp) < date_trunc('month', day::timestamp)
"""
"""Persons with 到岗 in the period, once a month with the earliest, whoever wrote it down (``employment.arrivals``).

Where somebody arrived twice on that day, ``first`` is place and batch of the arrival that comes first: looked up for them alone.
"""

# A spell whose end is the next one's start is no gap: moving to another employer is no leaving.
SPELLS = f"""
SELECT worker_id, start_on, end_on,
  CASE WHEN confirmed_to <= %(as_of)s THEN confirmed_to
       ELSE (SELECT max(day) FROM unnest(confirmed_days) AS day WHERE day <= %(as_of)s) END AS confirmed,
  lead(start_on) OVER (PARTITION BY worker_id ORDER BY start_on) AS next_on
FROM ({SPELLS_AS_OF}) known
WHERE worker_id IN (SELECT worker_id FROM cohort)
"""

_ON_DAY = "s.start_on <= c.day + {n} AND (s.end_on > c.day + {n}) IS NOT FALSE"


def _covered(days: int, window: int) -> str:
    on_day = _ON_DAY.format(n=days)
    return f"""
    bool_or({on_day}) AS covered_{days}, bool_or({on_day} AND s.confirmed >= c.day + {days - window}) AS still_{days}"""


def _flags(days: int) -> str:
    return f"""
    c.day + {days} <= %(as_of)s AS due_{days}, still_{days}, NOT covered_{days} AND first_end <= c.day + {days} AS gone_{days}"""


# Rows stay narrow, numbers and dates, until few are left: a million of them are sorted, joined and grouped. Of arrivals
# out of several tables the planner takes too few for different persons: whom stations follow is kept from being looked up
# one by one.
MEMBERS = f"""
cohort AS MATERIALIZED ({COHORT}), spells AS ({SPELLS}), told AS (
  SELECT c.worker_id, c.day, c.journey, c.own_place, c.township, c.first, min(s.start_on) <= c.day AS begun,
    min(s.end_on) AS first_end,
    min(s.end_on) FILTER (WHERE s.end_on <= %(as_of)s AND s.next_on IS DISTINCT FROM s.end_on) AS left_on,
    max(s.confirmed) AS confirmed,{",".join(_covered(days, window) for days, window in MILESTONES.items())}
  FROM cohort c LEFT JOIN spells s ON s.worker_id = c.worker_id AND (s.end_on > c.day) IS NOT FALSE
  GROUP BY c.worker_id, c.day, c.journey, c.own_place, c.township, c.first
), vehicles AS (
  SELECT t.id, t.destination_code, b.code FROM dispatch_trip t JOIN dispatch_batch b ON b.id = t.batch_id
), follows AS MATERIALIZED (
  SELECT p.worker_id, p.arrived_on, s.code
  FROM stations_plannedvisit p JOIN stations_station s ON s.id = p.station_id WHERE p.milestone = 7
), members AS MATERIALIZED (
  SELECT date_trunc('month', c.day::timestamp) AS month, coalesce(c.first[2], v.code, '') AS trip,
    coalesce(f.code, '') AS station, c.township,
    coalesce(c.first[1], nullif(c.own_place, ''), v.destination_code, '') AS place,{",".join(map(_flags, MILESTONES))},
    begun AND left_on IS NOT NULL AS event,
    CASE WHEN begun IS NOT TRUE THEN 0 WHEN left_on IS NOT NULL THEN left_on - c.day
         ELSE greatest(0, confirmed - c.day) END AS days
  FROM told c LEFT JOIN vehicles v ON v.id = c.journey
  LEFT JOIN follows f ON f.worker_id = c.worker_id AND f.arrived_on = c.day
)
"""
"""``event``: the person was seen to leave after ``days``; else they were last known to be there after ``days``."""

_COLUMNS = {"destination": "left(place, 2)", "destination_city": "left(place, 4)"}
_CODES = {"month": "to_char(month, 'YYYY-MM')", **_COLUMNS}

_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE due_{n}), count(*) FILTER (WHERE due_{n} AND still_{n}),"
    f" count(*) FILTER (WHERE due_{n} AND gone_{n})"
    for n in MILESTONES
)

_ASKED = "(%(station)s = '' OR station = %(station)s) AND (%(trip)s = '' OR trip = %(trip)s)"


@dataclass(frozen=True, slots=True)
class Beginnings:
    """From what day on people are watched: ``wide`` is SQL with the columns of ``employment.arrivals``, ``narrow`` with ``NARROW``."""

    wide: str
    narrow: str


def arrivals() -> Beginnings:
    """Every 到岗 there is."""
    return Beginnings(arrivals_sql(), narrow_arrivals_sql())


def counted_by(dimensions: tuple[str, ...], curves: tuple[str, ...], watched: Beginnings | None = None) -> str:
    """One statement: for each grouping its name, its code, day, numbers; the total's name is "".

    Without a day the numbers are members, then due, still, left of each milestone; with one, for the curve, how many
    left on it and how many were last heard of on it. ``watched`` are the arrivals, unless said.
    """
    begun = watched or arrivals()
    return f"""WITH {MEMBERS.replace("{arrivals}", begun.wide).replace("{narrow}", begun.narrow)}
SELECT {_group(dimensions)}, NULL::int, ARRAY[count(*), {_COUNTS}] FROM members
WHERE {_ASKED} GROUP BY GROUPING SETS ({", ".join(f"({_column(name)})" for name in dimensions)}, ())
UNION ALL
SELECT {_group(curves)}, days, ARRAY[count(*) FILTER (WHERE event), count(*) FILTER (WHERE event IS NOT TRUE)] FROM members
WHERE {_ASKED} GROUP BY GROUPING SETS ({", ".join(f"({_column(name)}, days)" for name in curves)}, (days))
ORDER BY 1, 2, 3"""


def _column(name: str) -> str:
    return _COLUMNS.get(name, name)


def _group(dimensions: tuple[str, ...]) -> str:
    """The grouping's name and its code; a code that is not recorded is "" like the total's."""
    which = " ".join(f"WHEN grouping({_column(name)}) = 0 THEN '{name}'" for name in dimensions)
    return f"CASE {which} ELSE '' END, coalesce({', '.join(_CODES.get(name, name) for name in dimensions)}, '')"
