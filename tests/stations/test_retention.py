"""Retention by station and by trip: the indicators and the report are two statements and must say one number."""

import random
from datetime import date, timedelta

import pytest

from core.workbooks.services import Silent
from reports.retention.report import Question, compute
from stations.retention import retention_of
from tests import people
from tests.journeys import OTHER_VILLAGE, VILLAGE, place_divisions, trip, worker
from tests.stations.facts import NINGBO, arrive, staff, station, visit

pytestmark = pytest.mark.django_db

FIRST, AS_OF = date(2025, 2, 3), date(2025, 12, 31)
STATUSES = ["原岗位在岗"] * 5 + ["转岗在岗", "离岗求职", "返乡", "失联"]
YEAR = Question(first=date(2025, 1, 1), last=AS_OF, as_of=AS_OF, division=people.COUNTY)
DIMENSIONS = ("station", "trip", "township", "destination", "destination_city", "month")


@pytest.fixture
def campaign():
    """Forty people on four coaches to three places, one of them nobody's, asked more or less."""
    place_divisions()
    chance = random.Random(1)
    station(), station(NINGBO, place="330206", area=["33"])
    places = ["440113", "330206", "4403", "440111"]
    coaches = [trip(f"贵F{n}", batch=f"B{n // 2}", destination_code=place) for n, place in enumerate(places)]
    for _n in range(40):
        coach = chance.choice(coaches)
        came = FIRST + timedelta(days=chance.randrange(60))
        who = arrive(worker(village=chance.choice([VILLAGE, OTHER_VILLAGE])), came, vehicle=coach)
        for days in chance.sample([5, 7, 26, 30, 33, 85, 90, 170, 180], chance.randrange(5)):
            visit(who, came + timedelta(days=days), chance.choice(STATUSES))


def asked(client, days, by):
    query = {"period": "2025", "by": by, "as_of": AS_OF.isoformat()}
    rows = client.get(f"/api/v1/statistics/RET_{days}/", query).json()["rows"]
    return {
        row[by]["code"]: (row["denominator"], row["numerator"], row["left"], row["unknown"], row["value"])
        for row in rows
    }


def test_report_and_indicators_agree_row_by_row(campaign):
    clerk = people.county_clerk()
    report = compute(YEAR, clerk, Silent())
    client = people.api_client_for(clerk, "statistics:read")
    for place, days in enumerate((30, 90, 180)):
        for by in DIMENSIONS:
            told = {
                row["code"]: tuple(
                    row["milestones"][place][part] for part in ("due", "still", "left", "unknown", "rate")
                )
                for row in report["tables"][by]
            }
            assert asked(client, days, by) == told, (days, by)
    assert {row["code"] for row in report["tables"]["station"]} == {"", "GZ-01", NINGBO}


def test_the_stations_page_says_the_same_and_only_of_ones_own_people(campaign):
    clerk, township = people.county_clerk(), people.township_clerk()
    told = {}
    for user in (clerk, township, staff()):
        years = retention_of("GZ-01", user, AS_OF)
        told[user.username] = {days: cell["denominator"] for days, cell in years[0].cells}
        assert ([year.year for year in years], years[1].has_people) == ([2025, 2024], False)
    of_county = asked(people.api_client_for(clerk, "statistics:read"), 30, "station")["GZ-01"]
    assert told[clerk.username][30] == of_county[0]
    assert 0 < told[township.username][30] < told[clerk.username][30]
    assert told[staff().username] == told[clerk.username]
