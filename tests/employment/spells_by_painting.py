"""The rules of formats.md §1.4 once more, slow and plain: a calendar on which every day is painted with one spell.

Nothing here is shared with `employment.spells` but the shapes of evidence and outcome. Declared spells are painted
first; then every 到岗 and visit, in order of days, paints its part over. A spell is what carries its colour in the end.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

from employment.spells import Arrival, Declared, Derivation, EndReason, Ref, Source, Spell, Task, TaskCode, Visit

ORGANISED = ["政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)"]


@dataclass(eq=False)
class Colour:
    origin: Ref
    place: str | None
    employer: object
    job: str
    wage: object
    channel: str
    contract: bool | None = None
    insured: bool | None = None
    row: Declared | None = None
    written_end: int | None = None
    organised: bool = False
    ended_by: EndReason | None = None
    transferred: bool = False
    speaks: list = field(default_factory=list)
    arrivals: list = field(default_factory=list)
    evidence: list = field(default_factory=list)


class Calendar:
    def __init__(self, rows, events, as_of):
        days = [day for row in rows for day in (row.start, row.end, row.confirmed_to) if day]
        days += [event.day for event in events]
        self.first, self.horizon = min(days).toordinal(), max(days).toordinal() + 3
        self.paint = dict.fromkeys(range(self.first, self.horizon))
        self.colours, self.tasks = [], []
        for row in sorted(rows, key=lambda row: row.start):
            self._paint_row(row, as_of)

    def _paint_row(self, row, as_of):
        written = row.end if row.end and (as_of is None or row.end <= as_of) else None
        ref = Ref(Source.DECLARED, row.source_id)
        colour = self._colour(
            ref, row.place, row.employer_key, row.job_title, row.wage, row.channel, row.contract, row.insured
        )
        colour.row, colour.organised, colour.evidence = row, row.channel in ORGANISED, [ref]
        colour.written_end = written.toordinal() if written else None
        if row.confirmed_to and (as_of is None or row.confirmed_to <= as_of):
            colour.speaks.append(row.confirmed_to.toordinal())
        for day in range(row.start.toordinal(), self.horizon):
            self.paint[day] = colour if day < (colour.written_end or self.horizon) else None

    def _colour(self, *args):
        colour = Colour(*args)
        self.colours.append(colour)
        return colour

    def days_of(self, colour):
        return [day for day, painted in self.paint.items() if painted is colour]

    def task(self, source, code, day, source_id):
        self.tasks.append((source, code, day, source_id))

    # 到岗

    def arrive(self, arrival):
        today = arrival.day.toordinal()
        ref = Ref(Source(arrival.kind.value), arrival.source_id)
        colour = self._declared_spell_for(arrival, today)
        here = self.paint[today]
        if colour is not None:
            day = self.days_of(colour)[0] - 1
            while day >= today and not (self.paint[day] and self.paint[day].written_end):
                self.paint[day] = colour
                day -= 1
        elif here and here.written_end:
            if not self._alike(here, arrival):
                self.task(ref.source, TaskCode.ELSEWHERE, arrival.day, arrival.source_id)
                return
            colour = here
        elif here and self._same_news(here, arrival, today):
            colour = here
            if arrival.place and arrival.place.startswith(here.place or ""):
                here.place = arrival.place
            if here.employer is None:
                here.employer = arrival.employer_key
            here.job = here.job or arrival.job_title
        else:
            channel = {"trip": "政府组织", "referral": "协作站推荐"}[arrival.kind.value]
            place, employer = arrival.place, arrival.employer_key
            colour = self._colour(ref, place, employer, arrival.job_title, None, channel)
            day = today
            while day < self.horizon and self.paint[day] is here:
                self.paint[day] = colour
                day += 1
        colour.organised = True
        colour.arrivals.append(arrival)
        colour.evidence.append(ref)

    def _declared_spell_for(self, arrival, today):
        here = self.paint[today]
        if here and here.row and self._alike(here, arrival):
            return here
        for day in range(today + 1, today + 16):
            there = self.paint.get(day)
            if there and there.row and there is not here and self._alike(there, arrival):
                return there
        return None

    def _alike(self, colour, arrival):
        one, other = colour.place or "", arrival.place or ""
        shorter = min(len(one), len(other))
        if one[:shorter] == other[:shorter] or (shorter >= 4 and one[:4] == other[:4]):
            return True
        return arrival.employer_key is not None and colour.employer == arrival.employer_key

    def _same_news(self, colour, arrival, today):
        if colour.row or not colour.arrivals or self.days_of(colour)[0] != today:
            return False
        if len({colour.employer, arrival.employer_key} - {None}) == 2:
            return False
        return self._alike(colour, Arrival(arrival.day, arrival.place, None, arrival.kind, 0))

    # visits

    def visit(self, visit):
        today = visit.day.toordinal()
        here = self.paint[today]
        ref = Ref(Source.VISIT, visit.source_id)
        status = visit.status.value
        if status == "失联":
            return
        if here is None:
            self.task(ref.source, TaskCode.NO_SPELL, visit.day, visit.source_id)
        elif status == "原岗位在岗":
            here.speaks.append(today)
            here.evidence.append(ref)
        elif status == "转岗在岗":
            self._change_job(here, visit, today, ref)
        elif here.written_end:
            self.task(ref.source, TaskCode.WRITTEN_END, visit.day, visit.source_id)
        else:
            here.ended_by = {"离岗求职": EndReason.LEFT, "返乡": EndReason.RETURNED}[status]
            here.evidence.append(ref)
            for day in self.days_of(here):
                if day >= today:
                    self.paint[day] = None

    def _change_job(self, here, visit, today, ref):
        had = list(here.evidence) if self.days_of(here)[0] == today else []
        new = self._colour(ref, here.place, visit.employer_key, "", visit.wage, "", visit.contract, visit.insured)
        new.written_end, here.written_end = here.written_end, None
        new.evidence = [ref, *had]
        here.transferred = True
        here.speaks.append(today - 1)
        here.evidence.append(ref)
        for day in self.days_of(here):
            if day >= today:
                self.paint[day] = new

    # outcome

    def spells(self):
        found = [self._spell(colour, days) for colour in self.colours if (days := self.days_of(colour))]
        return sorted(found, key=lambda spell: spell.start)

    def _spell(self, colour, days):
        assert days == list(range(days[0], days[-1] + 1)), "a spell has a hole"
        start, last, is_open = days[0], days[-1], days[-1] == self.horizon - 1
        speaks = {start} | {day for day in colour.speaks if day > start}
        reason = colour.ended_by or EndReason.SUCCEEDED
        if colour.transferred:
            reason = EndReason.TRANSFERRED
        elif colour.written_end:
            reason, speaks = EndReason.WRITTEN, speaks | {last}
        opened_by = [a for a in colour.arrivals if a.day.toordinal() <= start]
        return Spell(
            date.fromordinal(start), None if is_open else date.fromordinal(last + 1), None if is_open else reason,
            colour.place, colour.employer, colour.job, colour.wage, colour.channel, colour.organised,
            colour.contract, colour.insured, tuple(date.fromordinal(day) for day in sorted(speaks)), colour.origin,
            tuple(Ref(Source(a.kind.value), a.source_id) for a in opened_by), tuple(colour.evidence),
        )  # fmt: skip

    def lost(self):
        """Tasks of rows and 到岗 whose spell has no day left, or no day on or after the row's own 外出时间."""
        for colour in self.colours:
            days = self.days_of(colour)
            if colour.transferred:
                continue
            if colour.row and (not days or days[-1] < colour.row.start.toordinal()):
                self.task(Source.DECLARED, TaskCode.DISPLACED, colour.row.start, colour.row.source_id)
            for arrival in () if days else colour.arrivals:
                self.task(Source(arrival.kind.value), TaskCode.DISPLACED, arrival.day, arrival.source_id)


