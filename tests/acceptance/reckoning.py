"""Job spells and statistics worked out a second time, from the sentences of formats.md §1.4 and §3.1 alone.

It reads the rows an office sent, as written, and nothing of the platform: places are codes, employers names.
"""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import ClassVar

OWN = "52"
ORGANISED = {"政府组织", "协作站推荐", "人力资源机构", "劳务经纪人", "劳务公司(合作社)"}
WINDOWS = {7: 3, 30: 5, 90: 10, 180: 15}
DAY = dt.timedelta(days=1)


@dataclass
class Job:
    """A row of 务工台账."""

    start: dt.date
    end: dt.date | None
    place: str
    employer: str = ""
    channel: str = ""
    confirmed: dt.date | None = None


@dataclass
class Seat:
    """A row of 乘车花名册 with the vehicle it is on."""

    batch: str
    vehicle: str
    mode: str
    left: dt.date
    destination: str
    boarded: bool
    at_post: dt.date | None = None
    employer: str = ""
    outcome: str = ""


@dataclass
class Visit:
    """A row of 回访台账."""

    day: dt.date
    status: str
    station: str = ""
    employer: str = ""


@dataclass
class Person:
    number: str
    name: str
    village: str
    born: dt.date
    sex: str
    seen: dt.date | None = None
    status: str = ""
    tags: list = field(default_factory=list)  # (code, from | None, to | None)
    jobs: list = field(default_factory=list)
    seats: list = field(default_factory=list)
    visits: list = field(default_factory=list)


@dataclass
class Station:
    code: str
    name: str
    place: str
    opened: dt.date
    area: tuple = ()


@dataclass(kw_only=True)
class Spell:
    start: dt.date
    end: dt.date | None
    place: str
    employer: str
    channel: str
    organised: bool
    declared: bool
    written: bool = False
    confirmed: list = field(default_factory=list)

    def covers(self, day):
        return self.start <= day and (self.end is None or day < self.end)

    @property
    def confirmed_to(self):
        before_end = [self.end - DAY] if self.written else []
        return max([self.start, *self.confirmed, *before_end])


def same_place(one, other):
    return not one or not other or one[:4] == other[:4] or one.startswith(other) or other.startswith(one)


def _speaks_for(spell, seat):
    employer = bool(seat.employer) and seat.employer == spell.employer
    return same_place(spell.place, seat.destination) or employer


def spells_of(person, as_of):
    """§1.4 rules 1 to 5. Rows of one person must not begin within 15 days of each other: those corners are not judged here."""
    rows = []
    for job in sorted((job for job in person.jobs if job.start <= as_of), key=lambda job: job.start):
        written = job.end is not None and job.end <= as_of
        confirmed = [job.confirmed] if job.confirmed and job.confirmed <= as_of else []
        organised = job.channel in ORGANISED
        told = {"place": job.place, "employer": job.employer, "channel": job.channel, "confirmed": confirmed}
        end = job.end if written else None
        rows.append(Spell(start=job.start, end=end, organised=organised, declared=True, written=written, **told))
    arrivals = [(seat.at_post, 1, f"{seat.batch} {seat.vehicle}", seat) for seat in person.seats
                if seat.at_post and seat.boarded and seat.outcome != "未录用" and seat.at_post <= as_of]  # fmt: skip
    visits = [(visit.day, 2, visit.station, visit) for visit in person.visits if visit.day <= as_of]
    found, waiting = [], list(rows)

    def begin(spell):
        last = found[-1] if found else None
        if last and last.end is None:
            last.end = spell.start
        found.append(spell)

    def covering(day):
        return found[-1] if found and found[-1].covers(day) else None

    for day, kind, _order, what in sorted([*arrivals, *visits], key=lambda one: one[:3]):
        while waiting and waiting[0].start <= day:
            begin(waiting.pop(0))
        now = covering(day)
        if kind == 1:
            _arrive(what, now, waiting, begin)
        elif now:
            _visit(day, what, now, begin)
    for row in waiting:
        begin(row)
    return [spell for spell in found if spell.end is None or spell.start < spell.end]


