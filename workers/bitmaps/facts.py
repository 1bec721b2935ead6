"""What is kept of a person besides the row in the register: facts in tables of their own, also of apps above.

Whoever keeps such a table says here once how it is read, installs the marks of ``triggers.install_sql`` on it, and asks
conditions of it (``conditions.held``).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from workers.bitmaps.blocks import Block, Condition, Dear
from workers.bitmaps.columns import Found, exactly
from workers.bitmaps.dated import PLAIN, Meant, Shape


@dataclass(frozen=True, kw_only=True)
class Facts:
    """One kind of facts of people, several a person, each from a day on (None: ever since) to before another.

    ``read(low, beyond)`` gives those of the people with ids from ``low`` to before ``beyond`` as rows of the person's
    id, the two days and the columns of ``shape``: first the codes, then the words, then the ids, None where there is none.
    """

    name: str
    read: Callable[[int, int], Iterable[tuple[Any, ...]]]
    shape: Shape = PLAIN


_kinds: dict[str, Facts] = {}


def register_facts(facts: Facts) -> None:
    """Keep those facts in the blocks built from now on; a name replaces."""
    _kinds[facts.name] = facts


def kinds_of_facts() -> list[Facts]:
    """All kinds."""
    return list(_kinds.values())


def held_with(name: str, day: date, column: str, read: Callable[[], frozenset[int]]) -> Dear:
    """A fact of the kind holds on the day that names one of some ids in the column; they are read when they are needed."""
    wanted = cache(read)

    def ask(block: Block, within: int) -> Found:
        facts = block.facts.get(name)
        return Found(0, within) if facts is None else exactly(facts.among(day, column, wanted(), within))

    return Dear(ask, held(name, day, lambda layer: layer.ids[column].known), lambda: len(wanted()))


def held(name: str, day: date | None, meant: Meant | None = None) -> Condition:
    """A fact of the kind that is meant holds on the day, without a day at any time."""

    def ask(block: Block) -> Found:
        facts = block.facts.get(name)
        # A block built before the kind was known says nothing of it.
        return Found(0, block.everybody) if facts is None else exactly(facts.on(day, meant))

    return ask
