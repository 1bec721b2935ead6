"""Workplaces, brands, returns and earnings counted on the fingers: every sentence of formats.md §3.1 about them."""

import datetime as dt

import pytest
from django.utils.timezone import localdate

from core.errors import DomainError
from core.indicators.answers import answer
from core.indicators.people import people_behind
from core.indicators.questions import read_question
from employment.models import Brand, BrandMember, DeclaredJob, Placement, Returnee, Workplace
from employment.rebuilding import rebuild_spells
from stations.models import Visit
from tests import people
from tests.journeys import OTHER_VILLAGE, employer, place_divisions, worker
from workers.models import GroupMembership

pytestmark = pytest.mark.django_db

HERE, THERE = "520527219", "520527105"
D = dt.date
TODAY, CODES = localdate(), ("WS_N", "WS_JOBS", "POST_N", "POST_FILLED")
RECOGNISED, TAKEN_ON = D(2024, 5, 1), D(2025, 1, 10)


@pytest.fixture(autouse=True)
def divisions():
    place_divisions()


def asked(code, period="2025", *, user=None, **words):
    return read_question(code, {"period": [period], **{name: [value] for name, value in words.items()}}, user)


def document(code, period="2025", **words):
    return answer(asked(code, period, **words)).document


def total(code, period="2025", **words):
    return document(code, period, **words)["total"]


def value(code, period="2025", **words):
    return total(code, period, **words)["value"]


def rows(code, by, period="2025", **words):
    found = document(code, period, by=by, **words)["rows"]
    return {row[by]["code"]: (row["numerator"], row["denominator"]) for row in found}


def place(code, kind="就业帮扶车间", recognised=RECOGNISED, *, township=HERE, **fields):
    return Workplace.objects.create(
        code=code, name=f"{code}号", kind=kind, township_code=township, recognised_on=recognised, **fields
    )


def in_post(at, who, start=TAKEN_ON, end=None):
    return Placement.objects.create(workplace=at, worker=who, start_on=start, end_on=end)


def job(who, start, place_code="440113", *, end=None, wage=None, confirmed=None):
    made = DeclaredJob.objects.create(
        worker=who, start_on=start, end_on=end, place_code=place_code, wage=wage, confirmed_on=confirmed
    )
    rebuild_spells(worker_ids=[who.pk])
    return made


class TestSites:
    @pytest.mark.parametrize(
        ("fields", "before", "on_the_day", "after"),
        [
            ({}, "0", "1", "1"),
            ({"state": "停用"}, "0", "1", "1"),
            ({"state": "撤销"}, "0", "0", "0"),
            ({"state": "撤销", "withdrawn_on": D(2025, 6, 2)}, "0", "1", "0"),
            ({"state": "正常", "withdrawn_on": D(2025, 6, 2)}, "0", "1", "0"),
        ],
    )
    def test_counts_from_recognition_until_the_day_before_withdrawal(self, fields, before, on_the_day, after):
        place("W1", recognised=D(2025, 6, 1), **fields)
        days = ("2025-05-31", "2025-06-01", "2025-06-02")
        assert [value("WS_N", as_of=day) for day in days] == [before, on_the_day, after]

    def test_each_kind_is_counted_under_its_own_code(self):
        kinds = ("就业帮扶车间", "一县一企基地", "公益性岗位", "零工市场", "零工驿站", "零工驿站", "公共实训基地")
        for n, kind in enumerate(kinds):
            place(f"Z{n}", kind, posts=4)
        assert {code: value(code) for code in ("WS_N", "BASE_N", "GIG_N", "POST_N")} == {
            "WS_N": "1",
            "BASE_N": "1",
            "GIG_N": "3",
            "POST_N": "4",
        }
        assert rows("GIG_N", "workplace_type") == {"零工市场": (1, None), "零工驿站": (2, None)}

    def test_lie_in_their_township_and_under_their_operator(self):
        firm = employer("甲厂", credit_code="91440113MA59EKWX1A")
        place("W1", operator=firm)
        place("W2", township=THERE)
        assert rows("WS_N", "township") == {HERE: (1, None), THERE: (1, None)}
        assert rows("WS_N", "employer") == {"": (1, None), "91440113MA59EKWX1A": (1, None)}
        assert value("WS_N", division=HERE) == "1"

    def test_month_ends_are_states_of_their_own(self):
        place("W1", recognised=D(2025, 2, 10), withdrawn_on=D(2025, 3, 31), state="撤销")
        place("W2", recognised=D(2025, 3, 31))
        assert rows("WS_N", "month", "2025Q1") == {"2025-02": (1, None), "2025-03": (1, None)}

    def test_village_is_no_division_of_theirs(self):
        with pytest.raises(DomainError) as refused:
            asked("WS_N", division="520527219200")
        assert refused.value.field == "division"


