"""Acts on returns: writing one down, correcting it, taking it back."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotFound
from core.history.services import operation
from employment.access import locked_worker, may_edit
from employment.contradictions import renew
from employment.models import Returnee


@dataclass(frozen=True, kw_only=True)
class ReturnFacts:
    """What is kept of a return (formats.md §1.1 ``returnees``)."""

    returned_on: date
    plans_out: bool
    leaves_on: date | None = None
    from_place: str = ""


def record_return(*, user: User, worker_id: int, facts: ReturnFacts) -> Returnee:
    """Write down that a person came home.

    Raises ``NotFound`` for a person outside the user's scope, ``DomainError`` for a return on a day to come, ``Conflict``
    for a second one on the same day.
    """
    may_edit(user)
    _check(facts)
    with operation(user=user, action="returnees.create"), _once_a_day():
        worker = locked_worker(user, worker_id)
        made = Returnee.objects.create(worker=worker, **vars(facts))
        renew([worker.pk])
    return made


def change_return(*, user: User, returnee: Returnee, facts: ReturnFacts) -> Returnee:
    """Correct a return; refusals as of ``record_return``."""
    may_edit(user)
    _check(facts)
    with operation(user=user, action="returnees.edit"), _once_a_day():
        worker = locked_worker(user, returnee.worker_id)
        if not Returnee.objects.filter(pk=returnee.pk).update(**vars(facts), updated_at=Now()):
            raise NotFound("gone", "这条返乡记录已被删除。")
        renew([worker.pk])
    returnee.refresh_from_db()
    return returnee


def withdraw_return(*, user: User, returnee: Returnee, reason: str) -> None:
    """Take a return back that was never true; its history stays. Withdrawing twice changes nothing more."""
    may_edit(user)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="returnees.withdraw", reason=reason.strip()[:200]):
        worker = locked_worker(user, returnee.worker_id)
        Returnee.objects.filter(pk=returnee.pk).delete()
        renew([worker.pk])


def _check(facts: ReturnFacts) -> None:
    if facts.returned_on > timezone.localdate():
        raise DomainError("date", "返乡日期不能晚于今天。", "returned_on")


@contextmanager
def _once_a_day() -> Iterator[None]:
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "returnee_once_a_day" in str(error):
            raise Conflict("duplicate", "此人当天返乡的记录已登记，请修改那一条。", "returned_on") from error
        raise
