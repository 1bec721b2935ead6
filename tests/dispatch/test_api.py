"""/api/v1/trips/, /passengers/ and the check-ins of devices."""

from datetime import date
from uuid import uuid4

import pytest

from dispatch.models import CheckIn, Passenger
from employment.models import Employer
from tests import people
from tests.journeys import OTHER_VILLAGE, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db

TRIPS, PASSENGERS = "/api/v1/trips/", "/api/v1/passengers/"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def program():
    return people.api_client_for(people.county_clerk(), "registry:read", "imports:write")


def results(client, address, **query):
    response = client.get(address, query)
    assert response.status_code == 200, response.json()
    return response.json()["results"]


def test_vehicle_is_told_with_its_people_counted(program):
    on = trip(organiser="人社局", leader="李明", leader_phone="13700001111")
    passenger(on, worker(), boarded=True, arrived=True, at_post_on=date(2025, 2, 12))
    passenger(on, worker(), boarded=True)
    assert results(program, TRIPS) == [
        {
            "id": on.pk,
            "batch_code": "2025-CY-01",
            "batch_name": "2025-CY-01批",
            "vehicle": "贵F12345",
            "mode": "包车",
            "departs_at": "2025-02-10T09:00:00+08:00",
            "from_place": "赫章县客运站",
            "destination_code": "440113",
            "destination": "广东省 广州市 番禺区",
            "seats": 45,
            "organiser": "人社局",
            "leader": "李明",
            "leader_phone": "13700001111",
            "registered": 2,
            "boarded": 2,
            "arrived": 1,
            "at_post": 1,
        }
    ]


def test_passenger_is_told_with_identity_and_phones_masked(program):
    who = worker("甲一")
    firm = Employer.objects.create(name="甲厂")
    row = passenger(
        trip(),
        who,
        seat="7",
        phone="13800001234",
        emergency_phone="13900005678",
        emergency_name="乙二",
        employer=firm,
        boarded=True,
    )
    [told] = results(program, PASSENGERS)
    assert told == {
        "id": row.pk,
        "trip": row.trip_id,
        "batch_code": "2025-CY-01",
        "vehicle": "贵F12345",
        "departs_at": "2025-02-10T09:00:00+08:00",
        "worker": who.pk,
        "name": "甲一",
        "id_number": f"529999********{who.id_number[-4:]}",
        "village_code": who.village_code,
        "seat": "7",
        "phone": "138****1234",
        "boarding_point": "",
        "destination_code": "",
        "employer": "甲厂",
        "job_title": "",
        "emergency_name": "乙二",
        "emergency_phone": "139****5678",
        "boarded": True,
        "arrived": None,
        "at_post_on": None,
        "outcome": "",
    }


def test_each_sees_their_own_people_and_vehicles():
    one, two = trip("甲车"), trip("乙车")
    passenger(one, worker())
    passenger(two, worker(village=OTHER_VILLAGE))
    seen = []
    for user in (people.county_clerk(), people.township_clerk(), people.stranger()):
        client = people.api_client_for(user, "registry:read")
        seen.append((sorted(row["vehicle"] for row in results(client, TRIPS)), len(results(client, PASSENGERS))))
    assert seen == [(["乙车", "甲车"], 2), (["甲车"], 1), ([], 0)]


def test_filters_are_the_pages_own(program):
    on = trip("甲车")
    passenger(on, worker("甲"), boarded=True)
    passenger(trip("乙车", mode="自驾", destination_code="3302"), worker("乙"))
    assert [row["vehicle"] for row in results(program, TRIPS, mode="自驾")] == ["乙车"]
    assert [row["vehicle"] for row in results(program, TRIPS, q="甲车")] == ["甲车"]
    found = [
        [row["name"] for row in results(program, PASSENGERS, **query)]
        for query in ({"trip": on.pk}, {"boarded": "none"}, {"destination": "33"}, {"q": "甲"})
    ]
    assert found == [["甲"], ["乙"], ["乙"], ["甲"]]


@pytest.mark.parametrize(
    ("query", "field"),
    [({"departs_at_after": "soon"}, "departs_at"), ({"vehikel": "1"}, "vehikel"), ({"ordering": "seats"}, "ordering")],
)
def test_bad_parameter_is_named(program, query, field):
    response = program.get(TRIPS, query)
    assert (response.status_code, response.json()["field"]) == (422, field)


