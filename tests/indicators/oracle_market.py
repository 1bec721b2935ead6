"""The slow count of the market: vacancies painted on a calendar, fairs and referrals row by row (formats.md §3.1)."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Unit:
    """Something counted: its key, whose, when, in which parts, how much of it, under which values of each dimension.

    ``strict`` tells whether the stricter variant of the indicator counts it too.
    """

    key: object
    worker: object
    day: dt.date
    counted: bool = True
    based: bool = True
    extras: dict = field(default_factory=dict)
    dims: dict = field(default_factory=dict)
    weight: int = 1
    strict: bool = True


@dataclass
class Arrival:
    """One 到岗, of a roster or of 求职登记."""

    worker: Any
    day: dt.date
    order: tuple
    place: str
    employer_id: int | None
    dims: dict


def days_of(row):
    return {row.collected_on + dt.timedelta(days=n) for n in range((row.valid_until - row.collected_on).days + 1)}


def islands(rows):
    """Rows that share a day, with each other or by others between them, in one list."""
    found = []
    for row in rows:
        meeting = [island for island in found if any(days_of(row) & days_of(other) for other in island)]
        found = [island for island in found if island not in meeting] + [[row, *[one for i in meeting for one in i]]]
    return found


class MarketOracle:
    """What ``Oracle`` counts of the market."""

    def flow_vac_n(self):
        by_key = {}
        for row in self.world.market.vacancies:
            if row.checked is not False:
                by_key.setdefault((row.employer_id, row.job_title, row.place_code), []).append(row)
        for rows in by_key.values():
            for island in islands(rows):
                first = min(island, key=lambda row: (row.collected_on, row.source))
                dims = {"channel": first.source, "employer": self.employer(first.employer_id)}
                yield Unit(
                    first.id,
                    None,
                    first.collected_on,
                    weight=first.openings,
                    strict=first.checked is True,
                    dims=dims | self.place_dims(first.place_code),
                )

    def fair_dims(self, fair):
        return {"fair": fair.code, "organiser": fair.organiser, "fair_form": fair.form}

    def flow_fair_n(self):
        for fair in self.world.market.fairs:
            if not fair.cancelled:
                yield Unit(fair.code, None, fair.held_on, dims=self.fair_dims(fair))

    def stands(self, key, weight):
        for booth in self.world.market.booths:
            if not booth.fair.cancelled:
                dims = self.fair_dims(booth.fair) | {"employer": self.employer(booth.employer_id)}
                yield Unit(key(booth), None, booth.fair.held_on, weight=weight(booth), dims=dims)

    def flow_fair_emp(self):
        return self.stands(lambda booth: booth.employer_id, lambda _booth: 1)

    def flow_fair_post(self):
        return self.stands(lambda booth: booth.id, lambda booth: booth.openings)

    def flow_fair_post_rows(self):
        return self.stands(lambda booth: booth.id, lambda _booth: 1)

    def steps(self, result, key):
        for step in {step.id: step for step in self.world.market.referrals}.values():
            if step.fair and not step.fair.cancelled and step.result == result:
                dims = self.fair_dims(step.fair) | {"employer": self.employer(step.employer_id)}
                yield Unit(key(step), step.worker, step.fair.held_on, dims=dims)

    def flow_fair_intent(self):
        return self.steps("意向", lambda step: step.id)

    def flow_fair_intent_p(self):
        return self.steps("意向", lambda step: step.worker_id)

    def flow_fair_sign(self):
        return self.steps("签约", lambda step: step.worker_id)

    def visits_to_employers(self, key):
        for visit in self.world.employer_visits:
            station = visit.station
            parts = {
                "station": station.code if station else "",
                "station_city": station.place_code[:4] if station else "",
                "employer": self.employer(visit.employer_id),
                "key_employer": str(visit.employer.key_employer).lower(),
            }
            yield Unit(key(visit), None, visit.visited_on, dims=parts | self.place_dims(visit.place_code))

    def flow_empr_visit(self):
        return self.visits_to_employers(lambda visit: visit.id)

    def flow_empr_n(self):
        return self.visits_to_employers(lambda visit: visit.employer_id)

    def arrivals(self):
        """到岗 of both sources; on one day rosters come before the register, then what is written decides."""
        for seat in self.world.passengers:
            if seat.at_post_on and seat.outcome != "未录用":
                order = (seat.at_post_on, 0, f"{seat.trip.batch.code} {seat.trip.vehicle}")
                yield Arrival(
                    seat.worker, seat.at_post_on, order, self.place(seat), seat.employer_id, self.ride_dims(seat)
                )
        for step in self.world.market.referrals:
            if step.result == "到岗":
                words = [*([step.fair.code] if step.fair else []), step.employer.name, step.job_title]
                place = step.place_code or step.employer.place_code
                dims = self.place_dims(place) | {"mode": "", "trip": "", "employer": self.employer(step.employer_id)}
                order = (step.happened_on, 1, " ".join(words))
                yield Arrival(step.worker, step.happened_on, order, place, step.employer_id, dims)
