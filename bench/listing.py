"""The list of workers at a million people beside the same list at ten thousand."""

import json
from statistics import median

from bench import databases, worlds
from bench.figures import Figure

FULL, QUICK = (1_000_000, 10_000), (1_000, 500)
TURNS, ROUNDS = 3, 15


def measure(*, quick: bool) -> list[Figure]:
    """Both sizes in turns, so that a busy moment of the machine meets both."""
    large, small = QUICK if quick else FULL
    names = {size: worlds.people(size) for size in (small, large)}
    times: dict[int, dict[str, list[float]]] = {large: {}, small: {}}
    for _ in range(1 if quick else TURNS):
        for size, name in names.items():
            told = json.loads(databases.run("bench.listing_probe", str(1 if quick else ROUNDS), database=name))
            for question, found in told.items():
                times[size].setdefault(question, []).extend(found)
    return [
        Figure(
            title=f"{question},{large:,} : {small:,}",
            unit="ms",
            ours=median(found),
            floor=median(times[small][question]),
            most=1.5,
        )
        for question, found in times[large].items()
    ]
