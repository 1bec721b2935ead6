"""Periods as the statistics API and the subsidy sheets write them."""

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.periods import (
    Period,
    PeriodError,
    days_of,
    month_of,
    parse_period,
    parse_period_cell,
    quarter_of,
    year_of,
)
from tests.formats.cells import CELLS, outcome

days = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    ("text", "start", "end", "label", "kind"),
    [
        ("2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31), "2025", "year"),
        ("2025Q1", dt.date(2025, 1, 1), dt.date(2025, 3, 31), "2025Q1", "quarter"),
        ("2025Q4", dt.date(2025, 10, 1), dt.date(2025, 12, 31), "2025Q4", "quarter"),
        ("2025-03", dt.date(2025, 3, 1), dt.date(2025, 3, 31), "2025-03", "month"),
        ("2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29), "2024-02", "month"),
        ("2025-02-10..2025-02-28", dt.date(2025, 2, 10), dt.date(2025, 2, 28), "2025-02-10..2025-02-28", "range"),
        ("2025-02-10..2025-02-10", dt.date(2025, 2, 10), dt.date(2025, 2, 10), "2025-02-10..2025-02-10", "range"),
        ("2025-02-01..2025-02-28", dt.date(2025, 2, 1), dt.date(2025, 2, 28), "2025-02", "month"),
        ("2025-04-01..2025-06-30", dt.date(2025, 4, 1), dt.date(2025, 6, 30), "2025Q2", "quarter"),
        ("2025-01-01..2025-12-31", dt.date(2025, 1, 1), dt.date(2025, 12, 31), "2025", "year"),
    ],
)
def test_a_period_has_its_days_and_one_label(text, start, end, label, kind):
    period = parse_period(text)
    assert period == Period(start, end, label, kind)
    assert str(period) == label
    assert parse_period(label) == period


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "25",
            "2025Q5",
            "2025Q0",
            "2025q1",
            "2025-13",
            "2025-00",
            "2025-3",
            "2025-02-30",
            "2025-02-15",
            "1899",
            "2101",
        ),
        *("2025-02-01..2025-02-30", "2025-02-01..", "2025..2026", "2025年", " 2025", "２０２５", "1899Q4", "2101-01"),
    ],
)
def test_any_other_spelling_is_refused(text):
    with pytest.raises(PeriodError, match="不是时段，请写成"):
        parse_period(text)


def test_a_range_that_ends_before_it_starts_is_refused():
    with pytest.raises(PeriodError, match="起始日 2025-03-01 晚于截止日 2025-02-01"):
        parse_period("2025-03-01..2025-02-01")


@given(days, days)
def test_every_two_days_make_a_period_that_reads_back(one, two):
    first, last = sorted((one, two))
    period = days_of(first, last)
    assert (period.start, period.end) == (first, last)
    assert parse_period(period.label) == parse_period_cell(period.label) == period
    assert [first in period, last in period] == [True, True]
    assert first - dt.timedelta(days=1) not in period


@given(days, days)
def test_months_and_quarters_stand_end_to_end_around_a_period(one, two):
    first, last = sorted((one, two))
    period = days_of(first, last)
    for parts in (period.months, period.quarters):
        assert [first in parts[0], last in parts[-1]] == [True, True]
        assert all(later.start == earlier.end + dt.timedelta(days=1) for earlier, later in pairwise(parts))


def test_a_period_knows_the_months_and_quarters_it_touches():
    assert [str(month) for month in parse_period("2024-11-30..2025-02-01").months] == [
        "2024-11",
        "2024-12",
        "2025-01",
        "2025-02",
    ]
    assert len(year_of(2025).months) == 12
    assert [str(quarter) for quarter in parse_period("2024-11-30..2025-04-01").quarters] == [
        "2024Q4",
        "2025Q1",
        "2025Q2",
    ]
    assert quarter_of(2025, 2).months == (month_of(2025, 4), month_of(2025, 5), month_of(2025, 6))


@pytest.mark.parametrize(
    ("raw", "label"),
    [
        (2025, "2025"),
        (2025.0, "2025"),
        ("2025年", "2025"),
        ("2025 年度", "2025"),
        ("２０２５", "2025"),
        ("2025Q1", "2025Q1"),
        ("2025q1", "2025Q1"),
        ("2025年第1季度", "2025Q1"),
        ("2025年第一季度", "2025Q1"),
        ("2025年四季度", "2025Q4"),
        ("2025年1-3月", "2025Q1"),
        ("2025年1月至3月", "2025Q1"),
        ("2025.1-2025.3", "2025Q1"),
        ("2025年1月—2025年12月", "2025"),
        ("2025-03", "2025-03"),
        ("2025.3", "2025-03"),
        ("2025年3月", "2025-03"),
        ("2025年03月份", "2025-03"),
        (202503, "2025-03"),
        (dt.date(2025, 3, 1), "2025-03"),
        ("2025年1-2月", "2025-01-01..2025-02-28"),
        ("2025年1月1日至2025年2月15日", "2025-01-01..2025-02-15"),
        ("2025-01-01~2025-02-15", "2025-01-01..2025-02-15"),
        ("2025.1.1-2025.2.15", "2025-01-01..2025-02-15"),
        ("2025-03-15", "2025-03-15..2025-03-15"),
        (dt.date(2025, 3, 15), "2025-03-15..2025-03-15"),
    ],
)
def test_an_offices_spelling_of_a_subsidy_period_is_understood(raw, label):
    assert str(parse_period_cell(raw)) == label


@pytest.mark.parametrize("raw", [None, "", "-", "\u3000"])
def test_a_blank_cell_is_no_period(raw):
    assert parse_period_cell(raw) is None


@pytest.mark.parametrize("raw", ["上半年", "2025年13月", "3月", "2025年3-1月", "25年", "1899年", True, dt.time(8)])
def test_what_is_no_period_is_refused(raw):
    assert outcome(parse_period_cell, raw) == ("fault", "date")


@given(CELLS)
def test_any_cell_is_a_period_a_blank_or_a_date_fault(raw):
    kind, found = outcome(parse_period_cell, raw)
    assert found == "date" if kind == "fault" else found is None or found.start <= found.end
