"""Who travels on which seat. Seats are given out under the vehicle's lock: two clerks cannot both give the last one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import Conflict, NotFound
from core.history.services import operation
from dispatch.models import CheckIn, Passenger, Trip
from dispatch.services.trips import locked_trip, may_plan
from employment.models import Employer
from employment.rebuilding import rebuild_spells
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class PassengerFacts:
    """What a roster says of a traveller beside the person (formats.md §1.1 ``passengers``)."""

    seat: str = ""
    phone: str = ""
    boarding_point: str = ""
    destination_code: str = ""
    employer: Employer | None = None
    job_title: str = ""
    emergency_name: str = ""
    emergency_phone: str = ""


def register_passenger(*, user: User, trip: Trip, worker_id: int, facts: PassengerFacts) -> Passenger:
    """Put a person on the roster of a vehicle.

    Raises ``NotFound`` for a person outside the user's scope, ``Conflict`` when they are on it already (``duplicate``),
    the seat is taken (``seat``) or no seat is left (``over_capacity``).
    """
    may_plan(user)
    with operation(user=user, action="dispatch.register"):
        vehicle = locked_trip(trip)
        # Locked: a merge must not take the person away before the seat is theirs.
        people = Worker.objects.select_for_update(of=("self",), no_key=True)
        seen = Worker.objects.visible_to(user).filter(pk=worker_id).exists()
        worker = people.filter(pk=worker_id).first() if seen else None
        if worker is None:
            raise NotFound("worker", "没有找到这个人，或此人不在您的管辖范围内。", "worker")
        if vehicle.passengers.filter(worker=worker).exists():
            raise Conflict("duplicate", "此人已在这个车次的名单上。", "worker")
        _free(vehicle, facts.seat)
        if vehicle.passengers.count() >= vehicle.seats:
            raise Conflict("over_capacity", f"车次“{vehicle.vehicle}”共{vehicle.seats}座，已经坐满。")
        with _one_person_a_seat():
            return Passenger.objects.create(trip=vehicle, worker=worker, **vars(facts))


def change_passenger(*, user: User, passenger: Passenger, facts: PassengerFacts) -> Passenger:
    """Correct a line of a roster; ``Conflict`` ``seat`` when the seat is somebody else's."""
    may_plan(user)
    with operation(user=user, action="dispatch.change_passenger"):
        vehicle = locked_trip(passenger.trip)
        _free(vehicle, facts.seat, but=passenger.pk)
        rows = Passenger.objects.visible_to(user).filter(pk=passenger.pk)
        with _one_person_a_seat():
            changed = rows.update(**vars(facts), updated_at=Now())
        if not changed:
            raise NotFound("gone", "此人已不在这个车次的名单上。")
        rebuild_spells(worker_ids=[passenger.worker_id])
    passenger.refresh_from_db()
    return passenger


def remove_passenger(*, user: User, passenger: Passenger) -> None:
    """Take a person off a roster; ``Conflict`` once they boarded. Removing twice changes nothing more."""
    may_plan(user)
    with operation(user=user, action="dispatch.remove_passenger"):
        locked_trip(passenger.trip)
        row = Passenger.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=passenger.pk).first()
        if row is None:
            return
        if row.boarded:
            raise Conflict("boarded", "此人已经签到，不能从名单中删除；没有成行的请改签到或填写状态。")
        CheckIn.objects.filter(passenger=row).delete()
        row.delete()


def _free(trip: Trip, seat: str, but: int = 0) -> None:
    if seat and trip.passengers.filter(seat=seat).exclude(pk=but).exists():
        raise Conflict("seat", f"座位“{seat}”已有人，请换一个座位号。", "seat")


@contextmanager
def _one_person_a_seat() -> Iterator[None]:
    """The constraints' own refusals, should a writer come that does not lock the vehicle."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "passenger_seat_once" in str(error):
            raise Conflict("seat", "该座位刚被别人占用，请换一个座位号。", "seat") from error
        if "passenger_once_a_trip" in str(error):
            raise Conflict("duplicate", "此人已在这个车次的名单上。", "worker") from error
        raise
