"""The pages of stations: who opens which, what the lists find, what the forms store, what a query costs."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.web.screens import Todo, named
from stations.models import Station, Visit
from tests import people
from tests.journeys import OTHER_VILLAGE, place_divisions, worker
from tests.stations.facts import AT_WORK, GUANGZHOU, NINGBO, TODAY, ago, arrive, firm, staff, station, visit
from tests.web.reading import page

pytestmark = pytest.mark.django_db

LISTS = ("/stations/", "/stations/visits/", "/stations/planned/")
POCKET = ("/stations/due/", "/stations/employers/", "/stations/find/")


NEW_STATION = {
    "code": "X", "name": "站", "kind": "协作站", "place_code": "广东广州番禺", "opened_on": "2023年3月1日",
    "service_area": "广东广州、东莞",
}  # fmt: skip


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def names(browser, address):
    """Names in the first column of a list, in their order."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', answer.content.decode())


def found_out(status=AT_WORK, **fields):
    return {"status": status, "channel": "电话", "visited_on": TODAY.isoformat(), "milestone": "", **fields}


class TestAccess:
    @pytest.mark.parametrize("address", [*LISTS, *POCKET, "/stations/new/"])
    def test_visitors_sign_in_first_and_outsiders_are_refused(self, client, address):
        outsider = people.client_for(people.make_user("safe", "security_admin"))
        assert (client.get(address).status_code, outsider.get(address).status_code) == (302, 403)

    @pytest.mark.parametrize(
        ("address", "auditor", "township", "station_staff"),
        [
            *[(address, 200, 200, 200) for address in LISTS],
            ("/stations/due/", 403, 200, 200),
            ("/stations/employers/", 200, 200, 200),
            ("/stations/find/", 403, 200, 200),
            ("/stations/new/", 403, 403, 403),
        ],
    )
    def test_each_role_opens_what_it_works_with(self, site, address, auditor, township, station_staff):
        users = people.with_role("auditor"), people.township_clerk(), staff()
        opened = [people.client_for(user).get(address).status_code for user in users]
        assert opened == [auditor, township, station_staff]

    @pytest.mark.parametrize("part", ["", "edit/", "withdraw/"])
    def test_a_visit_is_found_in_its_own_area_only(self, who, site, part):
        made = visit(who, ago(5), station=site)
        users = (
            people.county_clerk(), people.township_clerk(), staff(), people.stranger(), staff(NINGBO),
            people.make_user("safe", "security_admin"),
        )  # fmt: skip
        opened = [people.client_for(user).get(f"/stations/visits/{made.pk}/{part}").status_code for user in users]
        assert opened == [200, 200, 200, 404, 404, 403]

    def test_a_person_is_visited_by_who_sees_them(self, who):
        users = (
            people.county_clerk(), people.township_clerk(), staff(), people.stranger(), staff(NINGBO),
            people.with_role("auditor"),
        )  # fmt: skip
        address = f"/stations/record/{who.pk}/"
        told = [
            (
                people.client_for(user).get(address).status_code,
                people.client_for(user).post(address, found_out()).status_code,
            )
            for user in users[3:]
        ]
        assert [people.client_for(user).get(address).status_code for user in users] == [200, 200, 200, 404, 404, 403]
        assert (told, Visit.objects.count()) == ([(404, 404), (404, 404), (403, 403)], 0)

    @pytest.mark.parametrize("part", ["", "edit/"])
    def test_a_station_is_seen_by_the_county_and_itself(self, site, part):
        station(NINGBO, place="330206", area=["3302"])
        users = people.county_clerk(), staff(), staff(NINGBO), people.stranger()
        opened = [people.client_for(user).get(f"/stations/{site.pk}/{part}").status_code for user in users]
        assert opened == ([200, 200, 404, 404] if not part else [200, 403, 403, 404])