@pytest.mark.parametrize("address", [TRIPS, PASSENGERS])
def test_page_costs_the_same_for_one_row_and_for_three(program, address, django_assert_max_num_queries):
    passenger(trip("甲车"), worker())
    program.get(address)
    with django_assert_max_num_queries(8) as one:
        program.get(address)
    passenger(trip("乙车", destination_code="3302"), worker())
    passenger(trip("丙车", destination_code="4403"), worker())
    with django_assert_max_num_queries(8) as three:
        program.get(address)
    assert len(three) == len(one)


class TestCheckIns:
    def send(self, client, row, **more):
        data = {"passenger": row.pk, "client_ref": str(uuid4()), **more}
        return client.post(f"{TRIPS}{row.trip_id}/check-ins/", data, format="json")

    @pytest.fixture
    def row(self):
        return passenger(trip(), worker())

    def test_first_sending_is_stored_and_the_second_answers_the_same(self, program, row):
        ref = str(uuid4())
        first = self.send(program, row, client_ref=ref, happened_at="2025-02-10T08:00:00+08:00")
        again = self.send(program, row, client_ref=ref, happened_at="2025-02-10T08:05:00+08:00", boarded=False)
        stored = CheckIn.objects.get()
        assert (first.status_code, again.status_code) == (201, 200)
        assert (
            first.json()
            == again.json()
            == {
                "id": stored.pk,
                "trip": row.trip_id,
                "passenger": row.pk,
                "boarded": True,
                "happened_at": "2025-02-10T08:00:00+08:00",
                "client_ref": ref,
                "user": "xian",
            }
        )
        row.refresh_from_db()
        assert row.boarded is True

    def test_absence_and_taking_back_are_ticks_too(self, program, row):
        for boarded in (True, False, None):
            assert self.send(program, row, boarded=boarded).status_code == 201
        assert list(CheckIn.objects.order_by("pk").values_list("boarded", flat=True)) == [True, False, None]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"client_ref": "x"}, "client_ref"),
            ({"passenger": "abc"}, "passenger"),
            ({"passenger": 10**30}, "passenger"),
            ({"boarded": "perhaps"}, "boarded"),
            ({"happened_at": "gestern"}, "happened_at"),
        ],
    )
    def test_bad_value_is_named(self, program, row, changes, field):
        response = self.send(program, row, **changes)
        assert (response.status_code, response.json()["field"], CheckIn.objects.count()) == (422, field, 0)

    def test_missing_number_is_named(self, program, row):
        response = program.post(f"{TRIPS}{row.trip_id}/check-ins/", {"passenger": row.pk}, format="json")
        assert (response.status_code, response.json()["field"]) == (422, "client_ref")

    def test_number_of_somebody_elses_tick_is_a_conflict(self, program, row):
        ref = str(uuid4())
        self.send(program, row, client_ref=ref)
        other = passenger(row.trip, worker())
        assert self.send(program, other, client_ref=ref).status_code == 409

    def test_who_is_at_the_post_cannot_be_taken_off(self, program, row):
        Passenger.objects.update(boarded=True, at_post_on=date(2025, 2, 12))
        response = self.send(program, row, boarded=None)
        assert (response.status_code, response.json()["code"]) == (409, "at_post")

    def test_scope_of_token_permission_and_area_are_all_needed(self, client, row):
        far = passenger(row.trip, worker(village=OTHER_VILLAGE))
        reader = people.api_client_for(people.county_clerk(), "registry:read")
        auditor = people.api_client_for(people.with_role("auditor"))
        stranger, township = people.api_client_for(people.stranger()), people.api_client_for(people.township_clerk())
        statuses = [self.send(caller, row).status_code for caller in (reader, auditor, stranger, township)]
        assert (statuses, self.send(township, far).status_code) == ([403, 403, 404, 201], 404)
        assert client.post(f"{TRIPS}{row.trip_id}/check-ins/", {}).status_code == 401

    def test_passenger_of_another_vehicle_is_not_found(self, program, row):
        other = trip("贵F2")
        data = {"passenger": row.pk, "client_ref": str(uuid4())}
        assert program.post(f"{TRIPS}{other.pk}/check-ins/", data, format="json").status_code == 404
