"""The SQL of the retention report: one row a cohort member, then counts by group (formats.md §3.1 RET_N).

One pass over the spells answers every milestone, every dimension and the survival curve; the indicators RET_N give the
same milestone numbers one by one, and a test holds the two together.
"""

from employment.queries import SPELLS_AS_OF

MILESTONES = {30: 5, 90: 10, 180: 15}
"""Milestone → how many days before it a confirmation still speaks for it (domain.md §3.4)."""

COHORT = """
SELECT DISTINCT ON (p.worker_id, date_trunc('month', p.at_post_on))
  p.worker_id, p.at_post_on AS day, coalesce(nullif(p.destination_code, ''), t.destination_code) AS place,
  b.code AS trip, left(w.village_code, 9) AS township
FROM dispatch_passenger p
JOIN dispatch_trip t ON t.id = p.trip_id JOIN dispatch_batch b ON b.id = t.batch_id
JOIN workers_worker w ON w.id = p.worker_id
WHERE p.at_post_on BETWEEN %(first)s AND least(%(last)s, %(as_of)s) AND p.boarded AND p.outcome <> '未录用'
  AND {scope}
ORDER BY p.worker_id, date_trunc('month', p.at_post_on), p.at_post_on, p.id
"""
"""Persons with 到岗 in the period, once a month with the earliest."""

_ON_DAY = "s.start_on <= c.day + {n} AND (s.end_on IS NULL OR s.end_on > c.day + {n})"


def _flags(days: int, window: int) -> str:
    on_day = _ON_DAY.format(n=days)
    return f"""
  coalesce(bool_or({on_day} AND s.confirmed >= c.day + {days - window}), false) AS still_{days},
  coalesce(NOT bool_or({on_day}) AND bool_or(s.end_on > c.day AND s.end_on <= c.day + {days}), false) AS gone_{days}"""


# A spell whose end is the next one's start is no gap: moving to another employer is no leaving.
SPELLS = f"""
SELECT worker_id, start_on, end_on,
  CASE WHEN confirmed_to <= %(as_of)s THEN confirmed_to
       ELSE (SELECT max(day) FROM unnest(confirmed_days) AS day WHERE day <= %(as_of)s) END AS confirmed,
  lead(start_on) OVER (PARTITION BY worker_id ORDER BY start_on) AS next_on
FROM ({SPELLS_AS_OF}) known
WHERE worker_id IN (SELECT worker_id FROM cohort)
"""

MEMBERS = f"""
CREATE TEMP TABLE retention_member ON COMMIT DROP AS
WITH cohort AS MATERIALIZED ({COHORT}), spells AS ({SPELLS}), told AS (
  SELECT c.worker_id, c.day, min(s.start_on) <= c.day AS begun,
    min(s.end_on) FILTER (WHERE s.end_on <= %(as_of)s AND s.next_on IS DISTINCT FROM s.end_on) AS left_on,
    max(s.confirmed) AS confirmed,{",".join(_flags(days, window) for days, window in MILESTONES.items())}
  FROM cohort c LEFT JOIN spells s ON s.worker_id = c.worker_id AND (s.end_on IS NULL OR s.end_on > c.day)
  GROUP BY c.worker_id, c.day
)
SELECT c.trip, c.township, left(c.place, 2) AS destination, left(c.place, 4) AS destination_city,
  to_char(c.day, 'YYYY-MM') AS month, coalesce(st.code, '') AS station,
  {", ".join(f"c.day + {n} <= %(as_of)s AS due_{n}, still_{n}, gone_{n}" for n in MILESTONES)},
  begun IS TRUE AND left_on IS NOT NULL AS event,
  CASE WHEN begun IS NOT TRUE THEN 0 WHEN left_on IS NOT NULL THEN left_on - c.day
       ELSE greatest(0, confirmed - c.day) END AS days
FROM cohort c JOIN told USING (worker_id, day)
LEFT JOIN stations_plannedvisit plan ON plan.worker_id = c.worker_id AND plan.arrived_on = c.day AND plan.milestone = 7
LEFT JOIN stations_station st ON st.id = plan.station_id
"""
"""``event``: the person was seen to leave after ``days``; else they were last known to be there after ``days``."""

_COUNTS = ", ".join(
    f"count(*) FILTER (WHERE due_{n}), count(*) FILTER (WHERE due_{n} AND still_{n}),"
    f" count(*) FILTER (WHERE due_{n} AND NOT still_{n} AND gone_{n})"
    for n in MILESTONES
)


def counts_by(dimensions: tuple[str, ...]) -> str:
    """Total and a grouping a dimension: which, its code, members, then due, still, left of each milestone."""
    which = "CASE " + " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in dimensions) + " ELSE '' END"
    sets = ", ".join(f"({name})" for name in dimensions)
    return (
        f"SELECT {which}, coalesce({', '.join(dimensions)}, ''), count(*), {_COUNTS} FROM retention_member"
        f" GROUP BY GROUPING SETS ({sets}, ()) ORDER BY 1, 2"
    )


def exits_by(dimensions: tuple[str, ...]) -> str:
    """For the curves: which grouping, its code, day, how many left on it, how many were last heard of on it."""
    which = "CASE " + " ".join(f"WHEN grouping({name}) = 0 THEN '{name}'" for name in dimensions) + " ELSE '' END"
    sets = ", ".join(f"({name}, days)" for name in dimensions)
    return (
        f"SELECT {which}, coalesce({', '.join(dimensions)}, ''), days,"
        " count(*) FILTER (WHERE event), count(*) FILTER (WHERE NOT event)"
        f" FROM retention_member GROUP BY GROUPING SETS ({sets}, (days)) ORDER BY 1, 2, 3"
    )
