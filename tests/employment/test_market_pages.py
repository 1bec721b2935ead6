"""Pages of vacancies, fairs and referrals: who sees what, what they cost, what a click does."""

import re
from datetime import date, timedelta

import pytest
from django.urls import reverse

from employment.market.queries import outcome_of
from employment.models import Fair, FairBooth, Referral, Spell, Vacancy
from tests import people
from tests.employment.market import TODAY, booth, fair, step, vacancy
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def county():
    return people.client_for(people.county_clerk())


@pytest.fixture
def township():
    return people.client_for(people.township_clerk())


def names(browser, address):
    page = browser.get(address)
    assert page.status_code == 200, address
    return re.findall(r'class="row-link">([^<]*)<', page.content.decode())


def text_of(page):
    return page.content.decode()


class TestWhoMaySee:
    @pytest.mark.parametrize("page", ["vacancies", "fairs", "booths", "referrals"])
    def test_lists_open_to_the_county_and_to_nobody_without_the_permission(self, county, page):
        address = reverse(f"employment:{page}")
        outsider = people.client_for(people.with_role("system_admin"))
        assert [county.get(address).status_code, outsider.get(address).status_code] == [200, 403]

    def test_a_stranger_finds_no_fair_and_no_vacancy_outside_their_county(self):
        stranger = people.client_for(people.stranger())
        job, at = vacancy(), fair()
        addresses = [
            reverse("employment:vacancy", args=[job.pk]), reverse("employment:match", args=[job.pk]),
            reverse("employment:fair", args=[at.pk]),
        ]  # fmt: skip
        assert [stranger.get(address).status_code for address in addresses] == [404, 404, 404]
        assert (names(stranger, reverse("employment:vacancies")), names(stranger, reverse("employment:fairs"))) == (
            [],
            [],
        )

    def test_a_partner_bureau_sees_the_vacancies_of_its_own_area(self):
        vacancy("缝纫工"), vacancy("焊工", place_code="330206")
        partner = people.client_for(people.with_role("partner_bureau", "440113"))
        assert names(partner, reverse("employment:vacancies")) == ["缝纫工"]

    def test_referrals_are_those_of_ones_own_people(self, county, township):
        firm, at = employer(), fair()
        for village, name in ((None, "甲一"), (OTHER_VILLAGE, "乙二")):
            step(worker(name, **({"village": village} if village else {})), "意向", at.held_on, firm=firm, at=at)
        other = Referral.objects.get(worker__name="乙二")
        assert sorted(names(county, reverse("employment:referrals"))) == ["乙二", "甲一"]
        assert names(township, reverse("employment:referrals")) == ["甲一"]
        assert names(township, f"{reverse('employment:fair', args=[at.pk])}?tab=register") == ["甲一"]
        assert township.get(reverse("employment:referral", args=[other.pk])).status_code == 404

    @pytest.mark.parametrize(
        ("role", "found"),
        [("township_officer", [403, 403, 200]), ("station_staff", [200, 403, 200]), ("auditor", [403, 403, 403]),
         ("dispatch_officer", [200, 200, 200])],
    )  # fmt: skip
    def test_forms_open_to_those_who_may_write(self, role, found):
        browser = people.client_for(people.with_role(role))
        pages = ("new_vacancy", "new_fair", "new_referral")
        assert [browser.get(reverse(f"employment:{page}")).status_code for page in pages] == found


class TestWaysToFillAList:
    """Who may not import a kind of workbook is not led to a page that refuses them."""

    LISTS = (
        "vacancies",
        "fairs",
        "booths",
        "referrals",
        "workplaces",
        "placements",
        "brands",
        "returnees",
        "jobs",
        "spells",
    )

    @staticmethod
    def ways(role, *scope):
        browser = people.client_for(people.with_role(role, *scope))
        found = set()
        for name in TestWaysToFillAList.LISTS:
            found |= set(re.findall(r'href="(/imports/[^"]+)"', text_of(browser.get(reverse(f"employment:{name}")))))
        return browser, found

    @pytest.mark.parametrize(
        "role", ["county_admin", "township_officer", "village_assistant", "station_staff", "auditor"]
    )
    def test_every_way_shown_is_open(self, role):
        browser, found = self.ways(role)
        assert {
            address: browser.get(address).status_code for address in found if browser.get(address).status_code != 200
        } == {}

    def test_the_county_is_shown_all_and_who_imports_nothing_none(self):
        _browser, county = self.ways("county_admin")
        _other, auditor = self.ways("auditor")
        kinds = {address.partition("kind=")[2] for address in county if "kind=" in address}
        assert kinds == {
            "vacancies", "fairs", "fair_booths", "referrals", "workplaces", "workplace_staff", "brands", "brand_members",
            "returnees", "employments",
        }  # fmt: skip
        assert auditor == set()


