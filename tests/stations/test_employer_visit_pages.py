"""The pages of visits to employers: who opens which, what the lists find, what the forms store, what a query costs."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.formats.credit_code import make_credit_code
from core.web.screens import Todo, named
from employment.models import Employer
from stations.models import EmployerVisit
from tests import people
from tests.journeys import employer, exported, place_divisions
from tests.stations.facts import GUANGZHOU, NINGBO, TODAY, ago, arrive, called_on, firm, staff, station
from tests.web.reading import page

pytestmark = pytest.mark.django_db

LIST, FIRMS = "/stations/employer-visits/", "/employment/employers/"
CODE = make_credit_code("91440113MA59EKWX1")


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def names(browser, address):
    """Names in the first column of a list, in their order."""
    answer = browser.get(address)
    assert answer.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', answer.content.decode())


def found(**fields):
    return {
        "visited_on": TODAY.isoformat(), "people_here": "3", "needs": "普工20人", "note": "", "next_step": "", "next_on": "",
        "place_code": "广东广州番禺", "station": "", "visitor": "李四", **fields,
    }  # fmt: skip


def costs_of(look, make):
    """How many queries a page with one row and one with three costs, once what is asked only the first time is known."""
    costs = []
    for n in range(3):
        make(n)
        look()
        with CaptureQueriesContext(connection) as asked:
            assert look() == n + 1
        costs.append(len(asked))
    return costs[0], costs[2]


class TestAccess:
    @pytest.mark.parametrize(
        ("address", "told"),
        [
            (LIST, [200, 200, 200, 200, 403]),
            ("/stations/employers/find/", [403, 200, 403, 200, 403]),
            ("/stations/employers/visit/", [403, 200, 403, 200, 403]),
        ],
    )
    def test_each_role_opens_what_it_works_with(self, site, address, told):
        users = (
            people.with_role("auditor"), people.township_clerk(), people.with_role("partner_bureau", "4401"), staff(),
            people.make_user("safe", "security_admin"),
        )  # fmt: skip
        opened = [people.client_for(user).get(address).status_code for user in users]
        assert opened == told

    @pytest.mark.parametrize("part", ["", "edit/", "withdraw/"])
    def test_a_visit_is_found_by_those_it_concerns_and_mended_by_its_station(self, site, part):
        station(NINGBO, place="330206", area=["3302"])
        made = called_on(firm(), ago(5), station=site)
        users = (
            people.county_clerk(), people.township_clerk(), staff(), people.with_role("partner_bureau", "4401"),
            people.with_role("partner_bureau", "3302"), people.stranger(), staff(NINGBO),
        )  # fmt: skip
        opened = [people.client_for(user).get(f"{LIST}{made.pk}/{part}").status_code for user in users]
        assert opened == ([200, 200, 200, 200, 404, 404, 404] if not part else [200, 200, 200, 403, 403, 404, 404])

    def test_a_station_reads_but_does_not_mend_what_others_did_in_its_area(self, site):
        made = called_on(firm(), ago(5))
        browser = people.client_for(staff())
        answers = [browser.get(f"{LIST}{made.pk}/{part}").status_code for part in ("", "edit/", "withdraw/")]
        assert answers == [200, 404, 404]
        assert "更正" not in browser.get(f"{LIST}{made.pk}/").content.decode()


class TestList:
    @pytest.mark.parametrize(
        ("query", "days"),
        [
            ("", [1, 5, 9]),
            ("station=GZ-01", [1]),
            ("destination=33", [9]),
            ("place=广东广州", [1, 5]),
            ("place=330206", [9]),
            (f"visited_on_after={ago(5)}", [1, 5]),
            ("employer=乙厂", [5, 9]),
            (f"employer={CODE}", [1]),
            ("key_employer=true", [1]),
            ("key_employer=false", [5, 9]),
            ("needs=true", [5]),
            ("needs=false", [1, 9]),
            ("visitor=李", [9]),
            ("due=true", [5]),
            ("due=false", [1, 9]),
            (f"next_on_after={ago(3)}", [5]),
            ("q=乙厂", [5, 9]),
            ("q=李四", [9]),
            ("q=没有", []),
        ],
    )
    def test_visits_are_found_by(self, site, county, query, days):
        other = firm("乙厂")
        called_on(employer("甲厂", credit_code=CODE, key_employer=True), ago(1), station=site)
        called_on(other, ago(5), needs="普工20人", next_on=ago(1))
        called_on(other, ago(9), visitor="李四", place_code="330206", next_on=ago(7))
        answer = county.get(f"{LIST}?{query}")
        shown = re.findall(r'<td class="date" data-label="走访日期">([^<]*)<', answer.content.decode())
        assert shown == [ago(number).isoformat() for number in days]

    def test_one_row_and_three_cost_the_same(self, site, county):
        places = ("440113", "330206", "520527219")
        make = lambda n: called_on(firm(f"厂{n}"), ago(n), station=site, place_code=places[n])  # noqa: E731
        one, three = costs_of(lambda: len(names(county, LIST)), make)
        assert one == three

    def test_who_has_promised_to_come_again_is_told_at_home(self, site):
        called_on(firm("甲厂"), ago(40), next_on=ago(2), station=site)
        called_on(firm("乙厂"), ago(40), next_on=ago(2))
        told = [
            [(row.count, row.url) for row in named(Todo, "employer visits").source(user)]
            for user in (people.county_clerk(), staff(), people.stranger())
        ]
        url = f"{LIST}?due=true"
        assert told == [[(2, url)], [(1, url)], [(0, url)]]


class TestEmployersList:
    """What visits add to the list of employers and to an employer's page, which know nothing of stations."""

    def test_the_last_visit_stands_in_a_column(self, site, county):
        works = firm("甲厂")
        firm("乙厂")
        called_on(works, ago(40)), called_on(works, ago(3))
        cells = re.findall(r'data-label="上次走访">(.*?)</td>', county.get(FIRMS).content.decode())
        assert [re.sub("<[^>]*>", "", cell) for cell in cells] == ["—", ago(3).isoformat()]

    def test_those_where_nobody_was_are_found_on_the_page_in_the_api_and_in_the_export(self, site, county):
        called_on(firm("甲厂"), ago(40)), called_on(firm("乙厂"), ago(3))
        firm("丙厂")
        asked = {days: names(county, f"{FIRMS}?unvisited={days}") for days in (3, 4, 30, 41)}
        assert {days: sorted(rows) for days, rows in asked.items()} == {
            3: sorted(["甲厂", "丙厂", "乙厂"]), 4: sorted(["甲厂", "丙厂"]), 30: sorted(["甲厂", "丙厂"]), 41: ["丙厂"],
        }  # fmt: skip
        program = people.api_client_for(people.county_clerk())
        told = program.get("/api/v1/employers/?unvisited=30").json()["results"]
        assert sorted(row["name"] for row in told) == sorted(["甲厂", "丙厂"])
        assert exported("employers", {"unvisited": "30"}).rows == 2

    def test_visits_a_station_does_not_see_count_for_nobody_there(self, site):
        works = firm("甲厂")
        called_on(works, ago(3), place_code="330206")
        browser = people.client_for(staff())
        assert names(browser, f"{FIRMS}?unvisited=30") == ["甲厂"]
        assert ago(3).isoformat() not in browser.get(FIRMS).content.decode()

    @pytest.mark.parametrize("query", ["unvisited=0", "unvisited=-1", "unvisited=abc", "unvisited=99999"])
    def test_a_number_that_is_none_narrows_nothing_on_the_page_and_is_named_by_the_api(self, county, query):
        firm("甲厂")
        assert county.get(f"{FIRMS}?{query}").status_code == 200
        answer = people.api_client_for(people.county_clerk()).get(f"/api/v1/employers/?{query}")
        assert (answer.status_code, answer.json()["field"]) == (422, "unvisited")

    def test_one_row_and_three_cost_the_same(self, site, county):
        make = lambda n: called_on(firm(f"厂{n}"), ago(n), station=site)  # noqa: E731
        one, three = costs_of(lambda: len(names(county, FIRMS)), make)
        assert one == three

    def test_the_employers_page_tells_its_visits_the_latest_first(self, site, county):
        works = firm()
        called_on(works, ago(40), station=site, people_here=2, note="宿舍漏雨")
        called_on(works, ago(3), visitor="陈涛", needs="普工20人", next_step="发岗位", next_on=TODAY)
        told = page(county.get(f"{FIRMS}{works.pk}/?tab=employer_visits"))
        entries = [entry.text for entry in told.one("ol", class_="timeline-list").all("li")]
        assert entries == [
            f"{ago(3)} 陈涛 用工需求： 普工20人 下一步： 发岗位 下次走访日期： {TODAY}",
            f"{ago(40)} 驻GZ-01协作站 本县在岗 2 人 宿舍漏雨",
        ]
        partner = people.client_for(people.with_role("partner_bureau", "3302"))
        assert "宿舍漏雨" not in partner.get(f"{FIRMS}{works.pk}/?tab=employer_visits").content.decode()


