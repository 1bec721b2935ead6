"""A spell while it is being built: what the sweep of `course.py` changes until all evidence has spoken."""

from datetime import date, timedelta
from decimal import Decimal

from employment.spells.evidence import ORGANISED_CHANNELS, Arrival, ArrivalKind, Declared, EmployerKey, Place, Visit
from employment.spells.outcome import EndReason, Ref, Source, Spell
from employment.spells.places import same_employer, same_place

ONE_DAY = timedelta(days=1)

GOVERNMENT, STATION = "政府组织", "协作站推荐"
SOURCE_OF_ARRIVAL = {ArrivalKind.TRIP: Source.TRIP, ArrivalKind.REFERRAL: Source.REFERRAL}
_CHANNEL_OF_ARRIVAL = {ArrivalKind.TRIP: GOVERNMENT, ArrivalKind.REFERRAL: STATION}


class Draft:
    """A spell under construction.

    `row` is the row of 务工台账 it is, if it is one; `written` tells whether `end` is a 返回时间, which no other
    evidence moves; `confirmed` are days that visits and the row speak for; `arrivals` the 到岗 that speak for it.
    """

    __slots__ = (
        "arrivals", "channel", "confirmed", "contract", "employer_key", "end", "evidence", "insured", "job_title",
        "organised", "origin", "place", "reason", "row", "start", "wage", "written",
    )  # fmt: skip

    start: date
    end: date | None
    reason: EndReason | None
    written: bool
    place: Place
    employer_key: EmployerKey
    job_title: str
    wage: Decimal | None
    channel: str
    organised: bool
    contract: bool | None
    insured: bool | None
    origin: Ref
    row: Declared | None
    confirmed: list[date]
    arrivals: list[Arrival]
    evidence: list[Ref]

    def fits(self, arrival: Arrival) -> bool:
        """Whether the 到岗 speaks of this spell's place (unknown counts as the same) or employer."""
        return same_place(self.place, arrival.place) or same_employer(self.employer_key, arrival.employer_key)

    def attach(self, arrival: Arrival) -> None:
        """Take a 到岗 as evidence for this spell, which makes it organised."""
        self.organised = True
        self.arrivals.append(arrival)
        self.evidence.append(Ref(SOURCE_OF_ARRIVAL[arrival.kind], arrival.source_id))

    def close(self, day: date, reason: EndReason) -> None:
        """End the spell on `day`, the first day no longer there."""
        self.end = day
        self.reason = reason
        self.written = False

    def spell(self) -> Spell:
        """The finished spell."""
        start, end = self.start, self.end
        days = {start, *(day for day in self.confirmed if day > start)}
        if self.written and end is not None:
            days.add(end - ONE_DAY)
        return Spell(
            start, end, self.reason, self.place, self.employer_key, self.job_title, self.wage, self.channel,
            self.organised, self.contract, self.insured, tuple(sorted(days)), self.origin,
            tuple(
                Ref(SOURCE_OF_ARRIVAL[arrival.kind], arrival.source_id)
                for arrival in self.arrivals
                if arrival.day <= start
            ),
            tuple(self.evidence),
        )  # fmt: skip


def from_row(row: Declared, as_of: date | None) -> Draft:
    """The declared spell of a row, as known on `as_of`: dates written later are not known yet (§1.4 rule 5)."""
    draft = Draft()
    draft.start = row.start
    draft.row = row
    draft.written = row.end is not None and (as_of is None or row.end <= as_of)
    draft.end, draft.reason = (row.end, EndReason.WRITTEN) if draft.written else (None, None)
    known = row.confirmed_to is not None and (as_of is None or row.confirmed_to <= as_of)
    draft.confirmed = [row.confirmed_to] if known and row.confirmed_to is not None else []
    draft.place = row.place
    draft.employer_key = row.employer_key
    draft.job_title = row.job_title
    draft.wage = row.wage
    draft.channel = row.channel
    draft.organised = row.channel in ORGANISED_CHANNELS
    draft.contract = row.contract
    draft.insured = row.insured
    draft.origin = Ref(Source.DECLARED, row.source_id)
    draft.arrivals = []
    draft.evidence = [draft.origin]
    return draft


def from_arrival(arrival: Arrival) -> Draft:
    """The spell a 到岗 opens: its place and employer, no wage, 政府组织 or 协作站推荐 (§1.4 rule 2)."""
    draft = Draft()
    draft.start = arrival.day
    draft.row = draft.end = draft.reason = None
    draft.written = False
    draft.confirmed = []
    draft.place = arrival.place
    draft.employer_key = arrival.employer_key
    draft.job_title = arrival.job_title
    draft.wage = draft.contract = draft.insured = None
    draft.channel = _CHANNEL_OF_ARRIVAL[arrival.kind]
    draft.origin = Ref(SOURCE_OF_ARRIVAL[arrival.kind], arrival.source_id)
    draft.arrivals = []
    draft.evidence = []
    draft.attach(arrival)
    return draft


def from_transfer(old: Draft, visit: Visit) -> Draft:
    """The spell that a 转岗在岗 opens: the visit's job, the old place and the old written end (§1.4 rule 3)."""
    draft = Draft()
    draft.start = visit.day
    draft.row = None
    draft.written = old.written
    draft.end, draft.reason = (old.end, old.reason) if old.written else (None, None)
    draft.confirmed = []
    draft.place = old.place
    draft.employer_key = visit.employer_key
    draft.job_title = ""
    draft.wage = visit.wage
    draft.channel = ""
    draft.organised = False
    draft.contract = visit.contract
    draft.insured = visit.insured
    draft.origin = Ref(Source.VISIT, visit.source_id)
    draft.arrivals = []
    # A spell that began the same day is empty now: what spoke for it speaks for its successor.
    draft.evidence = [draft.origin, *old.evidence] if old.start == visit.day else [draft.origin]
    return draft
