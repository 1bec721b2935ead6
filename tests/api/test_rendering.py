"""What the fast writer of JSON says is what REST framework's own says."""

import json
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st
from rest_framework.renderers import JSONRenderer

from core.api.rendering import Json

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
SHANGHAI = ZoneInfo("Asia/Shanghai")
# Before 1950 the zone had seconds, which the two write differently.
PLAIN = (
    st.none()
    | st.booleans()
    | st.integers(-(2**80), 2**80)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.dates()
    | st.datetimes()
    | st.datetimes().filter(lambda moment: moment.year >= 1950).map(lambda moment: moment.replace(tzinfo=SHANGHAI))
    | st.datetimes(timezones=st.just(UTC))
    # The fast writer drops a nought of a fraction of a second; a time of day is told to the minute.
    | st.times().map(lambda moment: moment.replace(microsecond=0))
    | st.decimals(allow_nan=False, allow_infinity=False, places=2)
    | st.uuids()
)
ANSWERS = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT | st.integers(), inner, max_size=4)
)


@given(ANSWERS)
def test_every_value_is_read_back_as_before(data):
    usual, written = JSONRenderer().render(data), Json().render(data)
    assert json.loads(written or "null") == json.loads(usual or "null")


@pytest.mark.parametrize(
    "value",
    [
        '汉\u2028字\u2029"\\/\x00\x1f\x7f\t😀',
        mark_safe("<b>"),
        gettext_lazy("就业"),
        datetime(2026, 1, 2, 3, 4, 5, 678, tzinfo=UTC),
        datetime(2026, 1, 2, 3, 4, 5, tzinfo=SHANGHAI),
        time(3, 4, 5, 4000),
        timedelta(days=1, seconds=3),
        date(2026, 1, 2),
        Decimal("3.20"),
        UUID(int=5),
        2**70,
        {1: "一"},
        {"集"},
        (1, 2.5),
        None,
    ],
)  # fmt: skip
def test_each_kind_is_written_letter_for_letter_as_before(value):
    assert Json().render(value) == JSONRenderer().render(value)
