"""What is derived from the evidence: spells, and tasks for the township where evidence fits no spell."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple

from employment.spells.evidence import EmployerKey, Place


class Source(StrEnum):
    """Which register a piece of evidence stands in."""

    DECLARED = "declared"
    TRIP = "trip"
    REFERRAL = "referral"
    VISIT = "visit"


class Ref(NamedTuple):
    """One piece of evidence: its register and its id there."""

    source: Source
    id: int


class EndReason(StrEnum):
    """Why a spell has an end."""

    WRITTEN = "written"  # 返回时间 of the row
    SUCCEEDED = "succeeded"  # the next spell begins
    TRANSFERRED = "transferred"  # a visit found 转岗在岗
    LEFT = "left"  # a visit found 离岗求职
    RETURNED = "returned"  # a visit found 返乡


class TaskCode(StrEnum):
    """Why evidence became a task."""

    NO_SPELL = "no_spell"  # a visit on a day without any spell
    WRITTEN_END = "written_end"  # a visit says gone, the row has a 返回时间 of its own
    ELSEWHERE = "elsewhere"  # 到岗 at another place inside a spell with a written end
    DISPLACED = "displaced"  # its spell is empty, or over before the row's own 外出时间
    OVERLAP = "overlap"  # rows of 务工台账 that overlap: only after two registrations of one person were merged


@dataclass(frozen=True, slots=True)
class Spell:
    """One person at one employer and place from `start` to the day before `end` (None: still there).

    `confirmed_days` are the days evidence speaks for, ascending, its start always the first; those not after D, in the
    spell as known on D, are what confirmed it by D. A row's 最近确认日期 can lie after the end. `opened_by` are
    the 到岗 on or before its first day; `evidence` is all that speaks for it, `origin` first. `wage` is yuan a month;
    "" in `channel` means that no 组织方式 is known.
    """

    start: date
    end: date | None
    end_reason: EndReason | None
    place: Place
    employer_key: EmployerKey
    job_title: str
    wage: Decimal | None
    channel: str
    organised: bool
    contract: bool | None
    insured: bool | None
    confirmed_days: tuple[date, ...]
    origin: Ref
    opened_by: tuple[Ref, ...]
    evidence: tuple[Ref, ...]

    @property
    def confirmed_to(self) -> date:
        """The last day evidence speaks for (formats.md §1.4, rule 4)."""
        return self.confirmed_days[-1]

    def covers(self, day: date) -> bool:
        """Whether the person is in this spell on `day`."""
        return self.start <= day and (self.end is None or day < self.end)


@dataclass(frozen=True, slots=True)
class Task:
    """Evidence that fits no spell, for the township to settle; `reason` is a Chinese sentence for the page."""

    kind: Source
    code: TaskCode
    day: date
    source_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class Derivation:
    """The spells of one person in order of time, never overlapping, and the tasks in order of their day."""

    spells: tuple[Spell, ...]
    tasks: tuple[Task, ...]
