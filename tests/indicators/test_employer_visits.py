"""Visits to employers and employers visited, counted by hand; and kept figures that a write makes stale."""

from datetime import date

import pytest

from core.errors import DomainError
from core.indicators.answers import answer
from core.indicators.questions import read_question
from employment.mergers.services import merge_employers
from stations.models import EmployerVisit
from tests import people
from tests.journeys import employer, place_divisions
from tests.stations.facts import NINGBO, called_on, station

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


def told(code, period="2025", **asked):
    values = {"period": [period], **{name: [value] for name, value in asked.items()}}
    return answer(read_question(code, values, people.county_clerk())).document


def value(code, period="2025", **asked):
    return told(code, period, **asked)["total"]["value"]


def rows(code, by, period="2025", **asked):
    return {row[by]["code"]: row["value"] for row in told(code, period, by=by, **asked)["rows"]}


@pytest.fixture
def year():
    """Two stations and the county at three employers: six visits of 2025, one of 2024."""
    guangzhou, ningbo = station(), station(NINGBO, place="330206", area=["3302"])
    key = employer("甲厂", credit_code="91440101MA5ABCDEXC", key_employer=True)
    second, third = employer("乙厂"), employer("丙厂", place_code="330206")
    called_on(key, date(2025, 1, 10), station=guangzhou), called_on(key, date(2025, 2, 10), station=guangzhou)
    called_on(key, date(2025, 2, 10), station=ningbo), called_on(second, date(2025, 2, 11), station=guangzhou)
    called_on(third, date(2025, 3, 1), station=ningbo, place_code="330206"), called_on(second, date(2025, 5, 1))
    called_on(third, date(2024, 12, 31), station=ningbo, place_code="330206")
    return key, second, third


def test_visits_are_counted_by_time_employers_once(year):
    assert (value("EMPR_VISIT"), value("EMPR_N")) == ("6", "3")
    assert (value("EMPR_VISIT", "2024"), value("EMPR_N", "2024")) == ("1", "1")
    assert (value("EMPR_VISIT", "2024-12-01..2025-12-31"), value("EMPR_N", "2024-12-01..2025-12-31")) == ("7", "3")


def test_an_employer_counts_once_in_the_whole_and_once_in_every_part(year):
    assert rows("EMPR_VISIT", "station") == {"GZ-01": "3", "NB-01": "2", "": "1"}
    assert rows("EMPR_N", "station") == {"GZ-01": "2", "NB-01": "2", "": "1"}
    assert told("EMPR_N", by="station")["additive"] is False
    assert "additive" not in told("EMPR_N", by="employer")
    assert rows("EMPR_N", "station_city") == {"4401": "2", "3302": "2", "": "1"}
    assert rows("EMPR_VISIT", "destination_city") == {"4401": "5", "3302": "1"}
    assert rows("EMPR_VISIT", "scope") == {"省外": "6"}
    assert rows("EMPR_VISIT", "month") == {"2025-01": "1", "2025-02": "3", "2025-03": "1", "2025-05": "1"}
    assert rows("EMPR_N", "quarter") == {"2025Q1": "3", "2025Q2": "1"}
    assert rows("EMPR_N", "employer") == {"91440101MA5ABCDEXC": "1", "丙厂": "1", "乙厂": "1"}
    assert rows("EMPR_VISIT", "key_employer") == {"true": "3", "false": "3"}
    assert rows("EMPR_N", "key_employer") == {"true": "1", "false": "2"}


def test_what_is_asked_for_alone(year):
    assert value("EMPR_N", key_employer="true") == "1"
    assert value("EMPR_VISIT", station="GZ-01", employer="乙厂") == "1"
    assert value("EMPR_VISIT", as_of="2025-02-10") == "3"


def test_kept_figures_follow_what_is_written(year):
    key, second, _third = year
    assert value("EMPR_N") == "3"
    called_on(employer("丁厂"), date(2025, 6, 1))
    assert (value("EMPR_N"), value("EMPR_VISIT")) == ("4", "7")
    EmployerVisit.objects.filter(employer__name="丁厂").update(visited_on=date(2024, 6, 1))
    assert (value("EMPR_N"), value("EMPR_N", "2024")) == ("3", "2")
    second.key_employer = True
    second.save()
    assert rows("EMPR_N", "key_employer") == {"true": "2", "false": "1"}
    EmployerVisit.objects.filter(employer=key).delete()
    assert (value("EMPR_N"), value("EMPR_VISIT")) == ("2", "3")


def test_two_registrations_of_one_employer_count_once_when_merged(year):
    key, second, _third = year
    merge_employers(user=people.county_clerk(), kept_id=key.pk, merged_id=second.pk, reason="同一家")
    assert (value("EMPR_N"), value("EMPR_VISIT")) == ("2", "6")


@pytest.mark.parametrize("code", ["EMPR_N", "EMPR_VISIT"])
def test_they_exist_at_county_level_only(code):
    with pytest.raises(DomainError) as caught:
        told(code, division="520527219")
    assert caught.value.field == "division"
    answer = people.api_client_for(people.county_clerk()).get(
        f"/api/v1/statistics/{code}/?period=2025&division=520527219"
    )
    assert (answer.status_code, answer.json()["field"]) == (422, "division")
