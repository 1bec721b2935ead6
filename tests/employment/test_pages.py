"""The pages of employment: who opens which, what the lists find, what the forms store."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils.timezone import localdate

from employment.models import DeclaredJob, Employer, Spell, SpellTask
from employment.rebuilding import rebuild_spells
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db

TODAY = localdate()
LONG_AGO = TODAY - timedelta(days=100)
LISTS = ("/employment/", "/employment/jobs/", "/employment/tasks/", "/employment/employers/")
NOBODY = "users.policy"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


def job(who, start=LONG_AGO, **fields):
    made = DeclaredJob.objects.create(worker=who, start_on=start, **{"place_code": "440113", **fields})
    rebuild_spells(worker_ids=[who.pk])
    return made


def names(browser, address):
    """Names in the first column of a list, in their order."""
    page = browser.get(address)
    assert page.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', page.content.decode())


def form_of(page):
    """What the form on the page would send if nothing were typed."""
    form = page.context["form"]
    values = {name: form[name].value() for name in form.fields}
    sent = {name: "" if value is None else value for name, value in values.items()}
    return {**sent, "_opened": page.context["opened"]}


class TestAccess:
    @pytest.mark.parametrize("address", [*LISTS, "/employment/jobs/new/", "/employment/employers/new/"])
    def test_visitor_is_asked_to_sign_in_and_who_has_no_business_here_is_refused(self, client, address):
        outsider = people.client_for(people.make_user("safe", "security_admin"))
        assert (client.get(address).status_code, outsider.get(address).status_code) == (302, 403)

    @pytest.mark.parametrize(
        ("address", "reader", "writer"),
        [
            *[(address, 200, 200) for address in LISTS],
            ("/employment/jobs/new/", 403, 200),
            ("/employment/employers/new/", 403, 200),
        ],
    )
    def test_lists_open_for_readers_and_forms_for_writers(self, address, reader, writer):
        opened = [
            people.client_for(user).get(address).status_code
            for user in (people.with_role("auditor"), people.township_clerk())
        ]
        assert opened == [reader, writer]

    @pytest.mark.parametrize("page", ["", "withdraw/"])
    def test_row_is_found_in_its_own_area_only(self, page):
        row = job(worker())
        address = f"/employment/jobs/{row.pk}/{page}"
        users = people.county_clerk(), people.township_clerk(), people.stranger(), people.with_role("auditor")
        assert [people.client_for(user).get(address).status_code for user in users] == [200, 200, 404, 403]

    def test_row_of_another_township_is_not_found(self):
        row = job(worker(village=OTHER_VILLAGE))
        browser = people.client_for(people.township_clerk())
        statuses = [
            browser.get(f"/employment/jobs/{row.pk}/").status_code,
            browser.post(f"/employment/jobs/{row.pk}/withdraw/", {"reason": "x"}).status_code,
        ]
        assert (statuses, DeclaredJob.objects.count()) == ([404, 404], 1)

    def test_employer_is_found_by_the_county_and_by_a_county_it_lies_in(self):
        far, near = employer("甲厂"), employer("乙厂", place_code=people.OTHER_COUNTY)
        users = people.county_clerk(), people.township_clerk(), people.stranger()
        found = [
            [people.client_for(user).get(f"/employment/employers/{one.pk}/").status_code for one in (far, near)]
            for user in users
        ]
        assert found == [[200, 200], [200, 200], [404, 200]]

    @pytest.mark.parametrize(
        "address",
        ["/employment/jobs/999/", "/employment/employers/99999999999999999999/", "/employment/employers/5/edit/"],
    )
    def test_what_is_not_there_is_not_found(self, county, address):
        assert county.get(address).status_code == 404


class TestScope:
    @pytest.fixture(autouse=True)
    def two_people(self):
        for who in (worker("近人"), worker("远人", village=OTHER_VILLAGE)):
            job(who, end_on=LONG_AGO + timedelta(days=10))
            SpellTask.objects.create(worker=who, kind="visit", code="no_spell", day=TODAY, source_id=1, reason="对不上")

    @pytest.mark.parametrize("address", ["/employment/", "/employment/jobs/"])
    def test_each_sees_their_own_people(self, address):
        users = people.county_clerk(), people.township_clerk(), people.stranger()
        assert [sorted(names(people.client_for(user), address)) for user in users] == [["近人", "远人"], ["近人"], []]

    def test_tasks_and_the_to_do_count_ones_own(self):
        seen = {}
        for user in (people.county_clerk(), people.township_clerk(), people.stranger()):
            browser = people.client_for(user)
            waiting = [row.count for row in browser.get("/").context["todos"] if row.verb == "核实务工情况"]
            seen[user.username] = (len(names(browser, "/employment/tasks/")), waiting)
        assert seen == {"xian": (2, [2]), "xiang": (1, [1]), "wai": (0, [])}

    def test_persons_file_shows_work_to_who_may_see_them(self):
        who = Spell.objects.get(worker__name="远人").worker
        users = people.county_clerk(), people.township_clerk()
        assert [people.client_for(user).get(f"/workers/{who.pk}/?tab=work").status_code for user in users] == [200, 404]


class TestCosts:
    @pytest.mark.parametrize("address", LISTS)
    def test_list_costs_the_same_for_one_row_and_for_three(self, county, address, django_assert_max_num_queries):
        def fill(n):
            who = worker(village=(OTHER_VILLAGE, None)[n % 2] or "520527219200")
            job(who, employer=employer(f"第{n}厂"), place_code=("440113", "3302", "520111")[n])
            SpellTask.objects.create(worker=who, kind="visit", code="no_spell", day=TODAY, source_id=1, reason="对不上")

        fill(0)
        county.get(address)
        with django_assert_max_num_queries(20) as one:
            county.get(address)
        fill(1)
        fill(2)
        with django_assert_max_num_queries(20) as three:
            county.get(address)
        assert len(three) == len(one)


class TestSpellFilters:
    @pytest.fixture(autouse=True)
    def spells(self):
        job(
            worker("甲在外"),
            place_code="440113",
            employer=employer("广州甲厂", credit_code="91440113MA59EKWX1A"),
            channel="政府组织",
            wage=5000,
        )
        job(worker("乙在省"), LONG_AGO + timedelta(days=1), place_code="520111", wage=3000)
        job(
            worker("丙在县", village=OTHER_VILLAGE),
            LONG_AGO + timedelta(days=2),
            place_code="520527219",
            channel="亲友介绍",
        )
        job(worker("丁已回"), LONG_AGO + timedelta(days=3), end_on=LONG_AGO + timedelta(days=9), place_code="330206")

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", "丁丙乙甲"),
            ("scope=省外", "丁甲"),
            ("scope=县外省内", "乙"),
            ("scope=县内", "丙"),
            ("destination=44", "甲"),
            ("destination=52", "丙乙"),
            ("destination_city=4401", "甲"),
            ("destination_city=广东广州", "甲"),
            ("destination_city=宁波北仑", "丁"),
            ("employer=甲厂", "甲"),
            ("employer=91440113ma59ekwx1a", "甲"),
            ("channel=政府组织", "甲"),
            ("organised=true", "甲"),
            ("organised=false", "丁丙乙"),
            ("current=true", "丙乙甲"),
            ("current=false", "丁"),
            (f"open_on={LONG_AGO + timedelta(days=3)}", "丁丙乙甲"),
            (f"open_on={LONG_AGO + timedelta(days=9)}", "丙乙甲"),
            (f"open_on={LONG_AGO}", "甲"),
            (f"start_on_after={LONG_AGO + timedelta(days=2)}", "丁丙"),
            ("wage_min=4000", "甲"),
            ("township=520527105", "丙"),
            ("q=甲在", "甲"),
            ("q=甲厂", ""),
            ("destination=44&current=false", ""),
            ("sort=start_on", "甲乙丙丁"),
        ],
    )
    def test_filter_finds(self, county, query, found):
        assert "".join(name[0] for name in names(county, f"/employment/?{query}")) == found

    @pytest.mark.parametrize(
        "query",
        [
            "destination_city=天上",
            "open_on=昨天",
            "wage_min=很多",
            "scope=月球",
            "current=也许",
            "employer_id=甲",
            "q=%00",
            "after=xx",
            "employer_id=" + "9" * 40,
        ],
    )
    def test_what_cannot_be_read_is_no_fault_of_the_server(self, county, query):
        assert county.get(f"/employment/?{query}").status_code == 200

    def test_jobs_are_filtered_alike(self, county):
        found = [
            names(county, f"/employment/jobs/?{query}")
            for query in ("scope=省外", "open_on=" + str(LONG_AGO), "q=丙在县")
        ]
        assert found == [["丁已回", "甲在外"], ["甲在外"], ["丙在县"]]


class TestDeclaring:
    def post(self, browser, who, **fields):
        data = {"worker": who.pk, "start_on": "2025.2.10", "place_code": "广东广州番禺", "wage": "5,000元", **fields}
        return browser.post("/employment/jobs/new/", data)

    def test_row_is_written_down_as_people_type(self, county):
        who = worker()
        response = self.post(county, who, contract="yes", insured="no", channel="亲友介绍", new_employer="番禺甲厂")
        stored = DeclaredJob.objects.get()
        assert response.headers["Location"] == f"/workers/{who.pk}/?tab=work"
        assert (stored.start_on, stored.place_code, stored.wage) == (date(2025, 2, 10), "440113", Decimal("5000.00"))
        assert (stored.contract, stored.insured, stored.channel, stored.employer.name) == (
            True,
            False,
            "亲友介绍",
            "番禺甲厂",
        )
        assert Employer.objects.get().stub

    @pytest.mark.parametrize(
        ("fields", "field"),
        [
            ({"start_on": "2025年"}, "start_on"),
            ({"start_on": str(TODAY + timedelta(days=2))}, "start_on"),
            ({"end_on": "2025-02-10"}, "end_on"),
            ({"place_code": ""}, "place_code"),
            ({"place_code": "天上"}, "place_code"),
            ({"place_code": "贵州贵阳"}, "place_code"),
            ({"wage": "面议"}, "wage"),
            ({"channel": "飞船"}, "channel"),
            ({"employer": "7"}, "employer"),
            ({"worker": "0"}, "worker"),
        ],
    )
    def test_refusal_stands_beside_its_field(self, county, fields, field):
        response = self.post(county, worker(), **fields)
        assert (response.status_code, list(response.context["form"].errors), DeclaredJob.objects.count()) == (
            422,
            [field],
            0,
        )

    def test_chosen_and_new_employer_together_are_asked_again(self, county):
        response = self.post(county, worker(), employer=employer("甲厂").pk, new_employer="乙厂")
        assert (list(response.context["form"].errors), Employer.objects.count()) == (["new_employer"], 1)

    def test_overlap_is_said_beside_the_start(self, county):
        who = worker()
        self.post(county, who, end_on="2025-06-01")
        response = self.post(county, who, start_on="2025-05-01")
        assert "重叠" in str(response.context["form"].errors["start_on"])

    def test_person_of_another_township_cannot_be_chosen(self):
        response = self.post(people.client_for(people.township_clerk()), worker(village=OTHER_VILLAGE))
        assert list(response.context["form"].errors) == ["worker"]

    @pytest.mark.parametrize(
        ("end", "said"),
        [
            (None, "已保存。2024-03-01 起的就业记录没有写返回时间，到 2025-02-10 这条开始时结束。"),
            (date(2025, 2, 1), "已保存。"),
        ],
    )
    def test_which_job_ends_because_this_one_begins_is_said(self, county, end, said):
        who = worker()
        job(who, date(2024, 3, 1), end_on=end)
        answer = self.post(county, who)
        assert [str(one) for one in county.get(answer.headers["Location"]).context["messages"]] == [said]

    def test_next_record_keeps_place_and_channel(self, county):
        address = "/employment/jobs/new/"
        data = {
            "worker": worker().pk,
            "start_on": "2025-02-10",
            "place_code": "广东广州番禺",
            "channel": "亲友介绍",
            "save_next": "1",
        }
        assert county.post(address, data).headers["Location"] == address
        again = county.get(address).context["form"].initial
        assert (again["place_code"], again["channel"], again["worker"]) == ("广东广州番禺", "亲友介绍", "")


class TestCorrecting:
    def test_form_opens_with_the_row_and_saved_unchanged_it_changes_nothing(self, county):
        row = job(
            worker(),
            place_code="441900",
            employer=employer("甲厂"),
            wage=Decimal("4500.50"),
            contract=False,
            channel="自主外出",
            end_on=TODAY,
        )
        before = DeclaredJob.objects.values().get(pk=row.pk)
        page = county.get(f"/employment/jobs/{row.pk}/")
        assert county.post(f"/employment/jobs/{row.pk}/", form_of(page)).status_code == 302
        after = DeclaredJob.objects.values().get(pk=row.pk)
        assert {**after, "updated_at": None} == {**before, "updated_at": None}

    @pytest.mark.parametrize(
        "place", ["440113", "4401", "44", "3101", "310115", "441900", "4419", "520527219200", "520111"]
    )
    def test_any_place_is_shown_so_that_it_reads_back(self, county, place):
        row = job(worker(), place_code=place)
        county.post(f"/employment/jobs/{row.pk}/", form_of(county.get(f"/employment/jobs/{row.pk}/")))
        row.refresh_from_db()
        assert row.place_code == place

    def test_correction_moves_the_spell_and_is_told_in_the_history(self, county):
        row = job(worker())
        page = county.get(f"/employment/jobs/{row.pk}/")
        county.post(f"/employment/jobs/{row.pk}/", {**form_of(page), "place_code": "深圳宝安"})
        again = county.get(f"/employment/jobs/{row.pk}/")
        changes = [change for moment in again.context["moments"] for change in moment.changes]
        assert (Spell.objects.get().place_code, ("务工地", "440113", "440306") in changes) == ("440306", True)

    def test_what_a_colleague_changed_meanwhile_is_kept(self, county):
        row = job(worker())
        opened = form_of(county.get(f"/employment/jobs/{row.pk}/"))
        DeclaredJob.objects.filter(pk=row.pk).update(job_title="焊工")
        county.post(f"/employment/jobs/{row.pk}/", {**opened, "wage": "6000"})
        row.refresh_from_db()
        assert (row.job_title, row.wage) == ("焊工", Decimal("6000.00"))

    def test_withdrawn_row_is_gone_with_its_spell(self, county):
        row = job(worker())
        assert county.post(f"/employment/jobs/{row.pk}/withdraw/", {"reason": ""}).status_code == 422
        assert county.post(f"/employment/jobs/{row.pk}/withdraw/", {"reason": "录错了人"}).status_code == 302
        assert (DeclaredJob.objects.count(), Spell.objects.count()) == (0, 0)


class TestEmployerPages:
    def test_people_who_work_there_now_are_listed_within_the_scope(self):
        firm = employer("甲厂")
        job(worker("在岗人"), employer=firm)
        job(worker("离岗人"), employer=firm, end_on=TODAY - timedelta(days=3))
        job(worker("邻乡人", village=OTHER_VILLAGE), employer=firm)
        seen = {}
        for user in (people.county_clerk(), people.township_clerk()):
            page = people.client_for(user).get(f"/employment/employers/{firm.pk}/").content.decode()
            seen[user.username] = {name for name in ("在岗人", "离岗人", "邻乡人") if name in page}
        assert seen == {"xian": {"在岗人", "邻乡人"}, "xiang": {"在岗人"}}

    def test_list_counts_ones_own_people(self):
        firm = employer("甲厂")
        for village in ("520527219200", OTHER_VILLAGE):
            job(worker(village=village), employer=firm)
        here = [
            people.client_for(user).get("/employment/employers/").context["page"].rows[0]["here"]
            for user in (people.county_clerk(), people.township_clerk())
        ]
        assert here == [2, 1]

    def test_phone_stays_masked_in_page_and_form_and_is_kept(self, county):
        firm = employer("甲厂", phone="13900001234")
        pages = [
            county.get(f"/employment/employers/{firm.pk}/{page}").content.decode() for page in ("?tab=file", "edit/")
        ]
        opened = form_of(county.get(f"/employment/employers/{firm.pk}/edit/"))
        county.post(f"/employment/employers/{firm.pk}/edit/", {**opened, "industry": "服装"})
        firm.refresh_from_db()
        assert [("13900001234" in page, "139****1234" in page) for page in pages] == [(False, True)] * 2
        assert (firm.phone, firm.industry) == ("13900001234", "服装")

    def test_phone_is_taken_out_by_a_dash_and_replaced_by_another(self, county):
        firm = employer("甲厂", phone="13900001234")
        stored = []
        for typed in ("138 0000 5678", "-"):
            opened = form_of(county.get(f"/employment/employers/{firm.pk}/edit/"))
            county.post(f"/employment/employers/{firm.pk}/edit/", {**opened, "phone": typed})
            firm.refresh_from_db()
            stored.append(firm.phone)
        assert stored == ["13800005678", ""]

    def test_stub_is_completed_on_its_page(self, county):
        stub = employer("甲厂", place_code="", stub=True)
        opened = form_of(county.get(f"/employment/employers/{stub.pk}/edit/"))
        county.post(
            f"/employment/employers/{stub.pk}/edit/", {**opened, "place_code": "广州番禺", "key_employer": "on"}
        )
        stub.refresh_from_db()
        assert (stub.stub, stub.place_code, stub.key_employer) == (False, "440113", True)

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("destination=44", ["甲厂"]),
            ("place=浙江宁波", ["乙厂"]),
            ("stub=true", ["丙厂"]),
            ("key_employer=true", ["乙厂"]),
            ("name=厂", ["丙厂", "乙厂", "甲厂"]),
            ("q=甲", ["甲厂"]),
        ],
    )
    def test_filter_finds(self, county, query, found):
        employer("甲厂")
        employer("乙厂", place_code="3302", key_employer=True)
        employer("丙厂", place_code="", stub=True)
        assert sorted(names(county, f"/employment/employers/?{query}")) == sorted(found)

    def test_search_box_and_autocomplete_find_it(self, county):
        firm = employer("广州甲服饰")
        assert f"/employment/employers/{firm.pk}/" in county.get("/search/?q=甲服饰").content.decode()
        assert "广州甲服饰" in county.get("/choices/employers/?q=甲服饰").content.decode()


class TestWorkTab:
    def test_spells_tasks_and_evidence_lead_to_where_they_are_mended(self, county):
        who = worker()
        row = job(who, employer=employer("甲厂"), end_on=TODAY - timedelta(days=5))
        ride = passenger(
            trip(departs=LONG_AGO + timedelta(days=20), destination_code="3302"),
            who,
            boarded=True,
            at_post_on=LONG_AGO + timedelta(days=22),
        )
        rebuild_spells(worker_ids=[who.pk])
        page = county.get(f"/workers/{who.pk}/?tab=work").content.decode()
        assert [task.code for task in SpellTask.objects.all()] == ["elsewhere"]
        wanted = (
            "甲厂",
            f"/employment/jobs/{row.pk}/",
            f"/dispatch/passengers/{ride.pk}/",
            f"/employment/jobs/new/?worker={who.pk}",
        )
        assert [text in page for text in wanted] == [True] * 4

    def test_reader_sees_the_evidence_without_the_way_to_change_it(self):
        who = worker()
        row = job(who)
        page = people.client_for(people.with_role("auditor")).get(f"/workers/{who.pk}/?tab=work").content.decode()
        assert ("2026" in page or "务工台账" in page, f"/employment/jobs/{row.pk}/" in page, "jobs/new" in page) == (
            True,
            False,
            False,
        )

    def test_life_tells_when_work_began_and_ended(self, county):
        who = worker()
        job(who, employer=employer("甲厂"), end_on=LONG_AGO + timedelta(days=30))
        page = county.get(f"/workers/{who.pk}/?tab=life").content.decode()
        assert ["开始务工" in page, "结束务工" in page, "甲厂" in page] == [True] * 3

    def test_task_opens_the_evidence_for_who_may_mend_it(self, county):
        row = job(worker())
        SpellTask.objects.create(
            worker=row.worker, kind="declared", code="displaced", day=TODAY, source_id=row.pk, reason="被挤掉"
        )
        reader = people.client_for(people.with_role("auditor"))
        pages = [browser.get("/employment/tasks/").content.decode() for browser in (county, reader)]
        assert [f'data-href="/employment/jobs/{row.pk}/"' in page for page in pages] == [True, False]
