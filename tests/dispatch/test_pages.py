"""The pages of dispatch: who opens which, the roster and what is done to many, the coach door, the manifest."""

import re
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.accounts.models import AccessLog
from dispatch.models import Batch, CheckIn, Passenger, Trip
from dispatch.queries import Stage, Tally
from employment.models import Employer, Spell
from tests import people
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


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


@pytest.fixture
def coach():
    return trip()


def three():
    return people.county_clerk(), people.township_clerk(), people.stranger()


def names(browser, address):
    page = browser.get(address)
    assert page.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', page.content.decode())


def form_of(page):
    form = page.context["form"]
    sent = {name: form[name].value() for name in form.fields}
    return {**{name: "" if value is None else value for name, value in sent.items()}, "_opened": page.context["opened"]}


def state(row):
    row.refresh_from_db()
    return row.boarded, row.arrived, row.at_post_on, row.outcome


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


class TestRoster:
    def act(self, browser, coach, act, *rows, **more):
        data = {"act": act, "ids": [row.pk for row in rows], **more}
        return browser.post(f"/dispatch/trips/{coach.pk}/acts/", data, follow=True)

    def said(self, page):
        return [str(message) for message in page.context["messages"]]

    def test_seats_are_read_in_their_order(self, county, coach):
        for seat in ("10", "2", "1车05", "", "1"):
            passenger(coach, worker(f"座{seat}"), seat=seat)
        assert names(county, f"/dispatch/trips/{coach.pk}/") == ["座", "座1", "座2", "座10", "座1车05"]

    def test_states_and_search_narrow_it(self, county, coach):
        passenger(coach, worker("甲甲"), seat="1")
        passenger(coach, worker("乙乙"), seat="2", boarded=True)
        passenger(coach, worker("丙丙"), seat="3", boarded=True, arrived=True)
        passenger(coach, worker("丁丁"), seat="4", boarded=True, arrived=True, at_post_on=POST)
        passenger(coach, worker("戊戊"), seat="5", boarded=False)
        queries = (
            "state=unsigned",
            "state=absent",
            "state=boarded",
            "state=arrived",
            "state=at_post",
            "q=丙丙",
            "q=4",
            "state=nonsense&q=%00",
        )
        found = [
            "".join(name[0] for name in names(county, f"/dispatch/trips/{coach.pk}/?{query}")) for query in queries
        ]
        assert found == ["甲", "戊", "乙", "丙", "丁", "丙", "丁", "甲乙丙丁戊"]

    def test_long_rosters_come_page_by_page(self, county):
        train = trip("G1", seats=300)
        rows = [passenger(train, worker(f"客{n}"), seat=str(n)) for n in range(1, 106)]
        first = county.get(f"/dispatch/trips/{train.pk}/")
        second = county.get(f"/dispatch/trips/{train.pk}/?{first.context['next_query']}")
        assert (len(first.context["table"]), [row.pk for row in second.context["table"]]) == (
            100,
            [str(row.pk) for row in rows[100:]],
        )

    def test_many_sign_in_arrive_and_report_at_once(self, county, coach):
        rows = [passenger(coach, worker()) for _ in range(3)]
        words = [
            self.said(self.act(county, coach, "board", *rows)),
            self.said(self.act(county, coach, "arrive", *rows[:2])),
            self.said(self.act(county, coach, "post", rows[0], day="2025.2.12")),
        ]
        assert words == [["已更新3人。"], ["已更新2人。"], ["已更新1人。"]]
        assert [state(row) for row in rows] == [(True, True, POST, ""), (True, True, None, ""), (True, None, None, "")]
        assert Spell.objects.get().worker_id == rows[0].worker_id

    def test_all_that_match_are_taken_together(self, county, coach):
        rows = [passenger(coach, worker(), boarded=True), passenger(coach, worker()), passenger(coach, worker())]
        self.act(county, coach, "absent", all="1", state="unsigned")
        assert [state(row)[0] for row in rows] == [True, False, False]

    def test_all_means_ones_own_people(self, coach):
        near, far = passenger(coach, worker()), passenger(coach, worker(village=OTHER_VILLAGE))
        self.act(people.client_for(people.township_clerk()), coach, "board", all="1")
        assert [state(near)[0], state(far)[0]] == [True, None]

    def test_each_act_can_be_taken_back(self, county, coach):
        row = passenger(coach, worker(), boarded=True, arrived=True, at_post_on=POST)
        for act in ("unpost", "unarrive", "unsign"):
            self.act(county, coach, act, row)
        assert state(row) == (None, None, None, "")

    def test_outcome_is_set_and_cleared(self, county, coach):
        row = passenger(coach, worker(), boarded=True)
        self.act(county, coach, "outcome", row, outcome="途中离开")
        first = state(row)[3]
        self.act(county, coach, "outcome", row, outcome="")
        assert (first, state(row)[3]) == ("途中离开", "")

    @pytest.mark.parametrize(
        ("act", "more", "sentence"),
        [
            ("board", {"ids": []}, "请先选择乘车人。"),
            ("post", {"day": ""}, "请填写到岗日期。"),
            ("post", {"day": "昨天"}, "不是完整的日期"),
            ("post", {"day": "2025-02-09"}, "到岗日期应在出发日期之后"),
            ("arrive", {}, "请先签到"),
            ("outcome", {"outcome": "升职"}, "不在可选范围内"),
            ("fly", {}, "没有这个操作。"),
            ("board", {"ids": ["x", "9" * 30, "-1"]}, "请先选择乘车人。"),
        ],
    )
    def test_refusal_is_a_sentence_on_the_page(self, county, coach, act, more, sentence):
        row = passenger(coach, worker())
        page = county.post(f"/dispatch/trips/{coach.pk}/acts/", {"act": act, "ids": [row.pk], **more}, follow=True)
        assert (page.status_code, sentence in self.said(page)[0], state(row)) == (200, True, (None, None, None, ""))

    def test_passenger_of_another_area_is_left_alone_with_everybody_else(self, coach):
        near, far = passenger(coach, worker()), passenger(coach, worker(village=OTHER_VILLAGE))
        page = self.act(people.client_for(people.township_clerk()), coach, "board", near, far)
        assert ("不在您的管辖范围内" in self.said(page)[0], state(near)[0]) == (True, None)


