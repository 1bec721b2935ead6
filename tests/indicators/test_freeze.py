"""A frozen period keeps its figures and the identities behind them, whatever happens to the facts."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict, DomainError, NotAllowed
from core.history.models import Operation
from core.indicators import frozen, people
from core.indicators.answers import answer
from core.indicators.declarations import Span
from core.indicators.models import Figure, FigureSet, Freeze, FrozenUnit
from core.indicators.questions import read_question
from core.indicators.refreshing import refresh_figures
from core.indicators.registry import all_indicators
from employment.models import Spell
from tests.indicators.facts import NEAR, job, small_county
from tests.indicators.world import World
from tests.people import TOWNSHIP, api_client_for, county_clerk, township_clerk, with_role
from workers.models import GroupMembership, Worker

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


def ask(code="OUT_STOCK", period="2025-06", user=None, **values):
    return read_question(code, {"period": [period]} | {name: [value] for name, value in values.items()}, user)


def told(code="OUT_STOCK", **values):
    """The answer without the two members that freezing may change."""
    document = answer(ask(code, **values)).document
    return {key: value for key, value in document.items() if key not in {"computed_at", "frozen"}}


@pytest.fixture
def persons():
    return small_county()


def change_everything(persons):
    Spell.objects.all().delete()
    job(persons[5], "2025-06-01", "330106")
    GroupMembership.objects.all().delete()
    Worker.objects.filter(id=persons[0].id).update(village_code=NEAR, name="改名")


def test_answers_as_then_and_says_so(persons):
    asked = [{}, {"by": "township"}, {"by": "group"}, {"by": "month"}, {"by": "township,destination"}, {"group": "lifted_or_monitored"},
             {"division": TOWNSHIP, "by": "village,sex"}, {"by": "employer", "destination": "44"}]  # fmt: skip
    before = [told(**values) for values in asked]
    frozen.freeze(question=ask(), user=county_clerk(), reason="月报")
    change_everything(persons)
    assert [told(**values) for values in asked] == before
    document = answer(ask()).document
    assert (document["frozen"], document["total"]["numerator"]) == (True, 6)
    assert told(period="2025-07") != {
        **before[0],
        "period": {"from": "2025-07-01", "to": "2025-07-31"},
        "as_of": "2025-07-31",
    }


@pytest.mark.parametrize("code", [indicator.code for indicator in all_indicators()])
def test_every_indicator_is_answered_from_its_units_as_from_the_facts(code):
    World(5)
    indicator = next(one for one in all_indicators() if one.code == code)
    period = "2025Q1" if indicator.span is Span.ANY else "2024"
    names = [dimension.name for dimension in indicator.dimensions]
    asked = [{"by": name} for name in ["", *names]] + [{"by": f"{names[0]},{names[-3]}"}]
    variants = list(indicator.variants) or [""]
    for variant in variants:
        before = [told(code, period=period, variant=variant, **values) for values in asked]
        frozen.freeze(question=ask(code, period, variant=variant), user=None)
        assert [told(code, period=period, variant=variant, **values) for values in asked] == before
        assert answer(ask(code, period, variant=variant)).document["frozen"] is True


def test_the_people_are_those_of_then(persons):
    frozen.freeze(question=ask(), user=None)
    change_everything(persons)
    found = people.people_behind(ask(), part="numerator", limit=50)
    assert [row["name"] for row in found.rows] == ["某0", "某1", "某2", "某3", "某6", "某7"]
    assert found.rows[0]["village"]["code"] == "520527219201"


def test_another_as_of_is_another_question(persons):
    frozen.freeze(question=ask(), user=None)
    Spell.objects.all().delete()
    assert answer(ask(as_of="2025-06-30")).document["frozen"] is True
    live = answer(ask(as_of="2025-06-29")).document
    assert (live["frozen"], live["total"]["numerator"]) == (False, 0)


def test_a_township_reads_its_part(persons):
    frozen.freeze(question=ask(), user=county_clerk())
    change_everything(persons)
    assert (
        api_client_for(township_clerk())
        .get("/api/v1/statistics/OUT_STOCK/?period=2025-06")
        .json()["total"]["numerator"]
        == 4
    )
    assert answer(ask(user=township_clerk())).document["frozen"] is True


def test_a_month_of_a_stock_was_kept_but_not_with_everything_else(persons):
    frozen.freeze(question=ask(period="2025Q1"), user=None)
    Spell.objects.all().delete()
    rows = answer(ask(period="2025Q1", by="month")).document["rows"]
    assert [row["numerator"] for row in rows] == [4, 7, 6]
    with pytest.raises(DomainError) as refused:
        answer(ask(period="2025Q1", by="month,sex"))
    assert refused.value.field == "by"


def test_who_may_freeze_and_when(persons):
    with pytest.raises(NotAllowed):
        frozen.freeze(question=ask(), user=with_role("auditor"))
    with pytest.raises(DomainError) as early:
        frozen.freeze(question=ask(period="2025-09"), user=county_clerk())
    assert early.value.field == "period"
    frozen.freeze(question=ask(), user=county_clerk())
    with pytest.raises(Conflict):
        frozen.freeze(question=ask(), user=county_clerk())
    act = Operation.objects.get(action="statistics.freeze")
    assert (act.user, Freeze.objects.get().as_of) == (county_clerk(), dt.date(2025, 6, 30))


ADD_TO_FROZEN = """
INSERT INTO indicators_figure (figure_set_id, code, numerator, extras)
SELECT min(id), 'x', 1, '{}' FROM indicators_figureset WHERE freeze_id IS NOT NULL
"""


@pytest.mark.parametrize(
    "attack",
    [
        "UPDATE indicators_freeze SET as_of = '2025-01-01'",
        "DELETE FROM indicators_freeze",
        "UPDATE indicators_figureset SET numerator = 7 WHERE freeze_id IS NOT NULL",
        "UPDATE indicators_figureset SET freeze_id = NULL WHERE freeze_id IS NOT NULL",
        "DELETE FROM indicators_figureset WHERE freeze_id IS NOT NULL",
        "UPDATE indicators_figure SET numerator = 7",
        "UPDATE indicators_figure SET figure_set_id = (SELECT min(id) FROM indicators_figureset WHERE freeze_id IS NULL)",
        "DELETE FROM indicators_figure",
        ADD_TO_FROZEN,
        "UPDATE indicators_frozenunit SET counted = false",
        "DELETE FROM indicators_frozenunit",
    ],
)
def test_the_database_refuses_to_change_what_is_frozen(persons, attack):
    answer(ask(period="2025-05", by="sex"))
    FigureSet.objects.filter(freeze=None).update(dimension="sex")
    Figure.objects.all().delete()
    frozen.freeze(question=ask(), user=None)
    held = (
        list(FigureSet.objects.order_by("id").values()),
        list(Figure.objects.order_by("id").values()),
        list(FrozenUnit.objects.values()),
    )
    with pytest.raises(IntegrityError, match="已冻结"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(attack)
    now = (
        list(FigureSet.objects.order_by("id").values()),
        list(Figure.objects.order_by("id").values()),
        list(FrozenUnit.objects.values()),
    )
    assert now == held


def test_a_frozen_answer_is_not_computed_again_by_the_refresh(persons):
    frozen.freeze(question=ask(), user=None)
    frozen_sets = list(FigureSet.objects.exclude(freeze=None).order_by("id").values())
    change_everything(persons)
    refresh_figures(budget=60)
    assert list(FigureSet.objects.exclude(freeze=None).order_by("id").values()) == frozen_sets
