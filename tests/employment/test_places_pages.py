"""The pages of workplaces, brands and returns: who opens which, what they show, what their forms store."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.timezone import localdate

from core.indicators.answers import answer
from core.indicators.questions import read_question
from employment.models import (
    Brand,
    BrandMember,
    DeclaredJob,
    Placement,
    Returnee,
    SpellTask,
    Workplace,
    WorkplaceDecision,
)
from employment.rebuilding import rebuild_spells
from employment.returnees import filters
from employment.returnees.queries import Counts, festival_year, weekly
from employment.returnees.views import returns
from tests import people
from tests.journeys import OTHER_VILLAGE, place_divisions, worker
from workers.models import GroupMembership

pytestmark = pytest.mark.django_db

TODAY = localdate()
LONG_AGO = TODAY - timedelta(days=400)
MARCH = date(2026, 3, 10)
LISTS = (
    "/employment/workplaces/",
    "/employment/workplaces/reviews/",
    "/employment/workplaces/staff/",
    "/employment/brands/",
    "/employment/brands/members/",
    "/employment/returnees/",
    "/employment/returnees/monitoring/",
)
FORMS = ("/employment/workplaces/new/", "/employment/returnees/new/")


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


def place(code="W1", *, township=people.TOWNSHIP, **fields):
    return Workplace.objects.create(
        code=code,
        name=f"{code}号",
        kind="就业帮扶车间",
        township_code=township,
        recognised_on=LONG_AGO,
        **fields,
    )


def names(browser, address):
    """Names in the first column of a list, in their order."""
    page = browser.get(address, follow=True)
    assert page.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', page.content.decode())


def form_of(page):
    """What the form on the page would send if nothing were typed."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    return {
        **{name: "" if value is None else value for name, value in values.items()},
        "_opened": page.context["opened"],
    }


class TestAccess:
    @pytest.mark.parametrize("address", [*LISTS, *FORMS, "/employment/brands/new/"])
    def test_visitor_is_asked_to_sign_in_and_who_has_no_business_here_is_refused(self, client, address):
        outsider = people.client_for(people.make_user("safe", "security_admin"))
        assert (client.get(address).status_code, outsider.get(address).status_code) == (302, 403)

    @pytest.mark.parametrize(
        ("address", "reader", "township", "county"),
        [
            *[(address, 200, 200, 200) for address in LISTS],
            *[(address, 403, 200, 200) for address in FORMS],
            ("/employment/brands/new/", 403, 403, 200),
        ],
    )
    def test_lists_open_for_readers_and_forms_for_writers(self, address, reader, township, county):
        users = people.with_role("auditor"), people.township_clerk(), people.county_clerk()
        assert [people.client_for(user).get(address).status_code for user in users] == [reader, township, county]

    @pytest.mark.parametrize(
        ("page", "statuses"),
        [
            ("", [200, 200, 404, 404, 200]),
            ("edit/", [200, 200, 404, 404, 403]),
            ("decide/passed/", [200, 200, 404, 404, 403]),
            ("decide/mend/", [200, 200, 404, 404, 403]),
            ("decide/closed/", [404, 404, 404, 404, 403]),
            ("staff/new/", [200, 200, 404, 404, 403]),
        ],
    )
    def test_workplace_is_found_in_its_own_area(self, page, statuses):
        at = place()
        far = people.make_user("yemachuan", "township_officer", people.OTHER_TOWNSHIP)
        users = people.county_clerk(), people.township_clerk(), far, people.stranger(), people.with_role("auditor")
        found = [people.client_for(user).get(f"/employment/workplaces/{at.pk}/{page}").status_code for user in users]
        assert found == statuses

    def test_village_opens_its_townships_workplace_and_changes_nothing(self):
        browser = people.client_for(people.with_role("village_assistant", "520527219200"))
        at = place()
        opened = [browser.get(f"/employment/workplaces/{at.pk}/{page}").status_code for page in ("", "edit/")]
        assert opened == [200, 403]

    @pytest.mark.parametrize("rest", ["", "withdraw/"])
    def test_rows_about_persons_are_found_in_their_area(self, rest):
        who = worker(village=OTHER_VILLAGE)
        brand = Brand.objects.create(name="甲", grade="县级")
        rows = {
            "workplaces/staff": Placement.objects.create(workplace=place(), worker=who, start_on=LONG_AGO),
            "brands/members": BrandMember.objects.create(brand=brand, worker=who, joined_on=LONG_AGO),
            "returnees": Returnee.objects.create(worker=who, returned_on=LONG_AGO, plans_out=True),
        }
        users = people.county_clerk(), people.township_clerk(), people.stranger(), people.with_role("auditor")
        for path, row in rows.items():
            address = f"/employment/{path}/{row.pk}/{rest}"
            assert [people.client_for(user).get(address).status_code for user in users] == [200, 404, 404, 403], path


