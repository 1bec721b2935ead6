"""Acts of stations: writing down follow-up visits, keeping stations (domain.md §3.4)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.values import STATION_FOUNDING, STATION_KIND, VISIT_CHANNEL, VISIT_STATUS
from core.history.services import operation
from employment.models import Employer
from employment.rebuilding import rebuild_spells
from employment.stubs import employer_told
from stations.models import Station, Visit
from stations.planning import renew_all_open
from workers.doubles.queries import current_id, current_ids
from workers.models import Worker

MOST_WAGE: Final = Decimal(10) ** 7
LONGEST_MILESTONE: Final = 3_650
LENGTHS: Final = {"employer_name": 200, "problem": 1000, "action_taken": 1000, "satisfaction": 20, "visitor": 60}
LABELS: Final = {
    "employer_name": "当前单位",
    "problem": "存在问题",
    "action_taken": "处理情况",
    "satisfaction": "满意度",
    "visitor": "回访人",
}
MOST_AT_ONCE: Final = 1_000


@dataclass(frozen=True, kw_only=True)
class VisitFacts:
    """What was found out (formats.md §1.1 ``visits``); ``wage`` yuan a month; the rest as the sheet's columns.

    The employer is given as a row or by name: an unknown name becomes a stub to complete.
    """

    visited_on: date
    channel: str
    status: str
    milestone: int | None = None
    employer: Employer | None = None
    employer_name: str = ""
    wage: Decimal | None = None
    contract: bool | None = None
    insured: bool | None = None
    problem: str = ""
    action_taken: str = ""
    satisfaction: str = ""
    visitor: str = ""
    next_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class StationFacts:
    """What is kept of a station (formats.md §1.1 ``stations``); ``service_area`` codes of divisions."""

    code: str
    name: str
    kind: str
    place_code: str
    opened_on: date
    partner: str = ""
    founding: str = ""
    service_area: Sequence[str] = ()
    head: str = ""
    phone: str = ""


def record_visit(
    *, user: User, worker_id: int, station: Station | None, facts: VisitFacts, client_ref: UUID | None = None
) -> tuple[Visit, bool]:
    """Store one visit and derive the person's spells and plan anew; returns it and whether it is new.

    The same ``client_ref`` sent again returns what the first call stored. Raises ``NotFound`` for a person outside the
    user's scope, ``Conflict`` for a second visit of the day by the same station or a ``client_ref`` used for somebody
    else, ``DomainError`` for bad values.
    """
    _may_write(user)
    # A phone may have kept the page since before the person's registration was merged into another one.
    worker_id = current_id(worker_id)
    if client_ref is not None and (known := _sent_before(user, worker_id, client_ref)) is not None:
        return known, False
    station = own_station(user, station)
    check_facts(facts)
    try:
        with transaction.atomic():
            lock_people(user, [worker_id])
            if client_ref is not None and (known := _sent_before(user, worker_id, client_ref)) is not None:
                return known, False
            _none_that_day(worker_id, station, facts)
            with operation(user=user, action="visits.record"):
                values = _stored_values(user, facts)
                visit = Visit.objects.create(worker_id=worker_id, station=station, client_ref=client_ref, **values)
                rebuild_spells(worker_ids=[worker_id])
    except IntegrityError as error:
        raise _refused(error, worker_id, station, facts) from error
    return visit, True


def record_round(
    *,
    user: User,
    worker_ids: Sequence[int],
    station: Station | None,
    facts: VisitFacts,
    milestones: Mapping[int, int],
    exceptions: Mapping[int, str] = MappingProxyType({}),
    client_ref: UUID | None = None,
) -> int:
    """Store one visit to a factory, a row for everybody asked about; returns how many were new.

    ``worker_ids`` were found as ``facts`` says, ``exceptions`` (person → 就业状态) otherwise: who is in both is one.
    ``milestones`` says which milestone whom's visit answers. Who has a visit of that day and station already is left
    as they are, and a round sent again with its ``client_ref`` stores nothing more. Raises as ``record_visit``.
    """
    _may_write(user)
    station = own_station(user, station)
    now = current_ids([*worker_ids, *exceptions])
    milestones = {now.get(pk, pk): days for pk, days in milestones.items()}
    findings = {now.get(pk, pk): facts.status for pk in worker_ids}
    findings |= {now.get(pk, pk): status for pk, status in exceptions.items()}
    for status in {facts.status, *findings.values()}:
        check_facts(replace(facts, status=status))
    ids = sorted(findings)
    if not 0 < len(ids) <= MOST_AT_ONCE:
        raise DomainError("required", f"请选择1至{MOST_AT_ONCE}人。", "workers")
    with transaction.atomic():
        lock_people(user, ids)
        left = _not_yet_told(ids, station, facts, client_ref)
        if left:
            with operation(user=user, action="visits.round"):
                values = _stored_values(user, facts)
                rows = [
                    {**values, "worker_id": pk, "status": findings[pk], "milestone": milestones.get(pk)} for pk in left
                ]
                refs = round_refs(client_ref, left)
                Visit.objects.bulk_create(
                    [Visit(station=station, client_ref=refs.get(row["worker_id"]), **row) for row in rows]
                )
                rebuild_spells(worker_ids=left)
    return len(left)


def round_refs(client_ref: UUID | None, worker_ids: Iterable[int]) -> dict[int, UUID]:
    """The ``client_ref`` of each person's visit in a round: made of the round's, so that all are known again."""
    return {pk: uuid5(client_ref, str(pk)) for pk in worker_ids} if client_ref else {}


def round_told(user: User, client_ref: UUID | None, worker_ids: Iterable[int]) -> int:
    """How many visits of the user's persons a round with that ``client_ref`` stored already."""
    refs = round_refs(client_ref, worker_ids)
    return Visit.objects.visible_to(user).filter(client_ref__in=refs.values()).count() if refs else 0