class TestStaff:
    def test_counts_from_the_first_day_in_post_until_the_day_before_leaving(self):
        in_post(place("W1"), worker(), D(2025, 3, 1), D(2025, 5, 1))
        days = ("2025-02-28", "2025-03-01", "2025-04-30", "2025-05-01")
        assert [value("WS_JOBS", as_of=day) for day in days] == ["0", "1", "1", "0"]

    def test_counts_each_person_once_and_where_the_place_stands_only(self):
        who, other = worker(), worker(village=OTHER_VILLAGE)
        in_post(place("W1"), who)
        in_post(place("W2", township=THERE), who)
        in_post(place("W3"), other)
        in_post(place("W4", state="撤销"), worker())
        in_post(place("B1", "一县一企基地"), worker())
        assert (value("WS_JOBS"), value("BASE_JOBS")) == ("2", "1")
        # By the place's township, not the person's; one person is in post in both.
        assert rows("WS_JOBS", "township") == {THERE: (1, None), HERE: (2, None)}
        assert document("WS_JOBS", by="township")["additive"] is False

    def test_splits_by_sex_and_by_groups_as_of_the_day(self):
        poor, other = worker(), worker()
        GroupMembership.objects.create(worker=poor, group="lifted_poverty", valid_from=D(2025, 3, 1))
        for who in (poor, other):
            in_post(place(f"W{who.pk}"), who)
        assert rows("WS_JOBS", "group") == {"lifted_poverty": (1, None)}
        assert rows("WS_JOBS", "group", as_of="2025-02-01") == {}
        assert value("WS_JOBS", group="lifted_poverty") == "1"

    def test_of_the_people_behind_it_everybody_lists_their_own(self):
        at = place("W1")
        near, far = worker(), worker(village=OTHER_VILLAGE)
        for who in (near, far):
            in_post(at, who)
        clerk = people.township_clerk()
        question = asked("WS_JOBS", user=clerk, division=HERE)
        assert answer(question).document["total"]["value"] == "2"
        listed = {
            user.username: [
                row["id"] for row in people_behind(asked("WS_JOBS", user=user), part="numerator", limit=9).rows
            ]
            for user in (people.county_clerk(), clerk)
        }
        assert listed == {"xian": [near.pk, far.pk], "xiang": [near.pk]}

    def test_partner_is_told_of_all_places_and_of_the_persons_who_work_in_its_area(self):
        at, near, away = place("P1", "公益性岗位", posts=4), worker(), worker()
        for who in (near, away):
            in_post(at, who)
            in_post(place(f"W{who.pk}"), who)
        job(away, D(2025, 3, 1))
        partner = people.with_role("partner_bureau", "4401")
        told = {code: answer(asked(code, str(TODAY.year), user=partner)).document["total"]["value"] for code in CODES}
        assert told == {"WS_N": "2", "WS_JOBS": "1", "POST_N": "4", "POST_FILLED": "25.00"}

    def test_village_of_a_person_that_changes_makes_the_answer_anew(self):
        who = worker(village=OTHER_VILLAGE)
        in_post(place("W1"), who)
        before = rows("WS_JOBS", "group", division=HERE)
        GroupMembership.objects.create(worker=who, group="disabled")
        assert (before, rows("WS_JOBS", "group", division=HERE)) == ({}, {"disabled": (1, None)})

    def test_filled_posts_are_persons_over_posts(self):
        full, empty = place("P1", "公益性岗位", posts=2), place("P2", "公益性岗位", posts=1, township=THERE)
        place("P3", "公益性岗位", posts=9, state="撤销")
        place("P4", "公益性岗位", posts=None)
        for who in (worker(), worker()):
            in_post(full, who)
        in_post(empty, worker(), end=D(2025, 2, 1))
        assert total("POST_FILLED") == {"value": "66.67", "numerator": 2, "denominator": 3}
        assert rows("POST_FILLED", "township") == {THERE: (0, 1), HERE: (2, 2)}
        assert (total("POST_N")["numerator"], value("POST_FILLED", workplace_type="零工市场")) == (3, None)


