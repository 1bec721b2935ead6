"""The pages and the route of organisers: who opens which, what they show, what their forms store."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.timezone import localdate

from employment.models import DeclaredJob, Organiser
from employment.rebuilding import rebuild_spells
from tests import people
from tests.employment.test_places_pages import form_of, names
from tests.journeys import OTHER_VILLAGE, VILLAGE, employer, organiser, passenger, place_divisions, trip, worker

pytestmark = pytest.mark.django_db

TODAY = localdate()
OUT = TODAY - timedelta(days=200)
LIST, NEW = "/employment/organisers/", "/employment/organisers/new/"
ROUTE = "/api/v1/organisers/"


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


def taken(by, who, on=OUT, place="440113", **fields):
    made = DeclaredJob.objects.create(worker=who, start_on=on, place_code=place, organiser=by, **fields)
    rebuild_spells(worker_ids=[who.pk])
    return made


def cells(page):
    """The cells of the page's table, as HTML."""
    return re.findall(r"<tr.*?</tr>", page.context["table"].html, re.DOTALL)


class TestAccess:
    @pytest.mark.parametrize(
        ("address", "reader", "township"),
        [(LIST, 200, 200), (NEW, 403, 200), ("/employment/organisers/{}/edit/", 403, 200)],
    )
    def test_list_opens_for_readers_and_forms_for_writers(self, client, address, reader, township):
        address = address.format(organiser().pk)
        users = people.make_user("safe", "security_admin"), people.with_role("auditor"), people.township_clerk()
        found = [people.client_for(user).get(address).status_code for user in users]
        assert (client.get(address).status_code, found) == (302, [403, reader, township])

    def test_each_opens_their_own(self):
        here, far, agency = (
            organiser(),
            organiser("王带头", place=OTHER_VILLAGE),
            organiser("黔进", "agency", place="520527"),
        )
        pages = ("{}/", "{}/?tab=file", "{}/?tab=retention", "{}/?tab=history", "{}/people/new/")
        for user, allowed in (
            (people.county_clerk(), {here, far, agency}),
            (people.township_clerk(), {here, agency}),
            (people.stranger(), set()),
        ):
            browser, program = people.client_for(user), people.api_client_for(user)
            for one in (here, far, agency):
                wanted = 200 if one in allowed else 404
                told = [browser.get(LIST + page.format(one.pk)).status_code for page in pages]
                told.append(program.get(f"{ROUTE}{one.pk}/").status_code)
                assert told == [wanted] * len(told)
            assert set(names(browser, LIST)) == {one.name for one in allowed}
            assert {row["name"] for row in program.get(ROUTE).json()["results"]} == {one.name for one in allowed}

    def test_township_is_not_offered_what_it_may_not_change(self):
        agency = organiser("黔进", "agency", place="520527")
        browser = people.client_for(people.township_clerk())
        assert browser.get(f"{LIST}{agency.pk}/edit/").status_code == 404
        assert f"{LIST}{agency.pk}/edit/" not in browser.get(f"{LIST}{agency.pk}/").content.decode()

    def test_broker_of_another_area_is_not_led_to(self):
        leader = organiser(worker=worker("李带头", village=OTHER_VILLAGE))
        address = f"/workers/{leader.worker_id}/"
        told = [
            address in people.client_for(user).get(f"{LIST}{leader.pk}/?tab=file").content.decode()
            for user in (people.county_clerk(), people.township_clerk())
        ]
        assert told == [True, False]
        shown = [
            people.api_client_for(user).get(f"{ROUTE}{leader.pk}/").json()["worker"]
            for user in (people.county_clerk(), people.township_clerk())
        ]
        assert shown == [leader.worker_id, None]


