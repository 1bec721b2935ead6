"""Stations and visits for programs: who reads what, what a device may send, what it is answered."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.accounts.models import AccessLog
from stations.models import Visit
from tests import people
from tests.journeys import OTHER_VILLAGE, place_divisions, worker
from tests.stations.facts import AT_WORK, GUANGZHOU, NINGBO, TODAY, ago, arrive, staff, standing, station, visit

pytestmark = pytest.mark.django_db

STATIONS, VISITS = "/api/v1/stations/", "/api/v1/visits/"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def device(who):
    """A program of the station's staff that may write."""
    return people.api_client_for(staff(), "imports:write", "registry:read")


def sent(who, **fields):
    return {"worker": who.pk, "visited_on": TODAY.isoformat(), "channel": "电话", "status": AT_WORK, **fields}


def refusal(answer):
    return answer.status_code, answer.json()["field"], answer.json()["code"]


def results(client, address, **query):
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content
    return answer.json()["results"]


class TestReading:
    def test_a_station_is_told_whole(self, site):
        (told,) = results(people.api_client_for(people.county_clerk()), STATIONS)
        assert told == {
            "id": site.pk, "code": GUANGZHOU, "name": "驻GZ-01协作站", "kind": "协作站", "place_code": "440113",
            "place": "广东省 广州市 番禺区", "partner": "", "founding": "", "opened_on": "2023-03-01",
            "service_area": ["4401"], "head": "", "phone": "",
        }  # fmt: skip

    def test_a_visit_is_told_masked(self, who, site):
        ref = uuid4()
        made = visit(who, ago(5), station=site, milestone=30, wage=5200, contract=True, client_ref=ref, problem="漏雨")
        (told,) = results(people.api_client_for(people.county_clerk(), "registry:read"), VISITS)
        assert told.pop("created_at").startswith(f"{TODAY}")
        assert told == {
            "id": made.pk, "worker": who.pk, "name": "张国强", "id_number": f"{who.id_number[:6]}********{who.id_number[-4:]}",
            "village_code": who.village_code, "station": GUANGZHOU, "station_name": "驻GZ-01协作站", "milestone": 30,
            "visited_on": ago(5).isoformat(), "channel": "电话", "status": AT_WORK, "employer": None, "wage": "5200.00", "contract": True,
            "insured": None, "problem": "漏雨", "action_taken": "", "satisfaction": "", "visitor": "", "next_on": None,
            "client_ref": str(ref),
        }  # fmt: skip

    def test_identity_in_full_leaves_a_line_in_the_log(self, who):
        visit(who, ago(5))
        (told,) = results(people.api_client_for(people.county_clerk()), VISITS)
        assert (told["id_number"], AccessLog.objects.get(action="api.people").count) == (who.id_number, 1)

    def test_everybody_reads_their_own(self, who):
        station(NINGBO, place="330206", area=["3302"])
        visit(who, ago(5)), visit(arrive(worker(village=OTHER_VILLAGE), on=ago(9), destination_code="330206"), ago(4))
        users = people.county_clerk(), people.township_clerk(), staff(), people.stranger()
        clients = [people.api_client_for(user) for user in users]
        assert [(len(results(client, STATIONS)), len(results(client, VISITS))) for client in clients] == [
            (2, 2), (2, 1), (1, 1), (0, 0),
        ]  # fmt: skip

    @pytest.mark.parametrize("address", [STATIONS, VISITS])
    def test_scope_and_permission_are_asked_for(self, client, address):
        lacking = (
            people.api_client_for(people.county_clerk(), "statistics:read"),
            people.api_client_for(people.with_role("provider", scope_institutions=["某校"])),
        )
        assert [client.get(address).status_code, *[one.get(address).status_code for one in lacking]] == [401, 403, 403]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"status": "返乡"}, 1), ({"station": GUANGZHOU}, 1), ({"milestone": "30"}, 1), ({"q": "zgq"}, 2), ({"q": "李"}, 0),
            ({"visited_on_after": ago(5).isoformat()}, 1), ({"township": "520527219"}, 2), ({"worker": "1"}, 0), ({"problem": "true"}, 0),
        ],
    )  # fmt: skip
    def test_visits_are_filtered_as_the_page_does(self, who, site, query, found):
        visit(who, ago(5), station=site, milestone=30), visit(who, ago(9), "返乡")
        assert len(results(people.api_client_for(people.county_clerk()), VISITS, **query)) == found

    @pytest.mark.parametrize(
        ("query", "field"),
        [({"status": "在家"}, "status"), ({"station": "没有"}, "station"), ({"stauts": "返乡"}, "stauts"),
         ({"limit": "0"}, "limit"), ({"ordering": "wage"}, "ordering")],
    )  # fmt: skip
    def test_a_parameter_at_fault_is_named(self, who, query, field):
        answer = people.api_client_for(people.county_clerk()).get(VISITS, query)
        assert refusal(answer)[:2] == (422, field)

    def test_pages_follow_each_other_and_cost_the_same(self, who):
        for number in range(5):
            visit(who, ago(number + 1))
        client = people.api_client_for(people.county_clerk(), "registry:read")
        first = client.get(VISITS, {"limit": 2, "ordering": "-visited_on"}).json()
        with CaptureQueriesContext(connection) as few:
            client.get(VISITS, {"limit": 1})
        with CaptureQueriesContext(connection) as many:
            client.get(VISITS, {"limit": 5})
        second = client.get(first["next"]).json()
        days = [row["visited_on"] for row in first["results"] + second["results"]]
        assert (days, len(few)) == ([ago(number).isoformat() for number in (1, 2, 3, 4)], len(many))


