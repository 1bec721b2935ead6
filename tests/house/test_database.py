"""The database every test stands on is PostgreSQL 18 as the launcher sets it up."""

import pytest
from django.core.cache import cache
from django.db import connection

pytestmark = pytest.mark.django_db


def _one(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()[0]


def test_is_postgresql_18_in_chinese_time():
    assert _one("show server_version_num").startswith("18")
    assert _one("show timezone") == "Asia/Shanghai"


def test_sorts_by_code_point_and_knows_chinese_letters():
    assert _one("select 'B' < 'a' and upper('é') = 'É'") is True
    assert _one("select '张国强' ~ '^\\w+$'") is True


def test_cache_is_shared_by_redis():
    cache.set("house", {"n": 1})
    assert cache.get("house") == {"n": 1}
