"""Refusal code `overlap`: which rows of 务工台账 may stand beside each other (formats.md §1.3, §1.4 rule 1)."""

from datetime import date, timedelta
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from employment.spells import declared_overlaps

FIRST = date(2025, 1, 1)


class Row(NamedTuple):
    start: date
    end: date | None


def row(first, end=None):
    return Row(FIRST + timedelta(days=first), None if end is None else FIRST + timedelta(days=end))


@pytest.mark.parametrize(
    ("incoming", "refused"),
    [
        ([row(1, 10), row(10, 20)], {}),  # touching
        ([row(1, 10), row(9, 20)], {1: row(1, 10)}),  # the later start is refused
        ([row(9, 20), row(1, 10)], {0: row(1, 10)}),  # whichever comes first in the file
        ([row(1), row(5), row(9, 12)], {}),  # no written end, no overlap
        ([row(1, 30), row(5, 6), row(7, 8)], {1: row(1, 30), 2: row(1, 30)}),
        ([row(1, 10), row(5, 30), row(12, 14)], {1: row(1, 10)}),  # a refused row meets nobody
        ([row(1, 10), row(2), row(11, 20), row(19)], {1: row(1, 10), 3: row(11, 20)}),
    ],
)
def test_rows_of_one_file(incoming, refused):
    assert declared_overlaps(incoming) == refused


@pytest.mark.parametrize(
    ("incoming", "stored", "refused"),
    [
        ([row(5)], [row(1, 10)], {0: row(1, 10)}),
        ([row(10)], [row(1, 10)], {}),
        ([row(1, 10)], [row(5)], {0: row(5)}),  # across imports the incoming row, though it starts earlier
        ([row(1, 5)], [row(5)], {}),
        ([row(1)], [row(5, 9)], {}),
        ([row(1, 20)], [row(12), row(15)], {0: row(12)}),
        ([row(1, 4), row(5)], [row(1, 10)], {}),  # an update of the stored row comes to its place
        ([row(1, 10), row(5)], [row(1, 4)], {1: row(1, 10)}),
        ([row(1, 10), row(4)], [row(1, 3), row(6)], {0: row(6)}),  # a refused update leaves what is stored
        ([row(1, 10), row(2)], [row(1, 3), row(6)], {0: row(6), 1: row(1, 3)}),
        ([row(6, 9), row(1, 7)], [row(6)], {1: row(6)}),
    ],
)
def test_rows_beside_stored_ones(incoming, stored, refused):
    assert declared_overlaps(incoming, stored) == refused


rows = st.lists(
    st.builds(row, st.integers(0, 30), st.none() | st.integers(31, 45)).map(
        lambda r: r if r.end is None else Row(r.start, r.start + (r.end - FIRST - timedelta(days=30)))
    ),
    max_size=6,
    unique_by=lambda r: r.start,
)


def overlap(one, other):
    first, second = sorted([one, other], key=lambda r: r.start)
    return first.end is not None and second.start < first.end


@given(rows, rows)
def test_what_is_kept_never_overlaps_and_what_is_refused_does(incoming, stored):
    refused_stored = declared_overlaps(stored)
    stored = [r for index, r in enumerate(stored) if index not in refused_stored]
    refused = declared_overlaps(incoming, stored)
    kept = {r.start: r for r in stored} | {r.start: r for i, r in enumerate(incoming) if i not in refused}
    assert not any(overlap(one, other) for one in kept.values() for other in kept.values() if one is not other)
    for index, met in refused.items():
        assert overlap(incoming[index], met)
        assert met in kept.values() or met in stored
