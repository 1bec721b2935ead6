"""Names of divisions kept in memory for a while."""

from time import sleep

import pytest

from core.divisions.models import Division
from core.divisions.queries import forget_names, names_of
from core.divisions.services import load_divisions

pytestmark = pytest.mark.django_db

VILLAGE, UNKNOWN = "520527105002", "520527105999"


@pytest.fixture(autouse=True)
def _village(settings):
    settings.DIVISION_NAMES_KEPT = 3_600
    Division.objects.update_or_create(code=VILLAGE, defaults={"name": "上街社区", "level": "village"})
    forget_names()
    yield
    forget_names()


def rename(name):
    Division.objects.filter(code=VILLAGE).update(name=name)


def test_a_name_is_asked_for_once(django_assert_num_queries):
    with django_assert_num_queries(1):
        assert [names_of({VILLAGE}) for _ in range(3)] == [{VILLAGE: "上街社区"}] * 3


def test_a_code_nobody_knew_is_asked_for_again(django_assert_num_queries):
    with django_assert_num_queries(2):
        assert [names_of({VILLAGE, UNKNOWN, ""}) for _ in range(2)] == [{VILLAGE: "上街社区"}] * 2
    Division.objects.create(code=UNKNOWN, name="新设社区", level="village")
    assert names_of({VILLAGE, UNKNOWN}) == {VILLAGE: "上街社区", UNKNOWN: "新设社区"}


def test_a_list_of_divisions_loaded_is_seen_at_once(tmp_path):
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区"}
    file = tmp_path / "divisions.csv"
    file.write_text(f"code,name\n{VILLAGE},上街社区居民委员会\n", encoding="utf-8")
    load_divisions(path=file)
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区居民委员会"}


def test_a_name_written_elsewhere_is_seen_after_a_while(settings):
    settings.DIVISION_NAMES_KEPT = 0.05
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区"}
    rename("上街社区居民委员会")
    sleep(0.06)
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区居民委员会"}


def test_no_name_is_kept_where_nothing_may_be(settings):
    settings.DIVISION_NAMES_KEPT = 0
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区"}
    rename("上街社区居民委员会")
    assert names_of({VILLAGE}) == {VILLAGE: "上街社区居民委员会"}
