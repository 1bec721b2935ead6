"""Acts of visiting employers: writing a visit down, mending it, taking it back."""

from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.queries import names_of
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.credit_code import credit_code_notice
from core.history.services import operation
from employment.mergers.queries import current_employer_id
from employment.models import Employer
from employment.stubs import employer_told
from stations.models import EmployerVisit, Station
from stations.services import own_station

PERMISSION: Final = "employer_visits.edit"
READING: Final = ("stations.view", PERMISSION)
MOST_PEOPLE: Final = 1_000_000
LENGTHS: Final = {"visitor": 60, "note": 1000, "needs": 1000, "next_step": 1000}
LABELS: Final = {"visitor": "走访人", "note": "情况", "needs": "用工需求", "next_step": "下一步"}
NAME_LENGTH: Final = 200


@dataclass(frozen=True, kw_only=True)
class EmployerVisitFacts:
    """What was found at an employer (formats.md §1.1 ``employer_visits``); ``people_here`` persons of the county there.

    ``needs`` is what posts it has to give, ``next_step`` what was agreed, ``next_on`` when somebody comes again.
    """

    visited_on: date
    place_code: str
    visitor: str = ""
    people_here: int | None = None
    note: str = ""
    needs: str = ""
    next_step: str = ""
    next_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class Firm:
    """Whom a visit was to: a registered employer by id, else one by credit code or name, stored where nobody knows it."""

    pk: int | None = None
    name: str = ""
    credit_code: str = ""


def record_employer_visit(
    *, user: User, firm: Firm, station: Station | None, facts: EmployerVisitFacts, client_ref: UUID | None = None
) -> tuple[EmployerVisit, bool]:
    """Store one visit; returns it and whether it is new.

    The same ``client_ref`` sent again returns what the first call stored, whatever came of the employer since. Raises
    ``NotFound`` for an employer nobody knows by that id, ``Conflict`` for a second visit of the day by the same station
    or a ``client_ref`` of somebody else's visit, ``DomainError`` for bad values.
    """
    _may_write(user)
    if client_ref is not None and (known := _sent_before(user, firm, client_ref)) is not None:
        return known, False
    station = own_station(user, station)
    check_facts(facts)
    try:
        with transaction.atomic():
            employer = _locked_employer(user, firm, facts.place_code)
            if client_ref is not None and (known := _sent_before(user, firm, client_ref)) is not None:
                return known, False
            _none_that_day(employer, station, facts)
            with operation(user=user, action="employer_visits.record"):
                visit = EmployerVisit.objects.create(
                    employer=employer, station=station, client_ref=client_ref, **vars(facts)
                )
    except IntegrityError as error:
        raise _refused(error, facts) from error
    return visit, True


def change_employer_visit(
    *, user: User, visit: EmployerVisit, station: Station | None, facts: EmployerVisitFacts
) -> EmployerVisit:
    """Correct a visit; refusals as of ``record_employer_visit``."""
    _may_change(user, visit)
    station = own_station(user, station)
    check_facts(facts)
    try:
        with operation(user=user, action="employer_visits.correct"):
            employer = _locked_employer(user, Firm(pk=visit.employer_id), facts.place_code)
            _none_that_day(employer, station, facts, besides=visit)
            rows = EmployerVisit.objects.filter(pk=visit.pk)
            if not rows.update(station=station, **vars(facts), updated_at=Now()):
                raise NotFound("gone", "这条走访记录已被删除。")
    except IntegrityError as error:
        raise _refused(error, facts) from error
    visit.refresh_from_db()
    return visit


def withdraw_employer_visit(*, user: User, visit: EmployerVisit, reason: str) -> None:
    """Take back a visit that never was; its history stays. Withdrawing twice changes nothing more."""
    _may_change(user, visit)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="employer_visits.withdraw", reason=reason.strip()[:200]):
        EmployerVisit.objects.filter(pk=visit.pk).delete()


