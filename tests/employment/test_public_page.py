"""The public job page: what anybody may read without signing in, and nothing else."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import reverse

from core.api import throttling
from core.api.throttling import forget_lots
from core.divisions.models import Division
from employment.models import Vacancy
from tests.employment.market import TODAY, step, vacancy
from tests.journeys import employer, place_divisions, worker

pytestmark = pytest.mark.django_db

LIST = "/vacancies/"


@pytest.fixture(autouse=True)
def fresh():
    place_divisions()
    forget_lots()
    cache.clear()
    yield
    cache.clear()


def titles(client, query=""):
    cache.clear()
    page = client.get(f"{LIST}{query}")
    assert page.status_code == 200
    return re.findall(r"<b>([^<]*)</b>", page.content.decode())


class TestWhatIsShown:
    def test_only_verified_valid_vacancies_stand_there(self, client):
        (
            vacancy("缝纫工"),
            vacancy("待核", checked=None),
            vacancy("不实", checked=False),
            vacancy("下架", closed_on=TODAY),
        )
        over = vacancy("过期", collected_on=TODAY - timedelta(60))
        vacancy("明天", collected_on=TODAY + timedelta(1))
        assert titles(client) == ["缝纫工"]
        assert client.get(reverse("public:vacancy", args=[over.pk])).status_code == 404

    def test_of_one_job_collected_again_the_latest_is_listed_and_shared_links_stay_good(self, client):
        firm = employer()
        old = vacancy("缝纫工", firm=firm, openings=5)
        new = vacancy("缝纫工", firm=firm, openings=9, collected_on=TODAY)
        assert titles(client) == ["缝纫工"]
        answers = [client.get(reverse("public:vacancy", args=[job.pk])).status_code for job in (old, new)]
        assert answers == [200, 200]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?job=缝纫", ["缝纫工"]),
            ("?job=乙厂", ["焊工"]),
            ("?place=广东", ["缝纫工"]),
            ("?place=浙江宁波", ["焊工"]),
            ("?wage=6000", ["焊工"]),
            ("?wage=0.5万", ["焊工", "缝纫工"]),
            ("?wage=9000", []),
            ("?job=缝纫&place=浙江", []),
            ("?place=天涯", ["焊工", "缝纫工"]),
            ("?wage=很多&job=%00", ["焊工", "缝纫工"]),
        ],
    )
    def test_looking_for_a_job_a_place_a_wage(self, client, query, found):
        vacancy("缝纫工", wage_from=4000, wage_to=5000)
        vacancy("焊工", firm=employer("乙厂"), place_code="330206", wage_from=6000, collected_on=TODAY)
        assert titles(client, query) == found

    def test_what_could_not_be_read_is_said(self, client):
        page = client.get(f"{LIST}?place=天涯&wage=很多").content.decode()
        assert "没有找到这个地点" in page
        assert "月薪请只填一个数字" in page

    def test_one_vacancy_tells_what_the_sheet_told_and_no_person_of_the_register(self, client):
        job = vacancy("缝纫工", requirement="初中", board="包吃住", contact="李姐", phone="13800000000", wage_to=7000)
        step(worker("王小明"), "推荐", TODAY, firm=job.employer, vacancy=job)
        page = client.get(reverse("public:vacancy", args=[job.pk])).content.decode()
        assert [word in page for word in ("初中", "包吃住", "李姐", "13800000000", "7,000")] == [True] * 5
        assert [word in page for word in ("王小明", "推荐", "52999")] == [False] * 3

    def test_further_pages_follow_a_cursor(self, client):
        for n in range(25):
            vacancy(f"工{n:02}", collected_on=TODAY - timedelta(n))
        first = titles(client)
        after = re.search(r'rel="next" href="\?([^"]*)"', client.get(LIST).content.decode())[1]
        second = titles(client, "?" + after.replace("&amp;", "&"))
        assert (len(first), len(second), {*first, *second}) == (20, 5, {f"工{n:02}" for n in range(25)})
        assert titles(client, "?after=nonsense") == first

    def test_a_name_of_several_places_is_told_with_all_of_them(self, client):
        Division.objects.create(code="520113", name="白云区", level=Division.Level.COUNTY)
        page = client.get(f"{LIST}?place=白云区").content.decode()
        assert [word in page for word in ("没有找到这个地点", "广东省广州市白云区", "贵州省贵阳市白云区")] == [
            False,
            True,
            True,
        ]

    def test_the_cities_with_most_jobs_are_a_click_away(self, client):
        own = f"{LIST}?place=%E8%B5%AB%E7%AB%A0%E5%8E%BF"
        for n in range(2):
            vacancy(f"广州{n}", place_code="440113")
        vacancy("宁波", place_code="330206"), vacancy("本县", place_code="520527219")
        page = client.get(LIST).content.decode()
        told = re.findall(r'href="\?place=[^"]*">([^<]*)</a>', page)
        assert told == ["广州市 2", "宁波市 1", "赫章县 1"]
        assert (titles(client, "?place=广州市"), titles(client, own.removeprefix(LIST))) == (
            ["广州1", "广州0"],
            ["本县"],
        )

    def test_a_shared_link_that_leads_nowhere_any_more_says_so_in_public(self, client):
        gone, never = vacancy("缝纫工", closed_on=TODAY), vacancy("电工", checked=False)
        told = {}
        for pk in (gone.pk, never.pk, 10**9):
            page = client.get(reverse("public:vacancy", args=[pk]))
            text = page.content.decode()
            told[pk] = (page.status_code, "这个岗位已过期、招满或已下架" in text, "缝纫工" in text, "电工" in text)
            assert ('href="/vacancies/"' in text, 'href="/"' in text) == (True, False)
        assert list(told.values()) == [(404, True, True, False), (404, True, False, False), (404, True, False, False)]

    def test_one_whose_places_are_taken_is_offered_no_more(self, client):
        job = vacancy("缝纫工", openings=1)
        step(worker(), "签约", TODAY, firm=job.employer, vacancy=job)
        assert (titles(client), client.get(reverse("public:vacancy", args=[job.pk])).status_code) == ([], 404)

    def test_english_is_one_click_away_and_stays_without_a_session(self, client):
        vacancy("缝纫工")
        page = client.get(f"{LIST}?job=缝纫").content.decode()
        link = re.search(r'href="(\?[^"]*language=en)"', page)[1].replace("&amp;", "&")
        moved = client.get(f"{LIST}{link}")
        assert (moved.status_code, moved["Location"]) == (302, f"{LIST}?job=%E7%BC%9D%E7%BA%AB")
        assert set(client.cookies) == {"django_language"}
        assert 'lang="en"' in client.get(moved["Location"]).content.decode()[:200]

    def test_each_language_has_an_answer_of_its_own(self, client):
        vacancy("缝纫工", wage_from=4000)
        told = {}
        for language in ("zh-hans", "en", "zh-hans"):
            client.cookies["django_language"] = language
            page = client.get(LIST)
            told[language] = re.findall(r'text-nowrap">([^<]*4,000[^<]*)<', page.content.decode())
            assert {word.strip() for word in page["Vary"].split(",")} >= {"Cookie"}
        assert told == {"zh-hans": ["4,000 元起"], "en": ["from 4,000 yuan"]}

    def test_search_engines_may_read_the_list_alone(self, client):
        job = vacancy()
        robots = client.get("/robots.txt")
        assert (robots.status_code, robots["Content-Type"]) == (200, "text/plain; charset=utf-8")
        assert robots.content.decode().splitlines() == [
            "User-agent: *", "Allow: /vacancies/", "Allow: /static/", "Disallow: /vacancies/poster/",
            "Disallow: /vacancies/qr.svg", "Disallow: /",
        ]  # fmt: skip
        assert client.get(reverse("public:vacancy", args=[job.pk]))["X-Robots-Tag"] == "noindex"


class TestHowItIsServed:
    def test_no_session_a_strict_policy_and_a_minute_in_caches(self, client):
        vacancy()
        page = client.get(LIST)
        assert client.cookies == {}
        assert page["Cache-Control"] == "public, max-age=60"
        assert "default-src 'none'" in page["Content-Security-Policy"]
        assert "unsafe" not in page["Content-Security-Policy"]
        assert re.findall(r"<script|style=|onclick", page.content.decode()) == []

    def test_an_answer_is_kept_for_a_minute(self, client, django_assert_num_queries):
        vacancy("缝纫工")
        client.get(LIST)
        Vacancy.objects.all().delete()
        with django_assert_num_queries(1):  # the name of the county
            page = client.get(LIST)
        assert "缝纫工" in page.content.decode()

    def test_an_address_that_asks_too_often_is_told_when_to_come_back(self, client, settings, monkeypatch):
        monkeypatch.setattr(throttling.time, "time", lambda: 30_000_000 * throttling.WINDOW + 20.0)
        settings.API_RATES = {**settings.API_RATES, "public": 3}
        answers = [client.get(LIST) for _n in range(4)]
        assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
        assert 1 <= int(answers[-1]["Retry-After"]) <= 60
        assert client.get(LIST, REMOTE_ADDR="10.9.8.7").status_code == 200

    def test_the_code_is_a_picture_of_the_address_alone(self, client):
        job = vacancy()
        for query in ("", f"?vacancy={job.pk}", "?vacancy=x"):
            picture = client.get(reverse("public:qr") + query)
            assert (picture.status_code, picture["Content-Type"]) == (200, "image/svg+xml")
            assert picture.content.startswith(b"<?xml")

    def test_the_poster_tells_how_many_and_where(self, client):
        vacancy()
        page = client.get(reverse("public:poster")).content.decode()
        assert "目前 1 个" in page
        assert "http://testserver/vacancies/" in page

    @pytest.mark.parametrize("method", ["post", "put", "delete"])
    def test_nothing_can_be_sent(self, client, method):
        assert getattr(client, method)(LIST).status_code == 405
