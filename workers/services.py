"""Acts on the registry: register a person, correct the file; give, end, mend and take back a key group."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from core.accounts.models import User
from core.divisions.models import Division
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.faults import CellFault
from core.formats.identity import parse_id_number
from core.formats.text import parse_name
from core.formats.values import GROUP_TAGS, HARDSHIP
from core.history.services import operation
from workers import labour
from workers.models import GroupMembership, Household, Worker

EDITABLE: Final = frozenset(
    {
        "name", "ethnicity", "education", "political", "health", "capacity", "phone", "village_code", "group_name",
        "relation", "monitored_kind", "resettlement_site", "labour_status", "skill", "skill_level", "intention",
        "intended_place", "expected_wage", "training_wish", "wanted_job", "startup_wish", "bank_card", "bank_name",
        "visited_by", "visited_on", "note",
    }
)  # fmt: skip
"""Columns of a worker's file people fill in; ``head_name`` beside them names the household."""


def register_worker(*, user: User, id_number: str, facts: Mapping[str, Any], told_on: date | None = None) -> Worker:
    """Open a person's file; ``facts`` are columns of ``EDITABLE`` and ``head_name``, name and village among them.

    ``told_on`` as in ``change_worker``. Raises ``DomainError`` naming the field: a bad ID number or name, a village that
    does not exist or lies outside the user's scope, a day to come, a number already registered.
    """
    if not user.can("imports.register"):
        raise NotAllowed("forbidden", "您没有登记新人员的权限。")
    try:
        number = parse_id_number(id_number, today=timezone.localdate())
    except CellFault as fault:
        raise DomainError(fault.code, f"{fault.message}。", "id_number") from fault
    if number is None:
        raise DomainError("required", "请填写身份证号码。", "id_number")
    worker = Worker(id_number=number)
    with operation(user=user, action="workers.register"):
        _fill(worker, user, facts, told_on)
        try:
            with transaction.atomic():
                worker.save()
        except IntegrityError as error:
            raise _taken(user, number) from error
    return worker


def change_worker(
    *, user: User, worker: Worker, facts: Mapping[str, Any], told_on: date | None = None, reason: str = ""
) -> Worker:
    """Correct a person's file; only columns named in ``facts`` change.

    Another 就业状态 was told on a day, which is written with it as 走访日期: the one among ``facts``, else ``told_on``,
    else today. Raises ``DomainError`` as ``register_worker``, ``NotAllowed`` for who may not correct files, ``NotFound``
    for a person outside the user's scope.
    """
    _may_edit(user)
    with operation(user=user, action="workers.edit", reason=reason[:200]):
        worker = _locked(worker.pk)
        _seen(user, worker)
        _fill(worker, user, facts, told_on)
        worker.updated_at = timezone.now()
        worker.save()
        if facts.keys() & labour.TOLD_BY:
            labour.told([worker.pk])
    return worker


def _locked(worker_id: int) -> Worker:
    """The person, who may have been merged into another one since the page was opened."""
    found = Worker.objects.select_for_update().filter(pk=worker_id).first()
    if found is None:
        raise NotFound("worker", "这份档案已不在，可能已并入另一份，请重新查找此人。")
    return found


def _taken(user: User, number: str) -> DomainError:
    visible = Worker.objects.visible_to(user).filter(id_number=number).first()
    if visible is not None:
        return Conflict("duplicate", f"这个身份证号码已经登记，姓名{visible.name}。", "id_number")
    former = Worker.objects.visible_to(user).filter(aliases__id_number=number).first()
    if former is not None:
        return Conflict("duplicate", f"这个身份证号码已并入{former.name}的档案，请在那份档案里登记。", "id_number")
    return Conflict("duplicate", "这个身份证号码已在别处登记，请与县级管理员联系。", "id_number")