class TestScope:
    def test_each_sees_their_own(self):
        near, far = worker("近人"), worker("远人", village=OTHER_VILLAGE)
        brand = Brand.objects.create(name="甲", grade="县级")
        for at, who in ((place("W1"), near), (place("W2", township=people.OTHER_TOWNSHIP), far)):
            Placement.objects.create(workplace=at, worker=who, start_on=LONG_AGO)
            BrandMember.objects.create(brand=brand, worker=who, joined_on=LONG_AGO)
            Returnee.objects.create(worker=who, returned_on=LONG_AGO, plans_out=True)
        users = (
            people.county_clerk(),
            people.township_clerk(),
            people.stranger(),
            people.with_role("partner_bureau", "440113"),
        )
        found = {
            address: [sorted(names(people.client_for(user), address)) for user in users]
            for address in LISTS
            if "monitoring" not in address
        }
        places, persons = [["W1号", "W2号"], ["W1号"], [], []], [["近人", "远人"], ["近人"], [], []]
        assert found == {
            "/employment/workplaces/": places,
            "/employment/workplaces/reviews/": places,
            "/employment/workplaces/staff/": persons,
            "/employment/brands/": [["甲"], ["甲"], [], []],
            "/employment/brands/members/": persons,
            "/employment/returnees/": persons,
        }

    def test_counts_are_of_ones_own_people(self):
        at, brand = place(), Brand.objects.create(name="甲", grade="县级")
        for who in (worker(), worker(village=OTHER_VILLAGE)):
            Placement.objects.create(workplace=at, worker=who, start_on=LONG_AGO)
            BrandMember.objects.create(brand=brand, worker=who, joined_on=LONG_AGO)
        users = people.county_clerk(), people.township_clerk()
        for address in (f"/employment/workplaces/{at.pk}/", f"/employment/brands/{brand.pk}/"):
            shown = [people.client_for(user).get(address).context["header"].facts[-1].value for user in users]
            assert shown == [2, 1], address


class TestCosts:
    @pytest.mark.parametrize("address", LISTS)
    def test_list_costs_the_same_for_one_row_and_for_three(self, county, address):
        def fill(n):
            who = worker(village=OTHER_VILLAGE if n % 2 else "520527219200")
            at = place(f"W{n}", township=(people.TOWNSHIP, people.OTHER_TOWNSHIP)[n % 2])
            Placement.objects.create(workplace=at, worker=who, start_on=LONG_AGO)
            brand = Brand.objects.create(name=f"第{n}品牌", grade="县级")
            BrandMember.objects.create(brand=brand, worker=who, joined_on=LONG_AGO)
            Returnee.objects.create(worker=who, returned_on=TODAY, plans_out=True)

        def cost():
            county.get(address)
            with CaptureQueriesContext(connection) as asked:
                county.get(address)
            return len(asked)

        fill(0)
        one = cost()
        fill(1)
        fill(2)
        assert cost() == one


