"""The sweep through one person's evidence in order of days (formats.md §1.4): the rules, one method each."""

from datetime import date, timedelta

from employment.spells.drafts import ONE_DAY, SOURCE_OF_ARRIVAL, Draft, from_arrival, from_transfer
from employment.spells.evidence import Arrival, Visit, VisitStatus
from employment.spells.outcome import Derivation, EndReason, Ref, Source, Task, TaskCode
from employment.spells.places import same_place

REACH = timedelta(days=15)  # a row may begin this long after the 到岗 that belongs to it (§1.4 rule 2)

_END_OF = {VisitStatus.LEFT_SEEKING: EndReason.LEFT, VisitStatus.RETURNED_HOME: EndReason.RETURNED}
_CAUSE_OF = {
    EndReason.SUCCEEDED: "起另有务工记录或到岗",
    EndReason.LEFT: "回访结果为离岗求职",
    EndReason.RETURNED: "回访结果为返乡",
}


class Course:
    """A working life so far. `rows` are the declared spells to come, by start, written intervals disjoint."""

    __slots__ = ("current", "past", "pending", "tasks")

    def __init__(self, rows: list[Draft]) -> None:
        self.pending = rows
        self.past: list[Draft] = []
        self.current: Draft | None = None
        self.tasks: list[Task] = []

    def begin_rows(self, until: date | None = None) -> None:
        """Begin the declared spells that start on or before `until` (None: all)."""
        begun = 0
        for draft in self.pending:
            if until is not None and draft.start > until:
                break
            self._open(draft)
            begun += 1
        if begun:
            del self.pending[:begun]

    def arrive(self, arrival: Arrival) -> None:
        """Rule 2: a 到岗 speaks for a declared spell, else opens one, else becomes a task."""
        cover = self._covering(arrival.day)
        fits = cover is not None and cover.fits(arrival)
        if cover is not None and fits and cover.row is not None:
            cover.attach(arrival)
        elif self._draw_back(arrival, cover):
            self.begin_rows(arrival.day)
        elif cover is not None and cover.written:
            if fits:
                cover.attach(arrival)
            else:
                self._refuse_elsewhere(arrival, cover)
        elif cover is not None and _told_before(cover, arrival):
            _tell_again(cover, arrival)
        else:
            self._open(from_arrival(arrival))

    def visit(self, visit: Visit) -> None:
        """Rule 3. Raises ValueError for a status that is none of `VisitStatus`."""
        status = VisitStatus(visit.status)
        if status is VisitStatus.UNREACHABLE:
            return
        cover = self._covering(visit.day)
        if cover is None:
            reason = f"{visit.day}回访结果为{status}，但当日没有在岗的务工记录{_unit(visit)}"
            self._task(Source.VISIT, TaskCode.NO_SPELL, visit.day, visit.source_id, reason)
        elif status is VisitStatus.EMPLOYED_SAME:
            cover.confirmed.append(visit.day)
            cover.evidence.append(Ref(Source.VISIT, visit.source_id))
        elif status is VisitStatus.EMPLOYED_OTHER:
            self._transfer(cover, visit)
        elif cover.written:
            reason = f"{visit.day}回访结果为{status}，但务工台账写明返回时间为{cover.end}"
            self._task(Source.VISIT, TaskCode.WRITTEN_END, visit.day, visit.source_id, reason)
        else:
            cover.close(visit.day, _END_OF[status])
            cover.evidence.append(Ref(Source.VISIT, visit.source_id))

    def finish(self) -> Derivation:
        """All evidence has spoken: spells that would be empty disappear, what spoke for them becomes tasks."""
        self.begin_rows()
        spells = []
        for draft in self.past:
            empty = draft.end is not None and draft.end <= draft.start
            if not empty:
                spells.append(draft.spell())
            if draft.end is not None and not draft.written and draft.reason is not EndReason.TRANSFERRED:
                self._report_lost(draft, draft.end, draft.reason, empty=empty)
        self.tasks.sort(key=lambda task: (task.day, task.kind, task.source_id, task.code))
        return Derivation(tuple(spells), tuple(self.tasks))

    def _covering(self, day: date) -> Draft | None:
        current = self.current
        return current if current is not None and (current.end is None or day < current.end) else None

    def _open(self, draft: Draft) -> None:
        """Begin a spell: an open one ends there (rule 1)."""
        if self.current is not None and self.current.end is None:
            self.current.close(draft.start, EndReason.SUCCEEDED)
        self.past.append(draft)
        self.current = draft

    def _coming(self, arrival: Arrival) -> int | None:
        """The position in `pending` of the nearest row that begins within reach and fits."""
        limit = arrival.day + REACH
        for index, draft in enumerate(self.pending):
            if draft.start > limit:
                break
            if draft.fits(arrival):
                return index
        return None

    def _draw_back(self, arrival: Arrival, cover: Draft | None) -> bool:
        """Move the start of the nearest fitting row back to the 到岗, though not into a written end before it."""
        index = self._coming(arrival)
        if index is None:
            return False
        draft = self.pending[index]
        before = self.pending[:index] if cover is None else [cover, *self.pending[:index]]
        start = max([arrival.day, *(other.end for other in before if other.written and other.end is not None)])
        # Rows without a written end that would begin no earlier than this one are left without a day of their own.
        displaced = [other for other in self.pending[:index] if other.start >= start]
        for other in displaced:
            other.close(start, EndReason.SUCCEEDED)
        del self.pending[index - len(displaced) : index]
        self.past.extend(displaced)
        draft.start = start
        draft.attach(arrival)
        return True

    def _transfer(self, old: Draft, visit: Visit) -> None:
        new = from_transfer(old, visit)
        old.close(visit.day, EndReason.TRANSFERRED)
        old.confirmed.append(visit.day - ONE_DAY)
        old.evidence.append(new.origin)
        self._open(new)

    def _refuse_elsewhere(self, arrival: Arrival, cover: Draft) -> None:
        reason = f"{arrival.day}到岗的地点和单位与当时的务工台账不符，该记录写明返回时间为{cover.end}"
        self._task(SOURCE_OF_ARRIVAL[arrival.kind], TaskCode.ELSEWHERE, arrival.day, arrival.source_id, reason)

    def _report_lost(self, draft: Draft, end: date, reason: EndReason | None, *, empty: bool) -> None:
        """Tasks for a row whose spell was over before it should begin, and for the 到岗 of a spell without a day."""
        cause = f"（{end}{_CAUSE_OF[reason]}）" if reason in _CAUSE_OF else ""
        row = draft.row
        if row is not None and end <= row.start:
            sentence = f"务工台账外出时间{row.start}的记录与其他记录不符{cause}，未计入务工经历"
            self._task(Source.DECLARED, TaskCode.DISPLACED, row.start, row.source_id, sentence)
        for arrival in draft.arrivals if empty else ():
            sentence = f"{arrival.day}到岗的记录与其他记录不符{cause}，未计入务工经历"
            self._task(SOURCE_OF_ARRIVAL[arrival.kind], TaskCode.DISPLACED, arrival.day, arrival.source_id, sentence)

    def _task(self, kind: Source, code: TaskCode, day: date, source_id: int, reason: str) -> None:
        self.tasks.append(Task(kind, code, day, source_id, reason))


def _told_before(draft: Draft, arrival: Arrival) -> bool:
    """Whether a 到岗 of this day (roster, station) opened the spell and this one says nothing else."""
    known = draft.employer_key is not None and arrival.employer_key is not None
    return (
        draft.row is None
        and bool(draft.arrivals)
        and draft.start == arrival.day
        and same_place(draft.place, arrival.place)
        and (not known or draft.employer_key == arrival.employer_key)
    )


def _tell_again(draft: Draft, arrival: Arrival) -> None:
    """Take a repeated 到岗: it fills what the first left blank and may name the place more closely."""
    if arrival.place and arrival.place.startswith(draft.place or ""):
        draft.place = arrival.place
    draft.employer_key = arrival.employer_key if draft.employer_key is None else draft.employer_key
    draft.job_title = draft.job_title or arrival.job_title
    draft.attach(arrival)


def _unit(visit: Visit) -> str:
    return f"（当前单位：{visit.employer_name}）" if visit.employer_name else ""
