"""Reading journeys: how far each vehicle has come, and what is overdue (domain.md §3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from core.accounts.models import User
from dispatch.models import Passenger, Trip

POST_WITHIN: Final = timedelta(days=7)
"""到岗 is to be confirmed within this time after the arrival (domain.md §3.3)."""
SOON: Final = timedelta(days=3)


class Stage(StrEnum):
    """How far a vehicle has come, as its passengers and the clock tell."""

    PLANNED = "待出发"
    UNSIGNED = "待签到"
    EN_ROUTE = "在途"
    ARRIVED = "待到岗"
    CLOSED = "已完成"


@dataclass(frozen=True)
class Tally:
    """How many of a vehicle's passengers the user sees at each step; ``settled``: at the post or otherwise ended."""

    registered: int = 0
    boarded: int = 0
    absent: int = 0
    arrived: int = 0
    at_post: int = 0
    settled: int = 0

    def stage(self, departs_at: datetime) -> Stage:
        """The first step that is not done."""
        if departs_at > timezone.now():
            return Stage.PLANNED
        if not self.boarded:
            return Stage.UNSIGNED
        if self.arrived < self.boarded and self.settled < self.boarded:
            return Stage.EN_ROUTE
        return Stage.ARRIVED if self.settled < self.boarded else Stage.CLOSED


COUNTS: Final = {
    "registered": Count("pk"),
    "boarded": Count("pk", filter=Q(boarded=True)),
    "absent": Count("pk", filter=Q(boarded=False)),
    "arrived": Count("pk", filter=Q(boarded=True, arrived=True)),
    "at_post": Count("pk", filter=Q(at_post_on__isnull=False)),
    "settled": Count("pk", filter=Q(boarded=True) & (Q(at_post_on__isnull=False) | ~Q(outcome=""))),
}


def tallies(user: User, trip_ids: Iterable[int]) -> dict[int, Tally]:
    """Of each vehicle the user's passengers, counted. One query."""
    rows = Passenger.objects.visible_to(user).filter(trip_id__in=list(trip_ids)).order_by()
    return {row.pop("trip_id"): Tally(**row) for row in rows.values("trip_id").annotate(**COUNTS)}


def tally_of(user: User, trip: Trip) -> Tally:
    """Of one vehicle the user's passengers, counted."""
    return tallies(user, [trip.pk]).get(trip.pk, Tally())


def batch_tallies(user: User, batch_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Of each batch its vehicles and the user's passengers, counted. Two queries."""
    ids = list(batch_ids)
    vehicles = Trip.objects.visible_to(user).filter(batch_id__in=ids).order_by().values("batch_id")
    found = {
        row["batch_id"]: row
        for row in vehicles.annotate(
            vehicles=Count("pk"), seats=Sum("seats"), first=Min("departs_at"), last=Max("departs_at")
        )
    }
    people = Passenger.objects.visible_to(user).filter(trip__batch_id__in=ids).order_by().values("trip__batch_id")
    for row in people.annotate(**COUNTS):
        found.setdefault(row["trip__batch_id"], {}).update(row)
    return found


def overdue(after: timedelta = POST_WITHIN) -> Q:
    """Condition on passengers who left longer ago than that and whose 到岗 nobody told."""
    since = timezone.make_aware(datetime.combine(timezone.localdate() - after, time.min))
    return Q(boarded=True, at_post_on__isnull=True, outcome="", trip__departs_at__lt=since)


def departing(user: User, within: timedelta = SOON) -> QuerySet[Trip]:
    """Vehicles that leave within that time."""
    now = timezone.now()
    return Trip.objects.visible_to(user).filter(departs_at__gte=now, departs_at__lt=now + within)
