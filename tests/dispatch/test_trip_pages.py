"""A trip's own pages: the roster and what is done to many, the coach door, the manifest."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.accounts.models import AccessLog
from dispatch.models import CheckIn, Trip
from employment.models import Spell
from tests import people
from tests.dispatch.pages import names, state
from tests.journeys import OTHER_VILLAGE, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db

POST = date(2025, 2, 12)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


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
        left = re.findall(r'name="ids" value="(\d+)"', second.context["table"].html)
        assert (len(first.context["table"]), left) == (100, [str(row.pk) for row in rows[100:]])

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
