"""Periods as formats.md §3 writes them: 2025, 2025Q1, 2025-03, 2025-02-01..2025-02-28."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from core.errors import DomainError

_ONE_DAY: Final = timedelta(days=1)
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_JANUARY, _DECEMBER = 1, 12
_YEAR = re.compile(r"\d{4}", re.ASCII)
_QUARTER = re.compile(r"(\d{4})[Qq]([1-4])", re.ASCII)
_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Period:
    """Days from ``first`` to ``last``, both counted."""

    first: date
    last: date

    @property
    def label(self) -> str:
        """The shortest way to write it."""
        for text in (f"{self.first:%Y}", quarter_of(self.first), f"{self.first:%Y-%m}"):
            if _calendar(text) == self:
                return text
        return f"{self.first.isoformat()}..{self.last.isoformat()}"

    @property
    def is_calendar(self) -> bool:
        """Whether it is a year, a quarter or a month."""
        return ".." not in self.label

    def months(self) -> list[date]:
        """The last days of the months that have a day in the period, in order."""
        ends, day = [], self.first
        while day <= self.last:
            ends.append(month_end(day))
            day = ends[-1] + _ONE_DAY
        return ends

    def quarters(self) -> list[date]:
        """The last days of the quarters that have a day in the period, in order."""
        return list(dict.fromkeys(quarter_end(day) for day in self.months()))


def month_end(day: date) -> date:
    """The last day of the month of ``day``."""
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - _ONE_DAY


def quarter_end(day: date) -> date:
    """The last day of the quarter of ``day``."""
    return month_end(day.replace(day=1, month=(day.month - 1) // 3 * 3 + 3))


def quarter_of(day: date) -> str:
    """The quarter of ``day``: 2025Q1."""
    return f"{day:%Y}Q{(day.month - 1) // 3 + 1}"


def parse_day(text: str, field: str) -> date:
    """A date written 2025-02-15; DomainError at ``field`` when it is none."""
    try:
        day = date.fromisoformat(text) if len(text) == len("2025-02-15") else None
    except ValueError:
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise DomainError("date", f"“{text}”不是日期，应写成 2025-02-15。", field)
    return day


def parse_period(text: str) -> Period:
    """The period of that text; DomainError at "period" when it is missing, unreadable or ends before it begins."""
    text = text.strip()
    if not text:
        raise DomainError("required", "请给出统计期间 period，如 2025、2025Q1、2025-03。", "period")
    first, dots, last = text.partition("..")
    if dots:
        period = Period(parse_day(first.strip(), "period"), parse_day(last.strip(), "period"))
        if period.last < period.first:
            raise DomainError("period", f"统计期间“{text}”的终点早于起点。", "period")
        return period
    found = _calendar(text)
    if found is None:
        message = f"看不懂统计期间“{text}”，应写成 2025、2025Q1、2025-03 或 2025-02-01..2025-02-28。"
        raise DomainError("period", message, "period")
    return found


def _calendar(text: str) -> Period | None:
    if not (text[:4].isascii() and text[:4].isdecimal() and _FIRST_YEAR <= int(text[:4]) <= _LAST_YEAR):
        return None
    year = int(text[:4])
    if _YEAR.fullmatch(text):
        return Period(date(year, 1, 1), date(year, 12, 31))
    if match := _QUARTER.fullmatch(text):
        first = date(year, int(match[2]) * 3 - 2, 1)
        return Period(first, quarter_end(first))
    if (match := _MONTH.fullmatch(text)) and _JANUARY <= int(match[2]) <= _DECEMBER:
        first = date(year, int(match[2]), 1)
        return Period(first, month_end(first))
    return None