class TestBrands:
    def test_count_from_their_recognition_and_by_grade_for_the_county_only(self):
        Brand.objects.create(name="赫章模架工匠", grade="省级", recognised_on=D(2025, 3, 1))
        Brand.objects.create(name="惠大嫂", grade="县级", recognised_on=D(2024, 3, 1))
        Brand.objects.create(name="没有日期", grade="县级")
        assert [value("BRAND_N", as_of=day) for day in ("2025-02-28", "2025-03-01")] == ["1", "2"]
        assert rows("BRAND_N", "brand_grade") == {"县级": (1, None), "省级": (1, None)}
        with pytest.raises(DomainError) as refused:
            asked("BRAND_N", division=HERE)
        assert refused.value.field == "division"

    def test_members_are_those_who_have_joined_and_not_left(self):
        brand, other = (Brand.objects.create(name=name, grade="县级") for name in ("甲", "乙"))
        stays, leaves = worker(), worker(village=OTHER_VILLAGE)
        for at in (brand, other):
            BrandMember.objects.create(brand=at, worker=stays, joined_on=D(2025, 1, 1))
        # Two years of one membership: that the later row gives an end is enough.
        BrandMember.objects.create(brand=brand, worker=leaves, joined_on=D(2024, 1, 1), year=2024)
        BrandMember.objects.create(
            brand=brand, worker=leaves, joined_on=D(2024, 1, 1), year=2025, left_on=D(2025, 6, 1)
        )
        days = ("2024-12-31", "2025-01-01", "2025-05-31", "2025-06-01")
        assert [value("BRAND_JOBS", as_of=day) for day in days] == ["1", "2", "2", "1"]
        assert rows("BRAND_JOBS", "brand", as_of="2025-05-31") == {"乙": (1, None), "甲": (2, None)}
        assert value("BRAND_JOBS", division=HERE) == "1"

    def test_income_is_the_years_sum_over_its_persons(self):
        brand, other = (
            Brand.objects.create(name=name, grade=grade) for name, grade in (("甲", "省级"), ("乙", "县级"))
        )
        first, second, third = worker(), worker(), worker()
        member = {"joined_on": D(2023, 1, 1), "year": 2025}
        BrandMember.objects.create(brand=brand, worker=first, income="60000.50", **member)
        BrandMember.objects.create(brand=other, worker=first, income="10000", **member)
        BrandMember.objects.create(brand=brand, worker=second, income="50000", **member)
        BrandMember.objects.create(brand=brand, worker=third, **member)
        BrandMember.objects.create(brand=brand, worker=second, joined_on=D(2023, 1, 1), year=2024, income="1")
        assert total("BRAND_INC") == {"value": "60000.25", "numerator": "120000.50", "denominator": 2}
        assert rows("BRAND_INC", "brand_grade") == {"县级": ("10000.00", 1), "省级": ("110000.50", 2)}

    @pytest.mark.parametrize("period", ["2025Q1", "2025-03", "2024-07-01..2025-06-30"])
    def test_income_of_anything_but_a_year_is_refused(self, period):
        with pytest.raises(DomainError) as refused:
            asked("BRAND_INC", period)
        assert refused.value.field == "period"
        assert asked("BRAND_INC", "2025-01-01..2025-12-31").period.kind == "year"


