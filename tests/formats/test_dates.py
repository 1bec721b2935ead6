"""Dates in every spelling offices use."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.formats.dates import add_months, month_end, parse_date, read_date
from core.formats.faults import CellFault
from tests.formats.cells import CELLS, outcome

DAY = dt.date(2025, 2, 15)
EPOCH = dt.date(1899, 12, 30)
plausible = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize(
    "raw",
    [
        "2025-02-15",
        "2025-2-15",
        "2025.2.15",
        "2025.02.15",
        "2025/2/15",
        "2025年2月15日",
        "2025年02月15号",
        "2025 年 2 月 15 日",
        "20250215",
        "20250215.0",
        20250215,
        20250215.0,
        45703,
        45703.0,
        45703.75,
        "45703",
        "45703.5",
        "２０２５年２月１５日",
        "２０２５－０２－１５",
        "2025。2。15",
        "2025.2.15.",
        "2025—2—15",
        "'2025-02-15",
        '="2025-02-15"',
        " 2025-02-15 ",
        "2025-02-15 08:30",
        "2025-02-15 08:30:00.000",
        "2025-02-15T08:30:00+08:00",
        "2025年2月15日 上午8时30分",
        "2025年2月15日（星期六）",
        dt.date(2025, 2, 15),
        dt.datetime.fromisoformat("2025-02-15"),
        dt.datetime.fromisoformat("2025-02-15T23:59:59"),
    ],
)
def test_every_spelling_is_the_same_day(raw):
    assert parse_date(raw) == read_date(raw) == DAY


@pytest.mark.parametrize("raw", [None, "", "\u3000", "-", "——", "/"])
def test_a_blank_or_crossed_out_cell_is_no_date(raw):
    assert parse_date(raw) is None


@pytest.mark.parametrize(
    "raw",
    [
        "2025-02",
        "2025年2月",
        "2025",
        2025,
        202502,
        "202502",
        "25-02-15",
        "25.2.15",
        "250215",
        250215,
        "2025-02-30",
        "2025-13-01",
        20250230,
        "20251301",
        "2025-2-15-3",
        "2025-02-15至2025-03-15",
        "2025-02-1508:30",
        "15/02/2025",
        "2月15日",
        "去年二月",
        "1899-12-31",
        "2101-01-01",
        0,
        60,
        -45703,
        1e300,
        "2025-02-15 08:30 至 09:30",
        True,
        dt.time(8, 30),
        dt.timedelta(days=45703),
        dt.date(1899, 12, 31),
        dt.datetime.fromisoformat("9999-01-01"),
    ],
)
def test_what_is_no_full_date_is_refused(raw):
    assert outcome(parse_date, raw) == ("fault", "date")
    assert read_date(raw) is None


def test_a_day_after_the_latest_allowed_is_refused_and_the_latest_is_not():
    assert parse_date("2025-02-15", latest=DAY) == DAY
    with pytest.raises(CellFault) as caught:
        parse_date("2025-02-16", latest=DAY)
    assert caught.value.code == "date"
    assert caught.value.message == "日期 2025-02-16 晚于 2025-02-15，这一列不能填将来的日期"


def test_the_sentence_repeats_what_was_written():
    with pytest.raises(CellFault) as caught:
        parse_date("明年春天")
    assert caught.value.message == "“明年春天”不是完整的日期，请写成 2025-02-15 这样的年月日"


@given(plausible, st.sampled_from(["%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日", "%Y%m%d", "%Y-%m-%d %H:%M:%S"]))
def test_a_written_date_is_read_back(day, spelling):
    assert parse_date(day.strftime(spelling)) == day


@given(st.dates(dt.date(1930, 1, 1), dt.date(2099, 12, 31)), st.floats(0, 0.999))
def test_an_excel_serial_is_its_day_whatever_the_time(day, fraction):
    assert parse_date((day - EPOCH).days + fraction) == day


@given(CELLS)
def test_any_cell_is_a_plausible_date_a_blank_or_a_date_fault(raw):
    kind, found = outcome(parse_date, raw)
    assert found == "date" if kind == "fault" else found is None or 1900 <= found.year <= 2100


@pytest.mark.parametrize(
    ("day", "months", "moved"),
    [
        (dt.date(2025, 1, 31), 1, dt.date(2025, 2, 28)),
        (dt.date(2024, 1, 31), 1, dt.date(2024, 2, 29)),
        (dt.date(2025, 11, 15), 3, dt.date(2026, 2, 15)),
        (dt.date(2025, 1, 15), -1, dt.date(2024, 12, 15)),
        (dt.date(2025, 5, 31), 0, dt.date(2025, 5, 31)),
    ],
)
def test_months_are_added_by_the_calendar(day, months, moved):
    assert add_months(day, months) == moved


@pytest.mark.parametrize(("year", "month", "day"), [(2024, 2, 29), (2025, 2, 28), (2025, 12, 31), (2025, 4, 30)])
def test_a_month_ends_on_its_last_day(year, month, day):
    assert month_end(year, month) == dt.date(year, month, day)
