"""Pages and counts found by bitmaps are those the rows themselves give, whatever was written since."""

import random
from datetime import date, timedelta
from itertools import pairwise

import pytest
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from core.accounts import scope
from core.accounts.roles import ScopeKind
from core.formats.identity import check_digit
from core.formats.pinyin import key_initials, sort_key
from core.web.lists.paging import Keyset, capped_count
from tests.people import county_clerk, township_clerk, with_role
from tests.workers.village_lists import store_divisions
from workers import queries
from workers.bitmaps.bits import places
from workers.bitmaps.blocks import SPAN, make_names
from workers.bitmaps.building import refresh_bitmaps
from workers.bitmaps.columns import make_ids, make_numbers, make_words
from workers.bitmaps.memory import current
from workers.filters import WorkerFilter
from workers.models import GroupMembership, Worker

COUNTY = "520527"
PEOPLE = 900
VILLAGES = ("520527219200", "520527219201", "520527105200", "520527205200", "520527205201")
FILTERS = (
    {},
    {"township": "520527219"},
    {"village": "520527205200"},
    {"sex": "女", "education": "初中"},
    {"age_band": "25-34"},
    {"age_band": "<16"},
    {"age_min": "30", "age_max": "41"},
    {"age_max": "28"},
    {"has_phone": "true"},
    {"has_phone": "false", "age_min": "40"},
    {"labour_status": "未就业", "sex": "男"},
    {"skill": "工"},
    {"intention": "省"},
    {"skill": "稀见"},
    {"expected_wage_min": "4500.01"},
    {"expected_wage_max": "4500"},
    {"visited_on_after": "2026-02-01", "visited_on_before": "2026-03-31"},
    {"not_visited_since": "2026-03-01"},
    {"group": "monitored"},
    {"group": "lifted_or_monitored", "township": "520527205"},
    {"group": "monitored", "group_as_of": "2022-05-05"},
    {"group": "veteran"},
    {"status": "死亡"},
    {"status": "灵活就业", "status_as_of": "2026-03-01"},
    {"status": "未就业", "sex": "女"},
    {"sex": "女", "age_band": "35-44", "group": "lifted_poverty", "township": "520527219"},
)
LAST_FOUR = "the last four characters of somebody's ID number"
TEXTS = (
    "",
    "张 伟",
    "张w",
    "zhang 伟",
    "zhang wei",
    "张",
    "张伟",
    "z",
    "zw",
    "zhang",
    "zhangw",
    "zhangwei",
    "古达",
    "大寨",
    "138",
    "5299991990",
    LAST_FOUR,
    "张 138",
)
ORDERS = (("name_key",), ("village_code", "name_key"), ("pk",))


def id_number(place, rng):
    day = date(1960, 1, 1) + timedelta(days=rng.randrange(18_000))
    body = f"529999{day:%Y%m%d}{place:03d}"
    return body + check_digit(body)


def person(place, rng):
    name = rng.choice(["张", "章", "李", "王", "单"]) + rng.choice(["伟", "文", "国强", "芳", "一", "𠀀"])
    # Two blocks with people, far apart.
    number = 8 * place + 1 if place % 3 else 7 * SPAN + place
    return Worker(
        id=number, name=name, name_key=sort_key(name), name_initials=key_initials(sort_key(name)),
        id_number=id_number(place, rng), phone=rng.choice([None, f"138{place:08d}", f"139{place:08d}", "0857-8221234"]),
        village_code=rng.choice(VILLAGES), labour_status=rng.choice([None, "未就业", "省外务工", "县内就业"]),
        education=rng.choice([None, "", "小学", "初中"]), intention=rng.choice([None, "省外务工", "省内", "就近"]),
        skill=rng.choice([None, "焊工", "电工", f"手艺{place}", "育婴员", *(["稀见"] if place < 40 else [])]),
        expected_wage=rng.choice([None, 4000, 4500, "4500.01", 6000]),
        visited_on=rng.choice([None, date(2026, 1, 1) + timedelta(days=rng.randrange(180))]),
    )  # fmt: skip