class TestLists:
    def test_each_shows_its_own_people(self, who, county):
        arrive(worker("野马川人", village=OTHER_VILLAGE), on=ago(10), destination_code="330206")
        visit(who, ago(5))
        for address, own in (("/stations/planned/", 4), ("/stations/visits/", 1)):
            users = people.county_clerk(), people.township_clerk(), staff(), people.stranger()
            found = [names(people.client_for(user), address) for user in users]
            assert [len(rows) for rows in found] == [own + (4 if own == 4 else 0), own, own, 0]

    @pytest.mark.parametrize(
        ("query", "days"),
        [
            ("", [1, 5, 9]),
            ("station=GZ-01", [1]),
            ("milestone=30", [5]),
            ("status=返乡", [9]),
            ("channel=微信", []),
            (f"visited_on_after={ago(5)}", [1, 5]),
            (f"visited_on_before={ago(5)}", [5, 9]),
            ("employer=甲服饰", [5]),
            ("wage_min=5000", [5]),
            ("problem=true", [9]),
            ("problem=false", [1, 5]),
            ("q=张国强", [1, 5, 9]),
            ("q=李", []),
            ("township=520527219", [1, 5, 9]),
            ("township=520527105", []),
        ],
    )
    def test_visits_are_found_by(self, who, site, county, query, days):
        visit(who, ago(1), station=site)
        visit(who, ago(5), milestone=30, employer=who.journeys.get().employer, wage=Decimal(5200))
        visit(who, ago(9), "返乡", problem="工资未结清")
        answer = county.get(f"/stations/visits/?{query}")
        shown = re.findall(r'<td class="date" data-label="回访日期">([^<]*)<', answer.content.decode())
        assert shown == [ago(number).isoformat() for number in days]

    @pytest.mark.parametrize(
        ("state", "milestones"),
        [("ahead", ["90日", "180日"]), ("due", ["30日"]), ("overdue", ["7日"]), ("answered", []), ("closed", [])],
    )
    def test_the_plan_is_found_by_where_it_stands(self, who, county, state, milestones):
        answer = county.get(f"/stations/planned/?state={state}")
        assert re.findall(r'data-label="回访节点">([^<]*)<', answer.content.decode()) == milestones

    def test_a_milestone_answered_leads_to_its_visit(self, who, county):
        made = visit(who, TODAY)
        text = county.get("/stations/planned/?state=answered").content.decode()
        assert (f"/stations/visits/{made.pk}/" in text, names(county, "/stations/planned/?state=closed")) == (
            True,
            ["张国强"],
        )

    def test_stations_tell_whom_they_follow_and_have_to_ask(self, who, county):
        station(NINGBO, place="330206", area=["3302"])
        rows = page(county.get("/stations/")).one("table").all("tr", data_href=True)
        told = [
            [cell.text for cell in row.all("td") if cell.has("data-label", word)]
            for row in rows
            for word in ("跟踪人数", "该回访")
        ]
        assert told == [["1"], ["1"], ["0"], ["0"]]

    @pytest.mark.parametrize("address", [*LISTS, *POCKET, "/stations/find/?q=zgq"])
    def test_three_rows_cost_what_one_costs(self, site, county, address):
        def cost():
            with CaptureQueriesContext(connection) as queries:
                assert county.get(address).status_code == 200
            return len(queries)

        works = firm()
        visit(arrive(on=ago(30), firm=works), ago(60))
        cost()
        first = cost()
        station(NINGBO, area=["3302"]), station("C", area=["3303"])
        for _n in range(2):
            visit(arrive(on=ago(30), firm=works), ago(60))
        assert cost() == first

    def test_identity_is_masked(self, who, county):
        visit(who, ago(1))
        for address in ("/stations/visits/", "/stations/planned/", f"/stations/visits/{Visit.objects.get().pk}/"):
            text = county.get(address).content.decode()
            assert (who.id_number in text, f"{who.id_number[:6]}********{who.id_number[-4:]}" in text) == (False, True)


class TestCorrecting:
    def test_the_form_shows_what_stands_and_stores_what_is_changed(self, phone, who, site):
        made = visit(who, ago(5), station=site, milestone=60, satisfaction="还行", wage=Decimal("5200.50"))
        opened = phone.get(f"/stations/visits/{made.pk}/edit/")
        form = opened.context["form"]
        sent = {name: form[name].value() if form[name].value() is not None else "" for name in form.fields}
        answer = phone.post(
            f"/stations/visits/{made.pk}/edit/", {**sent, "_opened": opened.context["opened"], "status": "返乡"}
        )
        made.refresh_from_db()
        assert (answer.status_code, made.status, made.milestone, made.satisfaction, made.wage) == (
            302,
            "返乡",
            60,
            "还行",
            Decimal("5200.50"),
        )

    def test_taking_back_wants_a_reason(self, phone, who, site):
        made = visit(who, ago(5), station=site)
        address = f"/stations/visits/{made.pk}/withdraw/"
        opened = phone.get(address).context["opened"]
        assert phone.post(address, {"reason": "", "_opened": opened}).status_code == 422
        assert phone.post(address, {"reason": "登记错了人", "_opened": opened}).status_code == 302
        assert Visit.objects.count() == 0

    @pytest.mark.usefixtures("site")
    def test_another_stations_visit_is_not_theirs_to_mend(self, phone, who):
        made = visit(who, ago(5), station=station(NINGBO, area=["3302"]))
        parts = ["", "edit/", "withdraw/"]
        assert [phone.get(f"/stations/visits/{made.pk}/{part}").status_code for part in parts] == [200, 404, 404]
        assert phone.post(f"/stations/visits/{made.pk}/withdraw/", {"reason": "错"}).status_code == 404
        actions = page(phone.get(f"/stations/visits/{made.pk}/")).one("div", class_="detail-head").all("a")
        assert ([one.attrs["href"] for one in actions], Visit.objects.count()) == ([f"/workers/{who.pk}/"], 1)


