"""The retention report over a million job spells and three million visits, beside hand-written SQL of the same numbers."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from math import isclose
from statistics import median
from typing import Any

from bench import databases, worlds
from bench.figures import Figure

FULL, QUICK = 1_000_000, 1_000
RUNS = 3
WANTED = 1.3
SIX_DECIMALS = 1e-6
"""The report rounds the shares of its curves to six decimals."""

Key = tuple[str, str, int | None]
Numbers = dict[Key, list[float]]
"""Dimension, code, day of the curve or None → counts, or people at risk, left, share and band."""


def measure(*, quick: bool) -> list[Figure]:
    """The report as a worker computes it and the floor in turns, on one database, in fresh processes."""
    spells, runs = (QUICK, 1) if quick else (FULL, RUNS)
    database = worlds.followed(spells)
    ours: list[float] = []
    floors: list[float] = []
    for turn in range(runs if quick else runs + 1):
        told = json.loads(databases.run("bench.retaining_worker", database=database))
        floor = _floor(database, told["question"])
        must_agree(numbers_of(told["result"]), {(name, code, day): found for name, code, day, found in floor["rows"]})
        if told["result"]["members"] != spells:
            sys.exit(f"of {spells} arrivals the report counts {told['result']['members']}")
        if turn or quick:
            ours.append(told["seconds"])
            floors.append(floor["seconds"])
    return [
        Figure(
            title=f"稳岗报告 {spells:,} 段、{3 * spells:,} 次回访 / spells and visits",
            unit="s",
            ours=median(ours),
            floor=median(floors),
            most=WANTED,
        )
    ]


def _floor(database: str, question: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "bench.retaining_floor"],
        cwd=databases.ROOT,
        env={**os.environ, "BENCH_DATABASE": database},
        input=json.dumps(question),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def numbers_of(result: dict[str, Any]) -> Numbers:
    """Everything the report counts, under the keys of the floor."""
    found: Numbers = {("", "", None): _counts(result)}
    for name, rows in result["tables"].items():
        found |= {(name, row["code"], None): _counts(row) for row in rows}
    found |= _points("", "", result["curve"])
    for name, rows in result["curves"].items():
        for row in rows:
            found |= _points(name, row["code"], row["points"])
    return found


def _counts(row: dict[str, Any]) -> list[float]:
    return [row["members"], *(one[part] for one in row["milestones"] for part in ("due", "still", "left"))]


def _points(name: str, code: str, points: list[dict[str, Any]]) -> Iterator[tuple[Key, list[float]]]:
    """The steps of a curve, without the day 0 that every curve starts with and the band that an ended one lacks."""
    for point in points:
        if point["left"]:
            numbers = [point[part] for part in ("at_risk", "left", "survival", "low", "high")]
            yield (name, code, point["day"]), [number for number in numbers if number is not None]


def must_agree(ours: Numbers, floor: Numbers) -> None:
    """End with a sentence unless both hold the same numbers."""
    if odd := ours.keys() ^ floor.keys():
        sys.exit(f"only the report or only the floor has numbers for {min(odd, key=str)}, and {len(odd) - 1} more")
    for key, numbers in ours.items():
        close = (
            isclose(one, other, rel_tol=0, abs_tol=SIX_DECIMALS) for one, other in zip(numbers, floor[key], strict=True)
        )
        if not all(close):
            sys.exit(f"for {key} the report counts {numbers}, the hand-written SQL {floor[key]}")
