"""A day at a fair: the desk writes people down, the stands tell what came of them, and no place is given twice."""

import re
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.errors import Conflict
from employment.market.queries import VacancyState, in_state, taken
from employment.market.services import Post, record_step, refer, withdraw_step
from employment.models import Referral, Vacancy
from tests import people
from tests.employment.market import TODAY, booth, fair, step, vacancy
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker
from tests.racing import at_once, kinds
from workers.models import Worker

pytestmark = pytest.mark.django_db

YESTERDAY = TODAY - timedelta(days=1)


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def clerk():
    return people.county_clerk()


@pytest.fixture
def held():
    return fair("F1", YESTERDAY)


def sign(clerk, who, post, **more):
    return record_step(user=clerk, worker_id=who.pk, post=post, result="签约", day=TODAY, **more)


def refusal(act):
    with pytest.raises(Conflict) as found:
        act()
    return found.value.code, found.value.field


class TestDesk:
    def desk(self, at):
        return reverse("employment:desk", args=[at.pk])

    def test_one_after_the_other_is_written_down_on_the_day_of_the_fair(self, clerk, held):
        stand = booth(held, employer("甲厂"), title="裁剪工")
        booth(fair("F2", YESTERDAY), employer("乙厂"))
        browser = people.client_for(clerk)
        page = browser.get(self.desk(held)).content.decode()
        assert re.findall(r'<option value="(\d+)"', page.split('name="booth"')[1].split("</select>")[0]) == [
            str(stand.pk)
        ]
        assert f'value="{YESTERDAY}"' in page
        for name in ("王一", "李二"):
            sent = {
                "worker": worker(name).pk,
                "booth": stand.pk,
                "result": "意向",
                "happened_on": YESTERDAY,
            }
            back = browser.post(self.desk(held), sent)["Location"]
            assert back == f"{self.desk(held)}?booth={stand.pk}&result=%E6%84%8F%E5%90%91&happened_on={YESTERDAY}"
        told = Referral.objects.order_by("pk").values_list(
            "worker__name", "fair__code", "employer__name", "job_title", "result", "happened_on"
        )
        assert list(told) == [(name, "F1", "甲厂", "裁剪工", "意向", YESTERDAY) for name in ("王一", "李二")]
        after = browser.get(back).content.decode()
        assert f'<option value="{stand.pk}" selected' in after
        assert re.findall(r'class="row-link">([^<]*)<', after) == ["李二", "王一"]

    def test_the_stand_of_another_fair_is_no_choice(self, clerk, held):
        other = booth(fair("F2", YESTERDAY), employer("乙厂"))
        sent = {"worker": worker().pk, "booth": other.pk, "result": "意向", "happened_on": YESTERDAY}
        answer = people.client_for(clerk).post(self.desk(held), sent)
        assert (answer.status_code, Referral.objects.count()) == (422, 0)

    def test_a_second_click_writes_nothing_more(self, clerk, held):
        stand, who = booth(held, employer()), worker()
        sent = {"worker": who.pk, "booth": stand.pk, "result": "意向", "happened_on": YESTERDAY}
        browser = people.client_for(clerk)
        assert [browser.post(self.desk(held), sent).status_code for _n in range(2)] == [302, 302]
        assert Referral.objects.count() == 1

    @pytest.mark.parametrize("fields", [{"cancelled": True}, {"on": TODAY + timedelta(days=1)}])
    def test_no_desk_at_a_fair_that_is_not_held(self, clerk, fields):
        at = fair("F3", **{"on": YESTERDAY, **fields})
        booth(at, employer())
        browser = people.client_for(clerk)
        assert browser.get(self.desk(at)).status_code == 404
        assert (
            self.desk(at)
            not in browser.get(f"{reverse('employment:fair', args=[at.pk])}?tab=register").content.decode()
        )

    def test_who_may_not_write_down_has_no_desk_and_a_stranger_finds_none(self, held):
        addresses = {
            role: people.client_for(user).get(self.desk(held)).status_code
            for role, user in (("auditor", people.with_role("auditor")), ("stranger", people.stranger()))
        }
        assert addresses == {"auditor": 403, "stranger": 404}

    def test_a_township_sees_its_own_people_among_the_last(self, held):
        firm = employer()
        booth(held, firm)
        for who in (worker("近人"), worker("远人", village=OTHER_VILLAGE)):
            step(who, "意向", YESTERDAY, firm=firm, at=held)
        page = people.client_for(people.township_clerk()).get(self.desk(held)).content.decode()
        assert ("近人" in page, "远人" in page) == (True, False)


