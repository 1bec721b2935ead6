"""Arrivals at the post out of passenger rosters (formats.md §1.4 rule 2)."""

from collections.abc import Iterator, Sequence

from django.db import connection

from employment.evidence import register_source
from employment.spells import Arrival, ArrivalKind, Evidence

ARRIVALS = """
SELECT p.worker_id, p.at_post_on, coalesce(nullif(p.destination_code, ''), t.destination_code), p.employer_id, p.id, p.job_title,
       b.code || ' ' || t.vehicle
FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id JOIN dispatch_batch b ON b.id = t.batch_id
WHERE p.at_post_on IS NOT NULL AND p.boarded AND p.outcome <> '未录用' AND p.worker_id = ANY (%s)
"""


def arrivals(worker_ids: Sequence[int]) -> Iterator[tuple[int, Evidence]]:
    """到岗 of passengers who signed in; 未录用 is no 到岗. The place is the passenger's, else the vehicle's destination."""
    with connection.cursor() as cursor:
        cursor.execute(ARRIVALS, [list(worker_ids)])
        for worker_id, day, place, employer_id, passenger_id, job_title, natural_key in cursor.fetchall():
            yield worker_id, Arrival(day, place, employer_id, ArrivalKind.TRIP, passenger_id, job_title, natural_key)


register_source("trips", arrivals)
