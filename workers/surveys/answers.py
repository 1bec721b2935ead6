"""What a visit asks of each person, and how what was said meets the file (domain.md §3.1, formats.md §1.1 ``workers``)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from django.db.models import Count, F

from core.formats.masking import mask_phone
from core.history.models import Event
from workers.models import Worker
from workers.surveys.models import Survey

Answer = str | None
"""As text: amounts with two decimals, None where there is nothing."""
Answers = dict[str, Answer]

FILED: Final = (
    "labour_status", "phone", "intention", "intended_place", "expected_wage", "wanted_job", "training_wish",
    "startup_wish", "skill", "skill_level",
)  # fmt: skip
"""Answers that have a column in the person's file."""

WORK_PLACE: Final = "work_place"
"""Where somebody says they work is kept with the answers alone: job spells are derived from evidence."""

ASKED: Final = ("labour_status", WORK_PLACE, *FILED[1:])
AMOUNTS: Final = frozenset({"expected_wage"})
MASKED: Final = frozenset({"phone"})
LABELS: Final = {
    "labour_status": "就业状态",
    WORK_PLACE: "务工地点",
    "phone": "联系电话",
    "intention": "就业意向",
    "intended_place": "意向地区",
    "expected_wage": "期望月薪",
    "wanted_job": "意向工种",
    "training_wish": "培训意愿",
    "startup_wish": "创业意愿",
    "skill": "技能特长",
    "skill_level": "技能等级",
}
LONGEST: Final = 200
TABLE: Final = Worker._meta.db_table  # noqa: SLF001 - Django's public-by-habit API
SHEETS: Final = Survey._meta.db_table  # noqa: SLF001 - see above


def as_answer(field: str, value: Any) -> Answer:  # noqa: ANN401 - a cell of the file, of a form or of an image
    """A value in the spelling answers are kept in; "" is nothing."""
    if value is None or value == "":
        return None
    if field in AMOUNTS:
        return f"{Decimal(str(value)):.2f}"
    return str(value).strip() or None


def in_words(field: str, value: Answer) -> str:
    """An answer as people read it: amounts with commas, phones masked, "" for nothing."""
    if not value:
        return ""
    if field in MASKED:
        return mask_phone(value)
    return f"{Decimal(value):,.2f}" if field in AMOUNTS else value


def of_file(row: Mapping[str, Any]) -> Answers:
    """The answers that a row of the registry holds: one of the table, or its image in the history."""
    return {field: as_answer(field, row.get(field)) for field in FILED}


def versions_of(ids: list[int], table: str = TABLE) -> dict[int, int]:
    """How often each row, a person's file if nothing else is said, has been changed: the version a page shows. One query."""
    changes = Event.objects.filter(table=table, row_id__in=ids, last_id=F("row_id"), kind="U")
    counted = changes.values_list("row_id").annotate(times=Count("id"))
    return {**dict.fromkeys(ids, 0), **dict(counted)}


def file_at(worker_id: int, version: int, *, now: Mapping[str, Any] | None = None) -> Answers:
    """The answers as they stood in that version of a person's file; a version yet to come is the present one.

    The image before the next change is what the page of that version showed. ``now`` is the person's row, where the
    caller has it; a registration that was merged into another one meanwhile is found as it was before it went.
    """
    return of_file(row_at(worker_id, version, now=now))


def row_at(worker_id: int, version: int, *, now: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
    """The whole row of the same version; empty of one that has not changed since, unless it is given as ``now``."""
    image = _image(TABLE, worker_id, version) or now
    if image is None:
        gone = Event.objects.filter(table=TABLE, row_id=worker_id, last_id=F("row_id"), kind="D").order_by("-id")
        image = gone.values_list("before", flat=True).first()
    return image or {}


def pending(survey: Survey | None) -> Answers:
    """What somebody said in a task and the file does not have yet; of what the township has passed, the place of work alone."""
    return _pending(vars(survey)) if survey else {}


def pending_at(survey: Survey | None, said: int | None) -> Answers:
    """The same as a page showed it: ``said`` 0 when nobody had been asked yet, else one more than the survey's version.

    None, of a page that did not tell, is as it stands now.
    """
    if said == 0:
        return {}
    if survey is None or survey.pk is None or said is None:
        return pending(survey)
    return _pending(_image(SHEETS, survey.pk, said - 1) or vars(survey))


def _pending(sheet: Mapping[str, Any]) -> Answers:
    return {
        name: value for name, value in sheet["changes"].items() if sheet["applied_at"] is None or name == WORK_PLACE
    }


def _image(table: str, pk: int, version: int) -> dict[str, Any] | None:
    """The row before the change that followed that version; None where none has followed."""
    changes = Event.objects.filter(table=table, row_id=pk, last_id=F("row_id"), kind="U").order_by("id")
    return changes.values_list("before", flat=True)[version : version + 1].first() if version >= 0 else None


@dataclass(frozen=True)
class Clash:
    """A field that the visit and somebody else changed since the page was opened."""

    field: str
    base: Answer
    theirs: Answer
    mine: Answer


@dataclass(frozen=True)
class Met:
    """What came of a person's answers: all of them, what changes the file, and what somebody must choose."""

    answers: Answers
    changes: Answers
    clashes: tuple[Clash, ...]


@dataclass(frozen=True)
class Shown:
    """What a page showed of one person, and what came back.

    It showed the file as ``opened``, and over it what an earlier visit of the task had ``said`` and the file did not have yet.
    """

    opened: Answers
    given: Answers
    said: Answers = field(default_factory=dict)

    @property
    def changed(self) -> Answers:
        """What was not left as shown."""
        shown = {**self.opened, **self.said}
        return {name: value for name, value in self.given.items() if value != shown.get(name)}

    def joined(self, other: "Shown") -> "Shown | None":
        """Two cards of one page that turned out to be one person; None where both were changed, to different things."""
        both = self.changed.keys() & other.changed.keys()
        if any(self.changed[name] != other.changed[name] for name in both):
            return None
        fresh = other.changed.keys() - self.changed.keys()
        return Shown(
            {**other.opened, **self.opened, **{name: other.opened.get(name) for name in fresh}},
            {**other.given, **self.given, **{name: other.given[name] for name in fresh}},
            {name: value for name, value in {**other.said, **self.said}.items() if name not in fresh},
        )


def meet(given: Mapping[str, Answer], opened: Mapping[str, Answer], now: Mapping[str, Answer]) -> Met:
    """Let what was answered meet the file as it was ``opened`` and as it stands ``now``.

    What was left as shown changes nothing, so that a change of somebody else's in another field stays. A field both
    changed, to different things, is a clash; until it is settled the answer stands among the changes.
    """
    changes = {field: value for field, value in given.items() if value != opened.get(field)}
    clashes = tuple(
        Clash(field, opened.get(field), now.get(field), value)
        for field, value in changes.items()
        if field in now and now[field] not in {opened.get(field), value}
    )
    return Met({**now, **changes}, changes, clashes)