def check_facts(facts: EmployerVisitFacts) -> None:
    """Refuse what cannot be: ``DomainError`` naming the field."""
    if not facts.place_code:
        raise DomainError("required", "请填写企业所在地。", "place_code")
    if not names_of({facts.place_code}):
        raise DomainError(
            "division_unknown", f"没有代码为“{facts.place_code}”的区划，请写企业所在的省、市、县。", "place_code"
        )
    if facts.visited_on > timezone.localdate():
        raise DomainError("date", "走访日期不能晚于今天。", "visited_on")
    if facts.next_on is not None and facts.next_on <= facts.visited_on:
        raise DomainError("date", "下次走访日期应晚于走访日期。", "next_on")
    if facts.people_here is not None and not 0 <= facts.people_here <= MOST_PEOPLE:
        raise DomainError("number", "在岗本县人数应在0至100万之间。", "people_here")
    for field, most in LENGTHS.items():
        if len(getattr(facts, field)) > most:
            raise DomainError("too_long", f"{LABELS[field]}不能超过{most}个字。", field)


def _may_write(user: User) -> None:
    if not user.can(PERMISSION):
        raise NotAllowed("forbidden", "您没有登记企业走访的权限。")


def _may_change(user: User, visit: EmployerVisit) -> None:
    _may_write(user)
    own = visit.station is not None and visit.station.code in user.scope_stations
    if user.scope_kind is ScopeKind.STATIONS and not own:
        raise NotAllowed("forbidden", "只能更正本站登记的走访。")


def _locked_employer(user: User, firm: Firm, place_code: str) -> Employer:
    """The employer, locked before its day is judged, so that two phones cannot both find it free."""
    seen = Employer.objects.visible_to(user).select_for_update(no_key=True)
    locked = seen.filter(pk=_employer(user, firm, place_code)).first()
    if locked is None:
        # Merged away while the lock was waited for: the one kept is meant now.
        locked = seen.filter(pk=_employer(user, firm, place_code)).first()
    if locked is None:
        raise NotFound("employer", "没有找到这家企业，请重新选择。", "employer")
    return locked


def _employer(user: User, firm: Firm, place_code: str) -> int:
    if firm.pk is not None:
        return current_employer_id(firm.pk)
    name, code = firm.name.strip(), firm.credit_code.strip().upper()
    if not name:
        raise DomainError("required", "请填写企业名称。", "name")
    if len(name) > NAME_LENGTH:
        raise DomainError("too_long", f"企业名称不能超过{NAME_LENGTH}个字。", "name")
    if code and (notice := credit_code_notice(code)):
        raise DomainError("credit_code", f"{notice.message}。", "credit_code")
    return employer_told(user=user, name=name, code=code, place_code=place_code)


def _none_that_day(
    employer: Employer, station: Station | None, facts: EmployerVisitFacts, besides: EmployerVisit | None = None
) -> None:
    """Refuse a second visit of the day by the same station, telling what stands."""
    rows = EmployerVisit.objects.filter(employer=employer, visited_on=facts.visited_on, station=station)
    stands = (rows.exclude(pk=besides.pk) if besides else rows).first()
    if stands is not None:
        by = f"，{stands.visitor}登记" if stands.visitor else ""
        told = f"{employer.name}{facts.visited_on}在该协作站已有一条走访记录{by}，请更正那一条。"
        raise Conflict("duplicate", told, "visited_on")


def _sent_before(user: User, firm: Firm, client_ref: UUID) -> EmployerVisit | None:
    known = EmployerVisit.objects.filter(client_ref=client_ref).first()
    if known is None:
        return None
    elsewhere = firm.pk is not None and known.employer_id != current_employer_id(firm.pk)
    if elsewhere or not EmployerVisit.objects.visible_to(user).filter(pk=known.pk).exists():
        raise Conflict("client_ref", "这个终端流水号已用在另一条走访上。", "client_ref")
    return known


def _refused(error: IntegrityError, facts: EmployerVisitFacts) -> DomainError:
    """What the constraints say where the lock does not reach (an import); others go on as they came."""
    if "client_ref" in str(error):
        return Conflict("client_ref", "这个终端流水号已用在另一条走访上。", "client_ref")
    if "employer_visit_once_a_day_and_station" not in str(error):
        raise error
    return Conflict("duplicate", f"这家企业{facts.visited_on}在该协作站已有一条走访记录。", "visited_on")
