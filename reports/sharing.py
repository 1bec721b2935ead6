"""Showing a finished report to partner bureaus: what the county counted, as it was counted (domain.md §2 PARTNER).

A partner reaches only who works in its area now, so a report of its own would leave out everybody who left. It reads the
county's instead, which holds no persons.
"""

from collections.abc import Collection

from django.db import transaction

from core.accounts.models import User
from core.accounts.roles import ROLES, ScopeKind
from core.accounts.services import log_access
from core.divisions.queries import names_of
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from reports.models import ReportRun

SHARE = "reports.share"
_PARTNERS = [code for code, role in ROLES.items() if role.scope_kind is ScopeKind.DESTINATION]


def partner_areas() -> list[tuple[str, str]]:
    """(code, name) of the areas whose bureaus have an account, by code."""
    found = User.objects.filter(role__in=_PARTNERS, is_active=True).exclude(scope_division="")
    codes = set(found.values_list("scope_division", flat=True))
    names = names_of({code[: len("440113")] for code in codes} | codes)
    return [(code, names.get(code, code)) for code in sorted(codes)]


def share_report(*, user: User, run: ReportRun, areas: Collection[str]) -> ReportRun:
    """Show a finished report to the bureaus of those areas, and to no others any more.

    Raises ``NotAllowed`` without the permission, ``NotFound`` for a report one may not open, ``Conflict`` while it has no
    answer, ``DomainError`` for an area without a bureau.
    """
    if not user.can(SHARE):
        raise NotAllowed("forbidden", "您没有把报告给结对地区看的权限。")
    known = {code for code, _name in partner_areas()}
    if unknown := set(areas) - known:
        raise DomainError("choice", f"没有“{min(unknown)}”这个结对地区。", "areas")
    with transaction.atomic():
        found = ReportRun.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=run.pk).first()
        if found is None:
            raise NotFound("gone", "没有这份报告，或不在您的管辖范围内。")
        if found.result is None:
            raise Conflict("unfinished", "报告还没有生成。")
        found.shared_with = sorted(set(areas))
        found.save(update_fields=["shared_with"])
        told = "、".join(found.shared_with)
        log_access(user=user, action="reports.share", object_type="report", object_id=found.pk, reason=told)
    return found
