"""The statistics counted a second time: one person after the other, in plain Python, straight from formats.md §3.1.

It knows nothing of the engine: spells come from the pure derivation over the evidence of each person as of the day asked.
"""

import datetime as dt
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from itertools import product

from employment.evidence import evidence_of
from employment.spells import derive
from tests.indicators.oracle_market import MarketOracle, Unit

HUNDRED = Decimal(100)
WINDOWS = {7: 3, 30: 5, 90: 10, 180: 15}
SHANGHAI = dt.timezone(dt.timedelta(hours=8))
OUTSIDE_OF = "52"


def last_of_month(day):
    return (day.replace(day=1) + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def band(born, day):
    age = day.year - born.year - ((day.month, day.day) < (born.month, born.day))
    limits = [(16, "<16"), (25, "16-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (60, "55-59")]
    return next((name for limit, name in limits if age < limit), "60+")


def quarter(day):
    return f"{day.year}Q{(day.month + 2) // 3}"


class Oracle(MarketOracle):
    """Answers questions about one world."""

    def __init__(self, world):
        self.world = world
        self.evidence = evidence_of([worker.id for worker in world.workers])
        self.known = {}

    def spells(self, worker, as_of):
        if (worker.id, as_of) not in self.known:
            self.known[worker.id, as_of] = derive(self.evidence.get(worker.id, ()), as_of).spells
        return self.known[worker.id, as_of]

    def tags(self, worker, day):
        return {
            tag.group
            for tag in self.world.tags
            if tag.worker_id == worker.id
            and (not tag.valid_from or tag.valid_from <= day)
            and (not tag.valid_to or day < tag.valid_to)
        }

    def employer(self, employer_id):
        found = next((firm for firm in self.world.employers if firm.id == employer_id), None)
        return (found.credit_code or found.name) if found else ""

    # Units of each indicator. A stock is looked at on one day, a flow over a period as known on one day.

    def registered(self, worker, day):
        gone = worker.labour_status in {"死亡", "迁出"} and not (worker.visited_on and worker.visited_on > day)
        return not gone and (worker.first_visited_on is None or worker.first_visited_on <= day)

    def current(self, worker, day):
        return next((spell for spell in self.spells(worker, day) if spell.covers(day)), None)

    def outside(self, worker, day):
        spell = self.current(worker, day)
        return spell if spell and spell.place and spell.place[:2] != OUTSIDE_OF else None

    def spell_dims(self, spell):
        return self.place_dims(spell.place) | {
            "channel": spell.channel or "",
            "employer": self.employer(spell.employer_key),
        }

    def place_dims(self, place):
        place = place or ""
        scope = (
            ""
            if not place
            else "省外"
            if place[:2] != OUTSIDE_OF
            else "县内"
            if place.startswith("520527")
            else "县外省内"
        )
        return {"destination": place[:2], "destination_city": place[:4] if len(place) >= 4 else "", "scope": scope}

    def stock(self, code, day):
        return getattr(self, f"stock_{code.lower()}")(day)

    def stock_ldb_total(self, day):
        return [Unit(worker.id, worker, day) for worker in self.world.workers if self.registered(worker, day)]

    def stock_out_stock(self, day):
        for worker in self.world.workers:
            if spell := self.outside(worker, day):
                yield Unit(worker.id, worker, day, counted=True, dims=self.spell_dims(spell))

    stock_out_dest = stock_out_stock

    def stock_org_share(self, day):
        for worker in self.world.workers:
            if spell := self.outside(worker, day):
                yield Unit(worker.id, worker, day, counted=spell.organised, dims=self.spell_dims(spell))

    def stock_out_group(self, day):
        for worker in self.world.workers:
            if self.tags(worker, day):
                away = self.outside(worker, day) is not None
                yield Unit(worker.id, worker, day, counted=away, based=self.registered(worker, day))

    def stock_stn_cover(self, day):
        for worker in self.world.workers:
            spell = self.current(worker, day)
            for station in self.world.stations:
                areas = station.service_area or [station.place_code[:4]]
                if (
                    spell
                    and spell.place
                    and station.opened_on <= day
                    and any(spell.place.startswith(area) for area in areas)
                ):
                    yield Unit(worker.id, worker, day, dims=self.spell_dims(spell) | {"station": station.code})

    def stock_stn_n(self, day):
        for station in self.world.stations:
            if station.opened_on <= day:
                yield Unit(
                    station.code, None, day, dims={"station": station.code, **self.place_dims(station.place_code)}
                )

    def flow(self, code, first, last, as_of):
        if code.startswith("COOP"):
            return self.helped(code, first, min(last, as_of), as_of)
        if code.startswith("RET_"):
            return self.retention(int(code.split("_")[1]), first, min(last, as_of), as_of)
        if code == "VISIT_RATE":
            return self.doors(first, min(last, as_of), as_of)
        found = getattr(self, f"flow_{code.lower()}")()
        return [unit for unit in found if first <= unit.day <= min(last, as_of)]

    def doors(self, first, last, as_of):
        for task in self.world.doors:
            day = task.campaign.starts_on
            if first <= day <= last and task.assigned_on and task.assigned_on <= as_of:
                visited = task.visited_on is not None and task.visited_on <= as_of
                yield Unit(task.id, task.contact, day, counted=visited, dims={"campaign": task.campaign.name})

    def helped(self, code, first, last, as_of):
        for worker in self.world.workers:
            begun = [spell for spell in self.spells(worker, as_of) if spell.organised and first <= spell.start <= last]
            if begun:
                spell = max(begun, key=lambda one: one.start)
                province = (spell.place or "")[:2]
                kind = (
                    "COOP_GD"
                    if province == "44"
                    else "COOP_NEAR"
                    if province == OUTSIDE_OF
                    else "COOP_OTHER"
                    if province
                    else ""
                )
                yield Unit(worker.id, worker, spell.start, counted=kind == code, dims=self.spell_dims(spell))

    def place(self, seat):
        return seat.destination_code or seat.trip.destination_code

    def left_on(self, trip):
        return trip.departs_at.astimezone(SHANGHAI).date()

    def aboard(self):
        return [seat for seat in self.world.passengers if seat.boarded]

    def ride_dims(self, seat):
        more = {"mode": seat.trip.mode, "trip": seat.trip.batch.code, "employer": self.employer(seat.employer_id)}
        return self.place_dims(self.place(seat)) | more

    def flow_org_pt(self):
        rides = defaultdict(list)
        for seat in self.aboard():
            rides[seat.worker_id, seat.trip.batch_id].append(seat)
        for key, seats in rides.items():
            seats.sort(key=lambda seat: (seat.trip.departs_at, seat.trip_id))
            seat = next((one for one in seats if one.trip.mode != "接驳"), seats[0])
            yield Unit(key, seat.worker, self.left_on(seat.trip), dims=self.ride_dims(seat))

    def flow_org_p(self):
        for unit in self.flow_org_pt():
            unit.key = unit.worker.id
            yield unit

    def flow_org_batch(self):
        first = {}
        for seat in self.aboard():
            day = self.left_on(seat.trip)
            first[seat.trip.batch_id] = min(day, first.get(seat.trip.batch_id, day))
        for seat in self.aboard():
            yield Unit(seat.trip.batch_id, seat.worker, first[seat.trip.batch_id], dims=self.ride_dims(seat))

    def flow_org_vehicle(self):
        for seat in self.aboard():
            yield Unit(seat.trip_id, seat.worker, self.left_on(seat.trip), dims=self.ride_dims(seat))

    def flow_stn_serv(self):
        for visit in self.world.visits:
            if visit.station:
                dims = self.place_dims(visit.station.place_code) | {
                    "station": visit.station.code,
                    "channel": visit.channel,
                }
                yield Unit(visit.id, visit.worker, visit.visited_on, dims=dims)

    def retention(self, days, first, last, as_of):
        cohort = {}
        for came in sorted(self.arrivals(), key=lambda one: one.order):
            if first <= came.day <= last:
                cohort.setdefault((came.worker.id, came.day.year, came.day.month), came)
        for key, came in cohort.items():
            yield self.retained(key, came, days, as_of)

    def follower(self, came):
        """The station nearest to where somebody arrived; of two arrivals of one day the one with the greater place."""
        same_day = [one for one in self.arrivals() if (one.worker.id, one.day) == (came.worker.id, came.day)]
        place = max(one.place for one in same_day)
        near = [
            (not place.startswith(area), -len(area), station.code)
            for station in self.world.stations
            for area in station.service_area or [station.place_code[:4]]
            if place and (place.startswith(area) or area.startswith(place))
        ]
        return min(near)[2] if near else ""

    def retained(self, key, arrival, days, as_of):
        came, day = arrival.day, arrival.day + dt.timedelta(days=days)
        spells = self.spells(arrival.worker, as_of)
        covering = next((spell for spell in spells if spell.covers(day)), None)
        due = day <= as_of
        reached = day - dt.timedelta(days=WINDOWS[days])
        stays = due and covering is not None and max(one for one in covering.confirmed_days if one <= as_of) >= reached
        ended = any(spell.end and came < spell.end <= day for spell in spells)
        left = due and covering is None and ended
        since = [spell.employer_key for spell in spells if spell.start <= day and (not spell.end or spell.end > came)]
        same = len(since) == 1 or (len(set(since)) == 1 and since[0] is not None)
        parts = {"left": left, "unknown": due and not stays and not left, "other": stays and not same}
        dims = arrival.dims | {"station": self.follower(arrival)}
        return Unit(key, arrival.worker, came, counted=stays, based=due, extras=parts, dims=dims, strict=same)

    # Putting units into cells.

    def values(self, unit, name):
        """The values a unit has of a dimension; a person without a tag has none of group."""
        if name == "group":
            return self.tags(unit.worker, unit.day)
        if name in {"month", "quarter"}:
            return {f"{unit.day:%Y-%m}" if name == "month" else quarter(unit.day)}
        if name in {"township", "village", "county"}:
            return {unit.worker.village_code[: {"township": 9, "village": 12, "county": 6}[name]]}
        if name == "sex":
            return {"男" if int(unit.worker.id_number[16]) % 2 else "女"}
        if name == "age_band":
            number = unit.worker.id_number
            return {band(dt.date(int(number[6:10]), int(number[10:12]), int(number[12:14])), unit.day)}
        return {unit.dims[name]}

    def passes(self, unit, filters):
        aliases = {"lifted_or_monitored": {"lifted_poverty", "monitored"}}
        return all(self.values(unit, name) & aliases.get(value, {value}) for name, value in filters.items())


def percent(numerator, denominator):
    if not denominator:
        return None
    return str((HUNDRED * numerator / denominator).quantize(Decimal("0.01"), ROUND_HALF_UP))


def numbers(units, *, ratio, extras=()):
    counted = sum({unit.key: unit.weight for unit in units if unit.counted}.values())
    based = len({unit.key for unit in units if unit.based})
    return {
        "value": percent(counted, based) if ratio else str(counted),
        "numerator": counted,
        "denominator": based if ratio else None,
        **{name: len({unit.key for unit in units if unit.extras[name]}) for name in extras},
    }


def rows(oracle, units, by, **told):
    found = defaultdict(list)
    for unit in units:
        for codes in product(*[oracle.values(unit, name) for name in by]):
            found[codes].append(unit)
    made = [{**dict(zip(by, codes, strict=True)), **numbers(inside, **told)} for codes, inside in sorted(found.items())]
    return [row for row in made if row["numerator"] or row["denominator"]]
