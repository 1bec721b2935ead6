"""How a household's visit goes on: one table of allowed moves, and the one gate they pass (domain.md §3.1)."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import Conflict, NotAllowed
from core.history.services import operation
from workers.surveys.models import AT_THE_DOOR, DoorVisit, SurveyClash, TaskState, VisitTask, VisitTaskQuerySet

RETRIES: Final = 2
"""So often one goes again after nobody was met, before the telephone may do or the task be handed in unmet."""


class Act(StrEnum):
    """What is done with a task."""

    MEET = "meet"
    MISS = "miss"
    LEAVE = "leave"
    SUBMIT = "submit"
    CHECK = "check"
    RETURN = "return"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Move:
    """From which states to which, with which permission; ``apart``: not by who was at the door."""

    source: tuple[TaskState, ...]
    target: TaskState
    permission: str
    refused: str
    apart: bool = False


_HANDED_IN = "这一户已提交，要改请乡镇先退回。"
MOVES: Final = {
    Act.MEET: Move(AT_THE_DOOR, TaskState.VISITED, "surveys.write", _HANDED_IN),
    Act.MISS: Move(
        (TaskState.ASSIGNED, TaskState.ABSENT, TaskState.RETURNED), TaskState.ABSENT, "surveys.write", _HANDED_IN
    ),
    Act.LEAVE: Move(AT_THE_DOOR, TaskState.MOVED, "surveys.write", _HANDED_IN),
    Act.SUBMIT: Move(
        (TaskState.VISITED, TaskState.MOVED, TaskState.ABSENT),
        TaskState.SUBMITTED,
        "surveys.write",
        f"这一户还不能提交：先入户走访（未遇的至少再去{RETRIES}次），有冲突的先选定。",
    ),
    Act.CHECK: Move(
        (TaskState.SUBMITTED,), TaskState.TOWN_CHECKED, "surveys.check", "只有已提交的走访才能核对。", apart=True
    ),
    Act.RETURN: Move(
        (TaskState.SUBMITTED, TaskState.TOWN_CHECKED),
        TaskState.RETURNED,
        "surveys.check",
        "只有已提交、还没有验收的走访才能退回。",
        apart=True,
    ),
    Act.ACCEPT: Move(
        (TaskState.TOWN_CHECKED,), TaskState.ACCEPTED, "surveys.accept", "只有乡镇核对过的走访才能验收。", apart=True
    ),
}


def was_there(user: User) -> Q:
    """Condition on tasks: the user is their surveyor, or wrote down a visit to them."""
    return Q(surveyor=user) | Q(Exists(DoorVisit.objects.filter(task=OuterRef("pk"), user=user)))


def movable(tasks: VisitTaskQuerySet, user: User, act: Act) -> VisitTaskQuerySet:
    """Those of the tasks with which the user may do ``act`` now; none without the permission."""
    rule = MOVES[act]
    if not user.can(rule.permission):
        return tasks.none()
    found = tasks.filter(state__in=rule.source)
    if act is Act.SUBMIT:
        clashes = SurveyClash.objects.filter(survey__task=OuterRef("pk"), choice="")
        found = found.filter(~Q(state=TaskState.ABSENT) | Q(misses__gt=RETRIES)).filter(~Exists(clashes))
        if not user.can("surveys.assign"):
            found = found.filter(Q(surveyor=user) | Q(surveyor__isnull=True))
    return found.exclude(was_there(user)) if rule.apart else found


def move(*, user: User, act: Act, tasks: VisitTaskQuerySet, because: str = "", **columns: Any) -> list[int]:
    """Do ``act`` with all of the tasks, under an operation of its own, and return their ids.

    ``because`` is kept with the task and in the history; ``columns`` are set beside the state. Raises ``NotAllowed`` without
    the permission or where the user was at the door, ``Conflict`` when one of them is in no state for it: then nothing moves.
    """
    rule = MOVES[act]
    if not user.can(rule.permission):
        raise NotAllowed("forbidden", "您没有办理这一步的权限。")
    with operation(user=user, action=f"surveys.{act}", reason=because[:200]):
        locked = tasks.order_by("pk").select_for_update(of=("self",))
        ids = list(locked.values_list("pk", flat=True))
        chosen = VisitTask.objects.filter(pk__in=ids)
        if rule.apart and chosen.filter(was_there(user)).exists():
            raise NotAllowed("same_person", "走访人不能核对、退回或验收自己走访的户，请由别人办理。")
        if movable(chosen, user, act).count() < len(ids):
            raise Conflict("state", rule.refused)
        chosen.update(state=rule.target, reason=because, updated_at=Now(), **columns)
    return ids