class TestList:
    @pytest.fixture
    def several(self):
        organiser("李带头", level="省级")
        organiser("王带头", level="县级", place=OTHER_VILLAGE, ended_on=TODAY)
        day = TODAY + timedelta(days=30)
        organiser("黔进", "agency", place="520527", licence_no="1", licence_until=day, credit_code="91440101MA5ABCDEXC")
        organiser("新程", "agency", place="520527", licence_no="2", licence_until=TODAY - timedelta(days=1))
        organiser("古达合作社", "coop", place="520527219")

    @pytest.mark.usefixtures("several")
    @pytest.mark.parametrize(
        ("query", "wanted"),
        [
            ("kind=agency", {"黔进", "新程"}),
            ("level=省级", {"李带头"}),
            ("township=520527219", {"李带头", "古达合作社"}),
            ("current=false", {"王带头"}),
            ("current=true&kind=broker", {"李带头"}),
            ("licence=valid", {"黔进"}),
            ("licence=due", {"黔进"}),
            ("licence=expired", {"新程"}),
            ("q=带头", {"李带头", "王带头"}),
            ("q=91440101ma5abcdexc", {"黔进"}),
        ],
    )
    def test_page_and_route_filter_alike(self, county, query, wanted):
        told = people.api_client_for(people.county_clerk()).get(f"{ROUTE}?{query}").json()["results"]
        assert set(names(county, f"{LIST}?{query}")) == {row["name"] for row in told} == wanted

    def test_numbers_are_those_of_the_readers_people(self):
        leader = organiser()
        taken(leader, worker(), TODAY)
        taken(leader, worker(), OUT, end_on=TODAY)
        taken(leader, worker(village=OTHER_VILLAGE), OUT)
        this_year = 1 + 2 * (OUT.year == TODAY.year)
        for user, wanted in (
            (people.county_clerk(), (this_year, 3, 2)),
            (people.township_clerk(), (1 + (OUT.year == TODAY.year), 2, 1)),
        ):
            row = people.api_client_for(user).get(ROUTE).json()["results"][0]
            assert (row["taken_this_year"], row["taken_ever"], row["at_work"]) == wanted
            facts = people.client_for(user).get(f"{LIST}{leader.pk}/").context["header"].facts
            assert tuple(fact.value for fact in facts[-3:]) == wanted

    def test_page_and_route_cost_the_same_whatever_they_hold(self, county):
        program = people.api_client_for(people.county_clerk())

        def costs():
            found = []
            for client, address in ((county, LIST), (program, ROUTE)):
                with CaptureQueriesContext(
                    connection,
                ) as told:
                    assert client.get(address).status_code == 200
                found.append(len(told))
            return found

        taken(organiser(worker=worker("李带头")), worker())
        county.get(LIST)
        program.get(ROUTE)
        one = costs()
        for name in ("甲", "乙"):
            taken(organiser(name, worker=worker(name)), worker())
        assert costs() == one

    def test_licences_that_run_out_are_on_the_to_do_list_of_who_keeps_them(self):
        organiser("新程", "agency", place="520527", licence_no="2", licence_until=TODAY - timedelta(days=1))
        organiser("黔进", "agency", place="520527", licence_no="1", licence_until=TODAY + timedelta(days=60))
        told = []
        for user in (people.county_clerk(), people.township_clerk()):
            page = people.client_for(user).get("/").content.decode()
            told.append([f"licence={word}" in page for word in ("expired", "due")])
        assert told == [[True, True], [False, False]]


