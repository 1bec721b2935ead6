"""Acts on workplaces: registering them, deciding on them, taking people on and writing down that they left."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.divisions.models import Division
from core.errors import Conflict, DomainError, NotFound
from core.formats.values import WORKPLACE_KIND
from core.history.services import operation
from employment.access import locked_worker, may_edit
from employment.contradictions import renew
from employment.models import Employer, Placement, Workplace, WorkplaceDecision
from employment.models.places import RECOGNITION
from employment.places.queries import effective_state
from employment.places.states import APPLIED, INSPECTED, NORMAL, NOTICED, RULES, WITHDRAWN, Move
from employment.places.succession import Post, met_by, settled
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class WorkplaceFacts:
    """What is kept of a workplace (formats.md §1.1 ``workplaces``); its state is changed by ``decide`` alone.

    Without ``recognised_on`` it is one that applied: ``applied_on`` is told then.
    """

    code: str
    name: str
    kind: str
    township_code: str
    recognised_on: date | None = None
    operator: Employer | None = None
    posts: int | None = None
    applied_on: date | None = None
    inspected_on: date | None = None
    noticed_on: date | None = None
    noticed_until: date | None = None
    document: str = ""


@dataclass(frozen=True, kw_only=True)
class PlacementFacts:
    """Somebody's post (formats.md §1.1 ``workplace_staff``); ``end_on`` is the first day no longer, ``wage`` yuan a month."""

    start_on: date
    end_on: date | None = None
    post: str = ""
    wage: Decimal | None = None


def save_workplace(*, user: User, facts: WorkplaceFacts, workplace: Workplace | None = None) -> Workplace:
    """Register a workplace, recognised or applied for, or correct what is kept of it.

    Raises ``DomainError`` for a blank or impossible value, ``NotFound`` for a workplace or township outside the user's
    area, ``Conflict`` for a number that is another workplace's.
    """
    may_edit(user)
    _check_workplace(user, facts)
    with operation(user=user, action="workplaces.edit" if workplace else "workplaces.create"), _refusals():
        if workplace is None:
            return Workplace.objects.create(**vars(facts), state=first_state(facts))
        stored = _locked(user, workplace.pk)
        Workplace.objects.filter(pk=stored.pk).update(**_correction(stored, facts), updated_at=Now())
    stored.refresh_from_db()
    return stored


def decide(
    *,
    user: User,
    workplace: Workplace,
    move: Move,
    on: date,
    note: str = "",
    mend_by: date | None = None,
    noticed_until: date | None = None,
    document: str = "",
) -> WorkplaceDecision:
    """Decide on a workplace: the gate every change of its state by a person goes through (domain.md §3.11).

    A step to its recognition writes its day to the workplace; ``noticed_until`` is the last day of 公示, ``document`` the
    number of the paper that recognises it.

    Raises ``Conflict`` (``state``) where the table of moves does not lead on from its state, ``duplicate`` for a second
    passed review of a year; ``DomainError`` for a day to come or before the last decision, a missing reason or a date
    to mend by that is not later.
    """
    may_edit(user)
    rule = RULES[move]
    _check_decision(move, on, note, {"mend_by": mend_by, "noticed_until": noticed_until})
    with operation(user=user, action=f"workplaces.{move}", reason=note.strip()[:200]), _refusals():
        stored = _locked(user, workplace.pk)
        state = effective_state(stored, timezone.localdate())
        if state not in rule.sources:
            raise Conflict("state", f"该载体目前为“{state}”，不能{rule.word}。", "move")
        _check_order(stored, move, on)
        made = WorkplaceDecision.objects.create(
            workplace=stored, move=move.value, decided_on=on, mend_by=mend_by, note=note.strip(), decided_by=user
        )
        if rule.target is not None:
            told: dict[str, Any] = {"withdrawn_on": on} if rule.target == WITHDRAWN else {}
            if rule.stamps:
                told[rule.stamps] = on
            if move is Move.NOTICED:
                told["noticed_until"] = noticed_until
            if move is Move.RECOGNISED:
                told["document"] = document.strip()
            if move is Move.REAPPLIED:
                told |= dict.fromkeys(("inspected_on", "noticed_on", "noticed_until"))
            Workplace.objects.filter(pk=stored.pk).update(state=rule.target, updated_at=Now(), **told)
    return made