@pytest.fixture(scope="module")
def stored(django_db_setup, django_db_blocker):
    """The register, written once: what a test does to it is gone after the test."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield store()
        transaction.set_rollback(True)


@pytest.fixture
def register(stored, db):
    return stored


def store():
    store_divisions()
    rng = random.Random(520527)
    people = Worker.objects.bulk_create(person(place, rng) for place in range(PEOPLE))
    tags = []
    for worker in people:
        if rng.random() < 0.3:
            tags.append(
                GroupMembership(
                    worker=worker, group="lifted_poverty", valid_from=rng.choice([None, date(2020, 11, 30)])
                )
            )
        if rng.random() < 0.3:
            begins, ends = rng.choice(
                [(None, date(2023, 1, 1)), (date(2022, 5, 6), None), (date(2021, 1, 1), date(2022, 5, 5))]
            )
            tags.append(GroupMembership(worker=worker, group="monitored", valid_from=begins, valid_to=ends))
            if begins == date(2021, 1, 1) and rng.random() < 0.5:
                tags.append(GroupMembership(worker=worker, group="monitored", valid_from=date(2022, 5, 5)))
    GroupMembership.objects.bulk_create(tags)
    refresh_bitmaps(everything=True)
    return people


class Asked:
    """One list: its rows in the database, and what finds them."""

    def __init__(self, user, query, text):
        filters = WorkerFilter(query, queryset=Worker.objects.visible_to(user), user=user)
        words = queries.meanings(text, queries.area_of(user)) if text else []
        self.rows = queries.searched(filters.qs, words) if text else filters.qs
        self.finder = queries.finder(user, filters.form.cleaned_data, words)

    def pages(self, order, *, descending):
        """Ids page by page to the end, each page read again coming back."""
        keyset = Keyset(self.rows, order, descending=descending, finder=self.finder)
        page, found = keyset.page(("pk",), 50), []
        while True:
            found.append([row["pk"] for row in page.rows])
            if not page.after:
                return found
            following = keyset.page(("pk",), 50, after=page.after)
            assert [row["pk"] for row in keyset.page(("pk",), 50, before=following.before).rows] == found[-1]
            page = following

    def truth(self, order, *, descending):
        """Ids of the same rows by the database alone."""
        sign = "-" if descending else ""
        return list(self.rows.order_by(*(sign + name for name in (*order, "pk"))).values_list("pk", flat=True))

    def check(self, order=("name_key",), *, descending=False):
        """Pages and count are the truth's."""
        wanted = list(dict.fromkeys(self.truth(order, descending=descending)))
        found = self.pages(order, descending=descending)
        assert [one for page in found for one in page] == wanted
        assert all(len(page) == 50 for page in found[:-1])
        counted = capped_count(self.rows, finder=self.finder)
        assert (counted.value, counted.capped) == (len(wanted), False)
        capped = capped_count(self.rows, 10, finder=self.finder)
        assert (capped.value, capped.capped) == (min(len(wanted), 10), len(wanted) > 10)
        return wanted


@pytest.mark.parametrize("text", TEXTS)
def test_every_filter_with_every_kind_of_word(register, text):
    clerk, hits = county_clerk(), 0
    if indexed := text == LAST_FOUR:
        text = Worker.objects.get(pk=register[0].pk).id_last4
    for query in FILTERS:
        asked = Asked(clerk, query, text)
        assert (asked.finder is None) == (indexed or not (query or text))
        hits += len(asked.check())
    assert hits


@pytest.mark.parametrize("descending", [False, True])
@pytest.mark.parametrize("order", ORDERS)
def test_orders_and_pages_both_ways(register, order, descending):
    for query, text in (({"sex": "女"}, ""), ({"group": "lifted_poverty"}, ""), ({}, "张"), ({"skill": "工"}, "z")):
        assert len(Asked(county_clerk(), query, text).check(order, descending=descending)) > 50


def test_a_township_sees_its_own(register):
    clerk = township_clerk()
    asked = Asked(clerk, {}, "")
    assert asked.finder is not None
    assert set(asked.check()) == {one.pk for one in register if one.village_code.startswith("520527219")}


def test_who_is_bounded_by_no_division_sees_whom_they_reach(register, monkeypatch):
    reached = {one.pk for one in register[::3]}
    ways = [Worker.objects.filter(pk__in=list(reached)[:200]).values("pk"), Worker.objects.filter(pk__in=reached)]
    monkeypatch.setattr(scope, "_REACHES", {kind: {} for kind in ScopeKind})
    scope.register_reach(ScopeKind.STATIONS, "test", lambda _user: ways)
    user = with_role("station_staff", scope_stations=["GZ-01"])
    everybody = Asked(user, {}, "")
    assert everybody.finder is not None
    assert set(everybody.check()) == reached
    narrow = Asked(user, {"sex": "女"}, "张")
    assert set(narrow.check()) == reached & set(Asked(county_clerk(), {"sex": "女"}, "张").check())
    ways[1] = Worker.objects.filter(pk__in=list(reached)[:200])
    assert set(everybody.truth(("name_key",), descending=False)) == reached
    gone = Asked(user, {}, "")
    found = [one for page in gone.pages(("name_key",), descending=False) for one in page]
    assert set(found) == set(list(reached)[:200])


def test_many_of_one_name_come_page_by_page(register):
    Worker.objects.update(name="张伟", name_key=sort_key("张伟"), name_initials="zw")
    refresh_bitmaps(everything=True)
    assert len(Asked(county_clerk(), {"sex": "女"}, "").check()) > 250


