"""Visits to employers for programs: who reads what, what a device may send, what it is answered."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.formats.credit_code import make_credit_code
from employment.models import Employer
from stations.models import EmployerVisit
from tests import people
from tests.journeys import employer, place_divisions
from tests.stations.facts import GUANGZHOU, NINGBO, TODAY, ago, called_on, firm, staff, station

pytestmark = pytest.mark.django_db

VISITS = "/api/v1/employer-visits/"
CODE = make_credit_code("91440113MA59EKWX1")


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def device(site):
    """A program of the station's staff that may write."""
    return people.api_client_for(staff(), "imports:write", "registry:read")


def sent(**fields):
    return {"visited_on": TODAY.isoformat(), "place_code": "440113", **fields}


def refusal(answer):
    return answer.status_code, answer.json()["field"], answer.json()["code"]


class TestReading:
    def test_a_visit_is_told_whole(self, site):
        works, ref = employer("甲厂", credit_code=CODE, key_employer=True), uuid4()
        made = called_on(works, ago(5), station=site, people_here=3, needs="普工20人", next_on=ago(1), client_ref=ref)
        (told,) = people.api_client_for(people.county_clerk(), "registry:read").get(VISITS).json()["results"]
        assert told.pop("created_at").startswith(f"{TODAY}")
        assert told == {
            "id": made.pk, "employer": works.pk, "name": "甲厂", "credit_code": CODE, "key_employer": True,
            "place_code": "440113", "place": "广东省 广州市 番禺区", "visited_on": ago(5).isoformat(), "station": GUANGZHOU,
            "station_name": "驻GZ-01协作站", "visitor": "", "people_here": 3, "note": "", "needs": "普工20人", "next_step": "",
            "next_on": ago(1).isoformat(), "client_ref": str(ref),
        }  # fmt: skip

    def test_everybody_reads_their_own(self, site):
        station(NINGBO, place="330206", area=["3302"])
        called_on(firm("甲厂"), ago(1), station=site), called_on(firm("乙厂"), ago(1), place_code="330206")
        users = (
            people.county_clerk(), people.township_clerk(), staff(), staff(NINGBO), people.stranger(),
            people.with_role("partner_bureau", "4401"), people.with_role("auditor"),
        )  # fmt: skip
        read = [
            sorted(row["name"] for row in people.api_client_for(user).get(VISITS).json()["results"]) for user in users
        ]
        assert read == [["乙厂", "甲厂"], ["乙厂", "甲厂"], ["甲厂"], ["乙厂"], [], ["甲厂"], ["乙厂", "甲厂"]]

    def test_scope_and_permission_are_asked_for(self, client):
        told = [
            client.get(VISITS).status_code,
            people.api_client_for(people.county_clerk(), "statistics:read").get(VISITS).status_code,
            people.api_client_for(people.with_role("village_assistant", "520527219200")).get(VISITS).status_code,
        ]
        assert told == [401, 403, 403]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("station=GZ-01", ["甲厂"]),
            (f"visited_on_before={ago(5)}", ["乙厂"]),
            ("due=true", ["乙厂"]),
            ("key_employer=true", ["甲厂"]),
            ("place=3302", ["乙厂"]),
            ("q=甲", ["甲厂"]),
            ("ordering=-visited_on", ["甲厂", "乙厂"]),
            ("ordering=visited_on", ["乙厂", "甲厂"]),
        ],
    )
    def test_visits_are_filtered_as_the_page_does(self, site, query, found):
        called_on(employer("甲厂", key_employer=True), ago(1), station=site)
        called_on(firm("乙厂"), ago(9), place_code="330206", next_on=ago(2))
        program = people.api_client_for(people.county_clerk())
        assert [row["name"] for row in program.get(f"{VISITS}?{query}").json()["results"]] == found

    def test_one_row_and_three_cost_the_same(self, site):
        program, costs = people.api_client_for(people.county_clerk()), []
        for n in range(3):
            called_on(firm(f"厂{n}"), ago(n), station=site, place_code=("440113", "330206", "520527219")[n])
            program.get(VISITS)
            with CaptureQueriesContext(connection) as asked:
                assert len(program.get(VISITS).json()["results"]) == n + 1
            costs.append(len(asked))
        assert costs[0] == costs[2]


class TestSending:
    def test_the_first_sending_stores_the_second_answers_the_same(self, device, site):
        works, ref = firm(), str(uuid4())
        body = sent(employer=works.pk, client_ref=ref, people_here=3, needs="普工20人")
        answers = [device.post(VISITS, body, format="json") for _time in range(2)]
        assert [answer.status_code for answer in answers] == [201, 200]
        assert answers[0].json() == answers[1].json()
        made = EmployerVisit.objects.get()
        assert answers[0].json() == {
            "id": made.pk, "employer": works.pk, "name": works.name, "station": GUANGZHOU, "place_code": "440113",
            "visited_on": TODAY.isoformat(), "visitor": "zhan-GZ-01", "people_here": 3, "note": "", "needs": "普工20人",
            "next_step": "", "next_on": None, "client_ref": ref, "created_at": answers[0].json()["created_at"],
        }  # fmt: skip

    def test_the_employer_may_be_named_and_be_new(self, device):
        answer = device.post(VISITS, sent(name="新厂", credit_code=CODE), format="json")
        assert (answer.status_code, Employer.objects.values_list("name", "credit_code", "stub").get()) == (
            201, ("新厂", CODE, True),
        )  # fmt: skip

    @pytest.mark.parametrize(
        ("wrong", "expected"),
        [
            ({"name": ""}, (422, "name", "required")),
            ({"place_code": "999999"}, (422, "place_code", "division_unknown")),
            ({"place_code": ""}, (422, "place_code", "blank")),
            ({"visited_on": "2099-01-01"}, (422, "visited_on", "date")),
            ({"visited_on": "昨天"}, (422, "visited_on", "invalid")),
            ({"next_on": TODAY.isoformat()}, (422, "next_on", "date")),
            ({"people_here": -1}, (422, "people_here", "min_value")),
            ({"station": "没有"}, (422, "station", "unknown_reference")),
            ({"employer": 10**12}, (404, "employer", "employer")),
            ({"note": "长" * 1001}, (422, "note", "max_length")),
        ],
    )
    def test_a_field_at_fault_is_named(self, device, wrong, expected):
        assert refusal(device.post(VISITS, sent(**{"name": "甲厂", **wrong}), format="json")) == expected
        assert EmployerVisit.objects.count() == 0

    def test_a_second_visit_of_the_day_is_a_conflict(self, device):
        for expected in (201, 409):
            assert device.post(VISITS, sent(name="甲厂"), format="json").status_code == expected

    def test_writing_asks_for_its_scope_and_its_permission(self, site):
        works = firm()
        programs = (
            people.api_client_for(staff(), "registry:read"),
            people.api_client_for(people.with_role("auditor")),
            people.api_client_for(people.with_role("partner_bureau", "4401")),
        )
        told = [program.post(VISITS, sent(employer=works.pk), format="json").status_code for program in programs]
        assert (told, EmployerVisit.objects.count()) == ([403, 403, 403], 0)