class TestStationPages:
    def test_is_registered_with_places_by_name(self, county):
        answer = county.post("/stations/new/", NEW_STATION)
        made = Station.objects.get()
        assert (answer.status_code, made.place_code, made.service_area, made.opened_on) == (
            302,
            "440113",
            ["4401", "4419"],
            date(2023, 3, 1),
        )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"place_code": "没有"}, "place_code"),
            ({"service_area": "没有"}, "service_area"),
            ({"code": GUANGZHOU}, "code"),
            ({"opened_on": "2099-1-1"}, "opened_on"),
        ],
    )
    def test_what_cannot_be_stands_beside_its_field(self, county, site, wrong, field):
        answer = county.post("/stations/new/", {**NEW_STATION, **wrong})
        assert (answer.status_code, list(answer.context["form"].errors)) == (422, [field])

    def test_what_is_shown_saves_as_it_was(self, county, site):
        opened = county.get(f"/stations/{site.pk}/edit/")
        form = opened.context["form"]
        sent = {name: form[name].value() or "" for name in form.fields}
        before = Station.objects.values("code", "name", "place_code", "service_area", "opened_on").get()
        assert (
            county.post(f"/stations/{site.pk}/edit/", {**sent, "_opened": opened.context["opened"]}).status_code == 302
        )
        assert Station.objects.values("code", "name", "place_code", "service_area", "opened_on").get() == before

    def test_its_work_counts_each_state_of_each_milestone(self, county, who, site):
        visit(arrive(on=ago(10)), ago(3), station=site)
        table = page(county.get(f"/stations/{site.pk}/?tab=work")).all("table")[0]
        rows = [[cell.text for cell in row.all("td")] for row in table.all("tr")[1:]]
        assert rows == [
            ["7日", "0", "0", "1", "1", "0"],
            ["30日", "1", "1", "0", "0", "0"],
            ["90日", "2", "0", "0", "0", "0"],
            ["180日", "2", "0", "0", "0", "0"],
        ]

    def test_its_retention_is_what_the_indicator_says(self, county, who, site):
        arrive(on=ago(40))
        visit(who, TODAY)
        text = page(county.get(f"/stations/{site.pk}/?tab=retention")).one("div", id="tab-body").text
        assert "50.00" in text

    @pytest.mark.parametrize("tab", ["work", "overview", "retention", "history"])
    def test_every_tab_opens_for_the_station_itself(self, phone, site, tab):
        assert phone.get(f"/stations/{site.pk}/?tab={tab}").status_code == 200


class TestFrame:
    def test_a_stations_phone_has_its_four_things(self, phone):
        bar = page(phone.get("/stations/due/")).one("nav", class_="phone-bar")
        assert [one.text for one in bar.all("a")] == ["今日", "企业", "登记", "我的"]

    def test_what_waits_is_counted_in_persons(self, who, site):
        arrive(on=ago(50)), arrive(on=ago(1))
        rows = {row.verb: (row.count, row.urgent) for row in named(Todo, "visits").source(staff())}
        assert rows == {"补上逾期的回访": (1, True), "回访到期的人": (1, False)}

    def test_the_persons_file_has_a_tab_of_visits(self, phone, who):
        visit(who, ago(3))
        text = page(phone.get(f"/workers/{who.pk}/?tab=visits")).one("div", id="tab-body").text
        assert (ago(3).isoformat() in text, "90日" in text) == (True, True)

    def test_the_search_box_finds_stations(self, phone, county, site):
        station(NINGBO, area=["3302"])
        found = [browser.get("/search/?q=协作站").content.decode() for browser in (county, phone)]
        assert [("驻GZ-01" in text, "驻NB-01" in text) for text in found] == [(True, True), (True, False)]
