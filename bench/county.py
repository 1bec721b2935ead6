"""Loading the demo county, as ``make demo`` does it into an empty installation."""

from bench import worlds
from bench.figures import Figure

FULL, QUICK = 120_000, 1_000
MOST_SECONDS = 60


def measure(*, quick: bool) -> list[Figure]:
    """Once: the county that other lines of the same run ask is this one."""
    people = QUICK if quick else FULL
    return [
        Figure(
            title=f"演示县 {people:,} 人 / demo county",
            unit="s",
            ours=worlds.county_seconds(people),
            most=MOST_SECONDS,
        )
    ]
