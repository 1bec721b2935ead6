"""How journeys come to the person kept when two registrations are merged."""

from core.pairs.moving import Child, fold, register_child
from dispatch.models import Passenger

WENT = "CASE WHEN k.{0} OR g.{0} THEN true ELSE coalesce(k.{0}, g.{0}) END"
"""Booked twice on one vehicle: aboard once is aboard."""

register_child(
    Child(
        model=Passenger,
        settle=fold(
            "trip_id",
            fills={"boarded": WENT.format("boarded"), "arrived": WENT.format("arrived")},
            # What became of the one who did not go is not what became of the one who went.
            leaves=("outcome",),
            followers=(("dispatch_checkin", "passenger_id"),),
        ),
    )
)
