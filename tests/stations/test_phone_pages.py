"""The pages of a station's phone: today's cards, the visit form, finding anybody, a round through a factory."""

import re
from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from core.accounts.models import AccessLog
from stations.models import Visit
from stations.views import phone as phone_pages
from tests import people
from tests.journeys import OTHER_VILLAGE, place_divisions, worker
from tests.stations.facts import AT_WORK, GUANGZHOU, NINGBO, TODAY, ago, arrive, firm, staff, station, visit
from tests.web.reading import page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def cards(answer):
    """Names on the cards of a phone page, section by section."""
    return [
        [re.sub(r" [男女]$", "", name.text) for name in part.all("span", class_="person-name")]
        for part in page(answer).all("section", class_="factory")
    ]


def found_out(status=AT_WORK, **fields):
    return {"status": status, "channel": "电话", "visited_on": TODAY.isoformat(), "milestone": "", **fields}


class TestDue:
    def test_who_is_due_stands_under_the_factory_longest_overdue_first(self, site, phone, who):
        late = arrive(worker("李晚"), on=ago(45), firm=who.journeys.get().employer)
        other = arrive(worker("王远"), on=ago(8), firm=firm("乙厂"))
        arrive(worker("赵早"), on=ago(1), firm=firm("丙厂"))
        answer = phone.get("/stations/due/")
        assert cards(answer) == [["李晚", "张国强"], ["王远"]]
        told = [head.text for head in page(answer).all("h2")]
        assert told == ["广州甲服饰有限公司 2 逾期 1", "乙厂 1"]
        visit(late, TODAY), visit(other, TODAY)
        assert cards(phone.get("/stations/due/")) == [["张国强"]]

    def test_one_card_a_person_the_latest_milestone(self, phone):
        card = page(phone.get("/stations/due/")).one("li", class_="person")
        assert card.one("span", class_="person-due").text == f"30日 应 {TODAY:%m-%d}"
        assert "另有 1 个节点未访" in card.text

    def test_where_somebody_works_now_goes_before_where_they_arrived(self, phone, who):
        visit(who, ago(20), "转岗在岗", employer=firm("新厂"))
        assert [head.text for head in page(phone.get("/stations/due/")).all("h2")] == ["新厂 1"]

    def test_an_employer_nobody_told_has_a_section_too(self, phone, who):
        visit(who, ago(20), "转岗在岗")
        assert [head.text for head in page(phone.get("/stations/due/")).all("h2")] == ["单位未登记 1"]
        assert cards(phone.get("/stations/due/?employer=0")) == [["张国强"]]

    @pytest.mark.parametrize(
        ("text", "seen"),
        [("张", True), ("zgq", True), ("last4", True), ("138123", False), ("李", False), ("%00", True)],
    )
    def test_is_searched_by_name_and_last_four(self, phone, who, text, seen):
        text = who.id_number[-4:] if text == "last4" else text
        assert cards(phone.get(f"/stations/due/?q={text}")) == ([["张国强"]] if seen else [])

    def test_a_part_is_answered_as_a_part(self, phone):
        answer = phone.get("/stations/due/?q=zgq", headers={"HX-Request": "true", "HX-Target": "due"})
        assert (answer.content.decode().lstrip()[:14], cards(answer)) == ('<div id="due" ', [["张国强"]])

    def test_stations_are_asked_for_their_own_only(self, who):
        station(NINGBO, place="330206", area=["3302"])
        arrive(worker("钱宁波"), on=ago(30), destination_code="330206")
        seen = {code: cards(people.client_for(staff(code)).get("/stations/due/")) for code in (GUANGZHOU, NINGBO)}
        assert seen == {GUANGZHOU: [["张国强"]], NINGBO: [["钱宁波"]]}

    def test_a_township_is_asked_for_its_people_wherever_they_are(self, who):
        station(NINGBO, place="330206", area=["3302"])
        arrive(worker("钱宁波"), on=ago(31), destination_code="330206", firm=firm("甬厂"))
        arrive(worker("野马川人", village=OTHER_VILLAGE), on=ago(30))
        township = people.client_for(people.township_clerk())
        assert cards(township.get("/stations/due/")) == [["钱宁波"], ["张国强"]]
        assert cards(township.get(f"/stations/due/?station={NINGBO}")) == [["钱宁波"]]

    def test_beyond_sixty_cards_the_other_factories_are_links(self, site):
        for n in range(3):
            works = firm(f"{n}号厂")
            for _n in range(25):
                arrive(on=ago(30), firm=works)
        answer = people.client_for(staff()).get("/stations/due/")
        assert [len(part) for part in cards(answer)] == [25, 25]
        rest = page(answer).all("a", class_="person-main")[50:]
        assert [one.text for one in rest] == ["2号厂 25"]
        alone = people.client_for(staff()).get(rest[0].attrs["href"])
        assert [len(part) for part in cards(alone)] == [25]

    def test_the_number_is_masked_until_it_is_asked_for_and_then_logged(self, phone, who):
        text = phone.get("/stations/due/").content.decode()
        assert ("138****5678" in text, "13812345678" in text) == (True, False)
        address = f"/reveal/stations.followed.phone/{who.pk}/"
        opened = phone.post(address, {"reason": "回访电话联系"}).content.decode()
        line = AccessLog.objects.get(action="reveal")
        assert ('href="tel:13812345678"' in opened, line.object_type, line.object_id, line.reason) == (
            True,
            "stations.followed.phone",
            str(who.pk),
            "回访电话联系",
        )
        refused = [
            people.client_for(user).post(address, {"reason": "x"}).status_code
            for user in (people.with_role("auditor"), staff(NINGBO))
        ]
        assert refused == [403, 404]

    def test_the_journeys_number_goes_before_the_registers(self, who):
        who.phone = "13900000000"
        who.save(update_fields=["phone"])
        other = arrive(worker("李无", phone="13711112222"), on=ago(30))
        client = people.client_for(staff())
        told = {
            one.pk: client.post(f"/reveal/stations.followed.phone/{one.pk}/", {"reason": "x"}).content.decode()
            for one in (who, other)
        }
        assert ("13812345678" in told[who.pk], "13711112222" in told[other.pk]) == (True, True)

    def test_the_page_may_be_kept_and_names_what_to_fetch_ahead(self, phone, who):
        answer = phone.get("/stations/due/")
        ahead = [one.attrs["href"] for one in page(answer).all("a", data_offline_prefetch=True)]
        assert (answer["X-Offline-Page"], ahead) == (str(staff().pk), [f"/stations/record/{who.pk}/"])

    def test_nothing_due_says_so(self, site):
        assert "今天没有要回访的人" in people.client_for(staff()).get("/stations/due/").content.decode()