def _arrive(seat, now, waiting, begin):
    day = seat.at_post
    if now and now.declared and _speaks_for(now, seat):
        now.organised = True
        return
    coming = next((row for row in waiting if row.start <= day + 15 * DAY and _speaks_for(row, seat)), None)
    if coming:
        waiting.remove(coming)
        floor = [now.end] if now and now.written else []
        coming.start, coming.organised = max([day, *floor]), True
        begin(coming)
    elif not (now and now.written):
        told = {"place": seat.destination, "employer": seat.employer, "channel": "政府组织"}
        begin(Spell(start=day, end=None, organised=True, declared=False, **told))


def _visit(day, visit, now, begin):
    if visit.status == "原岗位在岗":
        now.confirmed.append(day)
    elif visit.status == "转岗在岗":
        told = {"place": now.place, "employer": visit.employer, "channel": "", "written": now.written}
        after = Spell(start=day, end=now.end if now.written else None, organised=False, declared=False, **told)
        now.end, now.written = day, False
        now.confirmed.append(day - DAY)
        begin(after)
    elif visit.status in ("离岗求职", "返乡") and not now.written:
        now.end = day


# What is counted.


@dataclass
class Unit:
    key: object
    person: Person
    day: dt.date
    dims: dict
    base: bool = True
    counted: bool = True
    extras: dict = field(default_factory=dict)


