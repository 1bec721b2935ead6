"""The township checks what the village brought, the answers go into the files, the county accepts (domain.md §3.1)."""

from dataclasses import dataclass
from typing import Final

from django.db import connection
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError, NotAllowed
from core.history.services import operation
from workers.labour import told
from workers.models import Household, Worker
from workers.services import register_worker
from workers.surveys.answers import AMOUNTS, FILED
from workers.surveys.gate import MOVES, Act, movable, move
from workers.surveys.models import DoorVisit, Survey, VisitTask, VisitTaskQuerySet

LONGEST_REASON: Final = 200
_WINS: Final = "(w.visited_on IS NULL OR w.visited_on <= s.visited_on)"
"""The last confirmed visit wins: a file that a later visit filled keeps what it has, the older answers stay in the survey."""


def _column(field: str) -> str:
    cast = "::numeric(14,2)" if field in AMOUNTS else ""
    return (
        f"{field} = CASE WHEN {_WINS} AND s.changes ? '{field}' THEN (s.changes ->> '{field}'){cast} ELSE w.{field} END"
    )


_FILE: Final = (
    f"UPDATE workers_worker w SET {', '.join(map(_column, FILED))},"
    f" visited_by = CASE WHEN {_WINS} THEN u.full_name ELSE w.visited_by END,"
    " visited_on = greatest(w.visited_on, s.visited_on), first_visited_on = least(w.first_visited_on, s.visited_on), updated_at = now()"
    " FROM surveys_survey s JOIN accounts_user u ON u.id = s.surveyor_id"
    " WHERE s.worker_id = w.id AND s.task_id = ANY (%s) AND s.applied_at IS NULL"
)


@dataclass(frozen=True)
class Passed:
    """How many households passed the check; ``held`` are those with a newcomer who needs a look, as sentences."""

    households: int
    held: tuple[str, ...]


def take_over(*, user: User, tasks: VisitTaskQuerySet) -> Passed:
    """Pass what was handed in among the tasks, and write its answers into the files; the values before stay in the history.

    A household whose newcomer cannot be registered is held back with the reason and passes nothing. Tasks the user may not
    check (their own visits, other states) are left as they are.
    """
    if not user.can(MOVES[Act.CHECK].permission):
        raise NotAllowed("forbidden", "您没有核对走访的权限。")
    asked = list(movable(tasks, user, Act.CHECK).values_list("pk", flat=True))
    held: dict[int, str] = {}
    with operation(user=user, action="surveys.take_over"):
        # Locked in the gate's order, and looked at again: a colleague may have passed some meanwhile.
        list(VisitTask.objects.filter(pk__in=asked).order_by("pk").select_for_update().values_list("pk"))
        ids = list(movable(VisitTask.objects.filter(pk__in=asked), user, Act.CHECK).values_list("pk", flat=True))
        for survey in _newcomers(ids):
            if survey.task_id not in held and (fault := _fault_of(user, survey)):
                held[survey.task_id] = fault
        good = [pk for pk in ids if pk not in held]
        move(user=user, act=Act.CHECK, tasks=VisitTask.objects.filter(pk__in=good), checked_by=user)
        for survey in _newcomers(good):
            _move_in(user, survey)
        with connection.cursor() as cursor:
            cursor.execute(_FILE, [good])
        taken = Survey.objects.filter(task__in=good, applied_at__isnull=True)
        told([worker_id for worker_id in taken.values_list("worker_id", flat=True) if worker_id is not None])
        taken.update(applied_at=timezone.now())
    return Passed(len(good), tuple(held.values()))


def return_tasks(*, user: User, tasks: VisitTaskQuerySet, reason: str) -> int:
    """Give households back to who visited them, saying why; ``DomainError`` without a reason."""
    if not reason.strip():
        raise DomainError("required", "请写明退回的原因。", "reason")
    said = reason.strip()[:LONGEST_REASON]
    return len(move(user=user, act=Act.RETURN, tasks=tasks, because=said))


def accept_tasks(*, user: User, tasks: VisitTaskQuerySet) -> int:
    """Accept for the county what townships have checked among the tasks; returns how many."""
    ready = movable(tasks, user, Act.ACCEPT)
    return len(move(user=user, act=Act.ACCEPT, tasks=VisitTask.objects.filter(pk__in=ready.values("pk"))))


def look_at_held(*, user: User, task: VisitTask) -> int:
    """Put down that the township has looked at the visits to a household that came too late; returns how many.

    Raises ``NotAllowed`` without the permission; a household out of scope has none.
    """
    if not user.can(MOVES[Act.CHECK].permission):
        raise NotAllowed("forbidden", "您没有核对走访的权限。")
    with operation(user=user, action="surveys.look"):
        seen = VisitTask.objects.visible_to(user).filter(pk=task.pk)
        held = DoorVisit.objects.held().filter(task__in=seen.values("pk"))
        return held.update(looked_by=user, updated_at=timezone.now())


def _newcomers(ids: list[int]) -> list[Survey]:
    return list(
        Survey.objects.filter(task__in=ids, worker__isnull=True).select_related("task__household", "task__contact")
    )


def _fault_of(user: User, survey: Survey) -> str:
    """Why a newcomer cannot be taken into the household by this user, "" when nothing stands in the way."""
    known = Worker.objects.filter(id_number=survey.id_number).first()
    if known is None:
        return "" if user.can("imports.register") else f"{survey.name}要登记为新人员，您没有登记新人员的权限。"
    if not Worker.objects.visible_to(user).filter(pk=known.pk).exists():
        return f"{survey.name}的身份证号码已在别处登记，请由县级核对。"
    if known.name != survey.name:
        return f"{survey.name}的身份证号码在登记库里是另一个姓名，请核对。"
    return ""


def _move_in(user: User, survey: Survey) -> None:
    """Register a newcomer, or let somebody known move in."""
    task = survey.task
    if task.household is None:
        task.household, _made = Household.objects.get_or_create(
            village_code=task.village_code, group_name=task.group_name, head_name=task.contact.name
        )
        task.save(update_fields=["household"])
        Worker.objects.filter(pk=task.contact_id, household__isnull=True).update(household=task.household)
    home = {
        "village_code": task.village_code,
        "group_name": task.group_name or None,
        "relation": survey.relation or None,
    }
    known = Worker.objects.filter(id_number=survey.id_number).first()
    if known is None:
        known = register_worker(user=user, id_number=survey.id_number, facts={"name": survey.name, **home})
    Worker.objects.filter(pk=known.pk).update(**home, household=task.household, updated_at=timezone.now())
    survey.worker = known
    survey.save(update_fields=["worker"])
