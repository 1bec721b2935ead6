"""Reading the survey: my households, the people in them, how far a campaign has come, who disagrees with the re-visits."""

import hashlib
from dataclasses import dataclass, field
from typing import Any, Final, cast

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet, Sum
from django.db.models.functions import Substr
from django.utils.translation import get_language

from core.accounts.models import User
from core.divisions.queries import names_of
from core.formats.values import GONE_STATUSES
from workers.models import Worker
from workers.surveys.answers import SHEETS, WORK_PLACE, Answers, in_words, of_file, pending, versions_of
from workers.surveys.models import (
    AT_THE_DOOR,
    Campaign,
    Revisit,
    Survey,
    SurveyClash,
    TaskState,
    VisitTask,
    VisitTaskQuerySet,
)

TOWNSHIP, VILLAGE = 9, 12
SHOWN: Final = ("labour_status", "intention", "intended_place", "expected_wage", "training_wish", "wanted_job")
"""The last answers that tell a surveyor most, as a line."""


@dataclass
class Member:
    """One person of a household as a surveyor's page shows them.

    ``version`` is that of the file the answers were read from, ``said`` that of what a visit of this task found before:
    0 where there was none (``answers.pending_at``).
    """

    worker: Worker
    version: int
    answers: Answers
    said: int = 0

    @property
    def gone(self) -> bool:
        """Whether the person has died or moved away."""
        return self.answers.get("labour_status") in GONE_STATUSES

    @property
    def line(self) -> str:
        """The last answers in one line."""
        return " · ".join(word for name in SHOWN if (word := in_words(name, self.answers.get(name))))


@dataclass
class Door:
    """A household to visit, with its people."""

    task: VisitTask
    members: list[Member] = field(default_factory=list)
    newcomers: list[Survey] = field(default_factory=list)

    @property
    def mark(self) -> str:
        """Changes whenever anything does that the household's page shows: a phone that keeps the page with it has the newest."""
        people = [f"{member.worker.pk}.{member.version}.{member.said}" for member in self.members]
        new = [one.updated_at.timestamp() for one in self.newcomers]
        home = [one.updated_at.timestamp() for one in (self.task, self.task.household) if one]
        shown = [get_language(), *home, *people, *new]
        return hashlib.md5(" ".join(map(str, shown)).encode(), usedforsecurity=False).hexdigest()

    @property
    def head(self) -> str:
        """Whose household it is."""
        return self.task.household.head_name if self.task.household else self.task.contact.name


def current_campaign(user: User, chosen: str = "") -> Campaign | None:
    """The running campaign a surveyor works in: the one chosen by its id, else the latest that has households of theirs."""
    if chosen.isascii() and chosen.isdigit():
        return _running(user).filter(pk=int(chosen)).first()
    return campaigns_of(user).first() or _running(user).first()


def campaigns_of(user: User) -> QuerySet[Campaign]:
    """The running campaigns that have households of the surveyor's, the latest first."""
    mine = VisitTask.objects.of_surveyor(user).filter(campaign=OuterRef("pk"))
    return _running(user).filter(Exists(mine))


def _running(user: User) -> QuerySet[Campaign]:
    return Campaign.objects.visible_to(user).running().order_by("-starts_on", "-pk")


def first_part(user: User) -> tuple[int, str] | None:
    """The campaign and village whose households a surveyor's list shows when nothing else is asked for."""
    campaign = campaigns_of(user).first()
    if campaign is None:
        return None
    mine = VisitTask.objects.of_surveyor(user).filter(campaign=campaign).order_by("village_code")
    return campaign.pk, mine.values_list("village_code", flat=True)[0]


def doors_of(tasks: VisitTaskQuerySet, user: User) -> list[Door]:
    """The households of the tasks in the order of the walk, with their people and what they last said. Six queries."""
    rows = list(tasks.select_related("household", "contact").order_by("village_code", "place", "pk"))
    by_household = {task.household_id: Door(task) for task in rows if task.household_id}
    alone = {task.contact_id: Door(task) for task in rows if not task.household_id}
    theirs = Q(household__in=list(by_household)) | Q(pk__in=list(alone))
    people = list(Worker.objects.visible_to(user).filter(theirs).order_by("pk"))
    versions = versions_of([worker.pk for worker in people])
    sheets, newcomers = _answers_of(rows)
    said = versions_of([sheet.pk for sheet in sheets.values()], SHEETS)
    places = _work_places([worker.pk for worker in people])
    for worker in people:
        door = by_household.get(worker.household_id or 0) or alone[worker.pk]
        sheet = sheets.get((door.task.pk, worker.pk))
        answers = {WORK_PLACE: places.get(worker.pk), **of_file(vars(worker)), **pending(sheet)}
        shown = said[sheet.pk] + 1 if sheet else 0
        door.members.append(Member(worker, versions[worker.pk], answers, shown))
    doors = [*by_household.values(), *alone.values()]
    for door in doors:
        door.newcomers = newcomers.get(door.task.pk, [])
    order = {task.pk: place for place, task in enumerate(rows)}
    return sorted(doors, key=lambda door: order[door.task.pk])