def test_what_was_written_since_is_seen_at_once(register):
    clerk, query = county_clerk(), {"labour_status": "未就业", "sex": "男"}
    first, second, third = Asked(clerk, query, "").check()[:3]
    Worker.objects.filter(pk=first).update(labour_status="县内就业")
    GroupMembership.objects.filter(worker=second).delete()
    Worker.objects.filter(pk=second).delete()
    Worker.objects.filter(pk=third).update(name="安一", name_key=sort_key("安一"), name_initials="ay")
    rng = random.Random(1)
    new = [person(place, rng) for place in range(950, 954)]
    for place, one in enumerate(new):
        one.labour_status, one.pk = "未就业", (8 * place + 2 if place < 2 else 99 * SPAN + place)
    Worker.objects.bulk_create(new)
    asked = Asked(clerk, query, "")
    assert asked.finder is not None
    found = asked.check()
    assert found[0] == third
    assert {first, second}.isdisjoint(found)
    assert {one.pk for one in new if Worker.objects.get(pk=one.pk).sex == "男"} <= set(found)
    touched = {pk // SPAN for pk in (first, second, third, *(one.pk for one in new))}
    assert refresh_bitmaps(everything=True) == len(touched)
    assert refresh_bitmaps(everything=True) == 0
    assert Asked(clerk, query, "").check() == found


def test_tags_written_since_are_seen_at_once(register):
    clerk, query = county_clerk(), {"group": "monitored"}
    found = Asked(clerk, query, "").check()
    GroupMembership.objects.filter(worker=found[0], group="monitored").delete()
    other = next(one.pk for one in register if one.pk not in found)
    GroupMembership.objects.filter(worker=other).delete()
    GroupMembership.objects.create(worker_id=other, group="monitored")
    given_away = (
        GroupMembership.objects.filter(worker=found[1], group="monitored").exclude(valid_to__isnull=False).get()
    )
    GroupMembership.objects.filter(pk=given_away.pk).update(valid_to=date(2026, 1, 1))
    now = Asked(clerk, query, "")
    assert now.finder is not None
    assert set(now.check()) == {*found, other} - set(found[:2])


def test_a_large_write_puts_the_bitmaps_aside_until_they_are_built(register):
    clerk, query = county_clerk(), {"sex": "女"}
    Worker.objects.update(phone="13800000000")
    assert Asked(clerk, query, "").finder is None
    Asked(clerk, query, "").check()
    assert refresh_bitmaps() == 2
    assert Asked(clerk, query, "").finder is not None


def test_a_few_changes_wait_and_many_do_not(register):
    for one in register[:3]:
        Worker.objects.filter(pk=one.pk).update(phone=None)
    assert refresh_bitmaps() == 0
    ids = [one.pk for one in register if one.pk < SPAN][:80]
    for pk in ids:
        Worker.objects.filter(pk=pk).update(phone=None)
    assert refresh_bitmaps() == 1


def test_without_people_there_are_no_blocks(register):
    GroupMembership.objects.all().delete()
    Worker.objects.all().delete()
    refresh_bitmaps(everything=True)
    assert current() is None


def test_truncating_the_register_puts_the_bitmaps_aside(register):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE workers_groupmembership")
    assert current() is None
    assert refresh_bitmaps() == 2
    assert Asked(county_clerk(), {"group": "monitored"}, "").check() == []


NUMBERS = st.lists(st.none() | st.integers(-5, 70_000), max_size=80)


@given(NUMBERS, st.integers(-10, 70_010))
def test_numbers_are_compared_as_numbers(values, limit):
    found = set(places(make_numbers(values).below(limit)))
    assert found == {place for place, value in enumerate(values) if value is not None and value < limit}


@given(st.lists(st.none() | st.integers(0, 60).map(str), max_size=200), st.sampled_from(["1", "2", "45", "x"]))
def test_words_are_found_by_what_they_hold_and_as_they_are(values, part):
    words = make_words(values)
    meant = {place for place, value in enumerate(values) if value is not None and part in value}
    assert set(places(words.containing(part))) == set(places(words.where(lambda word: part in word))) == meant
    assert set(places(words.equal(part))) == {place for place, value in enumerate(values) if value == part}


@given(
    st.lists(st.none() | st.integers(1, 40), max_size=200),
    st.frozensets(st.integers(0, 42)),
    st.sets(st.integers(0, 199)),
)
def test_ids_are_found_among_many_and_among_few(values, wanted, asked):
    ids, within = make_ids(values), {place for place in asked if place < len(values)}
    meant = {place for place, value in enumerate(values) if value in wanted}
    everybody = (1 << len(values)) - 1
    assert set(places(ids.among(wanted, everybody))) == meant
    assert set(places(ids.among(wanted, sum(1 << place for place in within)))) == meant & within


@given(st.lists(st.text(max_size=4), max_size=60), st.text(max_size=3))
def test_names_stand_in_code_point_order(keys, wanted):
    ordered = sorted(keys)
    assert all(a <= b for a, b in pairwise(ordered))
    assert make_names(ordered).place(wanted) == sum(key < wanted for key in ordered)
