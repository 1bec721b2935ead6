"""Acts of stations: recording a follow-up visit."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.values import VISIT_CHANNEL, VISIT_STATUS
from core.history.services import operation
from employment.models import Employer
from employment.rebuilding import rebuild_spells
from stations.models import Station, Visit
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class VisitFacts:
    """What was found out (formats.md §1.1 ``visits``); ``wage`` yuan a month; the rest as the sheet's columns."""

    visited_on: date
    channel: str
    status: str
    milestone: int | None = None
    employer: Employer | None = None
    wage: Decimal | None = None
    contract: bool | None = None
    insured: bool | None = None
    problem: str = ""
    action_taken: str = ""
    satisfaction: str = ""
    visitor: str = ""
    next_on: date | None = None


def record_visit(
    *, user: User, worker_id: int, station: Station | None, facts: VisitFacts, client_ref: UUID | None = None
) -> tuple[Visit, bool]:
    """Store one visit and derive the person's spells and plan anew; returns it and whether it is new.

    The same ``client_ref`` sent again returns what the first call stored. Raises ``NotFound`` for a person outside the
    user's scope, ``Conflict`` for a second visit of the day by the same station, ``DomainError`` for bad values.
    """
    if not user.can("visits.write"):
        code, message = "forbidden", "您没有登记回访的权限。"
        raise NotAllowed(code, message)
    _check(facts)
    if client_ref is not None and (known := _sent_before(user, client_ref)) is not None:
        return known, False
    worker = Worker.objects.visible_to(user).filter(pk=worker_id).first()
    if worker is None:
        code, message = "worker", "没有找到这个人，或此人不在您的服务范围内。"
        raise NotFound(code, message, "worker")
    try:
        with operation(user=user, action="visits.record"):
            # The person is locked before the visit is stored: two phones cannot both pass the checks of one day.
            Worker.objects.select_for_update(no_key=True).get(pk=worker.pk)
            with transaction.atomic():
                visit = Visit.objects.create(worker=worker, station=station, client_ref=client_ref, **vars(facts))
            rebuild_spells(worker_ids=[worker.pk])
    except IntegrityError as error:
        if client_ref is not None and (known := _sent_before(user, client_ref)) is not None:
            return known, False
        code, message = "duplicate", f"此人{facts.visited_on:%Y-%m-%d}在该协作站已有一条回访记录。"
        raise Conflict(code, message, "visited_on") from error
    return visit, True


def _sent_before(user: User, client_ref: UUID) -> Visit | None:
    return Visit.objects.visible_to(user).filter(client_ref=client_ref).first()


def _check(facts: VisitFacts) -> None:
    if facts.visited_on > timezone.localdate():
        code, message = "date", "回访日期不能晚于今天。"
        raise DomainError(code, message, "visited_on")
    for field, value, table, label in (
        ("status", facts.status, VISIT_STATUS, "就业状态"),
        ("channel", facts.channel, VISIT_CHANNEL, "回访方式"),
    ):
        if value not in table.codes:
            code, message = "choice", f"{label}“{value}”不在可选范围内。"
            raise DomainError(code, message, field)
    if facts.wage is not None and facts.wage < 0:
        code, message = "number", "月工资不能为负数。"
        raise DomainError(code, message, "wage")
