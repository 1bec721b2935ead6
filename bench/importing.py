"""Import of a clean roster: check and write, beside reading it and copying the ready rows into the same table."""

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from statistics import median
from typing import Any

from bench import databases
from bench.figures import Figure

FULL, QUICK = 100_000, 1_000
RUNS = 3
DATABASE = "bench_import"
WATCHED = "SELECT id, state, phase, done, total FROM jobs_job WHERE state IN ('queued', 'running')"
LOOK_EVERY = 0.05


def measure(*, quick: bool) -> list[Figure]:
    """Several imports of one roster, each into an empty database, and after each the floor."""
    people, runs = (QUICK, 1) if quick else (FULL, RUNS)
    roster = databases.var() / "roster.xlsx"
    databases.run("bench.import_prepare", str(roster), str(people), database=databases.MODEL)
    ours: list[dict[str, Any]] = []
    floors: list[dict[str, float]] = []
    for _ in range(runs):
        ours.append(_imported(roster, people))
        floors.append(_floor(roster))
    took = median(run["check"] + run["write"] for run in ours)
    floor = median(run["read"] + run["copy"] for run in floors)
    checked, written = (median(run[part] for run in ours) for part in ("check", "write"))
    return [
        Figure(title=f"导入 {people:,} 行:检查+写入 / check + write", unit="s", ours=took, floor=floor, most=3),
        Figure(title="    其中检查 / of it check", unit="s", ours=checked),
        Figure(title="    其中写入 / of it write", unit="s", ours=written),
        Figure(title="    工作进程内存峰值 / peak memory", unit="MiB", ours=max(run["peak"] for run in ours), most=400),
        Figure(title="    进度最长停顿 / longest still", unit="s", ours=max(run["still"] for run in ours), most=2),
    ]


def _imported(roster: Path, people: int) -> dict[str, Any]:
    """One import by a worker process, its progress watched from outside."""
    databases.create(DATABASE)
    databases.settle(DATABASE)
    source = databases.run("bench.import_prepare", str(roster), database=DATABASE).strip()
    longest = _Stillness()
    watcher = threading.Thread(target=longest.watch)
    watcher.start()
    try:
        told = json.loads(databases.run("bench.import_worker", source, database=DATABASE))
    finally:
        longest.stop.set()
        watcher.join()
    if told["counts"]["created"] != people:
        sys.exit(f"of {people} clean rows {told['counts']} came out")
    return {**told, "still": longest.seconds}


def _floor(roster: Path) -> dict[str, float]:
    databases.settle(DATABASE)
    done = subprocess.run(
        [sys.executable, "-m", "bench.import_floor", str(roster)],
        cwd=databases.ROOT,
        env={**os.environ, "BENCH_DATABASE": DATABASE},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


class _Stillness:
    """The longest time in which a run that was at work showed no other progress than before."""

    def __init__(self, look: Callable[[], float] = time.monotonic) -> None:
        self.stop = threading.Event()
        self.seconds = 0.0
        self._now = look

    def watch(self) -> None:
        """Look until told to stop."""
        with closing(databases.connect(DATABASE)) as opened, opened.cursor() as cursor:
            shown: object = None
            since = self._now()
            while not self.stop.wait(LOOK_EVERY):
                cursor.execute(WATCHED)
                found = cursor.fetchall()
                running = any(row[1] == "running" for row in found)
                if found != shown or not running:
                    shown, since = found, self._now()
                self.seconds = max(self.seconds, self._now() - since)
