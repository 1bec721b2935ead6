"""Rows of workplaces, brands, returns, referrals and the survey: they come along, what meets is settled, undo brings all back."""

from datetime import date

import pytest

from employment.models import Brand, BrandMember, Fair, Placement, Referral, Returnee, Workplace
from tests import people
from tests.doubles.test_merging import everything, merge, undo
from tests.journeys import employer, place_divisions, worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def two(db):
    place_divisions()
    return worker("张国强"), worker("张国强")


def workplace(code="CJ-01"):
    return Workplace.objects.get_or_create(
        code=code,
        defaults={
            "name": "甲车间",
            "kind": "就业帮扶车间",
            "township_code": people.TOWNSHIP,
            "recognised_on": "2024-01-01",
        },
    )[0]


def post(who, start, end=None, at="CJ-01", **fields):
    return Placement.objects.create(workplace=workplace(at), worker=who, start_on=start, end_on=end, **fields)


def posts(who):
    return list(
        Placement.objects.filter(worker=who).order_by("workplace", "start_on").values_list("start_on", "end_on")
    )


def day(month, number=1):
    return date(2025, month, number)


class TestPosts:
    @pytest.mark.parametrize(
        ("mine", "theirs", "left"),
        [
            ([(1, 3)], [(3, 5)], [(1, 3), (3, 5)]),
            ([(1, 3)], [(2, 5)], [(1, 5)]),
            ([(2, 5)], [(1, 3)], [(1, 5)]),
            ([(1, 3)], [(1, 5)], [(1, 5)]),
            ([(1, None)], [(2, 5)], [(1, None)]),
            ([(1, 3), (4, 6)], [(2, 5)], [(1, 6)]),
            ([(1, 3)], [(2, None)], [(1, None)]),
            ([(2, 3)], [(1, 5), (6, 7)], [(1, 5), (6, 7)]),
        ],
    )
    def test_posts_at_one_workplace_that_overlap_are_one(self, two, mine, theirs, left):
        kept, gone = two
        for who, rows in ((kept, mine), (gone, theirs)):
            for start, end in rows:
                post(who, day(start), end and day(end))
        before = everything()
        made = merge(kept, gone)
        assert posts(kept) == [(day(start), end and day(end)) for start, end in left]
        undo(made)
        assert everything() == before

    def test_elsewhere_they_stand_beside_each_other_and_blanks_are_filled(self, two):
        kept, gone = two
        post(kept, day(1), at="CJ-02")
        post(kept, day(3), day(4), post="缝纫工")
        post(gone, day(3), day(4), wage=3000)
        merge(kept, gone)
        assert Placement.objects.count() == 2
        found = Placement.objects.get(start_on=day(3))
        assert (found.worker, found.post, found.wage) == (kept, "缝纫工", 3000)


class TestListsOfNames:
    def test_the_same_entry_of_both_is_one_and_undone_two(self, two):
        kept, gone = two
        brand = Brand.objects.create(name="赫章核桃", grade="县级")
        fair, firm = (
            Fair.objects.create(code="ZP-1", name="春风", held_on=day(2), form="线下", organiser="本县"),
            employer(),
        )
        for who, income in ((kept, None), (gone, 30000)):
            BrandMember.objects.create(brand=brand, worker=who, joined_on=day(1), year=2025, income=income)
            Returnee.objects.create(worker=who, returned_on=day(1, 20), plans_out=True)
            Referral.objects.create(
                worker=who, fair=fair, employer=firm, job_title="普工", result="意向", happened_on=day(2)
            )
        Referral.objects.create(
            worker=gone, fair=fair, employer=firm, job_title="普工", result="签约", happened_on=day(2, 9)
        )
        before = everything()
        made = merge(kept, gone)
        assert (BrandMember.objects.get().income, Returnee.objects.get().worker) == (30000, kept)
        steps = Referral.objects.filter(worker=kept).order_by("happened_on").values_list("result", flat=True)
        assert list(steps) == ["意向", "签约"]
        undo(made)
        assert everything() == before