class TestStands:
    def test_each_tells_what_came_of_it_of_the_readers_people(self, clerk, held):
        first, second = employer("甲厂"), employer("乙厂")
        booth(held, first), booth(held, second)
        near, far = worker("近人"), worker("远人", village=OTHER_VILLAGE)
        for who, result, firm in (
            (near, "意向", first),
            (near, "签约", first),
            (far, "意向", first),
            (far, "到岗", second),
        ):
            step(who, result, YESTERDAY, firm=firm, at=held)
        address = reverse("employment:fair", args=[held.pk])

        def rows(user):
            table = people.client_for(user).get(address).content.decode()
            cells = re.findall(r'<td class="[^"]*num[^"]*"[^>]*>\s*(?:<span[^>]*>)?(\d+)', table)
            return [tuple(map(int, cells[n : n + 4])) for n in range(0, len(cells), 4)]

        # 乙厂 before 甲厂: openings, intents, signed, at the post.
        assert rows(clerk) == [(30, 0, 0, 1), (30, 2, 1, 0)]
        assert rows(people.township_clerk()) == [(30, 0, 0, 0), (30, 1, 1, 0)]

    def test_the_list_asks_as_much_for_three_as_for_one(self, clerk, held):
        browser, asked = people.client_for(clerk), []
        for names in (("甲厂",), ("乙厂", "丙厂")):
            for name in names:
                booth(held, employer(name))
            browser.get(reverse("employment:booths"))
            with CaptureQueriesContext(
                connection,
            ) as queries:
                browser.get(reverse("employment:booths"))
            asked.append(len(queries))
        assert asked[0] == asked[1]


class TestPlacesLeft:
    def test_nobody_signs_for_a_place_that_is_taken_unless_the_employer_takes_more(self, clerk):
        job = vacancy(openings=1)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
        first, second = worker("甲"), worker("乙")
        sign(clerk, first, post)
        assert refusal(lambda: sign(clerk, second, post)) == ("full", "beyond")
        sign(clerk, second, post, beyond=True)
        assert Vacancy.objects.values_list(taken(), flat=True).get() == 2

    def test_a_place_is_free_again_when_somebody_declines_or_the_step_is_taken_back(self, clerk):
        job = vacancy(openings=1)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
        one, two, three = worker("甲"), worker("乙"), worker("丙")
        sign(clerk, one, post)
        record_step(user=clerk, worker_id=one.pk, post=post, result="拒绝", day=TODAY)
        withdraw_step(user=clerk, step=sign(clerk, two, post), reason="登错了")
        sign(clerk, three, post)
        assert refusal(lambda: sign(clerk, two, post)) == ("full", "beyond")

    def test_who_came_to_work_is_written_down_whatever_was_looked_for(self, clerk):
        job = vacancy(openings=1)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
        one, two = worker("甲"), worker("乙")
        record_step(user=clerk, worker_id=two.pk, post=post, result="推荐", day=TODAY)
        sign(clerk, one, post)
        record_step(user=clerk, worker_id=two.pk, post=post, result="到岗", day=TODAY)
        assert Referral.objects.filter(result="到岗").count() == 1

    def test_a_step_of_a_sheet_takes_the_place_of_the_process_it_goes_on_with(self, clerk):
        job, one = vacancy(openings=1), worker("甲")
        refer(user=clerk, vacancy=job, people=Worker.objects.filter(pk=one.pk))
        step(one, "签约", TODAY, firm=job.employer)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
        assert refusal(lambda: sign(clerk, worker("乙"), post)) == ("full", "beyond")

    def test_no_number_is_no_bound(self, clerk):
        job = vacancy(openings=0)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
        for name in ("甲", "乙"):
            sign(clerk, worker(name), post)
        assert Vacancy.objects.filter(in_state(VacancyState.OPEN, TODAY)).count() == 1

    def test_a_stand_has_so_many_places(self, clerk, held):
        stand = booth(held, employer(), openings=1)
        post = Post(employer=stand.employer, job_title=stand.job_title, fair=held)
        sign(clerk, worker("甲"), post)
        assert refusal(lambda: sign(clerk, worker("乙"), post)) == ("full", "beyond")

    def test_nobody_is_recommended_for_a_vacancy_that_is_filled(self, clerk):
        job, who = vacancy(openings=1), worker("乙")
        step(worker("甲"), "签约", TODAY, firm=job.employer, vacancy=job)
        assert refusal(lambda: refer(user=clerk, vacancy=job, people=Worker.objects.filter(pk=who.pk)))[0] == "full"
        page = people.client_for(clerk).get(reverse("employment:vacancy", args=[job.pk])).content.decode()
        assert ("已招满" in page, "岗位已招满" in page) == (True, True)

    def test_the_page_asks_for_the_employers_word(self, clerk, held):
        stand = booth(held, employer(), openings=1)
        step(worker("甲"), "签约", YESTERDAY, firm=stand.employer, at=held)
        sent = {"worker": worker("乙").pk, "booth": stand.pk, "result": "签约", "happened_on": YESTERDAY}
        browser, address = people.client_for(clerk), reverse("employment:desk", args=[held.pk])
        refused = browser.post(address, sent)
        assert (refused.status_code, "已签约1人" in refused.content.decode()) == (422, True)
        assert browser.post(address, {**sent, "beyond": "on"}).status_code == 302


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("at_a_fair", [True, False])
def test_two_cannot_sign_for_the_last_place(clerk, at_a_fair):
    if at_a_fair:
        stand = booth(fair("F1", YESTERDAY), employer(), openings=1)
        post = Post(employer=stand.employer, job_title=stand.job_title, fair=stand.fair)
    else:
        job = vacancy(openings=1)
        post = Post(employer=job.employer, job_title=job.job_title, vacancy=job)
    acts = [partial(sign, clerk, worker(name), post) for name in ("甲", "乙")]
    assert kinds(at_once(*acts)) == ["done", "full"]
    assert Referral.objects.filter(result="签约").count() == 1
