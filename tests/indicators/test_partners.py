"""What a partner bureau is told: of everybody who came to its area, whoever is there today (domain.md §2 PARTNER)."""

import datetime as dt

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from core.indicators import frozen
from core.indicators.answers import answer
from core.indicators.declarations import Span
from core.indicators.questions import read_question
from core.indicators.registry import all_indicators, indicator_named
from dispatch.models import Batch, Passenger, Trip
from employment.rebuilding import rebuild_spells
from stations.models import Visit
from tests.indicators.facts import job, small_county, worker
from tests.indicators.world import World, load_divisions
from tests.people import api_client_for, client_for, with_role

pytestmark = pytest.mark.django_db

AREA, CITY = "440113", "4401"
TOLD_BY_PLACE = [one.code for one in all_indicators() if one.knows_where and not one.share_of_all]
"""The shares of OUT_DEST are of one area alone, all of it."""


def ask(code, user, **words):
    return answer(read_question(code, {name: [value] for name, value in words.items()}, user)).document


def journey(person, place, on, *, left=None):
    """The person came to work at the place, and was found gone on ``left``."""
    batch, _new = Batch.objects.get_or_create(code="P1", name="批次")
    trip = Trip.objects.create(
        batch=batch,
        vehicle=f"V{person.pk}-{on}",
        mode="包车",
        departs_at=dt.datetime.combine(on, dt.time(1), dt.UTC),
        from_place="县城",
        destination_code=place,
        seats=50,
    )
    Passenger.objects.create(trip=trip, worker=person, boarded=True, at_post_on=on)
    if left:
        Visit.objects.create(worker=person, visited_on=left, channel="电话", status="离岗求职")
    rebuild_spells(worker_ids=[person.pk])


@pytest.mark.usefixtures("today")
def test_who_came_and_left_counts_and_who_came_elsewhere_does_not():
    load_divisions()
    first = dt.date(2025, 3, 1)
    stayed, left, elsewhere, later = (worker(n) for n in range(4))
    journey(stayed, AREA, first)
    Visit.objects.create(worker=stayed, visited_on=dt.date(2025, 3, 30), channel="电话", status="原岗位在岗")
    rebuild_spells(worker_ids=[stayed.pk])
    journey(left, AREA, first, left=dt.date(2025, 3, 20))
    journey(elsewhere, "330106", first, left=dt.date(2025, 3, 20))
    journey(later, "330106", first, left=dt.date(2025, 3, 20))
    job(later, "2025-04-01", AREA)
    partner = with_role("partner_bureau", AREA)
    document = ask("RET_30", partner, period="2025")
    assert document["total"] == {"value": "50.00", "numerator": 1, "denominator": 2, "left": 1, "unknown": 0}
    assert (document["division"], document["area"]) == ("520527", AREA)
    told = {
        code: ask(code, partner, period="2025", **words)["total"]["numerator"]
        for code, words in (
            ("ORG_P", {}), ("ORG_PT", {}), ("COOP_GD", {}), ("COOP_OTHER", {}), ("OUT_STOCK", {}),
        )
    }  # fmt: skip
    assert told == {"ORG_P": 2, "ORG_PT": 2, "COOP_GD": 2, "COOP_OTHER": 0, "OUT_STOCK": 2}
    assert ask("OUT_STOCK", partner, period="2025", as_of="2025-03-10")["total"]["numerator"] == 2


def test_every_number_that_knows_where_is_the_countys_of_that_city():
    with transaction.atomic():
        World(4)
    partner = with_role("partner_bureau", CITY)
    compared = 0
    for code in TOLD_BY_PLACE:
        indicator = indicator_named(code)
        period = "2025" if indicator.span is not Span.ANY else "2024-11-20..2025-08-10"
        for variant in list(indicator.variants) or [""]:
            for by in ("", *[one.name for one in indicator.dimensions]):
                words = {"period": period, "by": by, "variant": variant}
                mine, countys = ask(code, partner, **words), ask(code, None, **words, destination_city=CITY)
                assert (mine["total"], mine["rows"]) == (countys["total"], countys["rows"]), (code, words)
                compared += bool(mine["rows"])
    assert compared > 50


def test_a_frozen_period_tells_the_same():
    with transaction.atomic():
        World(4)
    partner = with_role("partner_bureau", AREA)
    for code in TOLD_BY_PLACE:
        period = "2025Q1" if indicator_named(code).span is Span.ANY else "2024"
        asked = {"period": period, "by": "township"}
        before = ask(code, partner, **asked)
        frozen.freeze(question=read_question(code, {"period": [period]}, None), user=None)
        after = ask(code, partner, **asked)
        assert (after["frozen"], after["total"], after["rows"]) == (True, before["total"], before["rows"]), code


@pytest.mark.usefixtures("today")
class TestAtTheDesk:
    def test_an_answer_is_remembered_until_somebody_comes_or_goes(self):
        small_county()
        address = "/api/v1/statistics/OUT_STOCK/?period=2025"
        bureau = api_client_for(with_role("partner_bureau", AREA))
        answers = [bureau.get(address) for _n in range(2)]
        assert [one.json()["total"]["numerator"] for one in answers] == [3, 3]
        assert answers[0].json()["computed_at"] == answers[1].json()["computed_at"]
        job(worker(20), "2025-05-01", AREA)
        assert bureau.get(address).json()["total"]["numerator"] == 4

    def test_a_bureau_without_an_area_is_told_of_nobody(self):
        small_county()
        assert ask("OUT_STOCK", with_role("partner_bureau", ""), period="2025")["total"]["numerator"] == 0

    def test_the_home_page_shows_the_numbers_of_the_area(self):
        small_county()
        home = client_for(with_role("partner_bureau", AREA)).get("/")
        tiles = {tile.label: tile.value for tile in home.context["numbers"]}
        assert {name: tiles.get(name) for name in ("省外务工规模", "组织化程度")} == {
            "省外务工规模": "3",
            "组织化程度": "100.00",
        }
        page = client_for(with_role("partner_bureau", AREA)).get("/statistics/OUT_STOCK/?period=2025").content.decode()
        assert "番禺区 440113" in page

    @pytest.mark.django_db(transaction=True)
    def test_the_home_page_counts_again_once_somebody_comes_or_goes(self):
        small_county()
        browser = client_for(with_role("partner_bureau", AREA))
        outside = lambda: {tile.label: tile.value for tile in browser.get("/").context["numbers"]}["省外务工规模"]  # noqa: E731
        first = outside()
        with CaptureQueriesContext(connection) as made:
            again = outside()
        assert not [one for one in made if "employment_spell" in one["sql"]]
        job(worker(20), "2025-05-01", AREA)
        assert (first, again, outside()) == ("3", "3", "4")
