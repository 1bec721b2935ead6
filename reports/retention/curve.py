"""Kaplan–Meier curves out of counted exits, with Greenwood's variance and a log–log band of 95 %."""

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass

Z_95 = 1.959963984540054
FEW = 30
"""Below so many people at risk a point of the curve says little; the page marks it."""


@dataclass(frozen=True, slots=True)
class Point:
    """From ``day`` on the share ``survival`` is still at work.

    ``low``–``high`` is its 95 % band, None once nobody is left.

    ``at_risk`` are those still watched just before the day, ``left`` of whom left on it.
    """

    day: int
    at_risk: int
    left: int
    survival: float
    low: float | None
    high: float | None

    def as_dict(self) -> dict[str, object]:
        """Rounded for JSON: six decimals of a share."""
        return {key: round(value, 6) if isinstance(value, float) else value for key, value in asdict(self).items()}


def curve(exits: Sequence[tuple[int, int, int]]) -> list[Point]:
    """The curve of (day, left, censored) in order of days.

    Starts with day 0. One who is last heard of on a day is at risk on it.
    """
    at_risk = sum(left + censored for _, left, censored in exits)
    points = [Point(0, at_risk, 0, 1.0, 1.0, 1.0)]
    survival, greenwood = 1.0, 0.0
    for day, left, censored in exits:
        if left:
            survival *= (at_risk - left) / at_risk
            if survival > 0:
                greenwood += left / (at_risk * (at_risk - left))
            points.append(Point(day, at_risk, left, survival, *_band(survival, greenwood)))
        at_risk -= left + censored
    return points


def _band(survival: float, greenwood: float) -> tuple[float | None, float | None]:
    if survival <= 0:
        return None, None
    logged = math.log(survival)
    spread = Z_95 * math.sqrt(greenwood) / abs(logged)
    return survival ** math.exp(spread), survival ** math.exp(-spread)


def survival_on(points: Sequence[Point], day: int) -> Point:
    """The point in force on a day."""
    return max((point for point in points if point.day <= day), key=lambda point: point.day)