class TestPeople:
    def test_tab_costs_the_same_whatever_it_holds(self, county):
        leader = organiser()

        def cost():
            with CaptureQueriesContext(connection) as told:
                county.get(f"{LIST}{leader.pk}/")
            return len(told)

        taken(leader, worker())
        county.get(f"{LIST}{leader.pk}/")
        one = cost()
        for _more in range(2):
            taken(leader, worker(), place="330206", employer=employer("宁波甲厂") if not _more else None)
        assert cost() == one

    def test_identity_is_masked_and_another_first_taker_is_named(self, county):
        leader, agency, who = organiser(), organiser("黔进人力", "agency", place="520527"), worker("王小花")
        passenger(trip(departs=OUT, organised_by=agency), who, boarded=True)
        taken(leader, who, OUT + timedelta(days=5))
        (row,) = cells(county.get(f"{LIST}{leader.pk}/"))
        assert (who.id_number in row, who.id_number[-4:] in row, "黔进人力" in row) == (False, True, True)
        (row,) = cells(county.get(f"{LIST}{agency.pk}/"))
        assert "李带头" not in row

    def test_destinations_stand_by_year(self, county):
        leader = organiser()
        for place in ("440113", "440111"):
            taken(leader, worker(), place=place)
        (row,) = cells(county.get(f"{LIST}{leader.pk}/?tab=destinations"))
        assert str(OUT.year) in row
        assert "广州市" in row

    def test_retention_counts_from_the_day_they_were_taken_out(self, county):
        leader = organiser()
        on = OUT + timedelta(days=25)
        taken(leader, worker(), confirmed_on=on)
        taken(leader, worker(), end_on=OUT + timedelta(days=20))
        taken(leader, worker())
        taken(leader, worker(), TODAY, place="330206")
        lines = county.get(f"{LIST}{leader.pk}/?tab=retention").context["lines"]
        told = [
            (line.place, line.members, [line.milestones[0][key] for key in ("due", "still", "left", "unknown", "rate")])
            for line in lines
        ]
        assert told == [
            ("", 4, [3, 1, 1, 1, "33.33"]),
            ("广东省 广州市", 3, [3, 1, 1, 1, "33.33"]),
            ("浙江省 宁波市", 1, [0, 0, 0, 0, None]),
        ]

    def test_registry_and_ledger_are_narrowed_to_them(self, county):
        leader, other = organiser(), organiser("李带头二")
        mine, on_board, theirs = worker("王一"), worker("王二"), worker("王三")
        taken(leader, mine)
        passenger(trip(departs=OUT, organised_by=leader), on_board, boarded=True)
        taken(other, theirs)
        worker("王四")
        assert set(names(county, "/workers/?taken_by=李带头")) == {"王一", "王二"}
        assert set(names(county, "/workers/?taken_by=李带")) == {"王一", "王二", "王三"}
        assert names(county, "/employment/jobs/?taken_by=李带头") == ["王一"]

    def test_file_of_a_person_says_who_took_them(self):
        leader, far, who = organiser(), organiser("王带头", place=OTHER_VILLAGE), worker()
        taken(far, who, OUT - timedelta(days=100), end_on=OUT)
        taken(leader, who)
        county, township = (
            people.client_for(user).get(f"/workers/{who.pk}/?tab=work").content.decode()
            for user in (people.county_clerk(), people.township_clerk())
        )
        links = [f'href="{LIST}{one.pk}/"' for one in (leader, far)]
        assert [[link in page for link in links] for page in (county, township)] == [[True, True], [True, False]]
        assert "王带头" in township

    def test_file_of_a_broker_tells_the_recognition(self, county):
        who = worker("李带头")
        organiser(worker=who, recognised_on=OUT, level="省级")
        assert "认定为劳务经纪人" in county.get(f"/workers/{who.pk}/?tab=life").content.decode()


