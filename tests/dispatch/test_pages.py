"""The pages of dispatch: who opens which, the lists, the stages of a trip, the forms."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from dispatch.models import Batch, Passenger, Trip
from dispatch.queries import Stage, Tally
from employment.models import Employer, Spell
from tests import people
from tests.dispatch.pages import names, state
from tests.journeys import OTHER_VILLAGE, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db

TODAY = timezone.localdate()
LISTS = ("/dispatch/", "/dispatch/batches/", "/dispatch/passengers/")
POST = date(2025, 2, 12)
PLAN = {
    "batch_code": "2025-CY-02",
    "batch_name": "第二批",
    "vehicle": "贵F22222",
    "mode": "包车",
    "departs_at": "2025年2月11日上午8点半",
    "from_place": "赫章县客运站",
    "destination_code": "广东广州番禺",
    "seats": "45",
}


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def three():
    return people.county_clerk(), people.township_clerk(), people.stranger()


def form_of(page):
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {**{name: "" if value is None else value for name, value in sent.items()}, "_opened": page.context["opened"]}


class TestAccess:
    @pytest.mark.parametrize("address", [*LISTS, "/dispatch/today/", "/dispatch/trips/new/", "/dispatch/report/"])
    def test_visitor_is_asked_to_sign_in_and_who_has_no_business_here_is_refused(self, client, address):
        outsider = people.client_for(people.make_user("safe", "security_admin"))
        assert (client.get(address).status_code, outsider.get(address).status_code) == (302, 403)

    def test_vehicle_opens_for_those_it_carries(self, coach):
        passenger(coach, worker())
        pages = ["", "board/", "manifest/", "edit/", "passengers/new/"]
        found = {
            user.username: [
                people.client_for(user).get(f"/dispatch/trips/{coach.pk}/{page}").status_code for page in pages
            ]
            for user in (*three(), people.with_role("auditor"))
        }
        assert found == {
            "xian": [200, 200, 200, 200, 200],
            "xiang": [200, 200, 200, 403, 403],
            "wai": [404, 404, 404, 404, 404],
            "auditor-520527": [200, 403, 200, 403, 403],
        }

    def test_township_sees_vehicles_that_carry_its_people_and_those_yet_to_leave(self):
        empty, theirs, ahead = trip("甲车"), trip("乙车"), trip("丙车", departs=TODAY + timedelta(days=5))
        passenger(empty, worker(village=OTHER_VILLAGE))
        passenger(theirs, worker())
        seen = [sorted(names(people.client_for(user), "/dispatch/")) for user in three()]
        assert seen == [sorted([empty.vehicle, theirs.vehicle, ahead.vehicle]), sorted(["乙车", "丙车"]), []]
        assert [
            people.client_for(people.township_clerk()).get(f"/dispatch/trips/{one.pk}/").status_code
            for one in (empty, ahead)
        ] == [404, 200]

    def test_passenger_is_found_in_their_own_area_only(self, coach):
        row = passenger(coach, worker(village=OTHER_VILLAGE))
        found = [
            [people.client_for(user).get(f"/dispatch/passengers/{row.pk}/{page}").status_code for page in ("", "edit/")]
            for user in three()
        ]
        assert found == [[200, 200], [404, 403], [404, 404]]

    @pytest.mark.parametrize(
        ("act", "reader", "stranger"),
        [("acts/", 403, 404), ("remove/", 403, 404), ("board/{row}/", 403, 404), ("manifest/", 400, 404)],
    )
    def test_acts_are_refused_to_readers_and_unknown_to_strangers(self, coach, act, reader, stranger):
        row = passenger(coach, worker())
        address = f"/dispatch/trips/{coach.pk}/{act.format(row=row.pk)}"
        users = people.with_role("auditor"), people.stranger()
        assert [
            people.client_for(user).post(address, {"act": "board", "ids": row.pk}).status_code for user in users
        ] == [reader, stranger]
        assert (state(row)[0], Trip.objects.count()) == (None, 1)

    @pytest.mark.parametrize(
        "address", ["trips/999/", "trips/999/board/", "passengers/999/", "trips/99999999999999999999/"]
    )
    def test_what_is_not_there_is_not_found(self, county, address):
        assert county.get(f"/dispatch/{address}").status_code == 404

    @pytest.mark.parametrize("address", ["acts/", "remove/", "board/1/"])
    def test_acts_are_not_pages(self, county, coach, address):
        assert county.get(f"/dispatch/trips/{coach.pk}/{address}").status_code == 405


class TestLists:
    @pytest.mark.parametrize("address", [*LISTS, "/dispatch/today/"])
    def test_list_costs_the_same_for_one_row_and_for_three(self, county, address, django_assert_max_num_queries):
        def fill(n):
            on = trip(f"贵F{n}", batch=f"B{n}", departs=TODAY, destination_code=("440113", "3302", "4403")[n])
            passenger(
                on,
                worker(village=OTHER_VILLAGE if n else "520527219200"),
                employer=Employer.objects.create(name=f"第{n}厂"),
            )

        fill(0)
        county.get(address)
        with django_assert_max_num_queries(22) as one:
            county.get(address)
        fill(1)
        fill(2)
        with django_assert_max_num_queries(22) as more:
            county.get(address)
        assert len(more) == len(one)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "丙乙甲"),
            ("mode=返岗专列", "丙"),
            ("destination=33", "乙"),
            ("destination_city=广州", "丙甲"),
            ("batch=B2", "丙"),
            ("departs_at_after=2025-02-11", "丙乙"),
            ("departs_at_before=2025-02-10", "甲"),
            ("organiser=人社", "甲"),
            ("q=乙车", "乙"),
            ("q=B2", "丙"),
            ("sort=departs_at", "甲乙丙"),
        ],
    )
    def test_vehicles_are_filtered(self, county, query, found):
        trip("甲车", batch="B1", organiser="赫章县人社局")
        trip("乙车", batch="B1", departs=date(2025, 2, 11), destination_code="330206")
        trip("丙车", batch="B2", departs=date(2025, 2, 12), mode="返岗专列")
        assert "".join(name[0] for name in names(county, f"/dispatch/?{query}")) == found

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("boarded=yes", "甲丙"),
            ("boarded=no", "乙"),
            ("boarded=none", "丁"),
            ("arrived=yes", "丙"),
            ("at_post=true", "丙"),
            ("at_post=false", "甲乙丁"),
            ("outcome=未录用", "乙"),
            ("destination=33", "丁"),
            ("destination_city=番禺", "甲乙丙"),
            ("employer=甲厂", "甲"),
            ("waiting=7", "甲"),
            ("waiting=3000", ""),
            ("township=520527105", "丙"),
            ("q=丁", "丁"),
            ("vehicle=贵F12345", "甲乙丙丁"),
            ("vehicle=贵F1", ""),
        ],
    )
    def test_passengers_are_filtered(self, county, coach, query, found):
        passenger(coach, worker("甲"), boarded=True, employer=Employer.objects.create(name="甲厂"))
        passenger(coach, worker("乙"), boarded=False, outcome="未录用")
        passenger(coach, worker("丙", village=OTHER_VILLAGE), boarded=True, arrived=True, at_post_on=POST)
        passenger(coach, worker("丁"), destination_code="3302")
        assert "".join(sorted(names(county, f"/dispatch/passengers/?{query}"), key="甲乙丙丁".index)) == found

    def test_batches_sum_up_ones_own_people(self):
        one, two = trip("甲车", seats=45), trip("乙车", seats=30, departs=date(2025, 2, 12))
        passenger(one, worker(), boarded=True, arrived=True, at_post_on=POST)
        passenger(two, worker(village=OTHER_VILLAGE), boarded=True)
        told = []
        for user in (people.county_clerk(), people.township_clerk()):
            row = people.client_for(user).get("/dispatch/batches/").context["page"].rows[0]
            convoy = row["convoy"]
            told.append(
                (convoy.vehicles, convoy.seats, convoy.tally.registered, convoy.tally.boarded, convoy.tally.at_post)
            )
        assert told == [(2, 75, 2, 2, 1), (1, 45, 1, 1, 1)]

    @pytest.mark.parametrize(
        "query",
        [
            "destination_city=天上",
            "departs_at_after=昨天",
            "waiting=-1",
            "waiting=x",
            "boarded=maybe",
            "trip=abc",
            "q=%00",
            "mode=火箭",
        ],
    )
    def test_what_cannot_be_read_is_no_fault_of_the_server(self, county, coach, query):
        assert [county.get(f"{address}?{query}").status_code for address in LISTS] == [200, 200, 200]


class TestStages:
    HOUR = timedelta(hours=1)

    @pytest.mark.parametrize(
        ("left", "tally", "stage"),
        [
            (-HOUR, Tally(5), Stage.PLANNED),
            (-HOUR, Tally(5, 5), Stage.PLANNED),
            (HOUR, Tally(5), Stage.UNSIGNED),
            (HOUR, Tally(5, 4, 1), Stage.EN_ROUTE),
            (HOUR, Tally(5, 4, 1, 4), Stage.ARRIVED),
            (72 * HOUR, Tally(5, 4, 1, 3), Stage.ARRIVED),
            (72 * HOUR, Tally(5, 4, 1, 4, 3, 4), Stage.CLOSED),
        ],
    )
    def test_stage_follows_from_clock_and_counts(self, left, tally, stage):
        assert tally.stage(timezone.now() - left) == stage

    def test_steps_tell_how_many_of_how_many_and_who_is_late(self, county, coach):
        passenger(coach, worker(), boarded=True, arrived=True, at_post_on=POST)
        passenger(coach, worker(), boarded=True)
        passenger(coach, worker(), boarded=False)
        steps = county.get(f"/dispatch/trips/{coach.pk}/").context["steps"]
        assert [(step.label, step.state) for step in steps] == [
            ("报名 3 人", "done"),
            ("签到 2 / 3", "done"),
            ("到达 1 / 2", "current"),
            ("到岗 1 / 2", "todo"),
        ]
        assert steps[3].why == "1人出发已超过7天，还没有登记到岗"


class TestForms:
    def test_vehicle_is_planned_as_people_type(self, county):
        response = county.post("/dispatch/trips/new/", PLAN)
        stored = Trip.objects.select_related("batch").get()
        assert response.headers["Location"] == f"/dispatch/trips/{stored.pk}/"
        assert (stored.batch.name, stored.destination_code, stored.seats) == ("第二批", "440113", 45)
        assert stored.departs_at == datetime(2025, 2, 11, 0, 30, tzinfo=UTC)

    @pytest.mark.parametrize(
        ("changes", "field"),
        [({"departs_at": "春节后"}, "departs_at"), ({"departs_at": ""}, "departs_at"), ({"seats": "-1"}, "seats"),
         ({"seats": "满"}, "seats"), ({"mode": "火箭"}, "mode"), ({"destination_code": "天上"}, "destination_code"),
         ({"vehicle": ""}, "vehicle")],
    )  # fmt: skip
    def test_refusal_stands_beside_its_field(self, county, changes, field):
        response = county.post("/dispatch/trips/new/", {**PLAN, **changes})
        assert (response.status_code, list(response.context["form"].errors), Trip.objects.count()) == (422, [field], 0)

    def test_plan_saved_unchanged_changes_nothing(self, county, coach):
        before = Trip.objects.values().get()
        address = f"/dispatch/trips/{coach.pk}/edit/"
        assert county.post(address, form_of(county.get(address))).status_code == 302
        assert {**Trip.objects.values().get(), "updated_at": None} == {**before, "updated_at": None}

    def test_person_is_put_on_the_roster(self, county, coach):
        who = worker()
        data = {
            "worker": who.pk,
            "seat": "12",
            "phone": "138 0000 1234",
            "destination_code": "深圳",
            "new_employer": "深圳甲厂",
        }
        assert (
            county.post(f"/dispatch/trips/{coach.pk}/passengers/new/", data).headers["Location"]
            == f"/dispatch/trips/{coach.pk}/"
        )
        stored = Passenger.objects.select_related("employer").get()
        assert (stored.worker_id, stored.seat, stored.phone, stored.destination_code, stored.employer.name) == (
            who.pk,
            "12",
            "13800001234",
            "4403",
            "深圳甲厂",
        )

    def test_taken_seat_is_said_beside_it(self, county, coach):
        passenger(coach, worker(), seat="12")
        response = county.post(f"/dispatch/trips/{coach.pk}/passengers/new/", {"worker": worker().pk, "seat": "12"})
        assert (response.status_code, list(response.context["form"].errors)) == (422, ["seat"])

    def test_phones_of_a_line_stay_masked_and_are_kept(self, county, coach):
        row = passenger(coach, worker(), phone="13800001234", emergency_phone="13900005678", seat="1")
        address = f"/dispatch/passengers/{row.pk}/edit/"
        page = county.get(address)
        county.post(address, {**form_of(page), "seat": "2", "emergency_phone": "-"})
        row.refresh_from_db()
        assert ("13800001234" in page.content.decode(), "138****1234" in page.content.decode()) == (False, True)
        assert (row.seat, row.phone, row.emergency_phone) == ("2", "13800001234", "")

    def test_person_is_taken_off_and_an_empty_vehicle_too(self, county, coach):
        row = passenger(coach, worker(), boarded=True)
        steps = [
            county.post(f"/dispatch/passengers/{row.pk}/remove/").headers["Location"],
            county.post(f"/dispatch/trips/{coach.pk}/remove/").headers["Location"],
        ]
        Passenger.objects.update(boarded=None)
        steps += [
            county.post(f"/dispatch/passengers/{row.pk}/remove/").headers["Location"],
            county.post(f"/dispatch/trips/{coach.pk}/remove/").headers["Location"],
        ]
        assert steps == [
            f"/dispatch/passengers/{row.pk}/",
            f"/dispatch/trips/{coach.pk}/",
            f"/dispatch/trips/{coach.pk}/",
            "/dispatch/",
        ]
        assert (Trip.objects.count(), Batch.objects.count()) == (0, 0)

    def test_chosen_passengers_of_several_vehicles_report_on_one_day(self, county, coach):
        rows = [passenger(on, worker(), boarded=True) for on in (coach, trip("贵F2"))]
        chosen = county.post("/dispatch/passengers/", {"action": "report", "ids": [row.pk for row in rows]})
        county.post(chosen.headers["Location"], {"day": "2025-02-12"})
        assert ([state(row)[2] for row in rows], Spell.objects.count()) == ([POST, POST], 2)

    def test_one_who_did_not_board_holds_back_all_of_them(self, county, coach):
        rows = [passenger(coach, worker(), boarded=True), passenger(trip("贵F2"), worker())]
        address = f"/dispatch/report/?ids={rows[0].pk},{rows[1].pk},x,{'9' * 30}"
        response = county.post(address, {"day": "2025-02-12"})
        assert (response.status_code, [state(row)[2] for row in rows]) == (422, [None, None])


class TestFrame:
    def test_to_dos_count_what_waits_for_ones_own_people(self):
        soon = trip("贵F8", departs=TODAY + timedelta(days=1))
        late = trip("贵F9", departs=TODAY - timedelta(days=9))
        passenger(soon, worker())
        passenger(late, worker(), boarded=True)
        passenger(late, worker(village=OTHER_VILLAGE), boarded=True)
        told = {}
        for user in (*three(), people.with_role("auditor")):
            rows = people.client_for(user).get("/").context["todos"]
            told[user.username] = {row.verb: row.count for row in rows if row.verb in {"三天内出发的车次", "登记到岗"}}
        assert told == {
            "xian": {"三天内出发的车次": 1, "登记到岗": 2},
            "xiang": {"三天内出发的车次": 1, "登记到岗": 1},
            "wai": {},
            "auditor-520527": {},
        }

    def test_to_dos_lead_to_exactly_what_they_count(self, county):
        passenger(trip("贵F9", departs=TODAY - timedelta(days=9)), worker("迟到人"), boarded=True)
        passenger(trip("贵F7", departs=TODAY - timedelta(days=7)), worker("准时人"), boarded=True)
        [row] = [row for row in county.get("/").context["todos"] if row.verb == "登记到岗"]
        assert (row.count, names(county, row.url)) == (1, ["迟到人"])

    def test_search_box_finds_vehicles(self, county, coach):
        assert f"/dispatch/trips/{coach.pk}/" in county.get("/search/?q=F12345").content.decode()

    def test_life_of_a_person_tells_the_journey(self, county, coach):
        who = worker()
        row = passenger(coach, who, boarded=True)
        page = county.get(f"/workers/{who.pk}/?tab=life").content.decode()
        assert ["组织输出" in page, "贵F12345" in page, f"/dispatch/passengers/{row.pk}/" in page] == [True] * 3
