"""From all evidence about one person to job spells and tasks (formats.md §1.4; docs/spells.md)."""

from collections.abc import Sequence
from datetime import date

from employment.spells.course import Course
from employment.spells.drafts import Draft, from_row
from employment.spells.evidence import Arrival, ArrivalKind, Declared, Evidence, Visit
from employment.spells.outcome import Derivation, Source, Task, TaskCode


def derive(evidence: Sequence[Evidence], as_of: date | None = None) -> Derivation:
    """Derive the job spells of one person, as known on `as_of` (None: from all evidence there is).

    A pure function of the set of evidence: the order of `evidence` does not matter, nothing outside it is read. "As of
    D" knows evidence dated ≤ D and nothing else; a 返回时间 is evidence of its own date (§1.4 rule 5). No two spells
    overlap and none is empty. Raises ValueError for a visit whose status is none of `VisitStatus`.
    """
    rows: list[Declared] = []
    events: list[Arrival | Visit] = []
    for piece in evidence:
        if isinstance(piece, Declared):
            if as_of is None or piece.start <= as_of:
                rows.append(piece)
        elif as_of is None or piece.day <= as_of:
            events.append(piece)
    rows.sort(key=_row_order)
    drafts = [from_row(row, as_of) for row in rows]
    course = Course(drafts)
    if len(drafts) > 1:
        course.pending, course.tasks = _without_overlaps(drafts)
    if len(events) > 1:
        events.sort(key=_event_order)
    for event in events:
        course.begin_rows(event.day)
        if isinstance(event, Arrival):
            course.arrive(event)
        else:
            course.visit(event)
    return course.finish()


def _row_order(row: Declared) -> tuple[date, str, str, int]:
    return row.start, row.place or "", str(row.employer_key), row.source_id


def _event_order(event: Arrival | Visit) -> tuple[date, int, str, str, str, str, int]:
    """到岗 before visits on one day; 到岗 by roster, then by station, each by natural key; visits by station number."""
    if isinstance(event, Visit):
        return event.day, 2, event.station_code, event.status, str(event.employer_key), "", event.source_id
    rank = 0 if event.kind == ArrivalKind.TRIP else 1
    place, employer = event.place or "", str(event.employer_key)
    return event.day, rank, event.natural_key, place, employer, event.job_title, event.source_id


def _without_overlaps(drafts: list[Draft]) -> tuple[list[Draft], list[Task]]:
    """Set aside what an import would have refused: merging two registrations can bring such rows to one person."""
    kept: list[Draft] = []
    tasks: list[Task] = []
    for draft in drafts:
        met = kept[-1] if kept else None
        if met is not None and (met.start == draft.start or _runs_over(met, draft)):
            reason = f"外出时间{draft.start}的记录与外出时间{met.start}的记录重叠"
            tasks.append(Task(Source.DECLARED, TaskCode.OVERLAP, draft.start, draft.origin.id, reason))
        else:
            kept.append(draft)
    return kept, tasks


def _runs_over(earlier: Draft, later: Draft) -> bool:
    return earlier.end is not None and earlier.end > later.start