def _not_yet_told(ids: Sequence[int], station: Station | None, facts: VisitFacts, client_ref: UUID | None) -> list[int]:
    """Whom neither this round, sent before, nor anybody else that day wrote down."""
    that_day = Q(worker__in=ids, visited_on=facts.visited_on, station=station)
    sent = Q(client_ref__in=list(round_refs(client_ref, ids).values()))
    return sorted(set(ids) - set(Visit.objects.filter(that_day | sent).values_list("worker_id", flat=True)))


def change_visit(*, user: User, visit: Visit, station: Station | None, facts: VisitFacts) -> Visit:
    """Correct a visit and derive the person's spells and plan anew; refusals as of ``record_visit``."""
    _may_change(user, visit)
    station = own_station(user, station)
    check_facts(facts)
    try:
        with operation(user=user, action="visits.correct"):
            lock_people(user, [visit.worker_id])
            _none_that_day(visit.worker_id, station, facts, besides=visit)
            values = _stored_values(user, facts)
            if not Visit.objects.filter(pk=visit.pk).update(station=station, **values, updated_at=Now()):
                raise NotFound("gone", "这条回访记录已被删除。")
            rebuild_spells(worker_ids=[visit.worker_id])
    except IntegrityError as error:
        raise _refused(error, visit.worker_id, station, facts) from error
    visit.refresh_from_db()
    return visit


def withdraw_visit(*, user: User, visit: Visit, reason: str) -> None:
    """Take back a visit that never was; its history stays. Withdrawing twice changes nothing more."""
    _may_change(user, visit)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="visits.withdraw", reason=reason.strip()[:200]):
        lock_people(user, [visit.worker_id])
        Visit.objects.filter(pk=visit.pk).delete()
        rebuild_spells(worker_ids=[visit.worker_id])


def save_station(*, user: User, facts: StationFacts, station: Station | None = None) -> Station:
    """Register a station, or change one; the plan of visits follows.

    Raises ``DomainError`` for missing or impossible values, ``Conflict`` when the number is another station's.
    """
    if not user.can("stations.edit"):
        raise NotAllowed("forbidden", "您没有维护协作站的权限。")
    _check_station(facts)
    values = {**vars(facts), "service_area": sorted(set(facts.service_area))}
    try:
        with operation(user=user, action="stations.edit" if station else "stations.create"), transaction.atomic():
            if station is None:
                station = Station.objects.create(**values)
            else:
                Station.objects.filter(pk=station.pk).update(**values, updated_at=Now())
                station.refresh_from_db()
            renew_all_open()
    except IntegrityError as error:
        raise Conflict("duplicate", f"站点编号“{facts.code}”已被另一个协作站使用。", "code") from error
    return station


def own_station(user: User, station: Station | None) -> Station | None:
    """The station a visit is booked on: station staff write for a station of theirs, the only one when none is said.

    Raises ``DomainError`` where staff of several name none, ``NotFound`` for a station of others.
    """
    if user.scope_kind is not ScopeKind.STATIONS:
        return station
    own = list(Station.objects.visible_to(user)[:2])
    if station is None and len(own) == 1:
        return own[0]
    if station is None:
        raise DomainError("required", "请选择协作站。", "station")
    if station.code not in user.scope_stations:
        raise NotFound("station", "只能为本站登记。", "station")
    return station


