"""Who fits a vacancy and why, which vacancies fit a person, and recommending (issue: match list)."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from core.errors import Conflict, DomainError, NotAllowed
from employment.market.matching import WEIGHTS, fitting_people, fitting_vacancies, keywords
from employment.market.services import refer
from employment.models import DeclaredJob, Referral
from employment.rebuilding import rebuild_spells
from tests import people
from tests.employment.market import TODAY, step, vacancy
from tests.journeys import OTHER_VILLAGE, employer, id_number, place_divisions, worker
from workers.models import Worker

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


@pytest.fixture
def clerk():
    return people.county_clerk()


def reasons(clerk, job):
    """Name → (score, reasons) of those who fit."""
    return {
        one.name: (one.score, [name for name in WEIGHTS if getattr(one, name)]) for one in fitting_people(clerk, job)
    }


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("缝纫车工", ["缝纫", "纫车", "车工"]),
        ("普工", ["普工"]),
        ("服务员", ["服务员"]),
        ("CNC操作工", ["CNC", "操作工"]),
        ("电工、焊工", ["电工", "焊工"]),
        ("18-45岁 缝纫 C1", ["缝纫", "C1"]),
        ("工", []),
        ("", []),
    ],
)
def test_words_of_a_job_are_its_pairs_of_characters(text, words):
    assert keywords(text) == words


class TestReasons:
    @pytest.mark.parametrize(
        ("told", "score", "why"),
        [
            ({"wanted_job": "电工、缝纫工"}, 40, ["fits_job"]),
            ({"skill": "缝纫"}, 20, ["fits_skill"]),
            ({"skill": "裁剪"}, 20, ["fits_skill"]),
            ({"intended_place": "广东"}, 20, ["fits_place"]),
            ({"intended_place": "浙江、广州"}, 20, ["fits_place"]),
            ({"intended_place": "番禺区"}, 20, ["fits_place"]),
            ({"intention": "省外务工"}, 25, ["fits_place", "wants_work"]),
            ({"intention": "省外务工", "intended_place": "浙江", "wanted_job": "缝纫"}, 45, ["fits_job", "wants_work"]),
            ({"wanted_job": "缝纫工", "expected_wage": Decimal(7000)}, 55, ["fits_job", "fits_wage"]),
            ({"wanted_job": "缝纫工", "expected_wage": Decimal(7001)}, 40, ["fits_job"]),
            (
                {
                    "wanted_job": "缝纫工", "skill": "缝纫", "intended_place": "广东", "expected_wage": Decimal(5000),
                    "intention": "外出务工",
                },
                100,
                list(WEIGHTS),
            ),
        ],
    )  # fmt: skip
    def test_each_is_told_and_weighed(self, clerk, told, score, why):
        job = vacancy("缝纫工", requirement="会裁剪优先", wage_from=4000, wage_to=7000)
        worker("甲", **told)
        assert reasons(clerk, job) == {"甲": (score, why)}

    @pytest.mark.parametrize(
        "told",
        [
            {},
            {"wanted_job": "焊工"},
            {"intended_place": "浙江"},
            {"expected_wage": Decimal(3000)},
            {"intention": "县内就业"},
            {"wanted_job": "缝纫工", "intention": "无就业意愿"},
            {"wanted_job": "缝纫工", "intention": "不想外出"},
            {"wanted_job": "缝纫工", "labour_status": "丧失劳动能力"},
            {"wanted_job": "缝纫工", "labour_status": "在校"},
        ],
    )
    def test_who_told_nothing_that_fits_or_will_not_is_not_listed(self, clerk, told):
        job = vacancy("缝纫工", wage_to=7000)
        worker("甲", **told)
        assert reasons(clerk, job) == {}

    def test_a_vacancy_at_home_fits_who_wants_to_stay(self, clerk):
        job = vacancy("普工", place_code="520527219")
        worker("甲", intended_place="就近")
        worker("乙", intended_place="省外")
        assert reasons(clerk, job) == {"甲": (20, ["fits_place"])}

    def test_a_vacancy_without_a_wage_counts_none(self, clerk):
        job = vacancy("缝纫工")
        worker("甲", wanted_job="缝纫工", expected_wage=Decimal(1))
        assert reasons(clerk, job) == {"甲": (40, ["fits_job"])}


class TestRequirements:
    def born(self, name, years, **told):
        born = date(TODAY.year - years, 1, 1)
        number = id_number(len(name) * 7 + years, f"{born:%Y%m%d}")
        return Worker.objects.create(
            name=name, id_number=number, village_code="520527219200", wanted_job="缝纫工", **told
        )

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ("", ["十七", "三十", "五十"]), ("18-45岁", ["三十"]), ("18周岁以上", ["三十", "五十"]),
            ("30岁以下", ["十七", "三十"]), ("不超过29岁", ["十七"]),
        ],
    )  # fmt: skip
    def test_age_is_a_bound_and_nobody_is_under_sixteen(self, clerk, asked, found):
        for name, years in (("十五", 15), ("十七", 17), ("三十", 30), ("五十", 50)):
            self.born(name, years)
        job = vacancy("缝纫工", requirement=asked)
        assert sorted(reasons(clerk, job)) == sorted(found)

    def test_sex_is_a_bound_and_a_preference_is_none(self, clerk):
        man, woman = worker("男一", wanted_job="缝纫工"), worker("女二", wanted_job="缝纫工")
        sexes = {one.name: one.sex for one in Worker.objects.filter(pk__in=[man.pk, woman.pk])}
        strict, mild = (
            vacancy("缝纫工", requirement="限女性"),
            vacancy("缝纫工", requirement="女性优先", firm=employer("乙厂")),
        )
        assert sorted(reasons(clerk, strict)) == sorted(name for name, sex in sexes.items() if sex == "女")
        assert sorted(reasons(clerk, mild)) == sorted(sexes)

    def test_schooling_rules_out_those_known_to_have_less(self, clerk):
        for name, school in (("小", "小学"), ("初", "初中"), ("专", "大专"), ("知", None)):
            worker(name, wanted_job="缝纫工", education=school)
        job = vacancy("缝纫工", requirement="初中及以上")
        assert sorted(reasons(clerk, job)) == sorted(["初", "专", "知"])


class TestWhoIsLeftOut:
    def test_who_is_at_work_today(self, clerk):
        job, away, back = vacancy("缝纫工"), worker("甲", wanted_job="缝纫工"), worker("乙", wanted_job="缝纫工")
        for who, end in ((away, None), (back, TODAY)):
            DeclaredJob.objects.create(worker=who, start_on=TODAY - timedelta(30), end_on=end, place_code="440113")
        rebuild_spells(worker_ids=[away.pk, back.pk])
        assert list(reasons(clerk, job)) == ["乙"]

    def test_who_is_on_the_way_already_but_not_who_declined_or_goes_elsewhere(self, clerk):
        job = vacancy("缝纫工")
        on_the_way, declined, elsewhere = (worker(name, wanted_job="缝纫工") for name in ("甲", "乙", "丙"))
        step(on_the_way, "推荐", TODAY, firm=job.employer)
        step(declined, "推荐", TODAY - timedelta(1), firm=job.employer)
        step(declined, "拒绝", TODAY, firm=job.employer)
        step(elsewhere, "推荐", TODAY, firm=job.employer, title="裁剪工")
        assert sorted(reasons(clerk, job)) == ["丙", "乙"]

    def test_who_is_outside_the_users_scope(self):
        job = vacancy("缝纫工")
        worker("甲", wanted_job="缝纫工")
        worker("乙", wanted_job="缝纫工", village=OTHER_VILLAGE)
        assert list(reasons(people.township_clerk(), job)) == ["甲"]
        assert sorted(reasons(people.county_clerk(), job)) == ["乙", "甲"]
        assert reasons(people.with_role("station_staff", scope_stations=["GZ-01"]), job) == {}


class TestVacanciesOfAPerson:
    def test_the_same_measure_the_other_way_round(self, clerk):
        who = worker(
            "甲",
            wanted_job="缝纫工",
            skill="焊工",
            intended_place="广东、就近",
            expected_wage=Decimal(5000),
            intention="外出",
        )
        jobs = {
            "缝纫车工": vacancy("缝纫车工", wage_to=7000),
            "电焊工": vacancy("电焊工", place_code="330206", wage_to=4000),
            "普工": vacancy("普工", place_code="520527219"),
            "文员": vacancy("文员", place_code="330206", wage_to=9000),
        }
        found = {one.job_title: one.score for one in fitting_vacancies(clerk, who)}
        assert found == {"缝纫车工": 80, "电焊工": 25, "普工": 25}
        assert {title for title, job in jobs.items() if "甲" in reasons(clerk, job)} == set(found)

    def test_only_open_ones_whose_words_do_not_rule_the_person_out(self, clerk):
        who = worker("甲", wanted_job="缝纫工", education="小学")
        age = TODAY.year - who.birth_date.year
        vacancy("缝纫工", requirement=f"{age + 1}岁以上")
        vacancy("缝纫一工", requirement=f"{age - 2}岁以下")
        vacancy("缝纫二工", requirement="高中以上")
        vacancy("缝纫三工", collected_on=TODAY - timedelta(90))
        vacancy("缝纫四工", checked=False)
        vacancy("缝纫五工", closed_on=TODAY)
        vacancy("缝纫六工", requirement=f"{age - 1}-{age + 1}岁")
        assert [one.job_title for one in fitting_vacancies(clerk, who)] == ["缝纫六工"]

    def test_a_job_collected_twice_stands_there_once_and_one_that_is_filled_never(self, clerk):
        firm, who = employer("乙厂"), worker("甲", wanted_job="缝纫工")
        vacancy("缝纫工", firm=firm)
        latest = vacancy("缝纫工", firm=firm, collected_on=TODAY, checked=None)
        full = vacancy("缝纫工", openings=1)
        step(worker("乙"), "签约", TODAY, firm=full.employer, vacancy=full)
        assert list(fitting_vacancies(clerk, who)) == [latest]


class TestReferring:
    def test_the_chosen_of_the_list_are_recommended_once(self, clerk):
        job = vacancy("缝纫工")
        first, second = worker("甲", wanted_job="缝纫工"), worker("乙", wanted_job="缝纫工")
        browser, address = people.client_for(clerk), reverse("employment:match", args=[job.pk])
        page = browser.get(address).content.decode()
        assert sorted(re.findall(r'class="row-link">([^<]*)<', page)) == ["乙", "甲"]
        for _click in range(2):
            browser.post(address, {"action": "refer", "ids": [first.pk]})
        told = Referral.objects.values_list(
            "worker", "employer", "job_title", "result", "happened_on", "vacancy", "place_code"
        )
        assert list(told) == [(first.pk, job.employer_id, "缝纫工", "推荐", TODAY, job.pk, "440113")]
        browser.post(address, {"action": "refer", "all": "1"})
        assert set(Referral.objects.values_list("worker", flat=True)) == {first.pk, second.pk}

    def test_from_the_persons_file_by_one_click(self, clerk):
        job, who = vacancy("缝纫工"), worker("甲", wanted_job="缝纫工")
        browser = people.client_for(clerk)
        page = browser.get(f"{reverse('workers:detail', args=[who.pk])}?tab=market").content.decode()
        assert "工种相符" in page
        answer = browser.post(reverse("employment:refer", args=[job.pk]), {"worker": who.pk}, follow=True)
        assert (answer.status_code, Referral.objects.count()) == (200, 1)

    def test_nobody_outside_the_scope(self):
        job, who = vacancy("缝纫工"), worker("乙", village=OTHER_VILLAGE)
        township = people.township_clerk()
        assert refer(user=township, vacancy=job, people=Worker.objects.all()) == 0
        browser = people.client_for(township)
        assert browser.post(reverse("employment:refer", args=[job.pk]), {"worker": who.pk}).status_code == 404

    def test_not_by_those_who_may_only_look(self):
        with pytest.raises(NotAllowed):
            refer(user=people.with_role("auditor"), vacancy=vacancy(), people=Worker.objects.all())

    @pytest.mark.parametrize(
        "fields", [{"checked": False}, {"closed_on": TODAY}, {"collected_on": TODAY - timedelta(90)}]
    )
    def test_not_to_a_vacancy_that_is_over(self, clerk, fields):
        job = vacancy("缝纫工", **fields)
        with pytest.raises(Conflict, match="不能再推荐"):
            refer(user=clerk, vacancy=job, people=Worker.objects.all())

    def test_a_thousand_at_most(self, clerk, monkeypatch):
        monkeypatch.setattr("employment.market.services.MOST_AT_ONCE", 1)
        worker("甲"), worker("乙")
        with pytest.raises(DomainError, match="一次最多推荐1人"):
            refer(user=clerk, vacancy=vacancy(), people=Worker.objects.all())

    def test_the_arrival_keeps_the_place_of_the_vacancy(self, clerk):
        job, who = vacancy("缝纫工", place_code="330206"), worker("甲")
        refer(user=clerk, vacancy=job, people=Worker.objects.filter(pk=who.pk))
        recommended = Referral.objects.get()
        sent = {"result": "到岗", "happened_on": TODAY.isoformat()}
        people.client_for(clerk).post(reverse("employment:next_step", args=[recommended.pk]), sent)
        assert list(who.spells.values_list("place_code", "start_on", "arrival_kind")) == [("330206", TODAY, "referral")]