def derive_by_painting(evidence, as_of=None):
    """`derive` for rows of 务工台账 that do not overlap; the reasons of its tasks are left blank."""
    rows = [e for e in evidence if isinstance(e, Declared) and (as_of is None or e.start <= as_of)]
    events = [e for e in evidence if not isinstance(e, Declared) and (as_of is None or e.day <= as_of)]
    if not rows and not events:
        return Derivation((), ())
    calendar = Calendar(rows, events, as_of)
    day, last = min(e.day for e in events) if events else None, max((e.day for e in events), default=None)
    while day is not None and day <= last:
        today = [e for e in events if e.day == day]
        arrivals = [e for e in today if isinstance(e, Arrival)]
        for kind in ("trip", "referral"):
            for arrival in sorted((a for a in arrivals if a.kind.value == kind), key=lambda a: a.natural_key):
                calendar.arrive(arrival)
        for visit in sorted((e for e in today if isinstance(e, Visit)), key=lambda v: v.station_code):
            calendar.visit(visit)
        day += timedelta(days=1)
    calendar.lost()
    tasks = [Task(kind, code, when, source_id, "") for kind, code, when, source_id in calendar.tasks]
    tasks.sort(key=lambda task: (task.day, task.kind, task.source_id))
    return Derivation(tuple(calendar.spells()), tuple(tasks))
