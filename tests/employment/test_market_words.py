"""What the words of a vacancy ask of sex, age and schooling, and what they only seem to ask (docs/market.md)."""

import pytest

from tests.employment.market import vacancy
from tests.journeys import place_divisions

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def places():
    place_divisions()


def read(requirement):
    job = vacancy("缝纫工", requirement=requirement)
    return job.wants_sex, job.wants_age_from, job.wants_age_to, job.wants_school


@pytest.mark.parametrize(
    ("requirement", "asked"),
    [
        ("女，18-45岁，初中及以上", ("女", 18, 45, 2)),
        ("男 18周岁以上 55周岁以下", ("男", 18, 55, 0)),
        ("18至45周岁女工", ("女", 18, 45, 0)),
        ("男女不限，年满18，年龄不超过50", ("", 18, 50, 0)),
        ("满16周岁，不超过60岁", ("", 16, 60, 0)),
        ("18-45岁 女性优先", ("", 18, 45, 0)),
        ("18-45岁，有经验者优先", ("", 18, 45, 0)),
        ("初中 女性优先", ("", None, None, 2)),
        ("女18-45岁，男18-50岁", ("", 18, 50, 0)),
        ("男20-50岁；女18-45岁；夫妻工18至55周岁", ("", 18, 55, 0)),
        ("女45岁以下，男50岁以下，18岁以上", ("", 18, 50, 0)),
        ("女18-45岁，男18-50岁，35岁以下优先", ("", 18, 50, 0)),
    ],
)
def test_bounds_are_read(requirement, asked):
    assert read(requirement) == asked


@pytest.mark.parametrize(
    "requirement",
    [
        "35岁以下优先", "20-35岁优先", "25岁以上优先", "35岁以下者 优先", "每天不超过10小时", "体重不超过120斤", "满12个月有奖金",
        "满26天全勤奖", "子女可就近入学", "可带儿女", "大专优先", "女性优先", "１８－４５岁",
    ],
)  # fmt: skip
def test_what_is_no_bound_rules_nobody_out(requirement):
    assert read(requirement) == ("", None, None, 0)
