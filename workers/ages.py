"""Age bands of the register's filters (in full years)."""

from datetime import date
from typing import Final

from core.formats.dates import add_months

AGE_BANDS: Final = {
    "<16": (0, 16),
    "16-24": (16, 25),
    "25-34": (25, 35),
    "35-44": (35, 45),
    "45-54": (45, 55),
    "55-59": (55, 60),
    "60+": (60, 200),
}


OLDEST: Final = 199


def born_between(youngest: int, oldest: int, today: date) -> tuple[date, date]:
    """(born after, born by) of those who today have at least ``youngest`` and at most ``oldest`` full years."""
    return add_months(today, -12 * (oldest + 1)), add_months(today, -12 * youngest)


def birth_days(band: str, today: date) -> tuple[date, date | None]:
    """(born after, born by) of those whose full years today lie in the band; None: up to today."""
    youngest, beyond = AGE_BANDS[band]
    return add_months(today, -12 * beyond), add_months(today, -12 * youngest) if youngest else None
