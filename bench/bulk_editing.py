"""A bulk edit of 50,000 people: the run of a worker process, beside one bare UPDATE of the same rows."""

import json
from statistics import median

from bench import databases, worlds
from bench.figures import Figure

PEOPLE, ROWS = 100_000, 50_000
QUICK_PEOPLE, QUICK_ROWS = 1_000, 500
ROUNDS = 3


def measure(*, quick: bool) -> list[Figure]:
    """Several edits, each looked at, carried out and taken back, and after each the floor."""
    people, rows, rounds = (QUICK_PEOPLE, QUICK_ROWS, 1) if quick else (PEOPLE, ROWS, ROUNDS)
    database = f"bench_bulk_{people}"
    databases.create(database, like=worlds.people(people))
    told = json.loads(databases.run("bench.bulk_worker", str(rows), str(rounds), database=database))
    times = {name: median(found) for name, found in told.items()}
    return [
        Figure(title=f"批量修改 {rows:,} 人 / bulk edit", unit="s", ours=times["run"], floor=times["floor"]),
        Figure(title="    选中和预览 / choosing and sample", unit="s", ours=times["look"]),
        Figure(title="    整体撤销 / taking it back", unit="s", ours=times["undo"]),
    ]
