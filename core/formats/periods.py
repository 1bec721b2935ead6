"""Periods of statistics and subsidies: a year, a quarter, a month, or two days (formats.md §3)."""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

from core.formats.dates import EARLIEST, LATEST, month_end, read_date
from core.formats.faults import CellFault
from core.formats.text import Cell, compact, is_dash, shown

Kind = Literal["year", "quarter", "month", "range"]

MONTHS_IN_QUARTER: Final = 3
MONTHS_IN_YEAR: Final = 12

_DAYS: Final = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})\.\.([0-9]{4}-[0-9]{2}-[0-9]{2})")
_YEAR: Final = re.compile(r"([0-9]{4})")
_QUARTER: Final = re.compile(r"([0-9]{4})Q([1-4])")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")

# What offices write in a cell besides.
_CELL_YEAR: Final = re.compile(r"([0-9]{4})(?:年|年度|全年)?")
_CELL_QUARTER: Final = re.compile(r"([0-9]{4})(?:年|-)?(?:第?([1-4一二三四])季度?|Q([1-4]))", re.IGNORECASE)
_CELL_MONTH: Final = re.compile(r"([0-9]{4})(?:[-./年]([0-9]{1,2})(?:月|月份)?|(0[1-9]|1[0-2]))")
_CELL_SPAN: Final = re.compile(
    r"(.+?)(?:\.\.|~|至|到|—+|–|-(?=[0-9]{4}[-./年])|-(?=[0-9]{1,2}月))(?:([0-9]{1,2})月(?:份)?|(.+))"
)
_NUMERALS: Final = {"一": 1, "二": 2, "三": 3, "四": 4}


class PeriodError(ValueError):
    """A period that cannot be understood; the sentence is Chinese and for the caller to show."""


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """Days from ``start`` to ``end``, both included; ``label`` is the one spelling formats.md §3 gives it."""

    start: dt.date
    end: dt.date
    label: str
    kind: Kind

    def __contains__(self, day: dt.date) -> bool:
        return self.start <= day <= self.end

    def __str__(self) -> str:
        return self.label

    @property
    def months(self) -> tuple["Period", ...]:
        """The calendar months the period touches, in order."""
        first = self.start.year * MONTHS_IN_YEAR + self.start.month - 1
        last = self.end.year * MONTHS_IN_YEAR + self.end.month - 1
        return tuple(
            month_of(number // MONTHS_IN_YEAR, number % MONTHS_IN_YEAR + 1) for number in range(first, last + 1)
        )

    @property
    def quarters(self) -> tuple["Period", ...]:
        """The calendar quarters the period touches, in order."""
        return tuple(dict.fromkeys(quarter_around(month.start) for month in self.months))


def year_of(year: int) -> Period:
    """Make the period of a calendar year."""
    return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), f"{year}", "year")


def quarter_of(year: int, quarter: int) -> Period:
    """Make the period of a quarter, 1 to 4."""
    last = MONTHS_IN_QUARTER * quarter
    return Period(dt.date(year, last - 2, 1), month_end(year, last), f"{year}Q{quarter}", "quarter")


def month_of(year: int, month: int) -> Period:
    """Make the period of a calendar month, 1 to 12."""
    return Period(dt.date(year, month, 1), month_end(year, month), f"{year}-{month:02d}", "month")


