"""/api/v1/employments/ and /employers/: members, filters shared with the page, masks, scopes."""

from datetime import date

import pytest

from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker

pytestmark = pytest.mark.django_db

SPELLS, FIRMS = "/api/v1/employments/", "/api/v1/employers/"
START = date(2025, 2, 10)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def program():
    return people.api_client_for(people.county_clerk(), "registry:read")


def spell(who, **fields):
    DeclaredJob.objects.create(worker=who, start_on=START, **{"place_code": "440113", **fields})
    rebuild_spells(worker_ids=[who.pk])
    return who


def names(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.json()
    return sorted(row["name"] for row in response.json()["results"])


def test_spell_tells_everything_with_its_identity_masked(program):
    firm = employer("甲厂", credit_code="91440113MA59EKWX1A")
    who = spell(
        worker("甲一"),
        employer=firm,
        wage=5000,
        channel="政府组织",
        job_title="普工",
        contract=True,
        end_on=date(2025, 6, 1),
    )
    [row] = program.get(SPELLS).json()["results"]
    assert row.pop("id") == who.spells.get().pk
    assert row == {
        "worker": who.pk,
        "name": "甲一",
        "id_number": f"529999********{who.id_number[-4:]}",
        "village_code": who.village_code,
        "start_on": "2025-02-10",
        "end_on": "2025-06-01",
        "end_reason": "written",
        "place_code": "440113",
        "place": "广东省 广州市 番禺区",
        "scope": "省外",
        "employer": "甲厂",
        "employer_code": "91440113MA59EKWX1A",
        "job_title": "普工",
        "wage": "5000.00",
        "channel": "政府组织",
        "organised": True,
        "contract": True,
        "insured": None,
        "confirmed_to": "2025-05-31",
        "origin": "declared",
    }


def test_identity_is_whole_for_who_may_see_people():
    who = spell(worker())
    seer = people.api_client_for(people.county_clerk(), "registry:read", "people:read")
    assert seer.get(SPELLS).json()["results"][0]["id_number"] == who.id_number


def test_employer_is_listed_with_its_phone_masked(program):
    firm = employer("甲厂", phone="13900001234", size=12, key_employer=True)
    assert program.get(FIRMS).json()["results"] == [
        {
            "id": firm.pk,
            "name": "甲厂",
            "credit_code": None,
            "place_code": "440113",
            "place": "广东省 广州市 番禺区",
            "industry": "",
            "size": 12,
            "contact": "",
            "phone": "139****1234",
            "key_employer": True,
            "stub": False,
        }
    ]


@pytest.mark.parametrize("address", [SPELLS, FIRMS])
def test_scope_of_token_and_permission_of_its_user_are_both_needed(client, address):
    callers = [
        client,
        people.api_client_for(people.county_clerk(), "statistics:read"),
        people.api_client_for(people.make_user("t", "training_officer", people.COUNTY), "registry:read"),
        people.api_client_for(people.make_user("f", "finance_officer", people.COUNTY), "registry:read"),
    ]
    assert [caller.get(address).status_code for caller in callers] == [401, 403, 200, 403]


def test_each_sees_their_own_people():
    spell(worker("近人"))
    spell(worker("远人", village=OTHER_VILLAGE))
    seen = [
        names(people.api_client_for(user, "registry:read"), SPELLS)
        for user in (people.county_clerk(), people.township_clerk(), people.stranger())
    ]
    assert seen == [["近人", "远人"], ["近人"], []]


def test_filters_are_the_pages_own(program):
    spell(worker("甲"), channel="政府组织")
    spell(worker("乙"), place_code="520111", end_on=date(2025, 3, 1))
    queries = (
        {"scope": "省外"},
        {"destination": "52"},
        {"destination_city": "广州"},
        {"organised": "true"},
        {"open_on": "2025-03-01"},
        {"current": "false"},
        {"q": "乙"},
        {"start_on_after": "2025-02-11"},
    )
    assert [names(program, SPELLS, **query) for query in queries] == [
        ["甲"],
        ["乙"],
        ["甲"],
        ["甲"],
        ["甲"],
        ["乙"],
        ["乙"],
        [],
    ]


@pytest.mark.parametrize(
    ("address", "query", "field"),
    [
        (SPELLS, {"destination_city": "天上"}, "destination_city"),
        (SPELLS, {"open_on": "昨天"}, "open_on"),
        (SPELLS, {"scope": "月球"}, "scope"),
        (SPELLS, {"provinz": "44"}, "provinz"),
        (FIRMS, {"stub": "perhaps"}, "stub"),
        (SPELLS, {"ordering": "wage"}, "ordering"),
    ],
)
def test_bad_parameter_is_named(program, address, query, field):
    response = program.get(address, query)
    assert (response.status_code, response.json()["field"]) == (422, field)


@pytest.mark.parametrize("address", [SPELLS, FIRMS])
def test_page_costs_the_same_for_one_row_and_for_three(program, address, django_assert_max_num_queries):
    spell(worker(), employer=employer("甲厂"))
    program.get(address)
    with django_assert_max_num_queries(8) as one:
        program.get(address)
    spell(worker(), employer=employer("乙厂", place_code="3302"), place_code="3302")
    spell(worker(), employer=employer("丙厂", place_code="4403"), place_code="4403")
    with django_assert_max_num_queries(8) as three:
        program.get(address)
    assert len(three) == len(one)


def test_answer_known_already_is_not_sent_again(program):
    spell(worker())
    etag = program.get(SPELLS).headers["ETag"]
    assert program.get(SPELLS, headers={"If-None-Match": etag}).status_code == 304


def test_schema_describes_both(client):
    schema = people.api_client_for(people.county_clerk()).get("/api/v1/schema/?format=json").content.decode()
    assert [path in schema for path in (SPELLS, FIRMS)] == [True, True]
