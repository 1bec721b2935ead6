"""The list of households and the file of one: who gets which, what they show, what their forms do."""

import datetime as dt

import pytest

from employment.models import DeclaredJob
from employment.rebuilding import rebuild_spells
from tests.people import client_for, county_clerk, stranger, township_clerk, with_role
from tests.workers.checks import MAN, NUMBERS, WOMAN
from tests.workers.village_lists import store_divisions
from workers import services as registry
from workers.models import Household, Worker

pytestmark = pytest.mark.django_db
VILLAGE, ELSEWHERE = "520527219200", "520527105200"


@pytest.fixture
def home(db):
    store_divisions()
    return Household.objects.create(village_code=VILLAGE, group_name="3组", head_name="张老大")


@pytest.fixture
def man(home):
    return Worker.objects.create(name="张国强", id_number=MAN, village_code=VILLAGE, household=home, relation="户主")


def page(url, user=None):
    return client_for(user or county_clerk()).get(url).content.decode()


def work(worker, start, end=None, place="440113"):
    DeclaredJob.objects.create(worker=worker, start_on=start, end_on=end, place_code=place)
    rebuild_spells(worker_ids=[worker.pk])


PAGES = {
    "/workers/households/": "provider",
    "/workers/households/{home}/": "provider",
    "/workers/households/new/": "auditor",
    "/workers/households/{home}/edit/": "auditor",
    "/workers/households/{home}/members/new/": "auditor",
    "/workers/households/of/{man}/": "auditor",
}


@pytest.mark.parametrize("url", PAGES)
def test_page_asks_for_permission_and_scope(home, man, url):
    lacking = with_role(PAGES[url], "" if PAGES[url] == "provider" else "520527", scope_institutions=["某校"])
    people = (lacking, stranger(), township_clerk())
    at = url.format(home=home.pk, man=man.pk)
    known = 404 if "{" in url else 200
    assert [client_for(user).get(at).status_code for user in people] == [403, known, 200]


@pytest.mark.parametrize("url", [url for url in PAGES if "{" in url and not url.endswith("{home}/")])
def test_stranger_cannot_post_either(home, man, url):
    sent = {"head_name": "改", "worker": man.pk, "household": ""}
    assert client_for(stranger()).post(url.format(home=home.pk, man=man.pk), sent).status_code == 404
    assert (Household.objects.get().head_name, Worker.objects.get().household) == ("张老大", home)


def test_list_costs_the_same_for_one_row_and_three(home, man, django_assert_num_queries):
    client = client_for(county_clerk())
    client.get("/workers/households/")
    with django_assert_num_queries(QUERIES):
        client.get("/workers/households/")
    for number, name in zip(NUMBERS[1:3], ("李四", "王五"), strict=True):
        more = Household.objects.create(village_code=ELSEWHERE, head_name=name)
        worker = Worker.objects.create(name=name, id_number=number, village_code=ELSEWHERE, household=more)
        worker.memberships.create(group="disabled")
    with django_assert_num_queries(QUERIES):
        client.get("/workers/households/")


QUERIES = 10


def test_list_shows_ones_own_and_finds_by_any_member(home, man):
    Household.objects.create(village_code=ELSEWHERE, head_name="野马川人")
    seen = [page("/workers/households/", user) for user in (county_clerk(), township_clerk(), stranger())]
    assert [("张老大" in one, "野马川人" in one) for one in seen] == [(True, True), (True, False), (False, False)]
    found = [page(f"/workers/households/?q={text}") for text in ("zgq", "0019", "张老大", "李四")]
    assert ["3组" in one for one in found] == [True, True, True, False]


def test_nobody_at_work_is_found_as_of_a_day(home, man):
    woman = Worker.objects.create(name="王芳", id_number=WOMAN, village_code=VILLAGE, household=home)
    work(man, dt.date(2025, 1, 1), dt.date(2025, 3, 1))
    work(woman, dt.date(2025, 2, 1), dt.date(2025, 6, 1))
    found = {
        day: "张老大" in page(f"/workers/households/?zero=true&as_of={day}")
        for day in ("2024-12-31", "2025-01-01", "2025-03-01", "2025-05-31", "2025-06-01")
    }
    assert list(found.values()) == [True, False, False, False, True]
    assert "张老大" in page("/workers/households/?zero=false&as_of=2025-05-31")


