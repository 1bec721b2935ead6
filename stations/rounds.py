"""A round through a factory taken back as the one act it was."""

from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed
from core.history import services as history
from core.history.models import Event, RowEvent
from employment.rebuilding import rebuild_spells
from stations.models import Visit
from stations.services import lock_people

_TABLE = Visit._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
_STORED = "I"


def round_of(visit: Visit) -> UUID | None:
    """The operation of the round that stored this visit, ``None`` for one written down alone or imported."""
    stored = Event.objects.of_row(_TABLE, visit.pk).filter(kind=_STORED, operation__action="visits.round")
    return stored.values_list("operation_id", flat=True).first()


def people_told(round_id: UUID) -> int:
    """Of how many people the round told."""
    return _stored_by(round_id).count()


def _stored_by(round_id: UUID) -> QuerySet[RowEvent]:
    return RowEvent.objects.filter(operation_id=round_id, table=_TABLE, kind=_STORED)


def withdraw_round(*, user: User, visit: Visit, reason: str) -> int:
    """Take back the whole round that stored this visit, and derive spells and plans anew; returns how many visits went.

    Raises ``NotAllowed`` where one of its visits is not the user's to mend, ``Conflict`` when there is no such round (any
    more) or a visit of it was corrected or deleted since.
    """
    if not reason.strip():
        raise DomainError("required", "请写明撤销的原因。", "reason")
    with transaction.atomic():
        round_id = round_of(visit) if Visit.objects.filter(pk=visit.pk).exists() else None
        if round_id is None:
            raise Conflict("gone", "这条回访不是到企回访登记的，或已经撤销。")
        ids = list(_stored_by(round_id).values_list("row_id", flat=True))
        stored = Visit.objects.filter(pk__in=ids)
        own = Visit.objects.changeable_by(user).filter(pk__in=ids)
        if not user.can("visits.write") or own.count() < stored.count():
            raise NotAllowed("forbidden", "这次到企回访里有您不能更正的人，请由登记的单位或县里撤销。")
        workers = sorted(set(stored.values_list("worker_id", flat=True)))
        lock_people(user, workers)
        history.undo(operation_id=round_id, user=user, reason=reason.strip()[:200])
        rebuild_spells(worker_ids=workers)
    return len(ids)