def band(born, day):
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    return next(
        (
            name
            for limit, name in ((16, "<16"), (25, "16-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (60, "55-59"))
            if age < limit
        ),
        "60+",
    )


def tags_on(person, day):
    return {code for code, start, end in person.tags if (not start or start <= day) and (not end or day < end)}


def dims_of(person, day, *, place="", **more):
    """One value, or a set of values, for every dimension of persons."""
    return {
        "township": person.village[:9], "village": person.village, "county": person.village[:6], "sex": person.sex,
        "age_band": band(person.born, day), "group": tags_on(person, day), "month": f"{day:%Y-%m}",
        "quarter": f"{day.year}Q{(day.month + 2) // 3}",
        "destination": place[:2], "destination_city": place[:4] if len(place) > 3 else "", **more,
    }  # fmt: skip


class Reckoner:
    """Answers what the statistics command answers, about one world."""

    def __init__(self, people, stations):
        self.people, self.stations = people, stations
        self.memory = {}

    def spells(self, person, as_of):
        key = person.number, as_of
        if key not in self.memory:
            self.memory[key] = spells_of(person, as_of)
        return self.memory[key]

    def now(self, person, day):
        return next((spell for spell in self.spells(person, day) if spell.covers(day)), None)

    def outside(self, person, day):
        spell = self.now(person, day)
        return spell if spell and spell.place and spell.place[:2] != OWN else None

    def registered(self, person, day):
        gone = person.status in ("死亡", "迁出") and (person.seen is None or person.seen <= day)
        return (person.seen is None or person.seen <= day) and not gone

    # Stocks: units as of a day.

    def ldb_total(self, _first, _last, day):
        return [Unit(p.number, p, day, dims_of(p, day)) for p in self.people if self.registered(p, day)]

    def out_stock(self, _first, _last, day):
        found = [(p, self.outside(p, day)) for p in self.people]
        return [
            Unit(p.number, p, day, dims_of(p, day, place=s.place, channel=s.channel, employer=s.employer))
            for p, s in found
            if s
        ]

    def org_share(self, first, last, day):
        units = self.out_stock(first, last, day)
        for unit in units:
            unit.counted = self.outside(unit.person, day).organised
        return units

    def out_group(self, _first, _last, day):
        return [
            Unit(p.number, p, day, dims_of(p, day), self.registered(p, day), bool(self.outside(p, day)))
            for p in self.people if tags_on(p, day)
        ]  # fmt: skip

    def stn_cover(self, _first, _last, day):
        units = []
        for person in self.people:
            spell = self.now(person, day)
            for station in self.stations:
                area = station.area or (station.place[:4],)
                if spell and station.opened <= day and any(spell.place.startswith(code) for code in area):
                    units.append(
                        Unit(
                            person.number,
                            person,
                            day,
                            dims_of(person, day, place=spell.place, station=station.code, employer=spell.employer),
                        )
                    )
        return units

    # Flows: units of a period, known on a day.

    def _journeys(self, last):
        for person in self.people:
            batches = defaultdict(list)
            for seat in person.seats:
                if seat.boarded:
                    batches[seat.batch].append(seat)
            for batch, seats in batches.items():
                seats.sort(key=lambda seat: (seat.mode == "接驳", seat.left))
                yield person, batch, seats[0]

    def org_pt(self, first, last, as_of):
        return [
            Unit((p.number, batch), p, s.left, dims_of(p, s.left, place=s.destination, mode=s.mode, trip=batch, employer=s.employer))
            for p, batch, s in self._journeys(last) if first <= s.left <= min(last, as_of)
        ]  # fmt: skip

    def org_p(self, first, last, as_of):
        units = self.org_pt(first, last, as_of)
        for unit in units:
            unit.key = unit.person.number
        return units

    def org_vehicle(self, first, last, as_of):
        return [
            Unit((s.batch, s.vehicle), p, s.left, dims_of(p, s.left, place=s.destination, mode=s.mode, trip=s.batch))
            for p in self.people for s in p.seats if s.boarded and first <= s.left <= min(last, as_of)
        ]  # fmt: skip

    def org_batch(self, first, last, as_of):
        begun = {}
        for person in self.people:
            for seat in person.seats:
                if seat.boarded:
                    begun[seat.batch] = min(begun.get(seat.batch, seat.left), seat.left)
        return [
            Unit(s.batch, p, begun[s.batch], dims_of(p, begun[s.batch], place=s.destination, mode=s.mode, trip=s.batch))
            for p in self.people for s in p.seats if s.boarded and first <= begun[s.batch] <= min(last, as_of)
        ]  # fmt: skip

    def _helped(self, first, last, as_of):
        for person in self.people:
            spells = [s for s in self.spells(person, as_of) if s.organised and first <= s.start <= min(last, as_of)]
            if spells:
                latest = max(spells, key=lambda spell: spell.start)
                yield Unit(
                    person.number,
                    person,
                    latest.start,
                    dims_of(person, latest.start, place=latest.place, channel=latest.channel, employer=latest.employer),
                )

    def coop_gd(self, *days):
        return [unit for unit in self._helped(*days) if unit.dims["destination"] == "44"]

    def coop_near(self, *days):
        return [unit for unit in self._helped(*days) if unit.dims["destination"] == OWN]

    def coop_other(self, *days):
        return [unit for unit in self._helped(*days) if unit.dims["destination"] not in ("44", OWN, "")]

    def stn_serv(self, first, last, as_of):
        places = {station.code: station.place for station in self.stations}
        return [
            Unit(object(), p, v.day, dims_of(p, v.day, station=v.station, place=places[v.station]))
            for p in self.people for v in p.visits if v.station and first <= v.day <= min(last, as_of)
        ]  # fmt: skip

    def retention(self, days, first, last, as_of, *, same):
        units = []
        for person in self.people:
            months = {}
            for seat in person.seats:
                arrived = seat.at_post
                if arrived and seat.boarded and seat.outcome != "未录用" and first <= arrived <= min(last, as_of):
                    kept = months.get((arrived.year, arrived.month))
                    if kept is None or arrived < kept.at_post:
                        months[arrived.year, arrived.month] = seat
            units += [self._retained(person, seat, days, as_of, same=same) for seat in months.values()]
        return units

    def _retained(self, person, seat, days, as_of, *, same):
        arrived, target = seat.at_post, seat.at_post + days * DAY
        spells = self.spells(person, as_of)
        due = target <= as_of
        there = [s for s in spells if s.covers(target)]
        stays = due and any(s.confirmed_to >= target - WINDOWS[days] * DAY for s in there)
        left = due and not there and any(s.end and arrived < s.end <= target for s in spells)
        since = [s for s in spells if s.start <= target and (s.end is None or s.end > arrived)]
        one = len(since) == 1 or (len({s.employer for s in since}) == 1 and all(s.employer for s in since))
        extras = {"left": left, "unknown": due and not stays and not left}
        if same:
            extras["other"] = stays and not one
        dims = dims_of(person, arrived, place=seat.destination, employer=seat.employer)
        return Unit((person.number, arrived), person, arrived, dims, due, stays and (one or not same), extras)

    # Answers.

    UNITS: ClassVar = {
        "LDB_TOTAL": ("ldb_total", "stock", False), "OUT_STOCK": ("out_stock", "stock", False), "OUT_DEST": ("out_stock", "stock", True),
        "OUT_GROUP": ("out_group", "stock", True), "ORG_SHARE": ("org_share", "stock", True), "STN_COVER": ("stn_cover", "stock", False),
        "ORG_PT": ("org_pt", "flow", False), "ORG_P": ("org_p", "flow", False), "ORG_BATCH": ("org_batch", "flow", False),
        "ORG_VEHICLE": ("org_vehicle", "flow", False), "COOP_GD": ("coop_gd", "flow", False), "COOP_OTHER": ("coop_other", "flow", False),
        "COOP_NEAR": ("coop_near", "flow", False), "STN_SERV": ("stn_serv", "flow", False),
    }  # fmt: skip

    def answer(self, code, days, division, by=(), *, variant="", **filters):
        """(total, rows) as the command prints them, names of codes left out; ``days`` are the period's and as_of."""
        first, last, as_of = days
        if code.startswith("RET_"):
            units, ratio, timing = self.retention(int(code[4:]), *days, same=variant == "same"), True, "flow"
        else:
            name, timing, ratio = self.UNITS[code]
            units = [
                unit
                for day in self._days(timing, by, first, last, as_of)
                for unit in getattr(self, name)(first, last, day)
            ]
        units = [unit for unit in units if unit.person.village.startswith(division)]
        for dim, value in filters.items():
            units = [unit for unit in units if value in _values(unit, dim)]
        rows = defaultdict(list)
        for unit in units:
            for codes in product(*[_values(unit, dim) for dim in by]):
                rows[codes].append(unit)
        at_end = [unit for unit in units if timing == "flow" or unit.day == as_of]
        if timing == "stock" and {"month", "quarter"} & set(by):
            at_end = [
                unit
                for unit in getattr(self, self.UNITS[code][0])(first, last, as_of)
                if unit.person.village.startswith(division)
            ]
            for dim, value in filters.items():
                at_end = [unit for unit in at_end if value in _values(unit, dim)]
        whole = len({unit.key for unit in at_end}) if code == "OUT_DEST" else None
        cells = [(codes, self._cell(code, ratio, rows[codes], whole)) for codes in sorted(rows)] if by else []
        return self._cell(code, ratio, at_end, whole), [
            (codes, cell) for codes, cell in cells if cell["numerator"] or cell["denominator"]
        ]

    def _days(self, timing, by, first, last, as_of):
        if timing == "flow" or not {"month", "quarter"} & set(by):
            return [as_of]
        ends, day = [], first
        while day <= last:
            after = (day.replace(day=28) + 4 * DAY).replace(day=1)
            if "month" in by or (after - DAY).month % 3 == 0:
                ends.append(after - DAY)
            day = after
        return [end for end in ends if end <= as_of]

    def _cell(self, code, ratio, units, whole):
        top = len({unit.key for unit in units if unit.counted and (unit.base or code == "OUT_GROUP")})
        bottom = len({unit.key for unit in units if unit.base})
        if whole is not None:
            bottom = whole
        if not ratio:
            return {"value": str(top), "numerator": top, "denominator": None}
        cell = {"value": percent(top, bottom), "numerator": top, "denominator": bottom}
        for name in units[0].extras if units else ():
            cell[name] = sum(unit.extras[name] for unit in units)
        return cell


def _values(unit, dim):
    found = unit.dims[dim]
    return found if isinstance(found, set) else {found}


def percent(top, bottom):
    """Two decimals, half away from zero, on the exact ratio; None of nothing."""
    return str((Decimal(100 * top) / Decimal(bottom)).quantize(Decimal("0.01"), ROUND_HALF_UP)) if bottom else None
