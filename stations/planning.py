"""The plan of follow-ups: day 7, 30, 90 and 180 after each arrival, derived by one SQL statement (domain.md §3.4).

It is a function of arrivals, stations and visits alone, the same whatever order they came in; no day is "today" in it.
"""

from collections.abc import Sequence
from typing import Final

from django.db import connection

from employment.arrivals import ORDER, arrivals_sql
from employment.evidence import register_follower

WINDOWS: Final = {7: 3, 30: 5, 90: 10, 180: 15}
"""Milestone in days → days before and after within which the visit counts."""

LATEST: Final = 180
"""Days after its due date within which a visit that names a milestone still answers it."""

CHUNK: Final = 20_000
LEFT: Final = "已离岗"
ARRIVED_AGAIN: Final = "再次到岗"
MISSED: Final = "已错过"

# A visit answers a milestone when it names it, or falls into its window; visits after the next arrival are the next
# arrival's. Nobody asks any more (closed_reason) once the person arrived anew, was found to have left before the window,
# or was seen after it. A station serves a destination inside its 服务范围 (its own prefecture where none is written); of
# several the one that names the place most closely.
WANTED: Final = f"""
WITH arrivals AS (
  SELECT a.*, lead(arrived_on) OVER (PARTITION BY worker_id ORDER BY arrived_on) AS next_on FROM (
    SELECT a.worker_id, a.day AS arrived_on, max(nullif(a.place, '')) AS place,
      (array_agg(a.employer_id ORDER BY {ORDER}) FILTER (WHERE a.employer_id IS NOT NULL))[1] AS employer_id,
      coalesce((array_agg(a.job_title ORDER BY {ORDER}) FILTER (WHERE a.job_title <> ''))[1], '') AS job_title
    FROM ({{arrivals}}) a WHERE a.worker_id = ANY (%(workers)s) GROUP BY a.worker_id, a.day
  ) a
), served AS (
  SELECT DISTINCT ON (a.place) a.place, s.id AS station_id
  FROM (SELECT DISTINCT place FROM arrivals) a JOIN stations_station s ON true
  JOIN LATERAL unnest(CASE WHEN s.service_area = '{{}}' THEN ARRAY[left(s.place_code, 4)]::varchar[] ELSE s.service_area END) AS area
    ON starts_with(a.place, area) OR starts_with(area, a.place)
  ORDER BY a.place, starts_with(a.place, area) DESC, length(area) DESC, s.code
), due AS (
  SELECT a.worker_id, served.station_id, a.arrived_on, a.next_on, a.employer_id, a.job_title, m.milestone,
    a.arrived_on + m.milestone AS due_on, m.span
  FROM arrivals a LEFT JOIN served USING (place)
  CROSS JOIN unnest(%(milestones)s::int[], %(spans)s::int[]) AS m(milestone, span)
)
SELECT d.worker_id, d.station_id, d.arrived_on, d.milestone, d.due_on, d.span, d.employer_id, d.job_title, answer.id AS visit_id,
  CASE WHEN answer.id IS NOT NULL THEN '' WHEN d.next_on IS NOT NULL THEN %(again)s WHEN seen.gone THEN %(left)s
       WHEN seen.later THEN %(missed)s ELSE '' END AS closed_reason
FROM due d
LEFT JOIN LATERAL (
  SELECT v.id FROM stations_visit v
  WHERE v.worker_id = d.worker_id AND v.visited_on >= d.arrived_on AND (d.next_on IS NULL OR v.visited_on < d.next_on)
    AND (v.visited_on BETWEEN d.due_on - d.span AND d.due_on + d.span
      OR (v.milestone = d.milestone AND v.visited_on < d.due_on + %(latest)s))
  ORDER BY (v.milestone = d.milestone) DESC NULLS LAST, v.visited_on, v.id LIMIT 1
) answer ON true
LEFT JOIN LATERAL (
  SELECT bool_or(v.status IN ('离岗求职', '返乡') AND v.visited_on < d.due_on - d.span) AS gone,
    bool_or(v.visited_on > d.due_on + d.span) AS later
  FROM stations_visit v WHERE v.worker_id = d.worker_id AND v.visited_on >= d.arrived_on
) seen ON true
"""

RENEW: Final = f"""
WITH wanted AS MATERIALIZED ({WANTED}), gone AS (
  DELETE FROM stations_plannedvisit p WHERE p.worker_id = ANY (%(workers)s)
  AND NOT EXISTS (SELECT FROM wanted w WHERE (w.worker_id, w.arrived_on, w.milestone) = (p.worker_id, p.arrived_on, p.milestone))
)
INSERT INTO stations_plannedvisit AS p
  (worker_id, station_id, arrived_on, milestone, due_on, "window", employer_id, job_title, visit_id, closed_reason)
SELECT worker_id, station_id, arrived_on, milestone, due_on, span, employer_id, job_title, visit_id, closed_reason FROM wanted
ON CONFLICT (worker_id, arrived_on, milestone) DO UPDATE
SET station_id = excluded.station_id, employer_id = excluded.employer_id, job_title = excluded.job_title,
  visit_id = excluded.visit_id, closed_reason = excluded.closed_reason
WHERE (p.station_id, p.employer_id, p.job_title, p.visit_id, p.closed_reason)
  IS DISTINCT FROM (excluded.station_id, excluded.employer_id, excluded.job_title, excluded.visit_id, excluded.closed_reason)
"""


def renew_plan(worker_ids: Sequence[int]) -> None:
    """Make the planned visits of these persons what arrivals, stations and visits say. Idempotent, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            RENEW.replace("{arrivals}", arrivals_sql()),
            {
                "workers": list(worker_ids),
                "milestones": list(WINDOWS),
                "spans": list(WINDOWS.values()),
                "latest": LATEST,
                "again": ARRIVED_AGAIN,
                "left": LEFT,
                "missed": MISSED,
            },
        )


register_follower("visit plan", renew_plan)


def renew_all_open() -> None:
    """Renew the plan of everybody who has one: stations changed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT worker_id FROM stations_plannedvisit")
        ids = [row[0] for row in cursor.fetchall()]
    for first in range(0, len(ids), CHUNK):
        renew_plan(ids[first : first + CHUNK])
