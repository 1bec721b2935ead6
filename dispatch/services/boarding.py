"""Acts of a journey: signing in, signing off at arrival, reporting for work (domain.md §3.3)."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from dispatch.models import Passenger, Trip
from employment.rebuilding import rebuild_spells


def sign_in(*, user: User, trip: Trip, passenger_ids: Sequence[int], boarded: bool = True) -> int:
    """Passengers board (签到), or are marked as not there; returns how many changed. Repeating changes nothing more.

    Raises ``Conflict`` when somebody to be marked absent has already reported for work.
    """
    _may(user, "dispatch.board")
    with operation(user=user, action="dispatch.sign_in"):
        rows = _locked(user, trip, passenger_ids)
        if not boarded and rows.filter(at_post_on__isnull=False).exists():
            code, message = "at_post", "已登记到岗的人不能改为未签到，请先清除到岗日期。"
            raise Conflict(code, message)
        return rows.exclude(boarded=boarded).update(boarded=boarded, updated_at=Now()) + (
            rows.filter(boarded__isnull=True).update(boarded=boarded, updated_at=Now())
        )


def sign_off(*, user: User, trip: Trip, passenger_ids: Sequence[int]) -> int:
    """Passengers arrive and are handed over (到达签收); only those who signed in. Returns how many changed."""
    _may(user, "dispatch.board")
    with operation(user=user, action="dispatch.sign_off"):
        rows = _locked(user, trip, passenger_ids)
        _all_boarded(rows)
        return rows.filter(Q(arrived__isnull=True) | Q(arrived=False)).update(arrived=True, updated_at=Now())


def report_for_work(*, user: User, trip: Trip, passenger_ids: Sequence[int], day: date) -> int:
    """Passengers are at their post (到岗) on ``day``: evidence that opens or confirms a job spell and plans the follow-ups.

    Raises ``DomainError`` ``date`` for a day before departure or after today, ``Conflict`` for somebody who did not sign in.
    """
    _may(user, "dispatch.board")
    if day > timezone.localdate() or day < timezone.localtime(trip.departs_at).date():
        code, message = "date", "到岗日期应在出发日期之后，且不晚于今天。"
        raise DomainError(code, message, "at_post_on")
    with operation(user=user, action="dispatch.report_for_work"):
        rows = _locked(user, trip, passenger_ids)
        _all_boarded(rows)
        workers = list(rows.exclude(at_post_on=day).values_list("worker_id", flat=True))
        workers += list(rows.filter(at_post_on__isnull=True).values_list("worker_id", flat=True))
        changed = rows.filter(worker_id__in=workers).update(at_post_on=day, arrived=True, updated_at=Now())
        rebuild_spells(worker_ids=workers)
    return changed


def set_outcome(*, user: User, trip: Trip, passenger_ids: Sequence[int], outcome: str) -> int:
    """Say how the journey ended otherwise (途中离开, 未录用, 已返回); "" takes it back. 未录用 is no 到岗."""
    _may(user, "dispatch.board")
    if outcome and outcome not in Passenger.Outcome.values:
        code, message = "choice", f"状态“{outcome}”不在可选范围内。"
        raise DomainError(code, message, "outcome")
    with operation(user=user, action="dispatch.set_outcome"):
        rows = _locked(user, trip, passenger_ids).exclude(outcome=outcome)
        workers = list(rows.values_list("worker_id", flat=True))
        changed = rows.filter(worker_id__in=workers).update(outcome=outcome, updated_at=Now())
        rebuild_spells(worker_ids=workers)
    return changed


def _may(user: User, permission: str) -> None:
    if not user.can(permission):
        code, message = "forbidden", "您没有登记乘车情况的权限。"
        raise NotAllowed(code, message)


def _locked(user: User, trip: Trip, passenger_ids: Sequence[int]) -> Any:
    """The passengers as an unscoped-no-more queryset, their rows locked in order of id; ``NotFound`` when one is not the user's."""
    wanted = set(passenger_ids)
    visible = Passenger.objects.visible_to(user).filter(trip=trip, id__in=wanted)
    found = set(visible.order_by("id").select_for_update(of=("self",), no_key=True).values_list("id", flat=True))
    if found != wanted:
        code, message = "passenger", "名单中有人不在这个车次上，或不在您的管辖范围内。"
        raise NotFound(code, message, "passengers")
    return Passenger.objects.filter(id__in=found)


def _all_boarded(rows: Any) -> None:
    if rows.exclude(boarded=True).exists() or rows.filter(boarded__isnull=True).exists():
        code, message = "boarded", "名单中有人没有签到，请先签到。"
        raise Conflict(code, message)