class TestForms:
    def test_organiser_is_registered_and_corrected_its_phone_stays_masked(self, county):
        who = worker("李带头")
        sent = {
            "name": "李带头",
            "kind": "broker",
            "place_code": "古达苗族彝族乡大寨村",
            "worker": who.pk,
            "phone": "13812345678",
        }
        page = county.post(NEW, sent)
        leader = Organiser.objects.get()
        assert (page.status_code, page.url) == (302, f"{LIST}{leader.pk}/")
        assert (leader.place_code, leader.worker, leader.phone) == (VILLAGE, who, "13812345678")
        form = county.get(f"{LIST}{leader.pk}/edit/")
        assert "13812345678" not in form.content.decode()
        county.post(f"{LIST}{leader.pk}/edit/", {**form_of(form), "level": "省级"})
        leader.refresh_from_db()
        assert (leader.level, leader.phone, leader.worker, leader.place_code) == ("省级", "13812345678", who, VILLAGE)
        assert "138****5678" in county.get(f"{LIST}{leader.pk}/?tab=file").content.decode()

    def test_what_cannot_be_stands_beside_its_field(self, county):
        page = county.post(NEW, {"name": "黔进", "kind": "agency", "place_code": "赫章县", "level": "省级"})
        assert (page.status_code, list(page.context["form"].errors)) == (422, ["level"])

    def test_township_corrects_a_broker_who_is_somebody_elses_person(self):
        leader = organiser(worker=worker("李带头", village=OTHER_VILLAGE))
        browser = people.client_for(people.township_clerk())
        page = browser.get(f"{LIST}{leader.pk}/edit/")
        assert "worker" not in page.context["form"].fields
        browser.post(f"{LIST}{leader.pk}/edit/", {**form_of(page), "note": "带模架班组"})
        who, leader = leader.worker, Organiser.objects.get()
        assert (leader.note, leader.worker) == ("带模架班组", who)

    def test_people_are_written_down_one_after_the_other(self, county):
        leader, first, second = organiser(), worker(), worker()
        address = f"{LIST}{leader.pk}/people/new/"
        sent = {
            "worker": first.pk,
            "out_on": OUT.isoformat(),
            "place_code": "广东省广州市番禺区",
            "new_employer": "番禺甲厂",
        }
        assert county.post(address, {**sent, "save_next": "1"}).url == address
        carried = county.get(address).context["form"].initial
        assert (carried["out_on"], carried["worker"]) == (OUT.isoformat(), "")
        county.post(address, {**sent, "worker": second.pk})
        told = leader.jobs.order_by("worker").values_list("worker", "place_code", "employer__name", "channel")
        assert list(told) == [(who.pk, "440113", "番禺甲厂", "劳务经纪人") for who in (first, second)]

    def test_job_names_its_organiser_in_the_form(self, county):
        leader, who = organiser(), worker()
        job = taken(None, who, channel="自主外出")
        page = county.get(f"/employment/jobs/{job.pk}/")
        refused = county.post(f"/employment/jobs/{job.pk}/", {**form_of(page), "organiser": leader.pk})
        assert list(refused.context["form"].errors) == ["channel"]
        county.post(f"/employment/jobs/{job.pk}/", {**form_of(page), "organiser": leader.pk, "channel": ""})
        job.refresh_from_db()
        assert (job.organiser, job.channel) == (leader, "劳务经纪人")

    def test_clerk_of_another_township_keeps_who_is_named_on_a_job(self):
        far, who = organiser("王带头", place=OTHER_VILLAGE), worker()
        job = taken(far, who, channel="劳务经纪人")
        browser = people.client_for(people.township_clerk())
        page = browser.get(f"/employment/jobs/{job.pk}/")
        assert "organiser" not in page.context["form"].fields
        browser.post(f"/employment/jobs/{job.pk}/", {**form_of(page), "job_title": "普工"})
        job.refresh_from_db()
        assert (job.organiser, job.job_title) == (far, "普工")

    def test_vehicle_leads_to_its_organiser(self, county):
        agency = organiser("黔进人力", "agency", place="520527")
        on = trip(organiser="黔进人力", organised_by=agency)
        assert f'href="{LIST}{agency.pk}/"' in county.get(f"/dispatch/trips/{on.pk}/?tab=plan").content.decode()


class TestRoute:
    def test_row_tells_everything_and_masks_the_phone(self):
        leader = organiser(level="市级", phone="13812345678", recognised_on=OUT)
        taken(leader, worker())
        told = people.api_client_for(people.county_clerk(), "registry:read").get(f"{ROUTE}{leader.pk}/").json()
        assert told == {
            "id": leader.pk, "name": "李带头", "kind": "broker", "kind_name": "劳务经纪人", "level": "市级", "credit_code": None,
            "licence_no": "", "licence_until": None, "worker": None, "place_code": VILLAGE,
            "place": "古达苗族彝族乡 大寨村村民委员会", "phone": "138****5678", "recognised_on": OUT.isoformat(), "ended_on": None,
            "in_use": True, "taken_this_year": int(OUT.year == TODAY.year), "taken_ever": 1, "at_work": 1,
            "destinations": [{"year": OUT.year, "place_code": "4401", "people": 1, "at_work": 1}],
        }  # fmt: skip