class TestCost:
    @pytest.mark.parametrize("page", ["vacancies", "fairs", "booths", "referrals"])
    def test_three_rows_cost_what_one_costs(self, county, page, django_assert_num_queries):
        self.a_row()
        address = reverse(f"employment:{page}")
        county.get(address)
        asked = self.queries(county, address)
        self.a_row(), self.a_row()
        assert (len(names(county, address)), self.queries(county, address)) == (3, asked)

    def a_row(self):
        n = Fair.objects.count()
        at, firm = fair(f"F{n}"), employer(f"厂{n}")
        booth(at, firm)
        vacancy(firm=firm)
        step(worker(), "意向", at.held_on, firm=firm, at=at)

    def queries(self, browser, address):
        from django.db import connection  # noqa: PLC0415 - used here alone
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 - as above

        with CaptureQueriesContext(connection) as found:
            browser.get(address)
        return len(found)


class TestVacancyPages:
    def test_a_form_stores_a_verified_vacancy_of_thirty_days(self, county):
        firm = employer()
        sent = {
            "employer": firm.pk, "place_code": "广东广州番禺", "job_title": "缝纫工", "openings": "30", "wage_to": "0.7万元",
            "requirement": "女，45岁以下", "source": "协作站", "collected_on": "2025.2.1",
        }  # fmt: skip
        county.post(reverse("employment:new_vacancy"), sent)
        found = Vacancy.objects.get()
        assert (found.place_code, found.wage_to, found.valid_until, found.checked) == (
            "440113",
            7000,
            date(2025, 3, 3),
            True,
        )

    @pytest.mark.parametrize(
        ("wrong", "said"),
        [
            ({"employer": ""}, "请选择企业，或填写新企业名称。"),
            ({"wage_from": "9000"}, "月薪下限高于月薪上限。"),
            ({"valid_until": "2025-01-01"}, "有效期不能早于采集日期。"),
            ({"place_code": "天涯"}, "天涯"),
        ],
    )
    def test_a_form_says_what_is_wrong_and_stores_nothing(self, county, wrong, said):
        sent = {
            "employer": employer().pk, "place_code": "440113", "job_title": "缝纫工", "openings": "30", "wage_to": "7000",
            "source": "协作站", "collected_on": "2025-02-01", **wrong,
        }  # fmt: skip
        page = county.post(reverse("employment:new_vacancy"), sent)
        assert (page.status_code, Vacancy.objects.count()) == (422, 0)
        assert said in text_of(page)

    def test_the_same_collection_twice_is_refused(self, county):
        job = vacancy()
        sent = {
            "employer": job.employer_id, "place_code": job.place_code, "job_title": job.job_title, "openings": "30", "source": job.source,
            "collected_on": job.collected_on.isoformat(),
        }  # fmt: skip
        page = county.post(reverse("employment:new_vacancy"), sent)
        assert (page.status_code, Vacancy.objects.count()) == (422, 1)
        assert "同一企业、岗位、所在地、采集日期和采集来源的岗位已登记" in text_of(page)

    def test_verifying_refuting_closing_and_reopening(self, county):
        job = vacancy(checked=None)
        act = reverse("employment:vacancy_act", args=[job.pk])
        states = []
        for send in (
            lambda: county.post(f"{act}?act=verify"),
            lambda: county.post(reverse("employment:close_vacancy", args=[job.pk]), {"reason": "已招满"}),
            lambda: county.post(f"{act}?act=reopen"),
            lambda: county.post(f"{act}?act=refute"),
        ):
            send()
            job.refresh_from_db()
            states.append((job.checked, job.closed_on, job.closed_reason))
        assert states == [(True, None, ""), (True, TODAY, "已招满"), (True, None, ""), (False, None, "")]

    def test_the_list_verifies_what_is_ticked(self, county):
        first, second = vacancy("甲", checked=None), vacancy("乙", checked=None)
        county.post(reverse("employment:vacancies"), {"action": "verify", "ids": [first.pk]})
        assert dict(Vacancy.objects.values_list("pk", "checked")) == {first.pk: True, second.pk: None}

    def test_states_and_repetitions_are_filters(self, county):
        firm = employer()
        jobs = {
            "open": vacancy("甲"), "unchecked": vacancy("乙", checked=None), "untrue": vacancy("丙", checked=False),
            "filled": vacancy("庚", openings=1), "over": vacancy("丁", collected_on=TODAY - timedelta(days=60)),
            "closed": vacancy("戊", closed_on=TODAY),
        }  # fmt: skip
        vacancy("己", firm=firm), vacancy("己", firm=firm, collected_on=TODAY - timedelta(days=1))
        step(worker(), "签约", TODAY, firm=jobs["filled"].employer, title="庚", vacancy=jobs["filled"])
        asked = {state: names(county, f"{reverse('employment:vacancies')}?state={state}") for state in jobs}
        assert {state: sorted(found) for state, found in asked.items()} == {
            "open": ["乙", "己", "己", "甲"], "unchecked": ["乙"], "untrue": ["丙"], "filled": ["庚"], "over": ["丁"],
            "closed": ["戊"],
        }  # fmt: skip
        assert names(county, f"{reverse('employment:vacancies')}?repeated=true") == ["己"]


