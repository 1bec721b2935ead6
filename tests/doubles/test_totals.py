"""Every number of every indicator before a merge, after it, and after it was taken back."""

import random
from decimal import Decimal

import pytest

from core.indicators import answers, engine
from core.indicators.questions import read_question
from core.indicators.refreshing import refresh_figures
from core.indicators.registry import all_indicators
from tests.doubles.test_merging import everything
from tests.indicators.world import COUNTY, World
from tests.people import county_clerk
from workers.doubles.services import merge_workers, undo_merge
from workers.models import Worker

pytestmark = pytest.mark.django_db(transaction=True)

PERIOD = "2025"


def question(indicator, by=()):
    words = {"period": [PERIOD], "as_of": ["2025-08-31"], "division": [COUNTY]}
    return read_question(indicator.code, words | ({"by": list(by)} if by else {}), None)


def numbers():
    """The total and the rows by township of every indicator that answers, as pages and programs get them."""
    found = {}
    for indicator in all_indicators():
        names = {dimension.name for dimension in indicator.dimensions}
        for by in ((), ("township",)) if "township" in names else ((),):
            document = answers.answer(question(indicator, by)).document
            found[indicator.code, by] = (document["total"], document["rows"])
    return found


def counted_anew():
    """The totals, computed from the facts and nothing kept."""
    found = {}
    for indicator in all_indicators():
        total = engine.compute(question(indicator)).total
        found[indicator.code] = (exact(total.numerator), exact(total.denominator))
    return found


def of_totals(told):
    totals = {code: total for (code, by), (total, _rows) in told.items() if not by}
    return {code: (exact(total["numerator"]), exact(total["denominator"])) for code, total in totals.items()}


def exact(number):
    return None if number is None else Decimal(str(number))


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_total_before_after_and_taken_back(seed):
    world = World(seed)
    rng = random.Random(seed)
    before, stored = numbers(), everything()
    refresh_figures()
    merges = []
    for _n in range(4):
        kept, gone = rng.sample(list(Worker.objects.order_by("pk")), 2)
        merges.append(merge_workers(user=county_clerk(), kept_id=kept.pk, merged_id=gone.pk))
    after = numbers()
    assert after["LDB_TOTAL", ()] != before["LDB_TOTAL", ()]
    assert of_totals(after) == counted_anew()
    for made in reversed(merges):
        undo_merge(user=county_clerk(), merge=made)
    assert numbers() == before
    assert everything() == stored
    assert Worker.objects.count() == len(world.workers)


def test_a_person_counted_twice_is_counted_once():
    world = World(5)
    kept, gone = world.workers[0], world.workers[1]
    Worker.objects.update(first_visited_on="2024-01-01", labour_status="未就业", visited_on="2024-01-01")
    before = answers.answer(read_question("LDB_TOTAL", {"period": [PERIOD]}, None)).document["total"]["numerator"]
    merge_workers(user=county_clerk(), kept_id=kept.pk, merged_id=gone.pk)
    after = answers.answer(read_question("LDB_TOTAL", {"period": [PERIOD]}, None)).document["total"]["numerator"]
    assert (before, after) == (40, 39)
