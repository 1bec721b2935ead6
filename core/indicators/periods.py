"""The words ``period`` and ``as_of`` of a question, refused with the parameter at fault."""

import re
from datetime import date
from typing import Final

from core.errors import DomainError
from core.formats import periods
from core.formats.dates import read_date
from core.formats.periods import Period, PeriodError

_DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse_day(text: str, field: str) -> date:
    """A date written 2025-02-15; DomainError at ``field`` when it is none."""
    day = read_date(text) if _DAY.fullmatch(text) else None
    if day is None:
        raise DomainError("date", f"“{text}”不是日期，应写成 2025-02-15。", field)
    return day


def parse_period(text: str) -> Period:
    """The period of that text, spaces around its days and a small q allowed.

    DomainError at "period" when it is missing, unreadable or ends before it begins.
    """
    text = "..".join(part.strip() for part in text.split("..")).upper()
    if not text:
        raise DomainError("required", "请给出统计期间 period，如 2025、2025Q1、2025-03。", "period")
    try:
        return periods.parse_period(text)
    except PeriodError as error:
        raise DomainError("period", f"{error}。", "period") from error
