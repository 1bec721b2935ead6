import pytest
from django.db import connection
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.db.models.functions import Length
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from core.divisions.models import Division
from core.web.lists.paging import COUNT_CAP, Keyset, capped_count

NAMES = st.sampled_from(["甲", "乙", "丙"])
DATES = st.none() | st.sampled_from(["2025-01-01", "2025-02-15"])
ORDERS = st.sampled_from(
    [
        ("name",),
        ("effective_from",),
        ("effective_from", "name"),
        ("name", "-code"),
        ("length",),
        ("-effective_from", "name"),
        ("pk",),
    ]
)


def walk(keyset, size):
    """All pages forwards, then all of them back from the last."""
    pages = [keyset.page(("pk",), size)]
    while pages[-1].after:
        pages.append(keyset.page(("pk",), size, after=pages[-1].after))
    back = [pages[-1]]
    while back[0].before:
        back.insert(0, keyset.page(("pk",), size, before=back[0].before))
    return [[row["pk"] for row in page.rows] for page in pages], [[row["pk"] for row in page.rows] for page in back]


class TestPagesInAnyOrder(TestCase):
    @settings(max_examples=60, deadline=None)
    @given(st.lists(st.tuples(NAMES, DATES), max_size=14), ORDERS, st.booleans(), st.integers(1, 5))
    def test_pages_hold_every_row_once_in_order_both_ways(self, rows, order, descending, size):
        Division.objects.bulk_create(
            Division(code=f"520527219{200 + n}", name=name, level="village", effective_from=day)
            for n, (name, day) in enumerate(rows)
        )
        found = Division.objects.annotate(length=Length("name"))
        flipped = [(key.removeprefix("-"), key.startswith("-") != descending) for key in order]
        direction = [F(key).desc(nulls_last=True) if down else F(key).asc(nulls_last=True) for key, down in flipped]
        pk_down = flipped[-1][1] if order[-1] == "pk" else descending
        wanted = list(
            found.order_by(*direction, F("pk").desc() if pk_down else F("pk").asc()).values_list("pk", flat=True)
        )
        forwards, back = walk(Keyset(found, order, descending=descending), size)
        assert [pk for page in forwards for pk in page] == wanted
        assert [pk for page in back for pk in page] == wanted


@pytest.mark.usefixtures("divisions")
def test_a_deep_page_is_one_query_by_row_comparison_without_offset():
    keyset = Keyset(Division.objects.all(), ("name",), descending=True)
    first = keyset.page(("pk",), 3)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        keyset.page(("pk",), 3, after=first.after)
    (query,) = (entry["sql"] for entry in caught.captured_queries)
    assert '("divisions_division"."name", "divisions_division"."code") < (' in query
    assert "OFFSET" not in query


@pytest.mark.usefixtures("divisions")
def test_a_cursor_of_another_order_gives_the_first_page():
    by_name = Keyset(Division.objects.all(), ("name",), descending=False)
    by_code = Keyset(Division.objects.all(), ("code",), descending=False)
    assert by_code.page(("pk",), 3, after=by_name.page(("pk",), 3).after) == by_code.page(("pk",), 3)


@pytest.mark.usefixtures("divisions")
@pytest.mark.parametrize(("cap", "said"), [(13, "13+"), (14, "14"), (COUNT_CAP, "14")])
def test_counting_stops_at_the_cap(cap, said):
    assert str(capped_count(Division.objects.filter(code__startswith="520527"), cap)) == said


@pytest.mark.django_db
def test_dear_conditions_are_counted_less_far():
    Division.objects.bulk_create(
        Division(code=f"9900{number:08d}", name="多", level="village") for number in range(1_002)
    )
    many = Division.objects.filter(code__startswith="99")
    dear = many.annotate(dear=RawSQL("(SELECT count(*) FROM generate_series(1, 1000000))", ())).filter(dear__gt=0)
    assert [str(capped_count(rows)) for rows in (many, dear)] == ["1,002", "1,000+"]