class TestFairs:
    def test_a_fair_may_be_planned_ahead_and_called_off(self, county):
        sent = {
            "code": "F9", "name": "夏季招聘会", "held_on": (TODAY + timedelta(days=30)).isoformat(), "form": "线下", "organiser": "本县",
        }  # fmt: skip
        county.post(reverse("employment:new_fair"), sent)
        made = Fair.objects.get()
        assert "待举办" in text_of(county.get(reverse("employment:fair", args=[made.pk])))
        county.post(f"{reverse('employment:call_off_fair', args=[made.pk])}?off=1")
        assert Fair.objects.get().cancelled is True

    def test_a_fair_with_people_on_its_register_is_not_called_off(self, county):
        at = fair()
        step(worker(), "意向", at.held_on, firm=employer(), at=at)
        page = county.post(f"{reverse('employment:call_off_fair', args=[at.pk])}?off=1", follow=True)
        assert "这场招聘会已有求职登记，不能取消。" in text_of(page)
        assert Fair.objects.get().cancelled is False

    def test_a_number_taken_is_said(self, county):
        fair("F1")
        sent = {"code": "F1", "name": "又一场", "held_on": "2025-03-01", "form": "线下", "organiser": "本县"}
        page = county.post(reverse("employment:new_fair"), sent)
        assert (page.status_code, Fair.objects.count()) == (422, 1)
        assert "这个编号的招聘会已登记" in text_of(page)

    def test_a_stand_is_registered_with_a_firm_nobody_knew(self, county):
        at = fair()
        sent = {"new_employer": "新来的厂", "job_title": "焊工", "openings": "5"}
        county.post(reverse("employment:new_booth", args=[at.pk]), sent)
        assert list(FairBooth.objects.values_list("employer__name", "employer__stub", "openings")) == [
            ("新来的厂", True, 5)
        ]


class TestStands:
    @pytest.fixture
    def stand(self):
        firm = employer("甲厂", place_code="440113")
        return booth(fair("F1"), firm, openings=30)

    def sent(self, stand, **changes):
        return {"employer": stand.employer_id, "job_title": "缝纫工", "openings": "30", **changes}

    def test_the_fairs_list_of_stands_opens_them_to_be_corrected(self, county, stand):
        address = reverse("employment:booth", args=[stand.pk])
        assert address in text_of(county.get(reverse("employment:fair", args=[stand.fair_id])))
        answer = county.post(address, self.sent(stand, openings="12", wage_from="5,000"))
        stand.refresh_from_db()
        assert (answer["Location"], stand.openings, stand.wage_from) == (
            reverse("employment:fair", args=[stand.fair_id]), 12, 5000,
        )  # fmt: skip
        assert "更正" in text_of(county.get(address))

    def test_the_same_post_twice_is_refused(self, county, stand):
        other = booth(stand.fair, stand.employer, title="裁剪工")
        answer = county.post(reverse("employment:booth", args=[other.pk]), self.sent(stand))
        other.refresh_from_db()
        assert (answer.status_code, other.job_title) == (422, "裁剪工")

    def test_one_that_never_was_is_taken_back_with_a_reason(self, county, stand):
        address = reverse("employment:remove_booth", args=[stand.pk])
        assert (county.post(address, {"reason": ""}).status_code, FairBooth.objects.count()) == (422, 1)
        county.post(address, {"reason": "企业没有到场"})
        assert FairBooth.objects.count() == 0

    def test_one_where_somebody_was_written_down_stays(self, county, stand):
        step(worker(), "意向", on=stand.fair.held_on, firm=stand.employer, at=stand.fair, title=stand.job_title)
        answer = county.post(reverse("employment:remove_booth", args=[stand.pk]), {"reason": "登错了"})
        assert "已有人在这里求职登记" in text_of(answer)
        assert FairBooth.objects.count() == 1

    def test_somebody_is_written_down_at_a_stand_without_typing_it_again(self, county, stand):
        page = text_of(county.get(f"{reverse('employment:desk', args=[stand.fair_id])}?booth={stand.pk}"))
        assert re.findall(r'<option value="(\d+)" selected', page) == [str(stand.pk)]

    def test_who_keeps_no_fairs_changes_none(self, township, stand):
        pages = [reverse(f"employment:{name}", args=[stand.pk]) for name in ("booth", "remove_booth")]
        assert [township.get(page).status_code for page in pages] == [403, 403]
        assert f"?booth={stand.pk}" in text_of(township.get(reverse("employment:fair", args=[stand.fair_id])))
        elsewhere = people.client_for(people.stranger())
        assert [elsewhere.get(page).status_code for page in pages] == [404, 404]

    def test_what_came_of_a_fair(self, county):
        held = fair("F2", visitors=8)
        firm = employer("乙厂")
        booth(held, firm, openings=5)
        FairBooth.objects.filter(fair=held).update(wage_from=4000, wage_to=15000)
        one, two = worker("甲一"), worker("乙二")
        for who, result, days, title in (
            (one, "意向", 0, "缝纫工"), (one, "意向", 0, "普工"), (two, "意向", 0, "缝纫工"), (one, "签约", 0, "缝纫工"),
            (one, "到岗", 30, "缝纫工"), (two, "到岗", 31, "缝纫工"),
        ):  # fmt: skip
            step(who, result, on=held.held_on + timedelta(days=days), firm=firm, at=held, title=title)
        told = outcome_of(people.county_clerk(), held)
        assert (told.intents, told.intending, told.signed, told.at_post) == (3, 2, 1, 1)
        page = text_of(county.get(f"{reverse('employment:fair', args=[held.pk])}?tab=file"))
        assert [text in page for text in ("4,000–15,000", "37.50%", "50.00%")] == [True, True, True]


