"""Export of the register: the run of a worker process, beside the bare writer that is handed the same ready rows."""

import json
import subprocess
import sys
from pathlib import Path
from statistics import median
from typing import Any

from bench import databases, worlds
from bench.figures import Figure

FULL, QUICK = 100_000, 1_000
RUNS = 3


def measure(*, quick: bool) -> list[Figure]:
    """Several exports of the whole register, and after each the floor with what it wrote."""
    people, runs = (QUICK, 1) if quick else (FULL, RUNS)
    database = worlds.people(people)
    ours: list[dict[str, Any]] = []
    floors: list[float] = []
    for _ in range(runs):
        ours.append(_exported(database, people))
        floors.append(_floor(Path(ours[-1]["file"])))
    return [
        Figure(
            title=f"导出 {people:,} 人 / export of people",
            unit="s",
            ours=median(run["seconds"] for run in ours),
            floor=median(floors),
        ),
        Figure(title="    工作进程内存峰值 / peak memory", unit="MiB", ours=max(run["peak"] for run in ours)),
    ]


def _exported(database: str, people: int) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(databases.run("bench.export_worker", database=database))
    if told["rows"] != people:
        sys.exit(f"of {people} people {told['rows']} came out")
    return told


def _floor(workbook: Path) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.export_floor", str(workbook)],
        cwd=databases.ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)