def check_facts(facts: VisitFacts) -> None:
    """Refuse what cannot be: ``DomainError`` naming the field."""
    if facts.visited_on > timezone.localdate():
        raise DomainError("date", "回访日期不能晚于今天。", "visited_on")
    for field, value, table, label in (
        ("status", facts.status, VISIT_STATUS, "就业状态"),
        ("channel", facts.channel, VISIT_CHANNEL, "回访方式"),
    ):
        if value not in table.codes:
            raise DomainError("choice", f"{label}“{value}”不在可选范围内。", field)
    if facts.wage is not None and not 0 <= facts.wage < MOST_WAGE:
        raise DomainError("number", "月工资应在0至1000万元之间。", "wage")
    if facts.milestone is not None and not 0 < facts.milestone <= LONGEST_MILESTONE:
        raise DomainError("number", "回访节点应为到岗后的天数，如7、30、90、180。", "milestone")
    for field, most in LENGTHS.items():
        if len(getattr(facts, field)) > most:
            raise DomainError("too_long", f"{LABELS[field]}不能超过{most}个字。", field)


def _may_write(user: User) -> None:
    if not user.can("visits.write"):
        raise NotAllowed("forbidden", "您没有登记回访的权限。")


def _may_change(user: User, visit: Visit) -> None:
    _may_write(user)
    own = visit.station is not None and visit.station.code in user.scope_stations
    if user.scope_kind is ScopeKind.STATIONS and not own:
        raise NotAllowed("forbidden", "只能更正本站登记的回访。")


def lock_people(user: User, worker_ids: Sequence[int]) -> None:
    """Lock the persons before their visits are judged, so that two phones cannot both find a day free.

    ``NotFound`` when one of them is outside the user's scope.
    """
    seen = Worker.objects.visible_to(user).filter(pk__in=worker_ids).count()
    found = Worker.objects.select_for_update(no_key=True).filter(pk__in=worker_ids).order_by("pk").values_list("pk")
    if seen < len(worker_ids) or len(found) < len(worker_ids):
        raise NotFound("worker", "没有找到这个人，或此人不在您的服务范围内。", "worker")


def _none_that_day(worker_id: int, station: Station | None, facts: VisitFacts, besides: Visit | None = None) -> None:
    """Refuse a second visit of the day by the same station, telling what stands."""
    rows = Visit.objects.filter(worker=worker_id, visited_on=facts.visited_on, station=station)
    stands = (rows.exclude(pk=besides.pk) if besides else rows).first()
    if stands is not None:
        by = f"，{stands.visitor}登记" if stands.visitor else ""
        told = f"此人{facts.visited_on}在该协作站已有一条回访记录（{stands.status}{by}）。"
        raise Conflict("duplicate", told, "visited_on")


def _sent_before(user: User, worker_id: int, client_ref: UUID) -> Visit | None:
    known = Visit.objects.visible_to(user).filter(client_ref=client_ref).first()
    if known is not None and known.worker_id != worker_id:
        raise Conflict("client_ref", "这个终端流水号已用在另一个人的回访上。", "client_ref")
    return known


def _stored_values(user: User, facts: VisitFacts) -> dict[str, Any]:
    """The columns of a visit; the employer found by name, or made a stub that stays when the visit is taken back."""
    values = vars(replace(facts)).copy()
    name = values.pop("employer_name").strip()
    if name and facts.employer is None:
        values["employer"] = Employer.objects.get(pk=employer_told(user=user, name=name))
    return values


def _refused(error: IntegrityError, worker_id: int, station: Station | None, facts: VisitFacts) -> DomainError:
    """What the constraints say where the lock does not reach (a visit out of sight, an import); others go on as they came."""
    if "client_ref" in str(error):
        return Conflict("client_ref", "这个终端流水号已用在另一条回访上。", "client_ref")
    if "visit_once_a_day_and_station" not in str(error):
        raise error
    _none_that_day(worker_id, station, facts)
    return Conflict("duplicate", f"此人{facts.visited_on}在该协作站已有一条回访记录。", "visited_on")


def _check_station(facts: StationFacts) -> None:
    for field, label in (("code", "站点编号"), ("name", "站点名称"), ("place_code", "所在地")):
        if not getattr(facts, field).strip():
            raise DomainError("required", f"请填写{label}。", field)
    for field, value, table, label, required in (
        ("kind", facts.kind, STATION_KIND, "类型", True),
        ("founding", facts.founding, STATION_FOUNDING, "设立方式", False),
    ):
        if (value or required) and value not in table.codes:
            raise DomainError("choice", f"{label}“{value}”不在可选范围内。", field)
    if facts.opened_on > timezone.localdate():
        raise DomainError("date", "挂牌日期不能晚于今天。", "opened_on")