class TestWorkplaces:
    def test_is_registered_and_leads_to_its_page(self, county):
        sent = {
            "code": "CJ-01",
            "name": "古达车间",
            "kind": "就业帮扶车间",
            "township_code": people.TOWNSHIP,
            "recognised_on": "2024年5月1日",
            "operator": "",
            "new_operator": "赫章某服饰公司",
            "posts": "30",
        }
        page = county.post("/employment/workplaces/new/", sent)
        made = Workplace.objects.get()
        assert (page.status_code, page["Location"]) == (302, f"/employment/workplaces/{made.pk}/")
        assert (made.operator.name, made.posts, made.recognised_on) == ("赫章某服饰公司", 30, date(2024, 5, 1))

    def test_township_offers_itself_alone(self):
        page = people.client_for(people.township_clerk()).get("/employment/workplaces/new/")
        assert [code for code, _name in page.context["form"].fields["township_code"].choices] == [people.TOWNSHIP]

    def test_decision_stands_on_the_page_and_a_refused_one_says_why(self, county):
        at = place()
        page = county.post(f"/employment/workplaces/{at.pk}/decide/suspended/", {"decided_on": TODAY, "note": "停产"})
        shown = county.get(page["Location"])
        assert [(one.move, one.note, who) for one, _rule, who in shown.context["decisions"]] == [
            ("suspended", "停产", "县管理员")
        ]
        assert shown.context["header"].state == "停用"
        again = county.post(f"/employment/workplaces/{at.pk}/decide/suspended/", {"decided_on": TODAY, "note": "停产"})
        assert again.status_code == 422
        assert "该载体目前为“停用”，不能停用。" in again.content.decode()

    def test_reader_and_who_only_sees_it_are_offered_no_decision(self):
        at = place()
        village = people.with_role("village_assistant", "520527219200")
        for user in (people.with_role("auditor"), village):
            page = people.client_for(user).get(f"/employment/workplaces/{at.pk}/?tab=reviews")
            assert (page.context["moves"], page.context["primary"]) == ([], None)

    def test_withdrawn_place_takes_nobody_on(self, county):
        at = place(state="撤销")
        page = county.get(f"/employment/workplaces/{at.pk}/")
        assert (page.context["new_url"], [step.label for step in page.context["steps"]]) == ("", ["认定", "撤销"])

    def test_steps_say_what_comes_next(self, county):
        at = place()
        WorkplaceDecision.objects.create(workplace=at, move="mend", decided_on=TODAY, mend_by=TODAY + timedelta(days=9))
        page = county.get(f"/employment/workplaces/{at.pk}/")
        assert [(step.label, step.state) for step in page.context["steps"]] == [
            ("认定", "done"),
            ("限期整改", "done"),
            ("复查整改", "current"),
        ]
        assert page.context["primary"].label == "复查整改"

    def test_steps_begin_with_the_application_where_it_was_told(self, county):
        at = place(
            applied_on=LONG_AGO, inspected_on=LONG_AGO, noticed_on=LONG_AGO, noticed_until=LONG_AGO, document="10号"
        )
        page = county.get(f"/employment/workplaces/{at.pk}/?tab=file")
        assert [step.label for step in page.context["steps"]] == ["申报", "现场核查", "公示", "认定", "下次年检"]
        assert f"{LONG_AGO:%Y-%m-%d} – {LONG_AGO:%Y-%m-%d}" in page.content.decode()

    def test_reviews_due_stand_among_the_things_to_do(self, county):
        place("W1")
        Workplace.objects.create(
            code="W2", name="新", kind="零工市场", township_code=people.TOWNSHIP, recognised_on=TODAY
        )
        waiting = [(row.count, row.url) for row in county.get("/").context["todos"] if row.verb == "载体年检"]
        assert waiting == [(1, "/employment/workplaces/reviews/")]

    def test_list_is_filtered(self, county):
        place("W1")
        place("W2", state="停用")
        place("W3", withdrawn_on=TODAY)
        asked = {
            "standing": ("正常", "停用", "撤销"),
            "review": ("overdue", "closed"),
            "township": (people.TOWNSHIP, people.OTHER_TOWNSHIP),
        }
        found = {
            (name, value): names(county, f"/employment/workplaces/?{name}={value}")
            for name, values in asked.items()
            for value in values
        }
        assert found == {
            ("standing", "正常"): ["W1号"],
            ("standing", "停用"): ["W2号"],
            ("standing", "撤销"): ["W3号"],
            ("review", "overdue"): ["W1号", "W2号"],
            ("review", "closed"): ["W3号"],
            ("township", people.TOWNSHIP): ["W1号", "W2号", "W3号"],
            ("township", people.OTHER_TOWNSHIP): [],
        }

    def test_person_is_taken_on_corrected_and_taken_back(self, county):
        at, who = place(), worker("王小花")
        county.post(
            f"/employment/workplaces/{at.pk}/staff/new/", {"worker": who.pk, "start_on": LONG_AGO, "post": "缝纫工"}
        )
        row = Placement.objects.get()
        page = county.get(f"/employment/workplaces/staff/{row.pk}/")
        county.post(f"/employment/workplaces/staff/{row.pk}/", {**form_of(page), "end_on": TODAY.isoformat()})
        row.refresh_from_db()
        assert (row.post, row.end_on) == ("缝纫工", TODAY)
        assert names(county, "/employment/workplaces/staff/?current=true") == []
        county.post(f"/employment/workplaces/staff/{row.pk}/withdraw/", {"reason": "登记错人"})
        assert not Placement.objects.exists()

    def test_staff_stand_with_their_key_groups_of_today(self, county):
        at, who = place(), worker()
        Placement.objects.create(workplace=at, worker=who, start_on=LONG_AGO)
        for group, end in (("relocated", None), ("lifted_poverty", None), ("disabled", TODAY)):
            GroupMembership.objects.create(worker=who, group=group, valid_from=LONG_AGO, valid_to=end)
        pages = f"/employment/workplaces/{at.pk}/", f"/employment/workplaces/staff/?workplace={at.pk}"
        shown = [county.get(address).content.decode() for address in pages]
        assert [">脱贫人口、易地搬迁<" in page for page in shown] == [True, True]

    def test_end_that_follows_from_the_next_post_is_not_offered_as_written(self, county):
        at, who = place(), worker()
        for days in (90, 30):
            sent = {"worker": who.pk, "start_on": (TODAY - timedelta(days=days)).isoformat()}
            county.post(f"/employment/workplaces/{at.pk}/staff/new/", sent)
        first = Placement.objects.order_by("start_on").first()
        sent = form_of(county.get(f"/employment/workplaces/staff/{first.pk}/"))
        assert (first.end_on, sent["end_on"]) == (TODAY - timedelta(days=30), "")

    def test_person_file_tells_posts_brands_and_returns(self, county):
        who = worker()
        Placement.objects.create(workplace=place(), worker=who, start_on=LONG_AGO)
        BrandMember.objects.create(
            brand=Brand.objects.create(name="甲", grade="县级"), worker=who, joined_on=LONG_AGO, year=2025
        )
        Returnee.objects.create(worker=who, returned_on=LONG_AGO, plans_out=False)
        page = county.get(f"/workers/{who.pk}/?tab=places")
        assert [len(part["table"]) for part in page.context["parts"]] == [1, 1, 1]
        life = county.get(f"/workers/{who.pk}/?tab=life").content.decode()
        assert [word in life for word in ("载体上岗", "加入劳务品牌", "返乡")] == [True] * 3


