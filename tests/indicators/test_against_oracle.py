"""Every indicator, every dimension, many filters and cut-offs, against the slow count of ``oracle``."""

import datetime as dt
import random
from functools import partial

import pytest
from django.db import transaction

from core.indicators.answers import answer
from core.indicators.questions import read_question
from core.indicators.registry import all_indicators, indicator_named
from tests.indicators.oracle import WINDOWS, Oracle, last_of_month, numbers, percent, quarter, rows
from tests.indicators.world import World

pytestmark = pytest.mark.django_db

RATIOS = {"OUT_GROUP", "ORG_SHARE", "VISIT_RATE", *[f"RET_{days}" for days in WINDOWS]}
PERIODS = {
    "2025": (dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
    "2025Q1": (dt.date(2025, 1, 1), dt.date(2025, 3, 31)),
    "2025-02": (dt.date(2025, 2, 1), dt.date(2025, 2, 28)),
    "2024-11-20..2025-06-10": (dt.date(2024, 11, 20), dt.date(2025, 6, 10)),
}
PLACES = {
    "WS_N", "WS_JOBS", "BASE_N", "BASE_JOBS", "GIG_N", "POST_N", "POST_FILLED", "BRAND_N", "BRAND_JOBS", "BRAND_INC", "RETURN_RATE",
    "INCOME",
}  # fmt: skip
"""They add up amounts and lie where places are: ``test_places_against_oracle`` counts them."""
HOUSEHOLDS = {"ZERO_HH", "ZERO_HH_CLEARED"}
"""They lie where households are: ``test_zero_households`` counts them."""
CODES = [indicator.code for indicator in all_indicators() if indicator.code not in PLACES | HOUSEHOLDS]


@pytest.fixture(scope="module", params=[1, 2, 3])
def oracle(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield Oracle(World(request.param))
        transaction.set_rollback(True)


def simplified(document, by):
    """The answer with codes alone, as the oracle writes it."""
    return document["total"], [
        {key: (cell["code"] if key in by else cell) for key, cell in row.items()} for row in document["rows"]
    ]


def expected(oracle, code, *, period, as_of, by, filters, variant):
    first, last = PERIODS[period]
    told = {"ratio": code in RATIOS, "extras": ()}
    if code.startswith("RET_"):
        told["extras"] = ("left", "unknown", "other") if variant == "same" else ("left", "unknown")
    if indicator_named(code).timing == "flow":
        units = [unit for unit in oracle.flow(code, first, last, as_of) if oracle.passes(unit, filters)]
        if variant in {"same", "verified"}:
            for unit in units:
                unit.counted = unit.counted and unit.strict
        return numbers(units, **told), rows(oracle, units, by, **told) if by else []
    return stock(oracle, code, (first, last, as_of), by=by, filters=filters, told=told)


def stock(oracle, code, days, *, by, filters, told):
    first, last, as_of = days
    ends, day = [], first
    while day <= last:
        ends.append(last_of_month(day))
        day = ends[-1] + dt.timedelta(days=1)
    if not ({"month"} & {*by, *filters}):
        ends = [last_of_month(end.replace(day=1, month=(end.month + 2) // 3 * 3)) for end in ends]
    asked = {name: filters[name] for name in ("month", "quarter") if name in filters}
    ends = [end for end in dict.fromkeys(ends) if end <= as_of]
    ends = [
        end
        for end in ends
        if asked.get("month", f"{end:%Y-%m}") == f"{end:%Y-%m}" and asked.get("quarter", quarter(end)) == quarter(end)
    ]
    rest = {name: value for name, value in filters.items() if name not in asked}
    moment = as_of if not asked else ends[-1] if ends else None
    units_on = lambda day: [unit for unit in oracle.stock(code, day) if oracle.passes(unit, rest)]  # noqa: E731
    total = numbers(units_on(moment) if moment else [], **told)
    by_time = {"month", "quarter"} & set(by)
    moments = ends if by_time else [moment] if moment else []
    found = [row for day in moments for row in rows(oracle, units_on(day), by, **told)] if by else []
    found.sort(key=lambda row: [row[name] for name in by])
    return total, found


def shares(oracle, period, as_of, by, filters):
    """OUT_DEST: every row over all rows; a filter by destination chooses whose share it is, not the whole."""
    chosen = {name: value for name, value in filters.items() if not name.startswith("destination")}
    plain = partial(expected, oracle, "OUT_STOCK", period=period, as_of=as_of, variant="")
    whole, _rows = plain(by=(), filters=chosen)
    total, found = plain(by=by, filters=filters)
    times = [name for name in by if name in {"month", "quarter"}]
    wholes = plain(by=tuple(times), filters=chosen)[1] if times else []
    for cell in (total, *found):
        over = whole["numerator"]
        if times and cell is not total:
            over = next(one["numerator"] for one in wholes if all(one[name] == cell[name] for name in times))
        cell |= {"denominator": over, "value": percent(cell["numerator"], over)}
    return total, [row for row in found if row["numerator"]]


def questions(code, chooser):
    """Every single dimension, then random pairs with random filters."""
    indicator = indicator_named(code)
    names = [dimension.name for dimension in indicator.dimensions]
    variants = list(indicator.variants) or [""]
    for name in ["", *names]:
        yield (name,) if name else (), {}, chooser.choice(variants)
    for _n in range(25):
        by = tuple(chooser.sample(names, chooser.choice([0, 1, 2, 2])))
        if len({"month", "quarter"} & set(by)) == 2 and indicator.timing == "stock":
            continue
        yield by, dict.fromkeys(chooser.sample(names, chooser.choice([1, 1, 2]))), chooser.choice(variants)


def values_for(oracle, code, filters, chooser):
    values = {
        "township": ["520527219", "520527105"], "village": ["520527219201"], "county": ["520527"], "sex": ["男", "女"],
        "age_band": ["25-34", "45-54"], "group": ["lifted_poverty", "disabled", "lifted_or_monitored"], "destination": ["44", "33"],
        "destination_city": ["4401", "3101"], "channel": ["政府组织", "自主外出"], "employer": ["单位0", "单位2"],
        "mode": ["包车", "返岗专列"], "trip": ["P1", "P3"], "month": ["2025-02", "2024-12"], "quarter": ["2025Q1", "2024Q4"],
        "station": ["Z0", "Z1"], "campaign": ["走访0", "走访2"],
        "scope": ["县内", "省外"], "organiser": ["本县", "协作站"], "fair_form": ["直播"], "fair": ["F1", "F5"],
        "station_city": ["4401", "3301"], "key_employer": ["true", "false"],
    }  # fmt: skip
    if code == "STN_SERV":
        values["channel"] = ["电话", "微信"]
    if code == "VAC_N":
        values["channel"] = ["协作站", "企业申报"]
    return {name: chooser.choice(values[name]) for name in filters}


@pytest.mark.parametrize("code", CODES)
def test_equals_the_slow_count(code, oracle):
    chooser = random.Random(code)
    for by, wanted, variant in questions(code, chooser):
        filters = values_for(oracle, code, wanted, chooser)
        period = chooser.choice(list(PERIODS))
        as_of = chooser.choice([None, None, dt.date(2025, 1, 31), dt.date(2025, 5, 20), dt.date(2025, 9, 1)])
        whole = indicator_named(code).county_level_only
        division = "520527" if whole else chooser.choice(["520527", "520527", "520527219"])
        asked = {"period": [period], "by": [",".join(by)], "variant": [variant], "division": [division]}
        asked |= {"as_of": [as_of.isoformat()]} if as_of else {}
        document = answer(
            read_question(code, asked | {name: [value] for name, value in filters.items()}, None)
        ).document
        as_of = as_of or PERIODS[period][1]
        if division != "520527" and filters.get("township", division) != division:
            assert document["rows"] == []
            continue
        inside = filters if division == "520527" else {**filters, "township": division}
        found = shares if code == "OUT_DEST" else partial(expected, code=code, variant=variant)
        assert simplified(document, by) == found(oracle, period=period, as_of=as_of, by=by, filters=inside), (
            asked,
            filters,
        )