def take_on(*, user: User, workplace: Workplace, worker_id: int, facts: PlacementFacts) -> Placement:
    """Write down that a person is in post at a workplace.

    A post without a written end ends where the person's next one there begins, whichever is told first. Raises
    ``NotFound`` outside the user's scope, ``DomainError`` for impossible values, ``Conflict`` (``overlap``) where the days
    meet the written ones of another post of theirs at this place.
    """
    may_edit(user)
    _check_placement(facts, workplace)
    with operation(user=user, action="placements.create"), _refusals():
        worker = locked_worker(user, worker_id)
        _fits(workplace, worker, facts)
        with settled([worker.pk]):
            made = Placement.objects.create(workplace=workplace, worker=worker, **vars(facts))
        renew([worker.pk])
    made.refresh_from_db()
    return made


def change_placement(*, user: User, placement: Placement, facts: PlacementFacts) -> Placement:
    """Correct a post, or write down that the person left; refusals as of ``take_on``."""
    may_edit(user)
    _check_placement(facts, placement.workplace)
    with operation(user=user, action="placements.edit"), _refusals():
        worker = locked_worker(user, placement.worker_id)
        _fits(placement.workplace, worker, facts, instead_of=placement)
        with settled([worker.pk]):
            values = {**vars(facts), "succeeded": False, "updated_at": Now()}
            if not Placement.objects.filter(pk=placement.pk).update(**values):
                raise NotFound("gone", "这条用工记录已被删除。")
        renew([worker.pk])
    placement.refresh_from_db()
    return placement


def withdraw_placement(*, user: User, placement: Placement, reason: str) -> None:
    """Take a post back that was never true; its history stays. Withdrawing twice changes nothing more."""
    may_edit(user)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="placements.withdraw", reason=reason.strip()[:200]):
        worker = locked_worker(user, placement.worker_id)
        with settled([worker.pk]):
            Placement.objects.filter(pk=placement.pk).delete()
        renew([worker.pk])


def _locked(user: User, pk: int) -> Workplace:
    """The workplace, locked before it is judged: two clerks cannot both find it standing."""
    seen = Workplace.objects.changeable_by(user).filter(pk=pk).exists()
    stored = Workplace.objects.select_for_update(no_key=True).filter(pk=pk).first() if seen else None
    if stored is None:
        raise NotFound("workplace", "没有找到这个就业载体，或它不在您的管辖范围内。")
    return stored


def first_state(facts: WorkplaceFacts) -> str:
    """How a workplace stands that is written down with those days."""
    if facts.recognised_on is not None:
        return NORMAL
    if facts.noticed_on is not None:
        return NOTICED
    return APPLIED if facts.inspected_on is None else INSPECTED


def _correction(stored: Workplace, facts: WorkplaceFacts) -> dict[str, Any]:
    """What a correction writes. Days of a recognition under way are corrected where they stand, steps are ``decide``'s."""
    values = dict(vars(facts))
    if stored.recognised_on is not None:
        if facts.recognised_on is None:
            raise DomainError("required", "请填写认定日期。", "recognised_on")
        if stored.withdrawn_on and stored.withdrawn_on < facts.recognised_on:
            raise DomainError("date", f"认定日期不能晚于撤销日期{stored.withdrawn_on}。", "recognised_on")
        return values
    if facts.recognised_on is not None:
        raise DomainError("state", "这个载体还没有认定，请在“认定和年检”里登记认定。", "recognised_on")
    stood = {name: getattr(stored, name) for name in RECOGNITION}
    days = {name: (values[name] or day) if day else None for name, day in stood.items()}
    _check_recognition(days)
    return {**values, **days, "document": stored.document}


def _check_order(stored: Workplace, move: Move, on: date) -> None:
    """A decision follows what was before it; 认定 follows the end of 公示."""
    last = stored.decisions.order_by("-decided_on", "-pk").values_list("decided_on", flat=True).first()
    begun = (
        (stored.recognised_on,) if stored.recognised_on else (stored.applied_on, stored.inspected_on, stored.noticed_on)
    )
    if on < (earliest := max(filter(None, (*begun, last)))):
        before = "认定" if stored.recognised_on else "申报、核查、公示"
        raise DomainError("date", f"日期不能早于{before}或上一次决定的日期{earliest}。", "decided_on")
    if move is Move.RECOGNISED and stored.noticed_until and on < stored.noticed_until:
        raise DomainError("date", f"公示到{stored.noticed_until}结束，认定日期不能早于它。", "decided_on")


