"""Databases full of invented people, each made once a run and shared by the lines that need it.

``python -m bench.worlds people|county SCALE`` fills the database of the environment.
"""

import sys
from collections.abc import Callable

import django

from bench import databases


def people(scale: int) -> str:
    """Name of a database with ``scale`` people, their households and key groups, and nothing else."""
    return _made("people", scale)


def county(scale: int) -> str:
    """Name of a database with the demo county of ``scale`` people."""
    return _made("county", scale)


def _made(kind: str, scale: int) -> str:
    name = f"bench_{kind}_{scale}"
    if not databases.exists(name):
        making = f"{name}_new"
        databases.create(making)
        databases.run("bench.worlds", kind, str(scale), database=making)
        databases.settle(making)
        databases.rename(making, name)
    return name


def main() -> None:
    """Fill the database."""
    django.setup()
    from demo.loading import load_demo, load_people  # noqa: PLC0415 - needs Django's apps

    loads: dict[str, Callable[..., object]] = {"people": load_people, "county": load_demo}
    loads[sys.argv[1]](scale=int(sys.argv[2]))


if __name__ == "__main__":
    main()
