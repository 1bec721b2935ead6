"""The plan of follow-ups: day 7, 30, 90 and 180 after each arrival, derived by one SQL statement (domain.md §3.4)."""

from collections.abc import Sequence

from django.db import connection

from employment.evidence import register_follower

WINDOWS = {7: 3, 30: 5, 90: 10, 180: 15}
"""Milestone in days → days before and after within which the visit counts."""

CHUNK = 20_000
LEFT = "已离岗"
ARRIVED_AGAIN = "再次到岗"

# A visit answers a milestone when it names it, or falls into its window. A station serves a destination inside its
# 服务范围 (its own prefecture where none is written); of several the one that names the place most closely.
WANTED = """
WITH arrivals AS (
  SELECT p.worker_id, p.at_post_on AS arrived_on, max(coalesce(nullif(p.destination_code, ''),
    t.destination_code)) AS place
  FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id
  WHERE p.at_post_on IS NOT NULL AND p.boarded AND p.outcome <> '未录用' AND p.worker_id = ANY (%(workers)s)
  GROUP BY p.worker_id, p.at_post_on
), served AS (
  SELECT DISTINCT ON (a.place) a.place, s.id AS station_id
  FROM (SELECT DISTINCT place FROM arrivals) a JOIN stations_station s ON true
  JOIN LATERAL unnest(CASE WHEN s.service_area = '{}' THEN ARRAY[left(s.place_code, 4)]::varchar[]
    ELSE s.service_area END) AS area
    ON starts_with(a.place, area) OR starts_with(area, a.place)
  ORDER BY a.place, starts_with(a.place, area) DESC, length(area) DESC, s.code
), due AS (
  SELECT a.*, served.station_id, m.milestone, m.span, a.arrived_on + m.milestone AS due_on
  FROM arrivals a LEFT JOIN served USING (place)
  CROSS JOIN unnest(%(milestones)s::int[], %(spans)s::int[]) AS m(milestone, span)
)
SELECT d.worker_id, d.station_id, d.arrived_on, d.milestone, d.due_on, d.span,
  (SELECT v.id FROM stations_visit v WHERE v.worker_id = d.worker_id AND v.visited_on >= d.arrived_on
     AND ((v.milestone = d.milestone AND v.visited_on < d.due_on + 180) OR v.visited_on BETWEEN d.due_on -
       d.span AND d.due_on + d.span)
   ORDER BY (v.milestone = d.milestone) DESC NULLS LAST, v.visited_on, v.id LIMIT 1) AS visit_id,
  CASE WHEN EXISTS (SELECT FROM arrivals o WHERE o.worker_id = d.worker_id
    AND o.arrived_on > d.arrived_on AND o.arrived_on <= d.due_on)
         THEN %(again)s
       WHEN EXISTS (SELECT FROM stations_visit v WHERE v.worker_id = d.worker_id AND v.status IN ('离岗求职', '返乡')
         AND v.visited_on BETWEEN d.arrived_on AND d.due_on - d.span - 1) THEN %(left)s
       ELSE '' END AS closed_reason
FROM due d
"""

RENEW = f"""
WITH wanted AS MATERIALIZED ({WANTED}), gone AS (
  DELETE FROM stations_plannedvisit p WHERE p.worker_id = ANY (%(workers)s)
  AND NOT EXISTS (SELECT FROM wanted w WHERE (w.worker_id, w.arrived_on, w.milestone) = (p.worker_id,
    p.arrived_on, p.milestone))
)
INSERT INTO stations_plannedvisit AS p (worker_id, station_id, arrived_on, milestone, due_on, "window",
  visit_id, closed_reason)
SELECT * FROM wanted
ON CONFLICT (worker_id, arrived_on, milestone) DO UPDATE
SET station_id = excluded.station_id, visit_id = excluded.visit_id, closed_reason = excluded.closed_reason
WHERE (p.station_id, p.visit_id, p.closed_reason) IS DISTINCT FROM (excluded.station_id, excluded.visit_id,
  excluded.closed_reason)
"""


def renew_plan(worker_ids: Sequence[int]) -> None:
    """Make the planned visits of these persons what arrivals, stations and visits say. Idempotent, one statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            RENEW,
            {
                "workers": list(worker_ids),
                "milestones": list(WINDOWS),
                "spans": list(WINDOWS.values()),
                "again": ARRIVED_AGAIN,
                "left": LEFT,
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
