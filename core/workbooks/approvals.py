"""Exports that somebody else has to agree to first (domain.md §2): who asks, who decides."""

from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from core.accounts.models import User
from core.accounts.services import log_access
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.workbooks.exports import queue
from core.workbooks.models import Export

DECIDE = "exports.approve"


def to_decide(user: User) -> QuerySet[Export]:
    """Exports that wait for a decision the user may make: of the division they serve, never their own."""
    asked = Export.objects.visible_to(user).filter(approval=Export.Approval.ASKED)
    return asked.exclude(created_by=user) if user.can(DECIDE) else asked.none()


def decide(*, user: User, export: Export, granted: bool, note: str = "") -> Export:
    """Agree to an export, which starts it, or refuse it with a reason.

    Raises ``NotAllowed`` without the permission and for one's own, ``Conflict`` when it was decided already.
    """
    if not user.can(DECIDE):
        raise NotAllowed("forbidden", "您没有审批导出的权限。")
    if export.created_by_id == user.pk:
        raise NotAllowed("own", "不能审批自己申请的导出。")
    if not granted and not note.strip():
        raise DomainError("required", "不同意时请写明原因。", "note")
    with transaction.atomic():
        found = Export.objects.visible_to(user).select_for_update(of=("self",)).filter(pk=export.pk).first()
        if found is None:
            raise NotFound("gone", "没有这次导出，或不在您的管辖范围内。")
        if found.approval != Export.Approval.ASKED:
            raise Conflict("decided", "这次导出已经有人审批过。")
        found.approval = Export.Approval.GRANTED if granted else Export.Approval.REFUSED
        found.decided_by, found.decision_note = user, note.strip()[:200]
        if granted:
            queue(found)
        found.save()
        Export.objects.filter(pk=found.pk).update(decided_at=Now())
        action = "export.granted" if granted else "export.refused"
        log_access(user=user, action=action, object_type=found.kind, object_id=found.pk, reason=found.decision_note)
    return found
