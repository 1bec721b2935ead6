"""Conditions on blocks, which what a list asks is made of.

Whatever is not understood here leaves everybody possible and nobody sure: the rows decide.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from workers.bitmaps.blocks import Block, Condition
from workers.bitmaps.columns import Found, Words, exactly
from workers.bitmaps.reached import ways_to

CODE_LENGTH: Final = 12
DIGITS: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
"""As ``int`` reads them in any base."""


@dataclass(frozen=True)
class Prefix:
    """How much of a text is kept: so many characters of these; the first of them stands for any other."""

    letters: str
    length: int

    @cached_property
    def digits(self) -> "defaultdict[int, str]":
        """The digit of each letter in a number of that base, for ``str.translate``."""
        known = {ord(letter): digit for letter, digit in zip(self.letters, DIGITS, strict=False)}
        return defaultdict(lambda: "0", known)


PREFIXES: Final = {
    "name_initials": Prefix(" abcdefghijklmnopqrstuvwxyz", 4),
    "phone": Prefix(" 0123456789-", 7),
    # To the end of the birth date.
    "id_number": Prefix(" 0123456789", 14),
}


def undecided(block: Block) -> Found:
    """Only the rows know."""
    return Found(0, block.everybody)


def everybody(block: Block) -> Found:
    """No condition."""
    return exactly(block.everybody)


def in_division(code: str) -> Condition:
    """Registered in a division, by the beginning of its code."""
    if not (code.isascii() and code.isdigit() and len(code) <= CODE_LENGTH):
        return undecided if code else everybody
    rest = CODE_LENGTH - len(code)
    low, beyond = int(code) * 10**rest, (int(code) + 1) * 10**rest
    asked = between("village_code", low, beyond)
    first, last = code.ljust(CODE_LENGTH, "0"), code.ljust(CODE_LENGTH, "9")

    def ask(block: Block) -> Found:
        # People come village by village: most blocks lie inside or outside as a whole.
        if block.villages[-1] < first or block.villages[0] > last:
            return exactly(0)
        if block.villages[0] >= first and block.villages[-1] <= last:
            return exactly(block.everybody)
        return asked(block)

    return ask


def between(column: str, low: int | None, beyond: int | None) -> Condition:
    """A number of the column lies from ``low`` to before ``beyond``."""

    def ask(block: Block) -> Found:
        return exactly(block.numbers[column].between(low, beyond))

    return ask


def known(column: str) -> Condition:
    """There is a number in the column."""
    return lambda block: exactly(block.numbers[column].known)


def worded(column: str, meant: Callable[[Words], int]) -> Condition:
    """The word of the column is meant."""
    return lambda block: exactly(meant(block.words[column]))


def named(beginning: str) -> Condition:
    """The name key has that beginning."""
    beyond = _after(beginning)
    return lambda block: block.named(beginning, beyond)


def prefix_number(text: str, kind: Prefix) -> int:
    """The first characters of a text as a number: texts that begin alike lie side by side."""
    return int(text[: kind.length].ljust(kind.length).translate(kind.digits), len(kind.letters))


def begins(column: str, beginning: str) -> Condition:
    """The text of a column of ``PREFIXES`` has that beginning; of a long one only the first characters are looked at."""
    bounds = _bounds(column, beginning)
    if bounds is None:
        return undecided
    condition = between(column, *bounds)
    return condition if len(beginning) <= PREFIXES[column].length else at_most(condition)


def named_and_begins(name: str, column: str, beginning: str) -> Condition:
    """``named`` and ``begins`` in one: people of one beginning of names stand side by side, the others are not asked."""
    bounds, beyond = _bounds(column, beginning), _after(name)
    if bounds is None:
        return at_most(named(name))

    def ask(block: Block) -> Found:
        start, end = block.names_between(name, beyond)
        return exactly(block.numbers[column].window(start, end).between(*bounds) << start)

    return ask if len(beginning) <= PREFIXES[column].length else at_most(ask)


def _bounds(column: str, beginning: str) -> tuple[int, int] | None:
    """Numbers of texts that begin so; None where a letter of it is not told from others."""
    kind = PREFIXES[column]
    if any(letter not in kind.letters[1:] for letter in beginning[: kind.length]):
        return None
    low = prefix_number(beginning, kind)
    return low, low + len(kind.letters) ** max(kind.length - len(beginning), 0)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Each of them holds."""
    asked = list(conditions)
    if len(asked) == 1:
        return asked[0]

    def ask(block: Block) -> Found:
        found = Found(block.everybody, block.everybody)
        for condition in asked:
            found &= condition(block)
        return found

    return ask


def _after(beginning: str) -> str | None:
    """The least text after all that begin so, None where there is none."""
    kept = beginning.rstrip("\U0010ffff")
    return kept[:-1] + chr(ord(kept[-1]) + 1) if kept else None


def at_most(condition: Condition) -> Condition:
    """A condition that must hold, but is not enough."""
    return lambda block: Found(0, condition(block).possible)


def any_of(conditions: Iterable[Condition]) -> Condition:
    """At least one holds; of none of them nobody."""
    asked = list(conditions)
    if len(asked) == 1:
        return asked[0]

    def ask(block: Block) -> Found:
        found = Found(0, 0)
        for condition in asked:
            found |= condition(block)
        return found

    return ask


def none_of(condition: Condition) -> Condition:
    """The condition does not hold."""

    def ask(block: Block) -> Found:
        found = condition(block)
        return Found(block.everybody & ~found.possible, block.everybody & ~found.sure)

    return ask


def in_scope(user: User) -> Condition:
    """Whom the user sees."""
    return any_of(map(in_division, user.divisions) if user.scope_kind is ScopeKind.DIVISION else ways_to(user))
