"""The oracle against a published table and against arithmetic done by hand."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.oracle_km import kaplan_meier, survival_at

# Remission of 21 leukaemia patients under 6-MP, weeks (Freireich et al. 1963): the example of the textbooks.
LEFT = [6, 6, 6, 7, 10, 13, 16, 22, 23]
CENSORED = [6, 9, 10, 11, 17, 19, 20, 25, 32, 32, 34, 35]
PUBLISHED = [
    # day, at risk, left, survival, standard error, low, high (log-log)
    (6, 21, 3, "0.857", "0.0764", "0.620", "0.952"),
    (7, 17, 1, "0.807", "0.0869", "0.563", "0.923"),
    (10, 15, 1, "0.753", "0.0963", "0.503", "0.889"),
    (13, 12, 1, "0.690", "0.1068", "0.432", "0.849"),
    (16, 11, 1, "0.627", "0.1141", "0.368", "0.805"),
    (22, 7, 1, "0.538", "0.1282", "0.268", "0.747"),
    (23, 6, 1, "0.448", "0.1346", "0.188", "0.680"),
]


def leukaemia():
    return kaplan_meier(LEFT + CENSORED, [True] * len(LEFT) + [False] * len(CENSORED))


def test_equals_the_published_table():
    table = [
        (
            s.day,
            s.at_risk,
            s.left,
            f"{float(s.survival):.3f}",
            f"{s.standard_error:.4f}",
            f"{s.low:.3f}",
            f"{s.high:.3f}",
        )
        for s in leukaemia()
    ]
    assert table == PUBLISHED


def test_survival_is_an_exact_fraction():
    steps = kaplan_meier([1, 2, 2, 3, 4], [True, True, False, True, False])
    assert [(step.day, step.survival) for step in steps] == [
        (1, Fraction(4, 5)),
        (2, Fraction(3, 5)),
        (3, Fraction(3, 10)),
    ]
    assert [survival_at(steps, day) for day in (0, 1, 2, 9)] == [1, Fraction(4, 5), Fraction(3, 5), Fraction(3, 10)]


def test_a_curve_that_falls_to_zero_has_no_band_there():
    first, last = kaplan_meier([5, 9], [True, True])
    assert (first.survival, first.low is not None) == (Fraction(1, 2), True)
    assert (last.survival, last.greenwood, last.standard_error, last.low, last.high) == (0, None, None, None, None)


def test_nobody_left_is_no_step():
    assert kaplan_meier([5, 9], [False, False]) == []
    assert kaplan_meier([], []) == []


@pytest.mark.parametrize(("durations", "left"), [([1], []), ([-1], [True])])
def test_bad_input_raises(durations, left):
    with pytest.raises(ValueError, match="of one length"):
        kaplan_meier(durations, left)


@given(st.lists(st.tuples(st.integers(0, 40), st.booleans()), max_size=30))
def test_the_curve_falls_inside_its_band(spells):
    steps = kaplan_meier([days for days, _ in spells], [left for _, left in spells])
    for earlier, later in pairwise(steps):
        assert earlier.survival > later.survival
    for step in steps:
        if step.low is not None:
            assert 0 <= step.low < step.survival < step.high <= 1


@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_without_censoring_it_is_the_share_still_there(durations):
    steps = kaplan_meier(durations, [True] * len(durations))
    for day in range(41):
        assert survival_at(steps, day) == Fraction(sum(1 for d in durations if d > day), len(durations))