class TestRecord:
    def test_the_form_opens_with_what_is_known(self, phone, who):
        answer = phone.get(f"/stations/record/{who.pk}/")
        form = answer.context["form"]
        asked = {name: form[name].value() for name in ("channel", "milestone", "station", "visited_on", "status")}
        assert asked == {"channel": "电话", "milestone": 30, "station": GUANGZHOU, "visited_on": TODAY, "status": None}
        assert ("广州甲服饰有限公司" in page(answer).one("dl", class_="who").text, answer["X-Offline-Page"]) == (
            True,
            str(staff().pk),
        )

    def test_two_taps_and_save_store_a_visit(self, phone, who, site):
        form = phone.get(f"/stations/record/{who.pk}/").context["form"]
        untouched = {name: form[name].value() or "" for name in form.fields}
        answer = phone.post(f"/stations/record/{who.pk}/", {**untouched, "status": AT_WORK}, follow=True)
        stored = Visit.objects.values(
            "worker_id", "station_id", "milestone", "visited_on", "channel", "status", "wage", "contract", "visitor"
        ).get()
        assert stored == {
            "worker_id": who.pk, "station_id": site.pk, "milestone": 30, "visited_on": TODAY, "channel": "电话", "status": AT_WORK,
            "wage": None, "contract": None, "visitor": "zhan-GZ-01",
        }  # fmt: skip
        assert (answer.redirect_chain, "张国强：已登记“原岗位在岗”。" in answer.content.decode()) == (
            [("/stations/due/", 302)],
            True,
        )

    def test_everything_under_more_is_stored(self, phone, who):
        more = {
            "wage": "0.55万元", "contract": "yes", "insured": "no", "problem": "宿舍漏雨", "action_taken": "已转企业",
            "satisfaction": "满意", "visitor": "李四", "next_on": "2099-01-02", "employer_name": "新厂", "milestone": "30",
        }  # fmt: skip
        phone.post(f"/stations/record/{who.pk}/", found_out("转岗在岗", **more))
        made = Visit.objects.get()
        told = (
            made.wage,
            made.contract,
            made.insured,
            made.problem,
            made.action_taken,
            made.satisfaction,
            made.visitor,
        )
        assert told == (Decimal(5500), True, False, "宿舍漏雨", "已转企业", "满意", "李四")
        assert (made.next_on, made.employer.name, made.employer.stub) == (date(2099, 1, 2), "新厂", True)

    def test_the_same_reference_again_stores_nothing_more(self, phone, who):
        sent = found_out(client_ref=str(uuid4()))
        statuses = [phone.post(f"/stations/record/{who.pk}/", sent).status_code for _n in range(2)]
        assert (statuses, Visit.objects.count()) == ([302, 302], 1)

    def test_a_second_visit_of_the_day_is_told_on_the_form(self, phone, who):
        phone.post(f"/stations/record/{who.pk}/", found_out(visitor="李四"))
        answer = phone.post(f"/stations/record/{who.pk}/", found_out("返乡"))
        assert (answer.status_code, answer.context["form"].errors, Visit.objects.count()) == (
            422,
            {"visited_on": [f"此人{TODAY}在该协作站已有一条回访记录（原岗位在岗，李四登记）。"]},
            1,
        )

    @pytest.mark.parametrize(
        ("wrong", "field"),
        [
            ({"status": ""}, "status"),
            ({"status": "在家"}, "status"),
            ({"channel": "传真"}, "channel"),
            ({"visited_on": ""}, "visited_on"),
            ({"visited_on": "2025-02-30"}, "visited_on"),
            ({"visited_on": "2099-01-01"}, "visited_on"),
            ({"milestone": "31"}, "milestone"),
            ({"station": "没有"}, "station"),
            ({"wage": "面议"}, "wage"),
            ({"wage": "-5"}, "wage"),
            ({"wage": "99999999999999999999"}, "wage"),
            ({"contract": "也许"}, "contract"),
            ({"employer_name": "厂" * 201}, "employer_name"),
            ({"next_on": "明天"}, "next_on"),
        ],
    )
    def test_what_cannot_be_stands_beside_its_field(self, phone, who, wrong, field):
        answer = phone.post(f"/stations/record/{who.pk}/", found_out(**wrong))
        assert (answer.status_code, list(answer.context["form"].errors), Visit.objects.count()) == (422, [field], 0)

    @pytest.mark.parametrize("sent", [{}, {"client_ref": "kein"}, {"status": "\x00"}, {"visited_on": "９９９９"}])
    def test_nonsense_is_a_refusal_not_a_fault(self, phone, who, sent):
        assert phone.post(f"/stations/record/{who.pk}/", sent).status_code == 422

    def test_a_county_clerk_writes_for_no_station_or_for_one(self, county, who, site):
        county.post(f"/stations/record/{who.pk}/", found_out())
        county.post(f"/stations/record/{who.pk}/", found_out(station=GUANGZHOU))
        assert set(Visit.objects.values_list("station__code", flat=True)) == {None, GUANGZHOU}

    def test_nobody_there_is_not_found(self, phone):
        assert phone.get("/stations/record/999999999/").status_code == 404