class TestTasks:
    def test_contradiction_leads_to_the_row_that_can_be_mended(self, county):
        who = worker("王小花")
        DeclaredJob.objects.create(worker=who, start_on=LONG_AGO, place_code="440113")
        made = Placement.objects.create(workplace=place(), worker=who, start_on=LONG_AGO)
        rebuild_spells(worker_ids=[who.pk])
        page = county.get("/employment/tasks/").content.decode()
        assert f"/employment/workplaces/staff/{made.pk}/" in page
        assert "在岗期间在外务工" in page
        assert names(county, "/employment/tasks/?kind=staff") != []
        assert names(county, "/employment/tasks/?kind=visit") == []
        assert SpellTask.objects.count() == 1


class TestBrands:
    def test_is_registered_and_gets_members(self, county):
        county.post("/employment/brands/new/", {"name": "赫章模架工匠", "grade": "省级", "recognised_on": ""})
        brand, who = Brand.objects.get(), worker()
        sent = {"worker": who.pk, "joined_on": "2024-01-01", "year": "2025", "income": "6万元", "left_on": ""}
        page = county.post(f"/employment/brands/{brand.pk}/members/new/", sent)
        assert page["Location"] == f"/employment/brands/{brand.pk}/"
        table = county.get(f"/employment/brands/{brand.pk}/?tab=incomes").context["table"]
        assert re.findall(r">([\d.,]+)<", table.html) == ["2025", "1", "60,000.00", "60,000.00"]

    def test_members_stand_once_and_former_ones_not_at_all(self, county):
        brand, stays, left = Brand.objects.create(name="甲", grade="县级"), worker("在册"), worker("离册")
        for year in (2024, 2025):
            BrandMember.objects.create(brand=brand, worker=stays, joined_on=LONG_AGO, year=year)
            ended = TODAY if year == 2025 else None
            BrandMember.objects.create(brand=brand, worker=left, joined_on=LONG_AGO, year=year, left_on=ended)
        page = county.get(f"/employment/brands/{brand.pk}/")
        assert (len(page.context["table"]), page.context["header"].facts[-1].value) == (1, 1)
        assert names(county, "/employment/brands/members/?current=true") == ["在册", "在册"]


