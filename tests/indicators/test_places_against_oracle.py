"""Workplaces, brands, returns and earnings by every dimension, many filters and cut-offs, against the slow count."""

import datetime as dt
import random

import pytest
from django.db import transaction

from core.indicators.answers import answer
from core.indicators.questions import read_question
from core.indicators.registry import indicator_named
from tests.indicators.oracle import Oracle, last_of_month, quarter
from tests.indicators.oracle_places import SITES, STAFF, PlacesOracle
from tests.indicators.test_against_oracle import simplified, values_for
from tests.indicators.world import World

pytestmark = pytest.mark.django_db

CODES = (*SITES, *STAFF, "POST_FILLED", "BRAND_N", "BRAND_JOBS", "BRAND_INC", "RETURN_RATE", "INCOME")
YEARS = {
    "2025": (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    "2024": (dt.date(2024, 1, 1), dt.date(2024, 12, 31)),
}
FARM_YEAR = {"2024-10-01..2025-09-30": (dt.date(2024, 10, 1), dt.date(2025, 9, 30))}
PARTS = {
    "2025Q1": (dt.date(2025, 1, 1), dt.date(2025, 3, 31)),
    "2025-02": (dt.date(2025, 2, 1), dt.date(2025, 2, 28)),
    "2024-11-20..2025-06-10": (dt.date(2024, 11, 20), dt.date(2025, 6, 10)),
}
TIME = {"month", "quarter"}


@pytest.fixture(scope="module", params=[1, 2, 3])
def oracle(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield PlacesOracle(Oracle(World(request.param)))
        transaction.set_rollback(True)


def periods_of(code):
    return {"BRAND_INC": YEARS, "INCOME": {**YEARS, **FARM_YEAR}}.get(code, {**YEARS, **FARM_YEAR, **PARTS})


def expected(oracle, asked, days, *, by, filters):
    """Total and rows; a stock by month or quarter is looked at on each last day that has come."""
    code = asked
    first, last, as_of = days
    plain = code.removesuffix("_STOCK") if code.startswith("RETURN") else code
    if indicator_named(plain).timing == "flow":
        found = [
            row for row in oracle.rows(code, first, last, as_of) if row.day >= first and oracle.passes(row, filters)
        ]
        return oracle.cell(plain, found), ordered(oracle.split(plain, found, by) if by else [], by)
    ends, day = [], first
    while day <= last:
        ends.append(last_of_month(day))
        day = ends[-1] + dt.timedelta(days=1)
    wanted = {name: filters[name] for name in TIME & set(filters)}
    if "month" not in by and "month" not in wanted:
        ends = [
            end if end.month % 3 == 0 else last_of_month(end.replace(day=1, month=(end.month + 2) // 3 * 3))
            for end in ends
        ]
    ends = [end for end in dict.fromkeys(ends) if end <= as_of]
    ends = [end for end in ends if wanted.get("month", f"{end:%Y-%m}") == f"{end:%Y-%m}"]
    ends = [end for end in ends if wanted.get("quarter", quarter(end)) == quarter(end)]
    rest = {name: value for name, value in filters.items() if name not in TIME}
    moment = as_of if not wanted else ends[-1] if ends else None

    def on(day):
        return [row for row in oracle.rows(code, first, last, day) if oracle.passes(row, rest)] if day else []

    moments = ends if TIME & set(by) else [moment]
    rows = [row for day in moments for row in oracle.split(plain, on(day), by)] if by else []
    return oracle.cell(plain, on(moment)), ordered(rows, by)


def ordered(rows, by):
    return sorted(rows, key=lambda row: [row[name] for name in by])


def questions(code, chooser):
    indicator = indicator_named(code)
    names = [dimension.name for dimension in indicator.dimensions]
    for name in ["", *names]:
        yield (name,) if name else (), (), chooser.choice(list(indicator.variants) or [""])
    for _n in range(20):
        by = tuple(chooser.sample(names, min(len(names), chooser.choice([0, 1, 2, 2]))))
        if set(by) >= TIME:
            continue
        yield by, chooser.sample(names, chooser.choice([1, 1, 2])), chooser.choice(list(indicator.variants) or [""])


def value_of(oracle, code, name, chooser):
    own = {
        "workplace_type": ["就业帮扶车间", "零工驿站", "公益性岗位"],
        "brand": ["品牌0", "品牌1"],
        "brand_grade": ["省级", "县级"],
    }
    return chooser.choice(own[name]) if name in own else values_for(oracle, code, [name], chooser)[name]


@pytest.mark.parametrize("code", CODES)
def test_equals_the_slow_count(code, oracle):
    chooser = random.Random(code)
    county_only = indicator_named(code).county_level_only
    for by, wanted, variant in questions(code, chooser):
        filters = {name: value_of(oracle, code, name, chooser) for name in wanted}
        period = chooser.choice(list(periods_of(code)))
        first, last = periods_of(code)[period]
        given = chooser.choice([None, None, dt.date(2025, 1, 31), dt.date(2025, 5, 20), dt.date(2025, 9, 1)])
        division = "520527" if county_only else chooser.choice(["520527", "520527", "520527219"])
        if filters.get("township", division) not in {division, "520527219"} and division != "520527":
            continue
        words = {"period": [period], "by": [",".join(by)], "variant": [variant], "division": [division]}
        words |= {"as_of": [given.isoformat()]} if given else {}
        words |= {name: [value] for name, value in filters.items()}
        document = answer(read_question(code, words, None)).document
        inside = filters if division == "520527" else {**filters, "township": division}
        asked = f"{code}_STOCK" if variant == "stock" else code
        found = expected(oracle, asked, (first, last, given or last), by=by, filters=inside)
        assert simplified(document, by) == found, (words, filters)
