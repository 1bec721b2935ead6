"""Reading journeys: how far each vehicle has come, and what is overdue (domain.md §3.3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from django.db.models import Count, Max, Min, Q, QuerySet, Sum
from django.utils import timezone

from core.accounts.models import User
from dispatch.models import Passenger, Trip

POST_WITHIN: Final = timedelta(days=7)
"""到岗 is to be confirmed within this time after the arrival (domain.md §3.3)."""
SOON: Final = timedelta(days=3)
UNDERWAY: Final = timedelta(days=2)
"""No coach is longer on its way: after that it has arrived, whether or not anybody signed."""


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
        since = timezone.now() - departs_at
        if since < timedelta():
            return Stage.PLANNED
        if not self.boarded:
            return Stage.UNSIGNED
        if self.settled >= self.boarded:
            return Stage.CLOSED
        return Stage.EN_ROUTE if self.arrived < self.boarded and since < UNDERWAY else Stage.ARRIVED


COUNTS: Final = {
    "n_registered": Count("pk"),
    "n_boarded": Count("pk", filter=Q(boarded=True)),
    "n_absent": Count("pk", filter=Q(boarded=False)),
    "n_arrived": Count("pk", filter=Q(boarded=True, arrived=True)),
    "n_at_post": Count("pk", filter=Q(at_post_on__isnull=False)),
    "n_settled": Count("pk", filter=Q(boarded=True) & (Q(at_post_on__isnull=False) | ~Q(outcome=""))),
}
"""An annotation of a field's own name would take its place in the conditions that follow: hence the prefix."""


def _counted(rows: QuerySet[Passenger], by: str) -> dict[int, Tally]:
    counted = rows.order_by().values(by).annotate(**COUNTS)
    return {row[by]: Tally(**{name.removeprefix("n_"): row[name] for name in COUNTS}) for row in counted}


def tallies(user: User, trip_ids: Iterable[int]) -> dict[int, Tally]:
    """Of each vehicle the user's passengers, counted. One query."""
    return _counted(Passenger.objects.visible_to(user).filter(trip_id__in=list(trip_ids)), "trip_id")


def tally_of(user: User, trip: Trip) -> Tally:
    """Of one vehicle the user's passengers, counted."""
    return tallies(user, [trip.pk]).get(trip.pk, Tally())


@dataclass(frozen=True)
class Convoy:
    """A batch as the user sees it: its vehicles, their seats, first and last departure, and the passengers."""

    vehicles: int = 0
    seats: int = 0
    first: datetime | None = None
    last: datetime | None = None
    tally: Tally = Tally()


def convoys(user: User, batch_ids: Iterable[int]) -> dict[int, Convoy]:
    """Of each batch its vehicles and the user's passengers, counted. Two queries."""
    ids = list(batch_ids)
    people = _counted(Passenger.objects.visible_to(user).filter(trip__batch_id__in=ids), "trip__batch_id")
    vehicles = Trip.objects.visible_to(user).filter(batch_id__in=ids).order_by().values_list("batch_id")
    counted = vehicles.annotate(Count("pk"), Sum("seats"), Min("departs_at"), Max("departs_at"))
    return {
        batch: Convoy(count, seats, first, last, people.get(batch, Tally()))
        for batch, count, seats, first, last in counted
    }


def overdue(after: timedelta = POST_WITHIN) -> Q:
    """Condition on passengers who left longer ago than that and whose 到岗 nobody told."""
    since = timezone.make_aware(datetime.combine(timezone.localdate() - after, time.min))
    return Q(boarded=True, at_post_on__isnull=True, outcome="", trip__departs_at__lt=since)


def departing(user: User, within: timedelta = SOON) -> QuerySet[Trip]:
    """Vehicles that leave within that time."""
    now = timezone.now()
    return Trip.objects.visible_to(user).filter(departs_at__gte=now, departs_at__lt=now + within)