class TestWriting:
    def test_an_employer_is_found_by_name_former_name_and_code_with_its_last_visit(self, site, who):
        works = who.journeys.get().employer
        called_on(works, ago(3))
        browser = people.client_for(staff())
        card = page(browser.get("/stations/employers/find/?q=甲服饰")).one("li", class_="person")
        assert card.text == f"广州甲服饰有限公司 在岗 1 人 · 广东省 广州市 番禺区 · 上次走访 {ago(3)}"
        empty = browser.get("/stations/employers/find/?q=没有的厂").content.decode()
        assert "/stations/employers/visit/?name=%E6%B2%A1%E6%9C%89%E7%9A%84%E5%8E%82" in empty
        assert browser.get("/stations/employers/find/?q=%00").status_code == 200

    def test_finding_one_and_three_costs_the_same(self, site, county):
        look = lambda: len(page(county.get("/stations/employers/find/?q=厂")).all("li", class_="person"))  # noqa: E731
        one, three = costs_of(look, lambda n: called_on(firm(f"厂{n}"), ago(n)))
        assert one == three

    def test_the_form_tells_what_is_known_and_proposes_how_many_of_ours_are_there(self, site, who):
        works = who.journeys.get().employer
        called_on(
            works,
            ago(30),
            station=site,
            visitor="李四",
            note="宿舍漏雨",
            needs="焊工",
            next_step="回话",
            next_on=ago(1),
        )
        answer = people.client_for(staff()).get(f"/stations/employers/{works.pk}/visit/")
        known = page(answer).one("dl", class_="who").text
        assert known == (
            f"所在地 广东省 广州市 番禺区 本县在岗 按就业记录 1 人 上次走访 {ago(30)} 驻GZ-01协作站 李四：宿舍漏雨"
            f" 当时需求 焊工 当时约定 回话 {ago(1)}"
        )
        assert re.search(r'name="people_here" value="1"', answer.content.decode())

    def test_what_is_sent_is_stored_once_for_the_own_station(self, site, who):
        works, ref = who.journeys.get().employer, str(uuid4())
        browser = people.client_for(staff())
        sent = found(client_ref=ref, next_on=(TODAY + timedelta(days=30)).isoformat())
        answers = [browser.post(f"/stations/employers/{works.pk}/visit/", sent) for _time in range(2)]
        assert [(answer.status_code, answer.url) for answer in answers] == [(302, "/stations/employers/")] * 2
        made = EmployerVisit.objects.get()
        assert (made.employer, made.station, made.people_here, made.needs, str(made.client_ref), made.place_code) == (
            works, site, 3, "普工20人", ref, "440113",
        )  # fmt: skip

    def test_the_county_writes_for_any_station_or_none_and_goes_on_to_the_employer(self, site, county):
        works = firm()
        for code, day in ((GUANGZHOU, TODAY), ("", ago(1))):
            answer = county.post(
                f"/stations/employers/{works.pk}/visit/", found(station=code, visited_on=day.isoformat())
            )
            assert answer.url == f"/employment/employers/{works.pk}/?tab=employer_visits"
        assert list(EmployerVisit.objects.order_by("pk").values_list("station__code", flat=True)) == [GUANGZHOU, None]

    def test_an_employer_nobody_registered_is_stored_with_the_visit(self, site):
        browser = people.client_for(staff())
        sent = found(name="新厂", credit_code=CODE, place_code="广东东莞")
        assert browser.post("/stations/employers/visit/", sent).status_code == 302
        works = Employer.objects.get()
        assert (works.name, works.credit_code, works.place_code, works.stub) == ("新厂", CODE, "4419", True)
        assert EmployerVisit.objects.get().employer == works

    @pytest.mark.parametrize(
        ("fields", "field", "said"),
        [
            ({"name": ""}, "name", "必填"),
            ({"credit_code": CODE[:-1] + "0"}, "credit_code", "校验"),
            ({"visited_on": "2099-01-01"}, "visited_on", "2099-01-01"),
            ({"next_on": TODAY.isoformat()}, "next_on", "下次走访日期应晚于走访日期。"),
            ({"place_code": "没有的地方"}, "place_code", "没有的地方"),
            ({"place_code": "999999"}, "place_code", "999999"),
            ({"people_here": "-1"}, "people_here", "0"),
        ],
    )
    def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_stored(self, site, county, fields, field, said):
        answer = county.post("/stations/employers/visit/", found(**{"name": "新厂", "credit_code": "", **fields}))
        assert answer.status_code == 422
        told = answer.content.decode()
        shown = re.search(rf'<a href="#id_{field}">[^<]*</a>：([^<]*)<', told)
        assert said in (shown.group(1) if shown else "")
        assert (EmployerVisit.objects.count(), Employer.objects.count()) == (0, 0)

    def test_a_second_visit_of_the_day_is_refused_at_the_day(self, site, county):
        works = firm()
        called_on(works, TODAY, visitor="同事")
        answer = county.post(f"/stations/employers/{works.pk}/visit/", found())
        assert answer.status_code == 422
        assert f"{TODAY}在该协作站已有一条走访记录，同事登记" in answer.content.decode()

    def test_a_visit_is_mended_and_taken_back(self, site, county):
        made = called_on(firm(), ago(5), station=site, note="旧")
        address = f"{LIST}{made.pk}/"
        opened = page(county.get(f"{address}edit/"))
        sent = found(station=GUANGZHOU, note="新", _opened=opened.one("input", name="_opened").attrs["value"])
        assert county.post(f"{address}edit/", sent).url == address
        made.refresh_from_db()
        assert (made.note, made.visited_on, made.people_here) == ("新", TODAY, 3)
        history = county.get(f"{address}?tab=history").content.decode()
        assert ("更正走访" in history, "情况：<del>旧</del> → 新" in history) == (True, True)
        assert county.post(f"{address}withdraw/", {"reason": ""}).status_code == 422
        assert county.post(f"{address}withdraw/", {"reason": "没有去"}).url == LIST
        assert EmployerVisit.objects.count() == 0

    def test_the_stations_employers_tell_the_last_visit_and_lead_to_the_next(self, site, who):
        works = who.journeys.get().employer
        called_on(works, ago(3), station=site)
        card = page(people.client_for(staff()).get("/stations/employers/")).one("li", class_="person")
        assert f"上次走访 {ago(3)}" in card.text
        links = [link.attrs["href"] for link in card.all("a")]
        assert f"/stations/employers/{works.pk}/visit/" in links

    def test_one_employer_and_three_cost_the_same_on_the_stations_page(self, site):
        browser = people.client_for(staff())

        def make(n):
            works = firm(f"厂{n}")
            arrive(on=ago(30 + n), firm=works)
            called_on(works, ago(n), station=site)

        one, three = costs_of(lambda: len(page(browser.get("/stations/employers/")).all("li", class_="person")), make)
        assert one == three
