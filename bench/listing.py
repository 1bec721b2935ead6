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
ROUNDS, WARMING = 5, 1
AGAIN = 16
"""More rounds of the questions whose ratio lies near the bound."""
WANTED, NEAR = 1.5, 1.3


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
        self.questions: list[tuple[str, str]] = [(group, name) for group, name in json.loads(self._read())]

    def ask(self, number: int) -> float:
        """Milliseconds the answer to a question took."""
        if self._process.stdin is None:
            raise BrokenPipeError
        self._process.stdin.write(f"{number}\n")
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


class Times:
    """What one question took at both sizes."""

    def __init__(self) -> None:
        self._pairs: list[tuple[float, float]] = []

    def add(self, large: float, small: float) -> None:
        """One round."""
        self._pairs.append((large, small))

    @property
    def large(self) -> float:
        """The median at the large size."""
        return median(large for large, _ in self._pairs)

    @property
    def small(self) -> float:
        """The same at the small one."""
        return median(small for _, small in self._pairs)

    @property
    def ratio(self) -> float:
        """What is judged."""
        return self.large / self.small


def measure(*, quick: bool) -> list[Figure]:
    """Both sizes in turns, question by question, so that a busy moment of the machine meets both."""
    sizes = QUICK if quick else FULL
    names = [worlds.listed(size) for size in sizes]
    with ExitStack() as stack:
        large, small = (stack.enter_context(Probe(name)) for name in names)
        times = [Times() for _ in large.questions]

        def ask(number: int) -> None:
            times[number].add(large.ask(number), small.ask(number))

        for number in range(len(times)):
            for _ in range(0 if quick else WARMING):
                large.ask(number)
                small.ask(number)
        for _ in range(1 if quick else ROUNDS):
            for number in range(len(times)):
                ask(number)
        near = [number for number, found in enumerate(times) if found.ratio > NEAR and not quick]
        for _ in range(AGAIN):
            for number in near:
                ask(number)
    return figures(large.questions, times)


def figures(questions: list[tuple[str, str]], times: list[Times]) -> list[Figure]:
    """A figure for each group of questions: the one whose ratio is worst, by name."""
    groups: dict[str, list[int]] = {}
    for number, (group, _) in enumerate(questions):
        groups.setdefault(group, []).append(number)
    found = []
    for group, numbers in groups.items():
        worst = max(numbers, key=lambda number: times[number].ratio)
        found.append(
            Figure(
                title=f"列表 {group}：{len(numbers)} 问，最慢 / worst: {questions[worst][1]}",
                unit="ms",
                ours=times[worst].large,
                floor=times[worst].small,
                most=WANTED,
            )
        )
    return found