class TestFind:
    def test_finds_whom_one_may_visit(self, phone, who):
        worker("张国外")
        found = page(phone.get("/stations/find/?q=张国")).all("span", class_="person-name")
        assert [one.text for one in found] == ["张国强 男"] or [one.text for one in found] == ["张国强 女"]

    @pytest.mark.parametrize("text", ["", "%00", "查无此人"])
    def test_nothing_is_no_fault(self, phone, text):
        assert page(phone.get(f"/stations/find/?q={text}")).all("span", class_="person-name") == []


class TestRound:
    @pytest.fixture
    def factory(self, who):
        works = who.journeys.get().employer
        arrive(worker("李晚"), on=ago(45), firm=works)
        arrive(worker("赵早"), on=ago(1), firm=works)
        return works

    def send(self, browser, factory, **fields):
        address = f"/stations/employers/{factory.pk}/round/"
        return browser.post(
            address, {"channel": "到企", "visited_on": TODAY.isoformat(), "station": GUANGZHOU, **fields}
        )

    def test_those_due_are_ticked(self, phone, factory, who):
        answer = phone.get(f"/stations/employers/{factory.pk}/round/")
        ticked = ["checked" in one.attrs for one in page(answer).all("input", name="workers")]
        assert ticked == [True, True, False]

    def test_namesakes_are_told_apart_by_their_village(self, phone, factory):
        arrive(worker("李晚", village=OTHER_VILLAGE), on=ago(3), firm=factory)
        listed = page(phone.get(f"/stations/employers/{factory.pk}/round/"))
        names = [one.text for one in listed.all("span", class_="person-name") if one.text.startswith("李晚")]
        assert names == ["李晚 古达苗族彝族乡 大寨村", "李晚 野马川镇 中坝村"]

    def test_everybody_ticked_is_written_down_with_their_milestone(self, phone, factory, who):
        both = list(factory.passenger_set.exclude(worker__name="赵早").values_list("worker_id", flat=True))
        answer = self.send(phone, factory, workers=both, visitor="李四")
        assert answer.status_code == 302
        rows = Visit.objects.order_by("worker__name").values_list(
            "worker__name", "milestone", "channel", "status", "visitor"
        )
        assert set(rows) == {("张国强", 30, "到企", AT_WORK, "李四"), ("李晚", 30, "到企", AT_WORK, "李四")}
        assert cards(phone.get("/stations/due/")) == []

    def test_who_is_not_there_is_said_beside_the_name(self, phone, factory, who):
        late = factory.passenger_set.get(worker__name="李晚").worker_id
        left_open = factory.passenger_set.get(worker__name="赵早").worker_id
        ref = "7f0b8a52-6f0a-4c5c-9f4e-0d6f6c5a1b11"
        fields = {"workers": [who.pk], f"finding_{late}": "返乡", f"finding_{left_open}": "", "client_ref": ref}
        answers = [self.send(phone, factory, **fields).status_code for _n in range(2)]
        told = dict(Visit.objects.values_list("worker_id", "status"))
        assert (answers, told) == ([302, 302], {who.pk: AT_WORK, late: "返乡"})

    def test_ticked_after_all_is_there(self, phone, factory, who):
        self.send(phone, factory, workers=[who.pk], **{f"finding_{who.pk}": "返乡"})
        assert Visit.objects.get().status == AT_WORK

    def test_everybody_is_ticked_when_asked_for(self, phone, factory):
        answer = phone.get(f"/stations/employers/{factory.pk}/round/?all=1")
        assert ["checked" in one.attrs for one in page(answer).all("input", name="workers")] == [True] * 3

    def test_who_begins_at_the_employers_page_finds_everybody_ticked_and_comes_back_to_it(self, factory):
        desk = people.client_for(people.with_role("township_officer", people.COUNTY))
        here = f"/employment/employers/{factory.pk}/"
        [button] = [one for one in page(desk.get(here)).all("a") if one.text == "确认都还在岗"]
        form = page(desk.get(button.attrs["href"]))
        ticked = [one.attrs["value"] for one in form.all("input", name="workers") if "checked" in one.attrs]
        fields = {"workers": ticked, "channel": "电话", "visited_on": TODAY.isoformat(), "visitor": "李四"}
        answer = desk.post(button.attrs["href"], fields)
        assert (answer["Location"], Visit.objects.filter(status=AT_WORK, channel="电话").count()) == (here, 3)
        reader = people.client_for(people.with_role("auditor", people.COUNTY))
        assert "确认都还在岗" not in reader.get(here).content.decode()

    def test_who_came_after_that_day_is_left_out_and_said(self, phone, factory, who):
        everybody = list(factory.passenger_set.values_list("worker_id", flat=True))
        gone = factory.passenger_set.get(worker__name="赵早").worker_id
        fields = {"workers": everybody, "visited_on": ago(20).isoformat()}
        answer = self.send(phone, factory, **fields)
        assert (answer.status_code, Visit.objects.count()) == (302, 2)
        assert "1 人在回访日期之后才到岗" in phone.get(answer["Location"]).content.decode()
        answer = self.send(phone, factory, **{**fields, "workers": [], f"finding_{gone}": "返乡"})
        assert answer.context["form"].errors == {"visited_on": ["所选的人都在这一天之后才到岗。"]}

    def test_of_more_than_fit_the_next_round_takes_the_rest(self, phone, factory, monkeypatch):
        monkeypatch.setattr(phone_pages, "MOST_IN_A_ROUND", 2)
        address, told = f"/stations/employers/{factory.pk}/round/?all=1", []
        for _n in range(2):
            listed = [one.attrs["value"] for one in page(phone.get(address)).all("input", name="workers")]
            self.send(phone, factory, workers=listed)
            told.append(len(listed))
        assert (told, Visit.objects.count()) == ([2, 2], 3)

    def test_a_round_is_taken_back_from_any_of_its_visits(self, phone, factory, who):
        everybody = list(factory.passenger_set.values_list("worker_id", flat=True))
        self.send(phone, factory, workers=everybody)
        here = f"/stations/visits/{Visit.objects.first().pk}/"
        [button] = [one for one in page(phone.get(here)).all("a") if one.text == "撤销整次到企回访"]
        asked = phone.get(button.attrs["href"])
        assert f"{TODAY.isoformat()} 的到企回访，共 3 人" in asked.content.decode()
        assert phone.post(button.attrs["href"], {"reason": "日期填错"}).status_code == 302
        assert (Visit.objects.count(), phone.get(button.attrs["href"]).status_code) == (0, 404)

    def test_a_visit_written_down_alone_has_no_round(self, phone, who, site):
        alone = visit(who, TODAY, station=site)
        assert "撤销整次" not in phone.get(f"/stations/visits/{alone.pk}/").content.decode()
        assert phone.get(f"/stations/visits/{alone.pk}/withdraw-round/").status_code == 404

    def test_nobody_ticked_is_told(self, phone, factory):
        assert self.send(phone, factory).context["form"].errors == {"workers": ["该字段是必填项。"]}

    def test_who_does_not_work_there_cannot_be_ticked(self, phone, factory):
        stranger = arrive(worker("别人"), on=ago(30), firm=firm("别厂"))
        assert (self.send(phone, factory, workers=[stranger.pk]).status_code, Visit.objects.count()) == (422, 0)

    def test_a_factory_without_ones_people_is_not_there(self, factory):
        users = staff(), staff(NINGBO), people.stranger(), people.with_role("auditor")
        address = f"/stations/employers/{factory.pk}/round/"
        assert [people.client_for(user).get(address).status_code for user in users] == [200, 404, 404, 403]
