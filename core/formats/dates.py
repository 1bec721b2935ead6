"""Dates in every spelling of formats.md §1, and the little calendar arithmetic rosters need."""

import datetime as dt
import re
from calendar import monthrange
from functools import lru_cache
from typing import Final

from core.formats.faults import CellFault
from core.formats.text import Cell, half_width, is_dash, shown

EARLIEST: Final = dt.date(1900, 1, 1)
LATEST: Final = dt.date(2100, 12, 31)

_EXCEL_EPOCH: Final = dt.date(1899, 12, 30)
_FIRST_SERIAL: Final = (dt.date(1930, 1, 1) - _EXCEL_EPOCH).days
_LAST_SERIAL: Final = (dt.date(2099, 12, 31) - _EXCEL_EPOCH).days
_DIGITS: Final = re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})")
_SERIAL: Final = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")
_PARTS: Final = re.compile(
    r"([0-9]{4})\s*[-./年]\s*([0-9]{1,2})\s*[-./月]\s*([0-9]{1,2})\s*[日号.]?"
    r"(?:\s*[(]?(?:星期|周)[一二三四五六日天][)]?)?"
    r"(?:[T\s]\s*(?:上午|下午|晚上)?\s*[0-9]{1,2}\s*[:时点][0-9:.时分秒+Z-]*)?"
)
_MARKS: Final = str.maketrans("—–−。、", "---..")


def parse_date(raw: Cell, *, latest: dt.date | None = None) -> dt.date | None:
    """Read a date, dropping a time part; None for a blank or crossed-out cell.

    2025-02-15, 2025.2.15, 2025/2/15, 2025年2月15日, 20250215 (text or number), true date cells and Excel serials of
    the 1900 system are read. ``latest`` is the last day the column allows: today for past events.
    Raises ``CellFault`` ``date`` for no day, a two-digit year, an impossible day, a year outside 1900 to 2100, or a
    day after ``latest``.
    """
    value = read_date(raw)
    if value is None:
        text = half_width(raw)
        if text is None or is_dash(text):
            return None
        raise CellFault("date", f"“{shown(raw)}”不是完整的日期，请写成 2025-02-15 这样的年月日")
    if latest is not None and value > latest:
        raise CellFault("date", f"日期 {value} 晚于 {latest}，这一列不能填将来的日期")
    return value


def read_date(raw: Cell) -> dt.date | None:
    """Read a date in any spelling, None for whatever is no date: for headings that may or may not be dates."""
    if isinstance(raw, str):
        return _date_of_text(raw)
    if isinstance(raw, dt.datetime):
        return _plausible(raw.date())
    if isinstance(raw, dt.date):
        return _plausible(raw)
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        return None
    return _date_of_number(raw)


def add_months(day: dt.date, months: int) -> dt.date:
    """Move a day by whole calendar months; a day the month does not have becomes its last one."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def month_end(year: int, month: int) -> dt.date:
    """Give the last day of a month."""
    return dt.date(year, month, monthrange(year, month)[1])


@lru_cache(maxsize=65536)
def _date_of_text(raw: str) -> dt.date | None:
    text = (half_width(raw) or "").translate(_MARKS)
    found = _PARTS.fullmatch(text) or _DIGITS.fullmatch(text.removesuffix(".0"))
    if found:
        return _day(int(found[1]), int(found[2]), int(found[3]))
    serial = _SERIAL.fullmatch(text)
    return _date_of_number(int(serial[1])) if serial else None


@lru_cache(maxsize=65536)
def _date_of_number(number: float) -> dt.date | None:
    if _FIRST_SERIAL <= number < _LAST_SERIAL + 1:
        return _EXCEL_EPOCH + dt.timedelta(days=int(number))
    found = _DIGITS.fullmatch(str(int(number))) if number == number // 1 else None
    return _day(int(found[1]), int(found[2]), int(found[3])) if found else None


def _day(year: int, month: int, day: int) -> dt.date | None:
    try:
        return _plausible(dt.date(year, month, day))
    except ValueError:
        return None


def _plausible(day: dt.date) -> dt.date | None:
    return day if EARLIEST <= day <= LATEST else None
