"""The process of a referral, 推荐 → 意向 → 签约 → 到岗 or 拒绝, as one table and one gate (domain.md §3.8).

到岗 ends it: who came home and goes to the same post the next season is brought there by a process of their own.

Sheets store steps as they were written down, whatever came before; acts of people pass the gate.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.utils.timezone import localdate

from core.errors import Conflict, DomainError
from core.formats.values import REFERRAL_RESULT
from employment.models import Referral

RECOMMENDED, INTENT, SIGNED, AT_POST, DECLINED = REFERRAL_RESULT.codes
BEGINNING: Final = ""
MOVES: Final = {
    BEGINNING: (RECOMMENDED, INTENT, SIGNED),
    RECOMMENDED: (INTENT, SIGNED, AT_POST, DECLINED),
    INTENT: (SIGNED, AT_POST, DECLINED),
    SIGNED: (AT_POST, DECLINED),
    AT_POST: (),
    DECLINED: (RECOMMENDED,),
}
"""Result → what may come next. Somebody who comes to a stand at a fair begins with an intent or signs at once."""
LINE: Final = (RECOMMENDED, INTENT, SIGNED, AT_POST)
"""The way of a process that ends well."""
_PLACES: Final = {result: place for place, result in enumerate((*LINE, DECLINED))}


@dataclass(frozen=True)
class Process:
    """The steps of one person towards one post of one employer, at one fair or none, first to last, up to a 到岗."""

    steps: tuple[Referral, ...]

    @property
    def last(self) -> Referral:
        """The step where it stands."""
        return self.steps[-1]

    @property
    def moves(self) -> tuple[str, ...]:
        """What may come next."""
        return MOVES[self.last.result]


def in_order(steps: Iterable[Referral]) -> list[Referral]:
    """Steps of one process, first to last; on one day in the order of the line."""
    return sorted(steps, key=lambda step: (step.happened_on, _PLACES.get(step.result, 0), step.pk))


def apart(steps: Iterable[Referral]) -> list[Process]:
    """The processes of one person, fair or none, employer and post, first to last: one ends with each day of a 到岗."""
    made: list[list[Referral]] = []
    for step in in_order(steps):
        before = made[-1][-1] if made else None
        if before is None or (before.result == AT_POST and before.happened_on < step.happened_on):
            made.append([])
        made[-1].append(step)
    return [Process(tuple(one)) for one in made]


def processes(steps: Iterable[Referral]) -> list[Process]:
    """The processes those steps make, the one that moved last first."""
    found: dict[tuple[Any, ...], list[Referral]] = {}
    for step in steps:
        found.setdefault((step.worker_id, step.fair_id, step.employer_id, step.job_title), []).append(step)
    made = [process for one in found.values() for process in apart(one)]
    return sorted(made, key=lambda process: (process.last.happened_on, process.last.pk), reverse=True)


def pass_gate(before: Sequence[Referral], result: str, day: date) -> Referral | None:
    """Whether the step ``result`` may follow on ``day``; the step itself where it was taken already (a second click).

    ``Conflict`` (``step``) where the process does not go that way, ``DomainError`` (``date``) for a day to come or one
    before the last step.
    """
    last = before[-1] if before else None
    if last is not None and (last.result, last.happened_on) == (result, day):
        return last
    if day > localdate():
        raise DomainError("date", "日期不能晚于今天。", "happened_on")
    anew = last is not None and last.result == AT_POST and day > last.happened_on
    allowed = MOVES[BEGINNING if last is None or anew else last.result]
    if result not in allowed:
        ways = "、".join(allowed) or "没有下一步"
        told = f"目前是“{last.result}”" if last else "还没有登记"
        raise Conflict("step", f"{told}，不能登记为“{result}”；可以登记：{ways}。", "result")
    if last is not None and day < last.happened_on:
        raise DomainError("date", f"日期不能早于上一步“{last.result}”的日期 {last.happened_on}。", "happened_on")
    return None