class TestWriting:
    def test_the_first_sending_stores_the_second_answers_the_same(self, device, who, site):
        body = sent(
            who, client_ref=str(uuid4()), milestone=30, wage="5200.5", contract=True, employer="新厂", problem="漏雨"
        )
        first, again = device.post(VISITS, body, format="json"), device.post(VISITS, body, format="json")
        made = Visit.objects.get()
        assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
        told = first.json()
        assert told.pop("created_at").startswith(f"{TODAY}")
        assert told == {
            "id": made.pk, "worker": who.pk, "station": GUANGZHOU, "milestone": 30, "visited_on": f"{TODAY}", "channel": "电话",
            "status": AT_WORK, "employer": "新厂", "wage": "5200.50", "contract": True, "insured": None, "problem": "漏雨",
            "action_taken": "",
            "satisfaction": "", "visitor": "zhan-GZ-01", "next_on": None, "client_ref": body["client_ref"],
        }  # fmt: skip
        assert (made.station, standing(who)[30]) == (site, TODAY)

    def test_the_second_sending_may_say_something_else_the_first_stands(self, device, who):
        ref = str(uuid4())
        device.post(VISITS, sent(who, client_ref=ref), format="json")
        again = device.post(VISITS, sent(who, client_ref=ref, status="返乡"), format="json")
        assert (again.status_code, again.json()["status"], Visit.objects.count()) == (200, AT_WORK, 1)

    def test_the_person_may_be_named_by_id_number(self, device, who):
        body = {**sent(who), "id_number": who.id_number.lower()}
        del body["worker"]
        assert device.post(VISITS, body, format="json").json()["worker"] == who.pk

    def test_without_a_reference_it_is_stored_once_a_day(self, device, who):
        statuses = [device.post(VISITS, sent(who), format="json").status_code for _n in range(2)]
        assert (statuses, Visit.objects.count()) == ([201, 409], 1)

    @pytest.mark.parametrize(
        ("wrong", "expected"),
        [
            ({"worker": None}, (422, "worker")),
            ({"worker": "张国强"}, (422, "worker")),
            ({"worker": 999_999_999}, (404, "worker")),
            ({"worker": 10**30}, (422, "worker")),
            ({"visited_on": ""}, (422, "visited_on")),
            ({"visited_on": "2025-02-30"}, (422, "visited_on")),
            ({"visited_on": "2099-01-01"}, (422, "visited_on")),
            ({"channel": "传真"}, (422, "channel")),
            ({"status": "在家"}, (422, "status")),
            ({"status": ["返乡"]}, (422, "status")),
            ({"milestone": -7}, (422, "milestone")),
            ({"wage": "面议"}, (422, "wage")),
            ({"wage": -1}, (422, "wage")),
            ({"wage": "1e99"}, (422, "wage")),
            ({"contract": "也许"}, (422, "contract")),
            ({"station": "没有"}, (422, "station")),
            ({"station": NINGBO}, (422, "station")),
            ({"employer": "厂" * 201}, (422, "employer")),
            ({"problem": "漏\x00雨"}, (422, "problem")),
            ({"next_on": "明天"}, (422, "next_on")),
            ({"client_ref": "1"}, (422, "client_ref")),
        ],
    )
    def test_a_field_at_fault_is_named(self, device, who, wrong, expected):
        station(NINGBO, place="330206", area=["3302"])
        answer = device.post(VISITS, {**sent(who), **wrong}, format="json")
        assert (refusal(answer)[:2], Visit.objects.count()) == (expected, 0)

    def test_nobody_named_is_told_at_worker(self, device):
        body = {"visited_on": f"{TODAY}", "channel": "电话", "status": AT_WORK}
        assert refusal(device.post(VISITS, body, format="json")) == (422, "worker", "required")
        unknown = device.post(VISITS, {**body, "id_number": "529999199001010019"}, format="json")
        assert refusal(unknown) == (404, "id_number", "worker")

    @pytest.mark.parametrize("body", ["[]", "null", "{", '"x"', "1"])
    def test_a_body_that_is_no_object_is_refused(self, device, body):
        assert device.post(VISITS, body, content_type="application/json").status_code in {400, 422}

    def test_writing_asks_for_its_scope_its_permission_and_the_persons(self, who):
        clients = (
            people.api_client_for(staff(), "registry:read"),
            people.api_client_for(people.with_role("auditor"), "imports:write"),
            people.api_client_for(people.stranger(), "imports:write"),
            people.api_client_for(people.township_clerk(), "imports:write"),
        )
        statuses = [client.post(VISITS, sent(who), format="json").status_code for client in clients]
        assert (statuses, Visit.objects.get().station) == ([403, 403, 404, 201], None)

    def test_a_day_of_long_ago_is_taken(self, device, who):
        body = sent(who, visited_on=(date(2000, 1, 1) + timedelta(days=1)).isoformat())
        assert device.post(VISITS, body, format="json").status_code == 201
