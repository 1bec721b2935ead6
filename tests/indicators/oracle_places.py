"""The slow count of workplaces, brands, returns and earnings: row by row, straight from formats.md §3.1."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from itertools import product
from typing import Any

WORKSHOP, BASE, POST = "就业帮扶车间", "一县一企基地", "公益性岗位"
SITES = {"WS_N": {WORKSHOP}, "BASE_N": {BASE}, "GIG_N": {"零工市场", "零工驿站"}, "POST_N": {POST}}
STAFF = {"WS_JOBS": WORKSHOP, "BASE_JOBS": BASE}
SUMS = {"POST_N"}
YUAN = {"BRAND_INC", "INCOME"}
RATES = {"POST_FILLED", "RETURN_RATE"}
CENT = Decimal("0.01")


@dataclass
class Row:
    """One row of facts: whose, when, what it adds to numerator and denominator, under which values of each dimension."""

    key: object
    worker: Any
    day: dt.date
    dims: dict = field(default_factory=dict)
    counted: bool = True
    based: bool = False
    amount: Decimal | None = None
    base_amount: int = 0


def festival(day):
    return day.year + 1 if day.month >= 10 else day.year


class PlacesOracle:
    """Counts on top of ``Oracle``: spells, tags and employers are its."""

    def __init__(self, oracle):
        self.oracle = oracle
        self.world, self.places = oracle.world, oracle.world.places

    def stands(self, place, day):
        if place.withdrawn_on is None:
            return place.state != "撤销" and place.recognised_on <= day
        return place.recognised_on <= day < place.withdrawn_on

    def place_dims(self, place):
        return {
            "township": place.township_code,
            "county": place.township_code[:6],
            "workplace_type": place.kind,
            "employer": self.oracle.employer(place.operator_id),
        }

    def in_post(self, kind, day):
        for row in self.places.placements:
            at = row.workplace
            if at.kind == kind and self.stands(at, day) and row.start_on <= day < row.end_on:
                yield Row(row.worker_id, row.worker, day, self.place_dims(at))

    def rows(self, code, first, last, day):
        """The rows of a stock as of ``day``, of a flow of the period as known on ``day``."""
        if code in SITES:
            standing = [at for at in self.places.workplaces if at.kind in SITES[code] and self.stands(at, day)]
            return [Row(at.code, None, day, self.place_dims(at), amount=Decimal(at.posts or 0)) for at in standing]
        if code in STAFF:
            return list(self.in_post(STAFF[code], day))
        return list(getattr(self, code.lower())(first, last, day))

    def post_filled(self, _first, _last, day):
        yield from self.in_post(POST, day)
        for row in self.rows("POST_N", None, None, day):
            yield Row(None, None, day, row.dims, counted=False, base_amount=int(row.amount))

    def brand_n(self, _first, _last, day):
        for brand in self.places.brands:
            if brand.recognised_on and brand.recognised_on <= day:
                yield Row(brand.name, None, day, {"brand": brand.name, "brand_grade": brand.grade})

    def brand_jobs(self, _first, _last, day):
        memberships = defaultdict(list)
        for row in self.places.members:
            memberships[row.brand, row.worker, row.joined_on].append(row.left_on)
        for (brand, worker, joined), ends in memberships.items():
            left = min((end for end in ends if end), default=None)
            if joined <= day and (left is None or day < left):
                yield Row(worker.id, worker, day, {"brand": brand.name, "brand_grade": brand.grade})

    def brand_inc(self, _first, last, as_of):
        for row in self.places.members:
            if row.year == last.year and row.income is not None:
                dims = {"brand": row.brand.name, "brand_grade": row.brand.grade}
                amount = Decimal(row.income)
                yield Row(row.worker_id, row.worker, min(last, as_of), dims, based=True, amount=amount)

    def income(self, first, last, as_of):
        for worker in self.world.workers:
            for spell in self.oracle.spells(worker, as_of):
                day, worked = first, 0
                while day <= min(last, as_of):
                    worked += spell.covers(day)
                    day += dt.timedelta(days=1)
                if worked and spell.wage:
                    amount = Decimal(spell.wage) * 12 * worked / ((last - first).days + 1)
                    dims = self.oracle.spell_dims(spell)
                    rounded = amount.quantize(CENT, ROUND_HALF_UP)
                    yield Row(worker.id, worker, min(last, as_of), dims, based=True, amount=rounded)

    def return_rate(self, _first, last, day):
        latest = {}
        for row in sorted(self.places.returnees, key=lambda one: one.returned_on):
            if row.returned_on <= day and festival(row.returned_on) == last.year:
                latest[row.worker_id] = row
        for row in latest.values():
            if row.plans_out:
                yield Row(row.worker_id, row.worker, day, counted=self.back(row, day), based=True)

    def return_rate_stock(self, first, last, day):
        for row in self.return_rate(first, last, day):
            row.based = False
            yield row
        for worker in self.world.workers:
            if self.oracle.outside(worker, dt.date(last.year - 1, 12, 1)):
                yield Row(worker.id, worker, day, counted=False, based=True)

    def back(self, row, day):
        spell = self.oracle.current(row.worker, day)
        if spell is None or not spell.place or spell.place.startswith("520527"):
            return False
        confirmed = max(one for one in spell.confirmed_days if one <= day)
        return spell.start > row.returned_on or confirmed > row.returned_on

    # Putting rows into cells.

    def values(self, row, name):
        return {row.dims[name]} if name in row.dims else self.oracle.values(row, name)

    def passes(self, row, filters):
        aliases = {"lifted_or_monitored": {"lifted_poverty", "monitored"}}
        return all(self.values(row, name) & aliases.get(value, {value}) for name, value in filters.items())

    def cell(self, code, rows):
        if code in SUMS or code in YUAN:
            numerator = sum((row.amount for row in rows), Decimal())
        else:
            numerator = len({row.key for row in rows if row.counted})
        persons = len({row.key for row in rows if row.based})
        denominator = sum(row.base_amount for row in rows) if code == "POST_FILLED" else persons
        if code in YUAN:
            value = str((numerator / denominator).quantize(CENT, ROUND_HALF_UP)) if denominator else None
            return {"value": value, "numerator": f"{numerator:.2f}", "denominator": denominator}
        if code in RATES:
            rate = Decimal(100 * numerator) / denominator if denominator else None
            value = None if rate is None else str(rate.quantize(CENT, ROUND_HALF_UP))
            return {"value": value, "numerator": numerator, "denominator": denominator}
        return {"value": str(int(numerator)), "numerator": int(numerator), "denominator": None}

    def split(self, code, rows, by):
        found = defaultdict(list)
        for row in rows:
            for codes in product(*[self.values(row, name) for name in by]):
                found[codes].append(row)
        made = [{**dict(zip(by, codes, strict=True)), **self.cell(code, inside)} for codes, inside in found.items()]
        empty = {0, "0.00", None}
        return [row for row in made if row["numerator"] not in empty or row["denominator"] not in empty]
