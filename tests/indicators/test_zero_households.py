"""Households in which nobody works: every dimension and cut-off against a slow count, and against the list of the page."""

import datetime as dt
import random
from functools import partial

import pytest
from django.db import connection, transaction

from core.formats.dates import add_months
from core.indicators.answers import answer
from core.indicators.questions import read_question
from tests.indicators.oracle import Oracle, Unit
from tests.indicators.test_against_oracle import PERIODS, expected, simplified
from tests.indicators.world import VILLAGES, World
from tests.people import api_client_for, client_for, county_clerk, township_clerk
from workers.models import Household, Worker

pytestmark = pytest.mark.django_db
CODES = ("ZERO_HH", "ZERO_HH_CLEARED")
CAPACITIES = (None, None, "普通劳动力", "弱劳动力或半劳动力", "丧失劳动能力")
STATUSES = (None, "未就业", "省外务工", "在校", "死亡", "丧失劳动能力")
DAY = dt.timedelta(days=1)


class Homes(World):
    """The random county with households, some of whose members are registered in another village."""

    def __init__(self, seed):
        super().__init__(seed, people=70)
        self.homes = [Household.objects.create(village_code=VILLAGES[n % 3], head_name=f"户主{n}") for n in range(30)]
        for worker in self.workers:
            worker.household = self.maybe(self.random.choice(self.homes), 0.8)
            worker.capacity = self.random.choice(CAPACITIES)
            worker.labour_status = self.random.choice(STATUSES)
            if worker.household and self.random.random() < 0.8:
                worker.village_code = worker.household.village_code
            worker.save()


class HomesOracle(Oracle):
    """Counts household by household."""

    def able(self, home, day):
        return [worker for worker in self.world.workers if worker.household == home and self.is_able(worker, day)]

    def is_able(self, worker, day):
        born = dt.date(int(worker.id_number[6:10]), int(worker.id_number[10:12]), int(worker.id_number[12:14]))
        told = worker.visited_on is None or worker.visited_on <= day
        out = {"死亡", "迁出", "在校", "丧失劳动能力"}
        return (
            (worker.first_visited_on is None or worker.first_visited_on <= day)
            and add_months(born, 12 * 16) <= day < add_months(born, 12 * 60)
            and worker.capacity != "丧失劳动能力"
            and not (told and worker.labour_status in out)
        )

    def at_work(self, home, day):
        return [spell for one in self.able(home, day) if (spell := self.current(one, day)) is not None]

    def is_zero(self, home, day):
        return bool(self.able(home, day)) and not self.at_work(home, day)

    def stock_zero_hh(self, day):
        for home in self.world.homes:
            if self.is_zero(home, day):
                yield Unit(home.pk, None, day, dims={"village": home.village_code})

    def flow(self, _code, first, last, as_of):
        for home in self.world.homes:
            if self.is_zero(home, first - DAY) and (spells := self.at_work(home, as_of)):
                day = max(first, min(spell.start for spell in spells))
                if day <= min(last, as_of):
                    yield Unit(home.pk, None, day, dims={"village": home.village_code})

    def values(self, unit, name):
        if name in {"township", "county", "village"}:
            return {unit.dims["village"][: {"township": 9, "village": 12, "county": 6}[name]]}
        return super().values(unit, name)


@pytest.fixture(scope="module", params=[1, 2, 3])
def oracle(request, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        yield HomesOracle(Homes(request.param))
        transaction.set_rollback(True)


@pytest.mark.parametrize("code", CODES)
def test_equals_the_slow_count(code, oracle):
    chooser = random.Random(code)
    seen = 0
    for by in ((), ("township",), ("village",), ("county",), ("month",), ("quarter",), ("township", "month")):
        for period in PERIODS:
            as_of = chooser.choice([None, dt.date(2025, 1, 31), dt.date(2025, 5, 20), dt.date(2025, 9, 1)])
            filters = chooser.choice([{}, {}, {"township": "520527219"}, {"village": "520527105201"}])
            asked = {"period": [period], "by": [",".join(by)]} | {name: [value] for name, value in filters.items()}
            asked |= {"as_of": [as_of.isoformat()]} if as_of else {}
            document = answer(read_question(code, asked, None)).document
            ask = partial(expected, oracle, code, period=period, by=by, filters=filters, variant="")
            wanted = ask(as_of=as_of or PERIODS[period][1])
            assert simplified(document, by) == wanted, (asked, filters)
            seen += wanted[0]["numerator"]
    assert seen > 0


def test_the_page_lists_the_households_the_indicator_counts(oracle):
    for day in ("2024-12-01", "2025-03-15", "2025-09-01"):
        total = answer(read_question("ZERO_HH", {"period": [day[:4]], "as_of": [day]}, None)).document["total"]
        wanted = {home.head_name for home in oracle.world.homes if oracle.is_zero(home, dt.date.fromisoformat(day))}
        page = client_for(county_clerk()).get(f"/workers/households/?zero=true&as_of={day}")
        text = page.content.decode()
        shown = {home.head_name for home in oracle.world.homes if f">{home.head_name}<" in text}
        assert (shown, total["numerator"]) == (wanted, len(wanted))


def test_people_behind_the_number_are_those_who_could_work(oracle):
    url = "/api/v1/statistics/ZERO_HH/people/?period=2025&as_of=2025-03-15"
    day = dt.date(2025, 3, 15)
    rows = api_client_for(county_clerk()).get(url).json()["results"]
    homes = [home for home in oracle.world.homes if oracle.is_zero(home, day)]
    assert len(rows) == sum(len(oracle.able(home, day)) for home in homes)
    own = api_client_for(township_clerk()).get("/api/v1/statistics/ZERO_HH/?period=2025&as_of=2025-03-15").json()
    assert own["total"]["numerator"] == len([home for home in homes if home.village_code.startswith("520527219")])


def test_a_move_between_households_is_seen_at_once(oracle):
    ask = lambda: answer(  # noqa: E731 - asked twice
        read_question("ZERO_HH", {"period": ["2025"], "as_of": ["2025-03-15"]}, None)
    ).document["total"]["numerator"]
    day = dt.date(2025, 3, 15)
    before, home = ask(), next(home for home in oracle.world.homes if oracle.is_zero(home, day))
    worker = next(one for one in oracle.world.workers if oracle.is_able(one, day) and oracle.current(one, day))
    with transaction.atomic():
        left = worker.household
        with connection.cursor() as cursor:
            cursor.execute("UPDATE workers_worker SET household_id = %s WHERE id = %s", [home.pk, worker.pk])
        alone = left is not None and len(oracle.at_work(left, day)) == 1 and len(oracle.able(left, day)) > 1
        assert ask() == before - 1 + alone
        transaction.set_rollback(True)
    assert Worker.objects.get(pk=worker.pk).household == left
