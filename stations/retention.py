"""How many of those a station follows stay in work, as the engine of indicators tells it (formats.md §3.1 RET_N)."""

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from core.accounts.models import User
from core.indicators.answers import answer
from core.indicators.questions import read_question

MILESTONES: Final = (7, 30, 90, 180)


@dataclass(frozen=True)
class Year:
    """One year's arrivals: milestone → the indicator's total (value, numerator, denominator, left, unknown)."""

    year: int
    cells: list[tuple[int, dict[str, Any]]]

    @property
    def has_people(self) -> bool:
        """Whether anybody's milestone has come."""
        return any(cell["denominator"] for _days, cell in self.cells)


def retention_of(station: str, user: User, today: date) -> list[Year]:
    """The station's figures of this year's and last year's arrivals, within the user's scope, as of today."""
    return [
        Year(year, [(days, _cell(days, year, station, user, today)) for days in MILESTONES])
        for year in (today.year, today.year - 1)
    ]


def _cell(days: int, year: int, station: str, user: User, today: date) -> dict[str, Any]:
    asked = {"period": [str(year)], "station": [station], "as_of": [today.isoformat()]}
    total: dict[str, Any] = answer(read_question(f"RET_{days}", asked, user)).document["total"]
    return total