@pytest.mark.parametrize(
    ("facts", "zero"),
    [
        ({}, True),
        ({"capacity": "弱劳动力或半劳动力"}, True),
        ({"capacity": "丧失劳动能力"}, False),
        ({"labour_status": "在校"}, False),
        ({"labour_status": "省外务工"}, True),  # a word is no job spell
        ({"labour_status": "迁出", "visited_on": dt.date(2025, 1, 1), "first_visited_on": dt.date(2020, 1, 1)}, False),
        ({"labour_status": "迁出", "visited_on": dt.date(2025, 8, 1), "first_visited_on": dt.date(2020, 1, 1)}, True),
        ({"visited_on": dt.date(2025, 8, 1), "first_visited_on": dt.date(2025, 8, 1)}, False),
        ({"id_number": "529999195001010015"}, False),
    ],
)
def test_who_counts_among_those_who_could_work(home, man, facts, zero):
    Worker.objects.filter(pk=man.pk).update(**facts)
    assert ("张老大" in page("/workers/households/?zero=true&as_of=2025-06-30")) is zero


def test_file_shows_who_works_where_on_the_day(home, man):
    registry.add_tag(user=county_clerk(), worker=man, group="monitored", valid_from=dt.date(2025, 5, 1))
    work(man, dt.date(2025, 1, 1), dt.date(2025, 7, 1))
    then, after = (page(f"/workers/households/{home.pk}/?as_of={day}") for day in ("2025-06-30", "2025-07-01"))
    assert ["广东省 广州市 番禺区" in then, "监测对象" in then, 'text-red-lt-fg">无人就业' in then] == [
        True,
        True,
        False,
    ]
    assert ["番禺区" in after, 'text-red-lt-fg">无人就业' in after, "截至 2025-07-01" in after] == [False, True, True]
    life = page(f"/workers/households/{home.pk}/?tab=life")
    assert ["开始务工" in life, "认定为监测对象" in life, "张国强" in life] == [True, True, True]


def test_members_outside_the_scope_are_counted_only(home, man):
    Worker.objects.create(name="王芳", id_number=WOMAN, village_code=ELSEWHERE, household=home)
    seen = page(f"/workers/households/{home.pk}/", township_clerk())
    assert ["张国强" in seen, "王芳" in seen, "另有 1 名成员" in seen] == [True, False, True]
    assert MAN not in seen


def test_founding_mending_and_moving_leave_a_history(home, man):
    client = client_for(township_clerk())
    sent = {"village_code": VILLAGE, "group_name": "5组", "head_name": "王老五"}
    made = client.post("/workers/households/new/", sent)
    new = Household.objects.get(head_name="王老五")
    assert made.url == f"/workers/households/{new.pk}/"
    opened = client.get(f"/workers/households/of/{man.pk}/").context["opened"]
    moved = {"_opened": opened, "household": new.pk, "relation": "长子", "reason": "分户"}
    assert client.post(f"/workers/households/of/{man.pk}/", moved).url == f"/workers/{man.pk}/"
    opened = client.get(f"/workers/households/{new.pk}/edit/").context["opened"]
    mended = {"_opened": opened, "group_name": "6组", "head_name": "王老五", "reason": "写错"}
    assert client.post(f"/workers/households/{new.pk}/edit/", mended).status_code == 302
    assert client.post(f"/workers/households/{home.pk}/members/new/", {"worker": man.pk}).status_code == 302
    man.refresh_from_db()
    assert (man.household, man.group_name) == (home, "3组")
    story = page(f"/workers/households/{new.pk}/?tab=history")
    assert ["移入或移出成员：张国强" in story, "分户" in story, "<del>5组</del> → 6组" in story] == [True, True, True]
    own = page(f"/workers/{man.pk}/?tab=history")
    assert "家庭户：<del>3组张老大户</del> → 6组王老五户" in own


def test_choices_stay_inside_the_scope(home, man):
    answers = [
        client_for(user).get("/choices/households/?q=张").content.decode() for user in (county_clerk(), stranger())
    ]
    assert ["张老大" in one for one in answers] == [True, False]
