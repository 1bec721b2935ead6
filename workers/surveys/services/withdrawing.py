"""A visit that was written down by mistake, taken back: one tap is quickly done on the wrong household."""

from typing import Final

from django.db import transaction

from core.accounts.models import User
from core.errors import Conflict, NotAllowed
from core.history.models import Event
from core.history.services import undo
from workers.surveys.gate import Act
from workers.surveys.models import AT_THE_DOOR, Campaign, DoorVisit, VisitTask
from workers.surveys.services.doors import locked_task

VISITS: Final = DoorVisit._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
TASKS: Final = VisitTask._meta.db_table  # noqa: SLF001 - see above
WRITTEN: Final = "surveys.visit"
MOVED_ON: Final = frozenset(f"surveys.{act}" for act in (Act.MEET, Act.MISS, Act.LEAVE))


def withdrawable(user: User, task: VisitTask) -> DoorVisit | None:
    """The last visit to a household, if the user may take it back: their own, or as the township's officer anybody's."""
    if task.state not in AT_THE_DOOR or task.campaign.state != Campaign.State.OPEN or not user.can("surveys.write"):
        return None
    last = task.visits.select_related("user").order_by("-pk").first()
    return last if last and (last.user_id == user.pk or user.can("surveys.assign")) else None


def withdraw_visit(*, user: User, task: VisitTask) -> None:
    """Take the last visit to a household back: the answers, the visit and where it brought the household, as they were before.

    Raises ``NotFound`` outside the scope, ``NotAllowed`` for a colleague's visit and one that is handed in, ``Conflict`` for one
    that came with a workbook, and where somebody has gone on from it.
    """
    with transaction.atomic():
        found = locked_task(user, task)
        visit = withdrawable(user, found)
        if visit is None:
            raise NotAllowed("forbidden", "只能撤回自己登记、还没有提交的走访。")
        written = Event.objects.of_row(VISITS, visit.pk).filter(kind="I").select_related("operation").first()
        if written is None or written.operation is None or written.operation.action != WRITTEN:
            raise Conflict("imported", "这次走访是随走访表导入的，请在导入记录里撤销。")
        # The household moved on in the same breath, under an operation of its own.
        after = Event.objects.of_row(TASKS, found.pk).filter(pk__gt=written.pk).select_related("operation")
        moved = after.order_by("pk").first()
        if moved and moved.operation and moved.operation.action in MOVED_ON:
            undo(operation_id=moved.operation.pk, user=user, reason="撤回走访")
        undo(operation_id=written.operation.pk, user=user, reason="撤回走访")