class TestCoachDoor:
    def tap(self, browser, coach, row, step="board", **more):
        headers = {"HX-Request": "true", "HX-Target": f"p-{row.pk}"}
        data = {"step": step, "client_ref": str(uuid4()), **more}
        return browser.post(f"/dispatch/trips/{coach.pk}/board/{row.pk}/", data, headers=headers)

    def test_one_tap_signs_in_and_answers_the_card_and_the_counts(self, county, coach):
        row = passenger(coach, worker("甲甲"), seat="7")
        card = self.tap(county, coach, row).content.decode()
        assert (state(row)[0], "已签到" in card, 'hx-swap-oob="true"' in card, "<b>1</b> / 1" in card) == (
            True,
            True,
            True,
            True,
        )
        assert CheckIn.objects.get().user == people.county_clerk()

    def test_second_tap_takes_it_back_and_a_repeated_one_does_nothing(self, county, coach):
        row, ref = passenger(coach, worker()), str(uuid4())
        self.tap(county, coach, row, client_ref=ref)
        self.tap(county, coach, row, undo="1")
        self.tap(county, coach, row, client_ref=ref)
        assert (state(row)[0], CheckIn.objects.count()) == (None, 2)

    def test_arrival_and_post_are_ticked_in_their_steps(self, county, coach):
        row = passenger(coach, worker(), boarded=True)
        self.tap(county, coach, row, "arrive")
        self.tap(county, coach, row, "post", day="2025-02-12")
        done = state(row)
        self.tap(county, coach, row, "post", undo="1")
        self.tap(county, coach, row, "arrive", undo="1")
        assert (done, state(row)) == ((True, True, POST, ""), (True, None, None, ""))

    @pytest.mark.parametrize(
        ("step", "more", "status"),
        [
            ("arrive", {}, 422),
            ("post", {"day": "2025-02-12"}, 422),
            ("post", {"day": ""}, 422),
            ("board", {"client_ref": "x"}, 422),
            ("board", {"client_ref": ""}, 422),
        ],
    )
    def test_refusal_is_a_short_sentence(self, county, coach, step, more, status):
        row = passenger(coach, worker())
        response = self.tap(county, coach, row, step, **more)
        assert (response.status_code, "<" in response.content.decode(), state(row)) == (
            status,
            False,
            (None, None, None, ""),
        )

    def test_without_script_the_tap_comes_back_to_the_page(self, county, coach):
        row = passenger(coach, worker())
        response = county.post(
            f"/dispatch/trips/{coach.pk}/board/{row.pk}/", {"step": "board", "client_ref": str(uuid4()), "q": "1234"}
        )
        assert (response.status_code, response.headers["Location"], state(row)[0]) == (
            302,
            f"/dispatch/trips/{coach.pk}/board/?step=board&q=1234",
            True,
        )

    def test_person_of_another_area_or_vehicle_cannot_be_tapped(self, coach):
        far, elsewhere = passenger(coach, worker(village=OTHER_VILLAGE)), passenger(trip("贵F2"), worker())
        passenger(coach, worker())
        browser = people.client_for(people.township_clerk())
        assert [self.tap(browser, coach, row).status_code for row in (far, elsewhere)] == [422, 422]
        assert [state(far)[0], state(elsewhere)[0]] == [None, None]

    def test_people_are_found_by_name_last_four_or_seat(self, county, coach):
        rows = [passenger(coach, worker(name), seat=str(n)) for n, name in enumerate(("张三丰", "李四光", "王五"), 1)]
        last_four = rows[1].worker.id_number[-4:]

        def shown(query):
            return [
                row["worker__name"] for row in county.get(f"/dispatch/trips/{coach.pk}/board/?{query}").context["rows"]
            ]

        assert [shown(query) for query in ("q=张三", "q=三丰", f"q={last_four}", "q=3", "q=nobody")] == [
            ["张三丰"],
            ["张三丰"],
            ["李四光"],
            ["王五"],
            [],
        ]

    def test_those_still_to_come_stand_first(self, county, coach):
        for n, aboard in enumerate((True, None, False, None), 1):
            passenger(coach, worker(f"客{n}"), seat=str(n), boarded=aboard)
        rows = county.get(f"/dispatch/trips/{coach.pk}/board/").context["rows"]
        assert [row["worker__name"] for row in rows] == ["客2", "客4", "客1", "客3"]

    def test_search_swaps_the_cards_alone(self, county, coach):
        passenger(coach, worker())
        part = county.get(
            f"/dispatch/trips/{coach.pk}/board/?q=1", headers={"HX-Request": "true", "HX-Target": "people"}
        ).content.decode()
        assert (part.lstrip().startswith("{#"), "<html" in part, 'id="people"' in part) == (False, False, True)

    def test_later_steps_show_those_who_boarded(self, county, coach):
        passenger(coach, worker("甲"), boarded=True)
        passenger(coach, worker("乙"))
        shown = [
            len(county.get(f"/dispatch/trips/{coach.pk}/board/?step={step}").context["rows"])
            for step in ("board", "arrive", "post", "dance")
        ]
        assert shown == [2, 1, 1, 2]

    def test_vehicles_around_today_lead_to_their_next_step(self):
        now = timezone.now()
        for n, (hours, aboard) in enumerate(((-2, True), (5, None), (24 * 9, None), (-24 * 9, True))):
            on = trip(f"贵F{n}")
            Trip.objects.filter(pk=on.pk).update(departs_at=now + timedelta(hours=hours))
            passenger(on, worker(), boarded=aboard)
        cards = people.client_for(people.township_clerk()).get("/dispatch/today/").context["cards"]
        assert [(card["trip"].vehicle, card["url"].rpartition("=")[2]) for card in cards] == [
            ("贵F0", "arrive"),
            ("贵F1", "board"),
        ]


