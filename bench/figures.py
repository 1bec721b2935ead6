"""What a line of the benchmark measured, and the table it is shown in."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, Self, TypeVar
from unicodedata import east_asian_width

T = TypeVar("T")

HEADINGS = ("line", "ours", "floor", "ratio", "wanted", "verdict")
WIDE = frozenset("WF")


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One row of the table.

    ``ours`` and ``floor`` are medians in ``unit``. ``most`` and ``least`` bound ``ours / floor``, or ``ours`` itself
    where there is no floor. A figure without a bound is only told.
    """

    title: str
    unit: str
    ours: float
    floor: float | None = None
    most: float | None = None
    least: float | None = None

    @property
    def judged(self) -> float:
        """The number the bounds speak of."""
        return self.ours if self.floor is None else self.ours / self.floor

    @property
    def holds(self) -> bool:
        """Whether the bounds are kept."""
        return (self.most is None or self.judged <= self.most) and (self.least is None or self.judged >= self.least)

    @property
    def bounded(self) -> bool:
        """Whether anything is wanted of it."""
        return self.most is not None or self.least is not None

    def cells(self) -> tuple[str, ...]:
        """The row as texts under ``HEADINGS``."""
        wanted = f"≤ {self.most:g}" if self.most is not None else f"≥ {self.least:g}" if self.least is not None else ""
        if wanted and self.floor is None:
            wanted = f"{wanted} {self.unit}"
        return (
            self.title,
            f"{short(self.ours)} {self.unit}",
            "" if self.floor is None else f"{short(self.floor)} {self.unit}",
            "" if self.floor is None else f"{self.judged:.2f}",
            wanted,
            ("ok" if self.holds else "MISSED") if self.bounded else "",
        )

    def as_dict(self) -> dict[str, Any]:
        """For sending it from the process that measured it."""
        return asdict(self)

    @classmethod
    def of(cls, told: dict[str, Any]) -> Self:
        """The reverse of ``as_dict``."""
        return cls(**told)


def short(number: float) -> str:
    """Three significant digits, thousands grouped."""
    if abs(number) >= 100:  # noqa: PLR2004 - three digits stand before the point
        return f"{number:,.0f}"
    return f"{number:.3g}"


def table(figures: list[Figure]) -> str:
    """The figures as a table of aligned columns."""
    rows = [HEADINGS, *(figure.cells() for figure in figures)]
    widths = [max(_width(row[place]) for row in rows) for place in range(len(HEADINGS))]
    lines = [_aligned(row, widths) for row in rows]
    return "\n".join([lines[0], "  ".join("-" * width for width in widths), *lines[1:]])


def _aligned(row: tuple[str, ...], widths: list[int]) -> str:
    cells = (
        f"{cell}{' ' * (width - _width(cell))}" if place == 0 else f"{' ' * (width - _width(cell))}{cell}"
        for place, (cell, width) in enumerate(zip(row, widths, strict=True))
    )
    return "  ".join(cells).rstrip()


def _width(text: str) -> int:
    """Columns of a terminal the text takes: a Chinese character stands on two."""
    return sum(2 if east_asian_width(letter) in WIDE else 1 for letter in text)


def seconds(act: Callable[[], T]) -> tuple[float, T]:
    """How long ``act`` took, and what it gave."""
    started = time.perf_counter()
    found = act()
    return time.perf_counter() - started, found


def medians(times: list[dict[str, float]]) -> dict[str, float]:
    """The median of each name over several runs that measured the same names."""
    return {name: median(run[name] for run in times) for name in times[0]}
