"""Names of divisions and many codes as part of a query."""

import pytest
from django.db import connection
from django.db.models import Value
from hypothesis import given, settings
from hypothesis import strategies as st

from core.arrays import array_of
from core.divisions.expressions import NameOf, name_above
from core.divisions.models import Division
from core.divisions.queries import names_of

pytestmark = pytest.mark.django_db

NAMES = {"520527105002": "上街社区居民委员会", "520527105": "古达乡", "520527": "赫章县"}


@pytest.fixture(autouse=True)
def _divisions():
    for code, level in zip(NAMES, ("village", "township", "county"), strict=True):
        Division.objects.update_or_create(code=code, defaults={"name": NAMES[code], "level": level})


def test_a_division_is_told_by_its_own_name_and_by_those_above():
    rows = Division.objects.filter(code="520527105002").annotate(
        own=NameOf("code"), township=name_above("code", 9), county=name_above("code", 6)
    )
    assert list(rows.values_list("own", "township", "county")) == [tuple(NAMES.values())]
    assert names_of(set(NAMES)) == NAMES


def test_a_code_nobody_knows_has_no_name():
    rows = Division.objects.filter(code="520527105002").annotate(none=NameOf(Value("999999")))
    assert rows.values_list("none", flat=True).get() == ""
    assert names_of({"999999", 'a"b\\,{}', ""}) == {}


@settings(max_examples=60)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6), max_size=8))
def test_texts_come_to_the_database_as_they_are(texts):
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[], %s::bigint[]", [array_of(texts), array_of(range(len(texts)))])
        assert cursor.fetchone() == (texts, list(range(len(texts))))