class TestReferrals:
    def test_the_process_goes_step_by_step_to_the_post_and_a_spell(self, county):
        at, firm, who = fair(), employer(), worker()
        first = {
            "worker": who.pk,
            "fair": "F1",
            "employer": firm.pk,
            "job_title": "缝纫工",
            "result": "意向",
            "happened_on": "2025-02-10",
        }
        county.post(reverse("employment:new_referral"), first)
        for result, day in (("签约", "2025-02-11"), ("到岗", "2025-02-15")):
            last = Referral.objects.latest("pk")
            county.post(reverse("employment:next_step", args=[last.pk]), {"result": result, "happened_on": day})
        assert list(Referral.objects.order_by("pk").values_list("result", "fair")) == [
            ("意向", at.pk), ("签约", at.pk), ("到岗", at.pk),
        ]  # fmt: skip
        told = Spell.objects.values_list("start_on", "place_code", "employer", "channel", "organised", "arrival_kind")
        assert list(told) == [(date(2025, 2, 15), "440113", firm.pk, "协作站推荐", True, "referral")]
        assert "到岗" in text_of(county.get(f"{reverse('workers:detail', args=[who.pk])}?tab=work"))

    @pytest.mark.parametrize(
        ("before", "result", "day", "said"),
        [
            ("意向", "推荐", "2025-02-11", "目前是“意向”，不能登记为“推荐”"),
            ("到岗", "签约", "2025-02-10", "没有下一步"),
            ("到岗", "签约", "2025-02-11", "现在还在这家单位"),
            ("意向", "签约", "2025-02-01", "不能早于上一步"),
        ],
    )
    def test_the_gate_says_why_a_step_cannot_follow(self, before, result, day, said):
        from core.errors import DomainError  # noqa: PLC0415 - used here alone
        from employment.market.services import Post, record_step  # noqa: PLC0415 - as above

        firm, who = employer(), worker()
        step(who, before, date(2025, 2, 10), firm=firm)
        with pytest.raises(DomainError, match=said):
            record_step(
                user=people.county_clerk(), worker_id=who.pk, post=Post(employer=firm, job_title="缝纫工"), result=result,
                day=date.fromisoformat(day),
            )  # fmt: skip
        assert Referral.objects.count() == 1

    def test_a_second_click_stores_nothing_more(self, county):
        who, firm = worker(), employer()
        sent = {"worker": who.pk, "employer": firm.pk, "result": "推荐", "happened_on": "2025-02-10"}
        for _n in range(2):
            county.post(reverse("employment:new_referral"), sent)
        assert Referral.objects.count() == 1

    def test_withdrawing_the_arrival_takes_the_spell_back(self, county):
        made = step(worker(), "到岗", date(2025, 2, 10), firm=employer())
        assert Spell.objects.count() == 1
        county.post(reverse("employment:withdraw_step", args=[made.pk]), {"reason": "没有去"})
        assert (Referral.objects.count(), Spell.objects.count()) == (0, 0)

    def test_a_stranger_can_neither_go_on_nor_withdraw(self, township):
        made = step(worker(village=OTHER_VILLAGE), "意向", date(2025, 2, 10), firm=employer())
        pages = [reverse(f"employment:{name}", args=[made.pk]) for name in ("referral", "next_step", "withdraw_step")]
        assert [township.get(page).status_code for page in pages] == [404, 404, 404]
