"""Planning vehicles: one row a vehicle of a batch (formats.md §1.1 ``trips``)."""

from dataclasses import dataclass
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from dispatch.models import Batch, Passenger, Trip
from dispatch.organisers import follow_names
from employment.rebuilding import rebuild_spells


@dataclass(frozen=True, kw_only=True)
class TripFacts:
    """What is planned of a vehicle; ``seats`` in persons (自驾: with the driver)."""

    batch_code: str
    batch_name: str
    vehicle: str
    mode: str
    departs_at: datetime
    from_place: str
    destination_code: str
    seats: int
    organiser: str = ""
    leader: str = ""
    leader_phone: str = ""


def may_plan(user: User) -> None:
    """Raise ``NotAllowed`` for who may not plan journeys."""
    if not user.can("dispatch.edit"):
        raise NotAllowed("forbidden", "您没有编制出行计划的权限。")


def locked_trip(trip: Trip) -> Trip:
    """The vehicle as it stands, locked: whoever gives out or takes away its seats waits here."""
    found = Trip.objects.select_for_update(no_key=True).filter(pk=trip.pk).first()
    if found is None:
        raise NotFound("gone", "这个车次已被删除。")
    return found


def save_trip(*, user: User, facts: TripFacts, trip: Trip | None = None) -> Trip:
    """Plan a vehicle, or change one; its batch is created or renamed along.

    Raises ``Conflict`` when the batch has the vehicle already, or more people are registered than there are seats.
    """
    may_plan(user)
    _check(facts)
    with operation(user=user, action="dispatch.plan" if trip is None else "dispatch.replan"):
        batch = _batch(facts)
        values = {name: value for name, value in vars(facts).items() if not name.startswith("batch_")}
        try:
            with transaction.atomic():
                if trip is None:
                    made = Trip.objects.create(batch=batch, **values)
                    follow_names([made.pk])
                    return made
                locked = locked_trip(trip)
                _room_for_all(locked, facts.seats)
                Trip.objects.filter(pk=locked.pk).update(batch=batch, updated_at=Now(), **values)
                if locked.organiser != facts.organiser:
                    follow_names([locked.pk])
        except IntegrityError as error:
            if "trip_vehicle_once_a_batch" in str(error):
                raise Conflict("duplicate", "该批次已有这个车次。", "vehicle") from error
            raise
        # The destination stands for passengers who have none of their own.
        rebuild_spells(worker_ids=Passenger.objects.filter(trip=trip).values_list("worker_id", flat=True))
    trip.refresh_from_db()
    return trip


def remove_trip(*, user: User, trip: Trip) -> None:
    """Take a planned vehicle back; ``Conflict`` while anybody is registered on it."""
    may_plan(user)
    with operation(user=user, action="dispatch.unplan"):
        locked = locked_trip(trip)
        if locked.passengers.exists():
            raise Conflict("passengers", "这个车次还有乘车人，请先把他们移到别的车次或从名单中删除。")
        locked.delete()
        Batch.objects.filter(pk=locked.batch_id, trips__isnull=True).delete()


def _check(facts: TripFacts) -> None:
    for field, label in (("batch_code", "批次编号"), ("batch_name", "批次名称"), ("vehicle", "车次（车牌号）"),
                         ("from_place", "出发地"), ("destination_code", "目的地")):  # fmt: skip
        if not getattr(facts, field).strip():
            raise DomainError("required", f"请填写{label}。", field)
    if facts.mode not in Trip.Mode.values:
        raise DomainError("choice", f"出行方式“{facts.mode}”不在可选范围内。", "mode")
    if facts.seats < 0:
        raise DomainError("number", "座位数不能为负数。", "seats")


def _batch(facts: TripFacts) -> Batch:
    batch, new = Batch.objects.get_or_create(code=facts.batch_code, defaults={"name": facts.batch_name})
    if not new and batch.name != facts.batch_name:
        Batch.objects.filter(pk=batch.pk).update(name=facts.batch_name, updated_at=Now())
    return batch


def _room_for_all(trip: Trip, seats: int) -> None:
    registered = trip.passengers.count()
    if registered > seats:
        raise Conflict("over_capacity", f"这个车次已登记{registered}名乘车人，座位数不能少于此数。", "seats")
