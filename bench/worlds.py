"""Databases full of invented people, each made once a run and shared by the lines that need it.

``python -m bench.worlds people|county SCALE`` fills the database of the environment and prints the seconds it took.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import django

from bench import databases
from bench.figures import seconds


def people(scale: int) -> str:
    """Name of a database with ``scale`` people, their households and key groups, and nothing else."""
    return _made(f"bench_people_{scale}", _loaded("people", scale))


def county(scale: int) -> str:
    """Name of a database with the demo county of ``scale`` people."""
    return _made(f"bench_county_{scale}", _loaded("county", scale))


def county_seconds(scale: int) -> float:
    """How long loading that county took, wherever in the run it was made."""
    return float(_taken(county(scale)).read_text(encoding="ascii"))


def followed(spells: int) -> str:
    """Name of a database with ``spells`` job spells, begun by as many arrivals, and three visits to each."""
    return _made(
        f"bench_followed_{spells}", lambda making: _filled("following", making, spells), like=lambda: people(spells)
    )


def listed(scale: int) -> str:
    """Name of a database with ``scale`` people who have everything that the list of people can be narrowed by."""
    return _made(
        f"bench_listed_{scale}", lambda making: _filled("widening", making, scale), like=lambda: followed(scale)
    )


def _made(name: str, fill: Callable[[str], str], *, like: Callable[[], str] = lambda: databases.MODEL) -> str:
    if not databases.exists(name):
        making = f"{name}_new"
        databases.create(making, like=like())
        _taken(name).write_text(fill(making), encoding="ascii")
        databases.settle(making)
        databases.rename(making, name)
    return name


def _taken(name: str) -> Path:
    """The file that keeps the seconds a database was filled in."""
    return databases.var() / f"{name}.seconds"


def _loaded(kind: str, scale: int) -> Callable[[str], str]:
    return lambda making: databases.run("bench.worlds", kind, str(scale), database=making)


def _filled(module: str, making: str, size: int) -> str:
    took, _ = seconds(
        lambda: subprocess.run(
            [sys.executable, "-m", f"bench.{module}", str(size)],
            cwd=databases.ROOT,
            env={**databases.environment(making), "BENCH_DATABASE": making},
            check=True,
        )
    )
    return str(took)


def main() -> None:
    """Fill the database."""
    django.setup()
    from demo.loading import load_demo, load_people  # noqa: PLC0415 - needs Django's apps

    loads: dict[str, Callable[..., object]] = {"people": load_people, "county": load_demo}
    took, _ = seconds(lambda: loads[sys.argv[1]](scale=int(sys.argv[2])))
    print(took)


if __name__ == "__main__":
    main()
