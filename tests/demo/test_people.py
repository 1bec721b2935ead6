"""The demo county's people are such as there could be: who somebody is in the household goes with sex and age."""

import pytest

from demo.loading import load_demo
from tests.journeys import place_divisions
from workers.models import Household, Worker
from workers.surveys.models import SurveyClash

pytestmark = pytest.mark.django_db

MALE, FEMALE = {"子", "父", "兄", "弟"}, {"女", "母", "姐", "妹"}


def test_relations_and_clashes_make_sense():
    place_divisions()
    load_demo(scale=400)
    people = list(Worker.objects.select_related("household"))
    assert {one.relation for one in people if one.sex == "男"} & FEMALE == set()
    assert {one.relation for one in people if one.sex == "女"} & MALE == set()
    assert Household.objects.count() <= sum(one.relation == "户主" for one in people)
    heads = {one.household_id: one for one in people if one.relation == "户主" and one.name == one.household.head_name}
    children = [
        (one, heads[one.household_id]) for one in people if one.relation in {"子", "女"} and one.household_id in heads
    ]
    assert children
    assert [child for child, head in children if child.birth_date.year < head.birth_date.year + 18] == []
    clashes = SurveyClash.objects.values_list("base", "theirs", "mine")
    assert [values for values in clashes if len(set(values)) < 3 or not values[1]] == []