def _fill(worker: Worker, user: User, facts: Mapping[str, Any], told_on: date | None) -> None:
    unknown = facts.keys() - EDITABLE - {"head_name"}
    if unknown:
        raise DomainError("field", f"没有“{min(unknown)}”这一项。", min(unknown))
    known_status, known_day, known_first = worker.labour_status, worker.visited_on, worker.first_visited_on
    for name, value in facts.items():
        if name in EDITABLE:
            setattr(worker, name, value)
    _check_name(worker)
    _check_village(worker, user)
    if "head_name" in facts:
        worker.household = _household(worker, facts["head_name"])
    visit = facts.get("visited_on")
    if worker.labour_status and worker.labour_status != known_status and visit is None:
        _date_word(worker, facts, told_on or timezone.localdate())
    if worker.visited_on is not None and worker.visited_on != known_day and worker.visited_on > timezone.localdate():
        raise DomainError("date", "日期不能晚于今天。", "told_on" if visit is None else "visited_on")
    if worker.visited_on is not None and (visit is not None or known_first is not None):
        worker.first_visited_on = min(filter(None, (known_first, worker.visited_on)))


def _date_word(worker: Worker, facts: Mapping[str, Any], day: date) -> None:
    """The day of a word nobody visited the person for: it begins no registration, and the last visitor did not hear it."""
    if day != worker.visited_on and not facts.get("visited_by"):
        worker.visited_by = None
    worker.visited_on = day


def _check_name(worker: Worker) -> None:
    try:
        worker.name = parse_name(worker.name)
    except CellFault as fault:
        raise DomainError(fault.code, f"{fault.message}。", "name") from fault


def _check_village(worker: Worker, user: User) -> None:
    if not worker.village_code:
        raise DomainError("required", "请选择村（社区）。", "village_code")
    if not user.covers(worker.village_code):
        raise DomainError("out_of_scope", "这个村（社区）不在您的管辖范围内。", "village_code")
    known = Division.objects.in_force().filter(code=worker.village_code, level=Division.Level.VILLAGE)
    if not known.exists():
        raise DomainError("division_unknown", "没有这个村（社区）。", "village_code")


def _household(worker: Worker, head_name: str | None) -> Household | None:
    if not head_name:
        return None
    household, _made = Household.objects.get_or_create(
        village_code=worker.village_code, group_name=worker.group_name or "", head_name=head_name
    )
    return household


MEMBERSHIP: Final = ("valid_from", "valid_to", "source", "document", "monitored_kind", "risk_cleared_on", "category")
"""Columns of a tag people fill in."""


def add_tag(
    *,
    user: User,
    worker: Worker,
    group: str,
    valid_from: date,
    valid_to: date | None = None,
    source: str = "",
    document: str = "",
    monitored_kind: str = "",
    risk_cleared_on: date | None = None,
    category: str = "",
) -> GroupMembership:
    """Put a person into a key group from ``valid_from`` on; ``valid_to`` is the first day no longer.

    The dated tag takes the place of an undated one of its kind (formats.md §3.1). Raises ``DomainError``: no such
    group, dates in the wrong order, days that meet those of a tag of the same kind, a kind or category of another group.
    """
    if group not in GROUP_TAGS:
        raise DomainError("choice", "没有这种人员类别。", "group")
    _may_edit(user)
    with operation(user=user, action="workers.add_tag"):
        _seen(user, _locked(worker.pk))
        tag = GroupMembership(worker=worker, group=group, valid_from=valid_from, valid_to=valid_to)
        tag.source, tag.document, tag.monitored_kind = source or None, document or None, monitored_kind or None
        tag.risk_cleared_on, tag.category = risk_cleared_on, category or None
        _keep_tag(tag)
    return tag


def end_tag(*, user: User, tag: GroupMembership, on: date, reason: str = "") -> GroupMembership:
    """End a person's belonging to a key group: ``on`` is the first day no longer.

    Raises ``DomainError`` when that is not after the tag's first day, or meets the next tag of its kind.
    """
    _may_edit(user)
    with operation(user=user, action="workers.end_tag", reason=reason[:200]):
        found = _locked_tag(user, tag.pk)
        if found.valid_from is not None and on <= found.valid_from:
            raise DomainError("date", "终止日期应晚于认定日期。", "on")
        found.valid_to = on
        _keep_tag(found, at="on")
    return found


