"""Acts on skills: write one down, mend it, take it back."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from workers.models import Worker
from workers.skills.levels import LEVELS
from workers.skills.models import CERT_TYPE, Skill

FIELDS: Final = ("name", "level", "cert_type", "cert_number", "issuer", "issued_on", "note")


def add_skill(*, user: User, worker: Worker, facts: Mapping[str, Any]) -> Skill:
    """Write a person's skill down; ``facts`` are columns of ``FIELDS``, the name among them.

    Raises ``DomainError`` naming the field: an unknown level or type, a number without a type, one that is registered.
    """
    _may_edit(user)
    with operation(user=user, action="skills.add"):
        found = Worker.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=worker.pk).first()
        if found is None:
            raise NotFound("worker", "没有这个人，或此人不在您的管辖范围内。")
        return _keep(Skill(worker=found), facts)


def change_skill(*, user: User, skill: Skill, facts: Mapping[str, Any], reason: str = "") -> Skill:
    """Mend what was written down; only columns named change. Raises as ``add_skill``."""
    _may_edit(user)
    with operation(user=user, action="skills.edit", reason=reason[:200]):
        return _keep(_locked(user, skill), facts)


def remove_skill(*, user: User, skill: Skill, reason: str) -> None:
    """Take back a skill written down by mistake. Needs a reason."""
    _may_edit(user)
    if not reason.strip():
        raise DomainError("required", "请填写事由。", "reason")
    with operation(user=user, action="skills.remove", reason=reason.strip()[:200]):
        _locked(user, skill).delete()


def _may_edit(user: User) -> None:
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有修改人员档案的权限。")


def _locked(user: User, skill: Skill) -> Skill:
    found = Skill.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=skill.pk).first()
    if found is None:
        raise NotFound("gone", "这条技能已不在，请重新打开此人的档案。")
    return found


def _keep(skill: Skill, facts: Mapping[str, Any]) -> Skill:
    if unknown := facts.keys() - set(FIELDS):
        raise DomainError("field", f"没有“{min(unknown)}”这一项。", min(unknown))
    for name, value in facts.items():
        setattr(skill, name, value.strip() if isinstance(value, str) else value)
    if not skill.name:
        raise DomainError("required", "请填写技能（工种）。", "name")
    if skill.level is not None and not 1 <= skill.level <= len(LEVELS):
        raise DomainError("choice", "没有这个技能等级。", "level")
    if skill.cert_type and skill.cert_type not in CERT_TYPE:
        raise DomainError("choice", "没有这种证书类型。", "cert_type")
    if skill.cert_number and not skill.cert_type:
        raise DomainError("required", "填了证书编号的，请选择证书类型。", "cert_type")
    skill.updated_at = timezone.now()
    try:
        with transaction.atomic():
            skill.save()
    except IntegrityError as error:
        if getattr(getattr(error.__cause__, "diag", None), "constraint_name", "") == "skill_certificate_unique":
            raise Conflict("duplicate", "这个证书编号已经登记。", "cert_number") from error
        raise Conflict("duplicate", "此人已登记这项技能。", "name") from error
    return skill