def _answers_of(tasks: list[VisitTask]) -> tuple[dict[tuple[int, int], Survey], dict[int, list[Survey]]]:
    sheets: dict[tuple[int, int], Survey] = {}
    newcomers: dict[int, list[Survey]] = {}
    for survey in Survey.objects.filter(task__in=[task.pk for task in tasks]):
        if survey.worker_id is None:
            newcomers.setdefault(survey.task_id, []).append(survey)
        else:
            sheets[survey.task_id, survey.worker_id] = survey
    return sheets, newcomers


def _work_places(worker_ids: list[int]) -> dict[int, str]:
    """Where people last said they work."""
    said = Survey.objects.filter(worker__in=worker_ids, answers__has_key=WORK_PLACE).order_by("visited_on", "pk")
    rows = said.values_list("worker_id", f"answers__{WORK_PLACE}")
    return {worker_id: place for worker_id, place in rows if worker_id is not None and place}


def open_clashes(user: User) -> QuerySet[SurveyClash]:
    """Fields that wait for a choice, of households the user sees; a surveyor's own first concern."""
    mine = SurveyClash.objects.filter(
        choice="", survey__in=Survey.objects.visible_to(user), survey__task__state__in=AT_THE_DOOR
    )
    return mine.select_related("survey__worker", "survey__task__campaign").order_by(
        "survey__task__place", "survey", "pk"
    )


def clash_count(user: User) -> int:
    """How many fields wait for the user's choice."""
    return open_clashes(user).count()


COUNTS: Final = {
    "households": Count("pk"),
    "unassigned": Count("pk", filter=Q(surveyor__isnull=True)),
    "visited": Count("pk", filter=Q(visited_on__isnull=False)),
    "moved": Count("pk", filter=Q(state=TaskState.MOVED)),
    "absent": Count("pk", filter=Q(state=TaskState.ABSENT)),
    "returned": Count("pk", filter=Q(state=TaskState.RETURNED)),
    "submitted": Count("pk", filter=Q(state=TaskState.SUBMITTED)),
    "checked": Count("pk", filter=Q(state=TaskState.TOWN_CHECKED)),
    "accepted": Count("pk", filter=Q(state=TaskState.ACCEPTED)),
    "last": Max("visited_on"),
}


def progress(tasks: VisitTaskQuerySet, length: int) -> list[dict[str, Any]]:
    """How far the tasks have come, a line for each division with codes of that length, in their order, with names."""
    areas = tasks.annotate(area=Substr("village_code", 1, length)).values("area")
    rows = cast("list[dict[str, Any]]", list(areas.annotate(**COUNTS).order_by("area")))
    names = names_of({row["area"] for row in rows})
    for row in rows:
        row["name"] = names.get(row["area"], row["area"])
        row["percent"] = percent(row["visited"], row["households"])
    return rows


def by_surveyor(tasks: VisitTaskQuerySet) -> list[dict[str, Any]]:
    """The same for each surveyor, and what the re-visits to their households found different."""
    named = ("surveyor", "surveyor__full_name", "surveyor__username")
    rows = list(tasks.filter(surveyor__isnull=False).values(*named).annotate(**COUNTS).order_by("surveyor__username"))
    found = {line["task__surveyor"]: line for line in disagreement(tasks)}
    for row in rows:
        row["name"] = row["surveyor__full_name"] or row["surveyor__username"]
        row["percent"] = percent(row["visited"], row["households"])
        row["revisits"] = found.get(row["surveyor"])
    return rows


def disagreement(tasks: VisitTaskQuerySet) -> list[dict[str, Any]]:
    """Re-visits by surveyor: households, those with a difference, answers compared and different; ``rate`` of the answers."""
    found = (
        Revisit.objects.filter(task__in=tasks.filter(sampled=True))
        .values("task__surveyor")
        .annotate(
            households=Count("pk"),
            differing_households=Count("pk", filter=Q(differing__gt=0)),
            compared=Sum("compared"),
            differing=Sum("differing"),
        )
        .order_by("task__surveyor")
    )
    rows = cast("list[dict[str, Any]]", list(found))
    for row in rows:
        row["rate"] = percent(row["differing"], row["compared"])
    return rows


def percent(part: int, whole: int) -> str:
    """In percent with one decimal, "—" of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "—"
