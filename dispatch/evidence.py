"""Arrivals at the post out of passenger rosters (formats.md §1.4 rule 2), and whom organisers took out by vehicle."""

from typing import Final

from django.conf import settings

from dispatch.models import Passenger
from dispatch.organisers import claim
from employment.arrivals import ArrivalRows, register_arrivals
from employment.organisers.taken import TakenRows, register_taken
from employment.spells import ArrivalKind

PASSENGERS: Final = ArrivalRows(
    evidence=ArrivalKind.TRIP,
    kind=0,
    sql="""
    SELECT p.worker_id, p.at_post_on AS day, coalesce(nullif(p.destination_code, ''), t.destination_code) AS place, p.employer_id,
           p.job_title, 0 AS kind, p.id AS source_id, b.code || ' ' || t.vehicle AS natural_key, b.code AS batch, t.mode
    FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id JOIN dispatch_batch b ON b.id = t.batch_id
    WHERE p.at_post_on IS NOT NULL AND p.boarded AND p.outcome <> '未录用'
    """,
    narrow="""
    SELECT p.worker_id, p.at_post_on AS day, p.trip_id AS journey, p.destination_code AS own_place FROM dispatch_passenger p
    WHERE p.at_post_on IS NOT NULL AND p.boarded AND p.outcome <> '未录用'
    """,
)
"""到岗 of passengers who signed in; 未录用 is no 到岗. The place is the passenger's, else the vehicle's destination."""

register_arrivals(PASSENGERS)

TAKEN: Final = TakenRows(
    name="trips",
    rank=1,
    sql=f"""
    SELECT p.worker_id, t.organised_by_id AS organiser_id, (t.departs_at AT TIME ZONE '{settings.TIME_ZONE}')::date AS day,
           coalesce(nullif(p.destination_code, ''), t.destination_code) AS place, p.employer_id, 1 AS rank, p.id AS source_id
    FROM dispatch_passenger p JOIN dispatch_trip t ON t.id = p.trip_id WHERE t.organised_by_id IS NOT NULL AND p.boarded
    """,
    workers=lambda organisers: Passenger.objects.filter(trip__organised_by__in=organisers, boarded=True).values(
        "worker_id"
    ),
    claim=claim,
)
"""Passengers who signed in on a vehicle that an organiser sent out."""

register_taken(TAKEN)