class TestManifest:
    def test_identities_are_masked_and_in_full_only_with_a_reason_and_a_line_in_the_log(self, county, coach):
        who = worker("甲甲")
        passenger(coach, who, phone="13800001234", emergency_phone="13900005678", seat="7", boarded=True)
        address = f"/dispatch/trips/{coach.pk}/manifest/"
        masked, full = county.get(address).content.decode(), county.post(address, {"reason": "购票"})
        assert [number in masked for number in (who.id_number, "13800001234", "13900005678")] == [False] * 3
        assert [number in full.content.decode() for number in (who.id_number, "13800001234", "13900005678")] == [
            True
        ] * 3
        line = AccessLog.objects.get(action="print")
        assert (line.user, line.object_type, line.object_id, line.count, line.reason) == (
            people.county_clerk(),
            "dispatch.trip",
            str(coach.pk),
            1,
            "购票",
        )
        assert "no-store" in full.headers["Cache-Control"]

    @pytest.mark.parametrize("reason", ["", "  "])
    def test_no_reason_no_numbers(self, county, coach, reason):
        assert county.post(f"/dispatch/trips/{coach.pk}/manifest/", {"reason": reason}).status_code == 400
        assert not AccessLog.objects.filter(action="print").exists()

    def test_it_has_what_officials_expect_and_ones_own_people(self, coach):
        passenger(coach, worker("甲甲"), seat="7")
        passenger(coach, worker("乙乙", village=OTHER_VILLAGE))
        page = people.client_for(people.township_clerk()).get(f"/dispatch/trips/{coach.pk}/manifest/").content.decode()
        wanted = (
            "乘车花名册",
            "编制单位",
            "填报人",
            "审核人",
            "盖章",
            "领队签字",
            "接收单位签字",
            "合计 1 人",
            "甲甲",
            "2025年2月10日",
        )
        assert [word in page for word in (*wanted, "乙乙")] == [*[True] * len(wanted), False]


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
        for user in three():
            rows = people.client_for(user).get("/").context["todos"]
            told[user.username] = {row.verb: row.count for row in rows if row.verb in {"三天内出发的车次", "登记到岗"}}
        assert told == {
            "xian": {"三天内出发的车次": 1, "登记到岗": 2},
            "xiang": {"三天内出发的车次": 1, "登记到岗": 1},
            "wai": {},
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