def _check_workplace(user: User, facts: WorkplaceFacts) -> None:
    for field, label in (("code", "载体编号"), ("name", "名称")):
        if not getattr(facts, field).strip():
            raise DomainError("required", f"请填写{label}。", field)
    if facts.kind not in WORKPLACE_KIND:
        raise DomainError("choice", "没有这种就业载体类型。", "kind")
    if not Division.objects.filter(code=facts.township_code, level=Division.Level.TOWNSHIP).exists():
        raise DomainError("division_unknown", "没有这个乡镇。", "township_code")
    if not user.covers(facts.township_code):
        raise NotFound("out_of_scope", "这个乡镇不在您的管辖范围内。", "township_code")
    days = {name: getattr(facts, name) for name in RECOGNITION}
    if facts.recognised_on is None and facts.applied_on is None:
        raise DomainError("required", "请填写认定日期；还没有认定的，请填写申报日期。", "applied_on")
    for name, day in days.items():
        if day is not None and day > timezone.localdate() and name != "noticed_until":
            raise DomainError("date", f"{_called(name)}不能晚于今天。", name)
    if facts.posts is not None and facts.posts < 0:
        raise DomainError("number", "岗位数不能为负数。", "posts")
    _check_recognition(days)


def _called(name: str) -> str:
    return str(Workplace._meta.get_field(name).verbose_name)  # type: ignore[union-attr]  # noqa: SLF001 - Django's documented model API


def _check_recognition(days: Mapping[str, date | None]) -> None:
    """申报, 现场核查, 公示 and 认定 follow each other; a day nobody told is passed over."""
    told = [(name, day) for name, day in days.items() if day is not None]
    for (before, earlier), (name, later) in pairwise(told):
        if later < earlier:
            raise DomainError("date", f"{_called(name)}不能早于{_called(before)}{earlier}。", name)


_ASKED: Final = {"mend_by": ("整改期限", "限期整改"), "noticed_until": ("公示结束日期", "公示")}


def _check_decision(move: Move, on: date, note: str, days: Mapping[str, date | None]) -> None:
    rule = RULES[move]
    if on > timezone.localdate():
        raise DomainError("date", "日期不能晚于今天。", "decided_on")
    if rule.why and not note.strip():
        raise DomainError("required", "请写明原因。", "note")
    for name, day in days.items():
        label, word = _ASKED[name]
        if rule.asks == name and (day is None or day <= on):
            raise DomainError("date", f"请写明{label}，它应晚于{word}的日期。", name)
        if rule.asks != name and day is not None:
            raise DomainError("date", f"只有{word}才填{label}。", name)


def _check_placement(facts: PlacementFacts, workplace: Workplace) -> None:
    today = timezone.localdate()
    for field, day, label in (("start_on", facts.start_on, "上岗时间"), ("end_on", facts.end_on, "离岗时间")):
        if day is not None and day > today:
            raise DomainError("date", f"{label}不能晚于今天。", field)
    if facts.end_on is not None and facts.end_on <= facts.start_on:
        raise DomainError("date", "离岗时间应晚于上岗时间（离岗时间是不再在岗的第一天）。", "end_on")
    if facts.wage is not None and facts.wage < 0:
        raise DomainError("number", "月工资不能为负数。", "wage")
    if workplace.withdrawn_on is not None and facts.start_on >= workplace.withdrawn_on:
        raise DomainError("date", f"该载体已于{workplace.withdrawn_on}撤销，之后不能再有人上岗。", "start_on")


def _fits(workplace: Workplace, worker: Worker, facts: PlacementFacts, instead_of: Placement | None = None) -> None:
    others = Placement.objects.filter(workplace=workplace, worker=worker).exclude(pk=instead_of.pk if instead_of else 0)
    rows = others.order_by("start_on").values_list("start_on", "end_on", "succeeded")
    stored = [Post(start, None if succeeded else end) for start, end, succeeded in rows]
    met = met_by(Post(facts.start_on, facts.end_on), stored)
    if met is not None:
        days = f"{met.start}至{met.end}" if met.end else f"{met.start}起"
        raise Conflict("overlap", f"与此人在该载体的另一段在岗时间（{days}）重叠，请核对上岗和离岗时间。", "start_on")


@contextmanager
def _refusals() -> Iterator[None]:
    """The database's own refusals as sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        said = str(error)
        if "employment_workplace_code" in said:
            raise Conflict("duplicate", "这个载体编号已登记。", "code") from error
        if "workplace_passes_once_a_year" in said:
            raise Conflict("duplicate", "该载体这个年度的年检已合格。", "decided_on") from error
        if "placement_once_a_start" in said or "placement_no_overlap" in said:
            raise Conflict(
                "overlap", "与此人在该载体的另一条在岗记录重叠，请核对上岗和离岗时间。", "start_on"
            ) from error
        raise