def correct_tag(*, user: User, tag: GroupMembership, facts: Mapping[str, Any], reason: str) -> GroupMembership:
    """Mend what was written down wrongly about a tag; ``facts`` are columns of ``MEMBERSHIP``, the group stays.

    Needs a reason. Raises ``DomainError`` as ``add_tag`` does, and for a dated tag that would lose its first day.
    """
    _may_edit(user)
    if unknown := facts.keys() - set(MEMBERSHIP):
        raise DomainError("field", f"没有“{min(unknown)}”这一项。", min(unknown))
    with operation(user=user, action="workers.correct_tag", reason=_reason(reason)):
        found = _locked_tag(user, tag.pk)
        if found.valid_from is not None and facts.get("valid_from", found.valid_from) is None:
            raise DomainError("required", "请填写认定日期。", "valid_from")
        for name, value in facts.items():
            setattr(found, name, value or None)
        _keep_tag(found)
    return found


def remove_tag(*, user: User, tag: GroupMembership, reason: str) -> None:
    """Take a tag back that should never have been there: no day of it ever held. Needs a reason."""
    _may_edit(user)
    with operation(user=user, action="workers.remove_tag", reason=_reason(reason)):
        _locked_tag(user, tag.pk).delete()


def _may_edit(user: User) -> None:
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有修改人员档案的权限。")


def _seen(user: User, worker: Worker) -> None:
    if not Worker.objects.visible_to(user).filter(pk=worker.pk).exists():
        raise NotFound("worker", "没有这个人，或此人不在您的管辖范围内。")


def _reason(text: str) -> str:
    if not text.strip():
        raise DomainError("required", "请填写事由。", "reason")
    return text.strip()[:200]


def _locked_tag(user: User, tag_id: int) -> GroupMembership:
    """The tag, its person locked first: whoever writes tags of one person does so one after the other."""
    known = GroupMembership.objects.visible_to(user).filter(pk=tag_id).values_list("worker_id", flat=True).first()
    if known is not None:
        _locked(known)
    found = GroupMembership.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=tag_id).first()
    if found is None:
        raise NotFound("gone", "这条人员类别已不在，请重新打开此人的档案。")
    return found


def _keep_tag(tag: GroupMembership, *, at: str = "") -> None:
    """Store a tag after looking at its days and at the other tags of its kind; ``at`` is the field to blame for a meeting."""
    _check_tag(tag)
    others = GroupMembership.objects.filter(worker=tag.worker_id, group=tag.group).exclude(pk=tag.pk)
    if tag.valid_from is not None or tag.valid_to is not None:
        others.filter(valid_from__isnull=True, valid_to__isnull=True).delete()
    begun = Q(valid_from__isnull=True) | Q(valid_from__lt=tag.valid_to) if tag.valid_to else Q()
    ended = Q(valid_to__isnull=True) | Q(valid_to__gt=tag.valid_from) if tag.valid_from else Q()
    if others.filter(begun, ended).exists():
        raise DomainError("overlap", "与此人已有的同一人员类别的有效期重叠。", at or "valid_from")
    tag.updated_at = timezone.now()
    tag.save()


def _check_tag(tag: GroupMembership) -> None:
    if tag.valid_from and tag.valid_to and tag.valid_to <= tag.valid_from:
        raise DomainError("date", "终止日期应晚于认定日期。", "valid_to")
    if tag.category and tag.group != "hard_to_employ":
        raise DomainError("choice", "就业困难类别只用于就业困难人员。", "category")
    if tag.category and tag.category not in HARDSHIP:
        raise DomainError("choice", "没有这种就业困难类别。", "category")
    if tag.risk_cleared_on and tag.group != "monitored":
        raise DomainError("choice", "风险消除日期只用于监测对象。", "risk_cleared_on")
    if tag.monitored_kind and tag.group != "monitored":
        raise DomainError("choice", "监测类别只用于监测对象。", "monitored_kind")
    if tag.risk_cleared_on and tag.valid_from and tag.risk_cleared_on < tag.valid_from:
        raise DomainError("date", "风险消除日期不能早于认定日期。", "risk_cleared_on")
