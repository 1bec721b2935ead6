"""What happens on the way: signing in, signing off at arrival, reporting for work (domain.md §3.3).

Every act locks the passengers it names in the order of their ids before it looks at them, and repeating one changes
nothing more.
"""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from dispatch.models import CheckIn, Passenger, Trip
from employment.rebuilding import rebuild_spells


def sign_in(*, user: User, trip: Trip, passenger_ids: Sequence[int], boarded: bool | None = True) -> int:
    """Passengers board (签到); False: they did not come, None: nothing is said any more. Returns how many changed.

    Raises ``Conflict`` when somebody to be taken off has already arrived or reported for work.
    """
    _may(user)
    with operation(user=user, action="dispatch.sign_in"):
        rows = _locked(user, trip, passenger_ids)
        if not boarded:
            _none_arrived(rows)
        changing = list(_differing(rows, "boarded", boarded).values_list("id", flat=True))
        _tick(user, changing, boarded=boarded, at=timezone.now())
    return len(changing)


def check_in(
    *,
    user: User,
    trip: Trip,
    passenger_id: int,
    client_ref: UUID,
    boarded: bool | None = True,
    happened_at: datetime | None = None,
) -> tuple[CheckIn, bool]:
    """One tick sent by a device; returns it and whether it is new.

    The same ``client_ref`` sent again returns what the first call stored. ``happened_at`` is the device's word, never
    later than now. Raises ``NotFound`` for a person outside the user's scope, ``Conflict`` when the number belongs to
    the tick of somebody else or the person cannot be taken off any more.
    """
    _may(user)
    if (known := _sent_before(user, client_ref, passenger_id)) is not None:
        return known, False
    now = timezone.now()
    at = now if happened_at is None else min(happened_at, now)
    try:
        with operation(user=user, action="dispatch.check_in"):
            rows = _locked(user, trip, [passenger_id])
            if not boarded:
                _none_arrived(rows)
            [tick] = _tick(user, [passenger_id], boarded=boarded, at=at, client_ref=client_ref)
    except IntegrityError as error:
        if (known := _sent_before(user, client_ref, passenger_id)) is None:
            raise Conflict("client_ref", "这个流水号已用于另一次签到。", "client_ref") from error
        return known, False
    return tick, True


def sign_off(*, user: User, trip: Trip, passenger_ids: Sequence[int], arrived: bool | None = True) -> int:
    """Passengers arrive and are handed over (到达签收); only those who signed in. None takes it back.

    Returns how many changed. Raises ``Conflict`` for somebody who did not sign in, or is at the post already.
    """
    _may(user)
    with operation(user=user, action="dispatch.sign_off"):
        rows = _locked(user, trip, passenger_ids)
        if arrived:
            _all_boarded(rows)
        elif rows.filter(at_post_on__isnull=False).exists():
            raise Conflict("at_post", "名单中有人已登记到岗，请先清除到岗日期。")
        return _differing(rows, "arrived", arrived).update(arrived=arrived, updated_at=Now())


def report_for_work(*, user: User, trip: Trip, passenger_ids: Sequence[int], day: date | None) -> int:
    """Passengers are at their post (到岗) on ``day``: evidence that opens or confirms a job spell and plans follow-ups.

    None takes it back. Returns how many changed. Raises ``DomainError`` ``date`` for a day before departure or after
    today, ``Conflict`` for somebody who did not sign in.
    """
    _may(user)
    if day is not None and not timezone.localtime(trip.departs_at).date() <= day <= timezone.localdate():
        raise DomainError("date", "到岗日期应在出发日期之后，且不晚于今天。", "at_post_on")
    with operation(user=user, action="dispatch.report_for_work"):
        rows = _locked(user, trip, passenger_ids)
        if day is not None:
            _all_boarded(rows)
        changing = _differing(rows, "at_post_on", day)
        workers = list(changing.values_list("worker_id", flat=True))
        arrived = {} if day is None else {"arrived": True}
        changing.update(at_post_on=day, updated_at=Now(), **arrived)
        rebuild_spells(worker_ids=workers)
    return len(workers)


def set_outcome(*, user: User, trip: Trip, passenger_ids: Sequence[int], outcome: str) -> int:
    """Say how the journey ended otherwise (途中离开, 未录用, 已返回); "" takes it back. 未录用 is no 到岗."""
    _may(user)
    if outcome and outcome not in Passenger.Outcome.values:
        raise DomainError("choice", f"状态“{outcome}”不在可选范围内。", "outcome")
    with operation(user=user, action="dispatch.set_outcome"):
        rows = _locked(user, trip, passenger_ids).exclude(outcome=outcome)
        workers = list(rows.values_list("worker_id", flat=True))
        rows.update(outcome=outcome, updated_at=Now())
        rebuild_spells(worker_ids=workers)
    return len(workers)


def _may(user: User) -> None:
    if not user.can("dispatch.board"):
        raise NotAllowed("forbidden", "您没有登记乘车情况的权限。")


def _locked(user: User, trip: Trip, passenger_ids: Sequence[int]) -> QuerySet[Passenger]:
    """Lock the named passengers in order of id; ``NotFound`` when one is not the user's to see."""
    wanted = set(passenger_ids)
    if not wanted:
        raise DomainError("passengers", "请先选择乘车人。", "passengers")
    visible = Passenger.objects.visible_to(user).filter(trip=trip, id__in=wanted)
    found = set(visible.order_by("id").select_for_update(of=("self",), no_key=True).values_list("id", flat=True))
    if found != wanted:
        raise NotFound("passenger", "名单中有人不在这个车次上，或不在您的管辖范围内。", "passengers")
    return Passenger.objects.filter(id__in=found)


def _differing(rows: QuerySet[Passenger], field: str, value: object) -> QuerySet[Passenger]:
    """Rows whose field is something else; unlike in SQL, nothing said differs from everything."""
    return rows.exclude(**{f"{field}__isnull": True} if value is None else {field: value})


def _tick(
    user: User, ids: Sequence[int], *, boarded: bool | None, at: datetime, client_ref: UUID | None = None
) -> list[CheckIn]:
    Passenger.objects.filter(id__in=ids).update(boarded=boarded, updated_at=Now())
    return CheckIn.objects.bulk_create(
        CheckIn(passenger_id=one, boarded=boarded, happened_at=at, user=user, client_ref=client_ref)
        for one in sorted(ids)
    )


def _sent_before(user: User, client_ref: UUID, passenger_id: int) -> CheckIn | None:
    seen = Passenger.objects.visible_to(user)
    return CheckIn.objects.filter(client_ref=client_ref, passenger_id=passenger_id, passenger__in=seen).first()


def _none_arrived(rows: QuerySet[Passenger]) -> None:
    if rows.filter(at_post_on__isnull=False).exists():
        raise Conflict("at_post", "已登记到岗的人不能改为未签到，请先清除到岗日期。")
    if rows.filter(arrived=True).exists():
        raise Conflict("arrived", "已到达签收的人不能改为未签到，请先撤销到达签收。")


def _all_boarded(rows: QuerySet[Passenger]) -> None:
    if rows.exclude(boarded=True).exists():
        raise Conflict("boarded", "名单中有人没有签到，请先签到。")
