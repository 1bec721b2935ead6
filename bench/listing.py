"""The list of workers at a million people beside the same list at ten thousand."""

import json
import subprocess
import sys
from contextlib import ExitStack
from statistics import median
from types import TracebackType
from typing import Self

from bench import databases, worlds
from bench.figures import Figure

FULL, QUICK = (1_000_000, 10_000), (1_000, 500)
ROUNDS, WARMING = 20, 3
WANTED = 1.5


class Probe:
    """A process that asks one database's pages; a context manager."""

    def __init__(self, database: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "bench.listing_probe"],
            cwd=databases.ROOT,
            env=databases.environment(database),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.questions: list[str] = json.loads(self._read())

    def ask(self, question: str) -> float:
        """Milliseconds one answer took."""
        if self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(f"{question}\n")
        self._process.stdin.flush()
        return float(self._read())

    def _read(self) -> str:
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line:
            sys.exit("the process that asks the pages ended; the reason stands above")
        return line

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


def measure(*, quick: bool) -> list[Figure]:
    """Both sizes in turns, question by question, so that a busy moment of the machine meets both."""
    sizes = QUICK if quick else FULL
    names = [worlds.people(size) for size in sizes]
    with ExitStack() as stack:
        probes = [stack.enter_context(Probe(name)) for name in names]
        times: dict[str, list[list[float]]] = {name: [[] for _ in probes] for name in probes[0].questions}
        for turn in range((1 if quick else ROUNDS) + WARMING):
            for question, found in times.items():
                for place, probe in enumerate(probes):
                    took = probe.ask(question)
                    if turn >= WARMING:
                        found[place].append(took)
    return [
        Figure(
            title=f"列表 {question}",
            unit="ms",
            ours=median(large),
            floor=median(small),
            most=WANTED,
        )
        for question, (large, small) in times.items()
    ]
