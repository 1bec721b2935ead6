"""Of whom a page sent from a door speaks, what it had shown of them, and what came back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from core.accounts.models import User
from core.errors import Conflict, NotFound
from workers.doubles.queries import current_ids
from workers.models import Worker
from workers.surveys.answers import Answer, Shown, file_at, pending_at
from workers.surveys.leaving import spoken_of
from workers.surveys.models import Survey, VisitTask


@dataclass(frozen=True, kw_only=True)
class PersonAnswers:
    """What one person of the household said: only fields that were asked.

    ``base`` is the version of the file that was shown, ``said`` that of what an earlier visit of the task had found
    (``answers.pending_at``).
    """

    worker_id: int
    base: int
    answers: Mapping[str, Answer] = field(default_factory=dict)
    said: int | None = None


def gathered(
    user: User, task: VisitTask, people: Sequence[PersonAnswers]
) -> tuple[list[Worker], dict[int, str], dict[int | None, Survey], dict[int, Shown]]:
    """Everybody a page may speak of, the names of those in sight, what earlier visits found, and what was said now."""
    seen = members_of(task, user)
    others = spoken_of(task, user, {person.worker_id: person.base for person in people})
    members = [*seen, *{worker.pk: worker for worker in others.values()}.values()]
    known = {survey.worker_id: survey for survey in Survey.objects.filter(task=task, worker__isnull=False)}
    here = {worker.pk: worker.name for worker in seen}
    return members, here, known, _told(people, members, known, names=here)


def _told(
    people: Sequence[PersonAnswers],
    members: Sequence[Worker],
    known: Mapping[int | None, Survey],
    *,
    names: Mapping[int, str],
) -> dict[int, Shown]:
    """What was said of each member; of a registration merged into a member's meanwhile, of that member.

    ``names`` are of those a refusal may name.
    """
    here = {worker.pk: worker for worker in members}
    moved = current_ids(person.worker_id for person in people if person.worker_id not in here)
    found: dict[int, Shown] = {}
    for person in people:
        now = moved.get(person.worker_id, person.worker_id)
        if now not in here:
            raise NotFound("worker", "有人不在这一户，请重新打开页面再填。")
        own = here.get(person.worker_id)
        opened = file_at(person.worker_id, person.base, now=vars(own) if own else None)
        shown = Shown(opened, dict(person.answers), pending_at(known.get(person.worker_id), person.said))
        joined = found[now].joined(shown) if now in found else shown
        if joined is None:
            raise Conflict(
                "merged", f"{names.get(now, '有人')}的两份档案已合并，两处填的内容不一样，请重新打开页面再填。"
            )
        found[now] = joined
    return found


def members_of(task: VisitTask, user: User) -> list[Worker]:
    """The people of the household in the user's scope, in the order of the roster; a person alone is its only one."""
    own = Q(household_id=task.household_id) if task.household_id else Q(pk=task.contact_id)
    return list(Worker.objects.visible_to(user).filter(own).order_by("pk"))