class TestReturns:
    FESTIVAL = D(2025, 1, 20)

    def came(self, who, on=FESTIVAL, *, plans=True):
        return Returnee.objects.create(worker=who, returned_on=on, plans_out=plans)

    def rate(self, as_of="2025-03-31", **words):
        found = total("RETURN_RATE", as_of=as_of, **words)
        return found["numerator"], found["denominator"]

    def test_only_who_plans_to_go_out_is_in_the_denominator(self):
        for plans in (True, False):
            who = worker()
            self.came(who, plans=plans)
            job(who, D(2025, 2, 10))
        assert total("RETURN_RATE", as_of="2025-03-31") == {"value": "100.00", "numerator": 1, "denominator": 1}

    @pytest.mark.parametrize(("place_code", "counts"), [("440113", 1), ("520111", 1), ("520527219", 0), ("520527", 0)])
    def test_back_means_outside_the_county(self, place_code, counts):
        who = worker()
        self.came(who)
        job(who, D(2025, 2, 10), place_code)
        assert self.rate() == (counts, 1)

    def test_new_job_counts_while_it_covers_the_cut_off(self):
        who = worker()
        self.came(who)
        job(who, D(2025, 2, 10), end=D(2025, 3, 31))
        days = ("2025-02-09", "2025-02-10", "2025-03-30", "2025-03-31")
        assert [self.rate(day) for day in days] == [(0, 1), (1, 1), (1, 1), (0, 1)]

    def test_older_job_counts_once_it_is_confirmed_after_the_return(self):
        who = worker()
        self.came(who)
        job(who, D(2024, 3, 1))
        Visit.objects.create(worker=who, visited_on=D(2025, 1, 20), channel="电话", status="原岗位在岗")
        Visit.objects.create(worker=who, visited_on=D(2025, 2, 20), channel="电话", status="原岗位在岗")
        rebuild_spells(worker_ids=[who.pk])
        assert [self.rate(day) for day in ("2025-02-19", "2025-02-20")] == [(0, 1), (1, 1)]

    def test_job_begun_on_the_day_of_return_needs_confirmation(self):
        who = worker()
        self.came(who)
        job(who, self.FESTIVAL)
        assert self.rate() == (0, 1)

    @pytest.mark.parametrize(
        ("returned", "year"),
        [(D(2024, 9, 30), "2024"), (D(2024, 10, 1), "2025"), (D(2025, 1, 1), "2025"), (D(2025, 9, 30), "2025")],
    )
    def test_festival_year_is_the_years_own_and_from_october_the_next(self, returned, year):
        self.came(worker(), returned)
        found = {period: total("RETURN_RATE", period)["denominator"] for period in ("2024", "2025")}
        assert found == {"2024": 0, "2025": 0} | {year: 1}

    def test_part_of_a_year_asks_for_the_festival_of_its_end(self):
        self.came(worker(), D(2024, 12, 20))
        periods = ("2025Q1", "2024-12-01..2025-03-31", "2024Q4")
        assert [total("RETURN_RATE", period)["denominator"] for period in periods] == [1, 1, 0]

    def test_last_return_decides_and_later_ones_are_not_known_yet(self):
        who = worker()
        self.came(who, D(2025, 1, 10), plans=False)
        self.came(who, D(2025, 2, 1), plans=True)
        assert [self.rate(day) for day in ("2025-01-31", "2025-02-01")] == [(0, 0), (0, 1)]

    def test_stock_variant_counts_over_who_was_outside_on_the_first_of_december(self):
        home, away, stays, late = worker(), worker(), worker(village=OTHER_VILLAGE), worker()
        job(home, D(2024, 3, 1), end=D(2025, 1, 18))
        job(home, D(2025, 2, 10))
        self.came(home)
        job(away, D(2024, 3, 1))
        job(stays, D(2024, 12, 1))
        job(late, D(2024, 12, 2))
        near = worker()
        job(near, D(2024, 3, 1), "520111")
        found = document("RETURN_RATE", as_of="2025-03-31", variant="stock")
        assert found["variant"] == "stock"
        assert found["total"] == {"value": "33.33", "numerator": 1, "denominator": 3}
        assert rows("RETURN_RATE", "township", as_of="2025-03-31", variant="stock") == {THERE: (0, 1), HERE: (1, 2)}
        assert total("OUT_STOCK", "2024", as_of="2024-12-01")["numerator"] == 3

    def test_answer_carries_the_variant_and_refuses_another(self):
        assert document("RETURN_RATE")["variant"] == "planned"
        with pytest.raises(DomainError) as refused:
            asked("RETURN_RATE", variant="any")
        assert refused.value.field == "variant"

    def test_cut_offs_follow_each_other_by_month(self):
        who = worker()
        self.came(who)
        job(who, D(2025, 2, 10))
        assert rows("RETURN_RATE", "month", "2025Q1") == {"2025-01": (0, 1), "2025-02": (1, 1), "2025-03": (1, 1)}


class TestIncome:
    def test_is_what_a_year_of_wages_comes_to_per_person(self):
        whole, half, none, silent = worker(), worker(), worker(), worker()
        job(whole, D(2024, 1, 1), wage="4000")
        job(half, D(2025, 1, 1), end=D(2025, 3, 15), wage="3650")  # 73 days of 365: a fifth
        job(half, D(2025, 12, 25), "330206", wage="3650")  # 7 days
        job(none, D(2024, 1, 1), end=D(2025, 1, 1), wage="9000")
        job(silent, D(2025, 1, 1))
        # 48,000 + 8,760 + 840
        assert total("INCOME") == {"value": "28800.00", "numerator": "57600.00", "denominator": 2}
        assert rows("INCOME", "destination") == {"33": ("840.00", 1), "44": ("56760.00", 2)}

    def test_of_a_running_year_counts_to_the_day(self):
        job(worker(), D(2024, 1, 1), wage="3650")
        assert total("INCOME", as_of="2025-03-14")["value"] == "8760.00"

    def test_farm_year_runs_from_october(self):
        job(worker(), D(2024, 12, 1), end=D(2025, 10, 1), wage="3650")
        assert value("INCOME", "2024-10-01..2025-09-30") == "36480.00"  # 304 of 365 days
        with pytest.raises(DomainError) as refused:
            asked("INCOME", "2025Q1")
        assert refused.value.field == "period"