class TestMonitoring:
    """Of the festival of 2026: one back, one not, one home for good, one of another township gone late."""

    @pytest.fixture(autouse=True)
    def today(self, monkeypatch):
        """10 March 2026."""
        for place in (timezone, filters, returns):
            monkeypatch.setattr(place, "localdate", lambda *_args: MARCH)

    @pytest.fixture
    def year(self):
        return 2026

    @pytest.fixture(autouse=True)
    def came_home(self):
        rows = (
            ("回岗", {}, 60),
            ("未回", {"leaves_on": MARCH - timedelta(days=1)}, 60),
            ("不走", {"plans_out": False}, 3),
        )
        self.people = {}
        for name, more, days in rows:
            who = self.people[name] = worker(name)
            Returnee.objects.create(worker=who, returned_on=MARCH - timedelta(days=days), **{"plans_out": True, **more})
        far = self.people["远回"] = worker("远回", village=OTHER_VILLAGE)
        Returnee.objects.create(worker=far, returned_on=MARCH - timedelta(days=60), plans_out=True)
        # An earlier return for the same festival is not counted again.
        Returnee.objects.create(worker=far, returned_on=MARCH - timedelta(days=61), plans_out=False)
        for name, days in (("回岗", 20), ("远回", 2)):
            DeclaredJob.objects.create(
                worker=self.people[name], start_on=MARCH - timedelta(days=days), place_code="440113"
            )
        rebuild_spells(worker_ids=[who.pk for who in self.people.values()])

    def test_counts_by_township(self, year):
        lines, total = weekly(user=people.county_clerk(), year=year, as_of=MARCH)
        far = Counts(returned=1, plans=1, back=1, back_this_week=1)
        near = Counts(returned=3, returned_this_week=1, plans=2, back=1, waiting=1, overdue=1)
        assert {line.code: line.counts for line in lines} == {people.OTHER_TOWNSHIP: far, people.TOWNSHIP: near}
        assert (total, total.rate, near.rate, Counts().rate) == (far + near, "66.67", "50.00", "")

    def test_is_told_as_of_any_day(self, year):
        _lines, total = weekly(user=people.county_clerk(), year=year, as_of=MARCH - timedelta(days=10))
        assert total == Counts(returned=3, plans=3, back=1, waiting=2)

    @pytest.mark.parametrize("days", [0, 1, 5, 30])
    def test_rate_is_the_indicators(self, year, days):
        as_of = MARCH - timedelta(days=days)
        lines, total = weekly(user=people.county_clerk(), year=year, as_of=as_of)
        asked = {"period": [str(year)], "as_of": [as_of.isoformat()], "by": ["township"]}
        told = answer(read_question("RETURN_RATE", asked, None)).document
        assert (total.rate or None, total.back, total.plans) == tuple(told["total"].values())
        rows = {row["township"]["code"]: row["value"] for row in told["rows"]}
        assert {line.code: line.counts.rate for line in lines if line.counts.plans} == rows

    def test_numbers_open_the_people_behind_them(self, county):
        page = county.get("/employment/returnees/monitoring/")
        cells, _rate = page.context["total"]
        opened = {str(label): sorted(names(county, url)) for label, _number, url in cells if url}
        assert opened == {
            "返乡（人）": ["不走", "回岗", "未回", "远回"],
            "计划外出": ["回岗", "未回", "远回"],
            "已返岗": ["回岗", "远回"],
            "未返岗": ["未回"],
            "逾期未外出": ["未回"],
        }
        assert {str(label): number for label, number, url in cells if url} == {
            label: len(found) for label, found in opened.items()
        }

    def test_each_sees_their_own_townships(self, year):
        users = people.county_clerk(), people.township_clerk(), people.stranger()
        found = [[line.code for line in weekly(user=user, year=year, as_of=MARCH)[0]] for user in users]
        assert found == [[people.OTHER_TOWNSHIP, people.TOWNSHIP], [people.TOWNSHIP], []]

    def test_weekly_return_is_printed(self, county, year):
        page = county.get(
            f"/employment/returnees/monitoring/?festival={year}&as_of={MARCH}&view=print"
        ).content.decode()
        assert f"{year}年节后返岗监测周报" in page
        assert re.findall(r"<tfoot>.*?</tfoot>", page, re.DOTALL)[0].count("<td") == 11
        assert ">66.67<" in page

    def test_other_days_and_years_are_asked_for_and_nonsense_is_told(self, county, year):
        earlier = county.get(f"/employment/returnees/monitoring/?as_of={MARCH - timedelta(days=10)}")
        assert [number for _label, number, _url in earlier.context["total"][0]] == [3, 0, 3, 1, 0, 2, 0]
        assert not any(url for _label, _number, url in earlier.context["total"][0])
        odd = county.get("/employment/returnees/monitoring/?festival=1999&as_of=昨天")
        assert (odd.status_code, odd.context["year"], odd.context["as_of"]) == (200, year, MARCH)
        assert set(odd.context["form"].errors) == {"festival", "as_of"}


class TestReturns:
    def test_is_written_down_corrected_and_taken_back(self, county):
        who = worker()
        sent = {"worker": who.pk, "returned_on": TODAY, "plans_out": "yes", "leaves_on": "", "from_place": "广州"}
        county.post("/employment/returnees/new/", sent)
        row = Returnee.objects.get()
        page = county.get(f"/employment/returnees/{row.pk}/")
        county.post(f"/employment/returnees/{row.pk}/", {**form_of(page), "plans_out": "no"})
        row.refresh_from_db()
        assert (row.plans_out, row.from_place) == (False, "广州")
        county.post(f"/employment/returnees/{row.pk}/withdraw/", {"reason": "未返乡"})
        assert not Returnee.objects.exists()

    def test_only_the_last_return_of_a_festival_is_shown_when_asked_for(self, county):
        who = worker("王小花")
        for days in (1, 2):
            Returnee.objects.create(worker=who, returned_on=TODAY - timedelta(days=days), plans_out=True)
        asked = ("", "?last=true", "?last=false", f"?festival={festival_year(TODAY)}", "?festival=1999")
        assert [len(names(county, f"/employment/returnees/{query}")) for query in asked] == [2, 1, 1, 2, 0]