def quarter_around(day: dt.date) -> Period:
    """Make the period of the quarter a day lies in."""
    return quarter_of(day.year, (day.month - 1) // MONTHS_IN_QUARTER + 1)


def days_of(start: dt.date, end: dt.date) -> Period:
    """Make the period from one day to another, both included; a whole year, quarter or month becomes that.

    Raises ``PeriodError`` when the days stand the wrong way.
    """
    if end < start:
        message = f"时段的起始日 {start} 晚于截止日 {end}"
        raise PeriodError(message)
    for whole in (year_of(start.year), quarter_around(start), month_of(start.year, start.month)):
        if (whole.start, whole.end) == (start, end):
            return whole
    return Period(start, end, f"{start}..{end}", "range")


def parse_period(text: str) -> Period:
    """Read a period as the statistics API takes it: 2025, 2025Q1, 2025-03, 2025-02-01..2025-02-28.

    Raises ``PeriodError`` for any other spelling, for a month or a day that does not exist, for a year outside 1900 to
    2100 and for a range that ends before it starts.
    """
    period = None
    if found := _YEAR.fullmatch(text):
        period = _year(int(found[1]))
    elif found := _QUARTER.fullmatch(text):
        period = _quarter(int(found[1]), int(found[2]))
    elif found := _MONTH.fullmatch(text):
        period = _month(int(found[1]), int(found[2]))
    elif found := _DAYS.fullmatch(text):
        first, last = read_date(found[1]), read_date(found[2])
        period = days_of(first, last) if first and last else None
    if period is None:
        message = f"“{shown(text)}”不是时段，请写成 2025、2025Q1、2025-03 或 2025-02-01..2025-02-28"
        raise PeriodError(message)
    return period


def parse_period_cell(raw: Cell) -> Period | None:
    """Read the period of a subsidy (补贴所属期) as offices write it; None for a blank or crossed-out cell.

    Besides the spellings of ``parse_period``: 2025年, 2025年第一季度, 2025年3月, 2025.3, 202503, 2025年1-3月,
    2025年1月1日至2025年3月31日, one day; a true date cell on the first of a month is that month, which spreadsheets
    make of 2025-03. Raises ``CellFault`` ``date``.
    """
    if isinstance(raw, dt.date) and raw.day == 1:
        return _month(raw.year, raw.month)
    text = compact(raw)
    if text is None or is_dash(text):
        return None
    try:
        period = _point(text) or _span(text)
    except PeriodError as error:
        raise CellFault("date", str(error)) from error
    if period is None:
        raise CellFault("date", f"“{shown(raw)}”不是所属期，请写成 2025、2025Q1、2025-03 或 2025-02-01..2025-02-28")
    return period


def parse_year_cell(raw: Cell) -> int | None:
    """Read a year (年度) as offices write it: 2025, 2025年, 2025年度; None for a blank or crossed-out cell.

    Raises ``CellFault`` ``date`` for anything else, and for a year outside 1900 to 2100.
    """
    text = compact(raw)
    if text is None or is_dash(text):
        return None
    found = _CELL_YEAR.fullmatch(text)
    period = _year(int(found[1])) if found else None
    if period is None:
        raise CellFault("date", f"“{shown(raw)}”不是年度，请写成 2025")
    return period.start.year


def _year(year: int) -> Period | None:
    return year_of(year) if EARLIEST.year <= year <= LATEST.year else None


def _quarter(year: int, quarter: int) -> Period | None:
    return quarter_of(year, quarter) if EARLIEST.year <= year <= LATEST.year else None


def _month(year: int, month: int) -> Period | None:
    return month_of(year, month) if EARLIEST.year <= year <= LATEST.year and 1 <= month <= MONTHS_IN_YEAR else None


def _point(text: str) -> Period | None:
    """Read one year, quarter, month or day in an office's spelling."""
    if found := _CELL_YEAR.fullmatch(text):
        return _year(int(found[1]))
    if found := _CELL_QUARTER.fullmatch(text):
        written = found[2] or found[3]
        return _quarter(int(found[1]), _NUMERALS.get(written) or int(written))
    if found := _CELL_MONTH.fullmatch(text):
        return _month(int(found[1]), int(found[2] or found[3]))
    day = read_date(text)
    return days_of(day, day) if day else None


def _span(text: str) -> Period | None:
    """Read 从…到… of two points; a bare month on the right is of the left one's year."""
    found = _CELL_SPAN.fullmatch(text)
    first = _point(found[1]) if found else None
    if found is None or first is None:
        return None
    last = _month(first.start.year, int(found[2])) if found[2] else _point(found[3])
    return days_of(first.start, last.end) if last else None
