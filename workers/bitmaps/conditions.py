"""What a list asks, as conditions on blocks: filters, the search box, the scope.

Whatever is not understood here leaves everybody possible and nobody sure: the rows decide.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from django.utils.timezone import localdate

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.values import GONE_STATUSES
from workers.ages import OLDEST, birth_days, born_between
from workers.bitmaps.blocks import Block, Found
from workers.bitmaps.reached import reached_by
from workers.labour import TOLD

Condition = Callable[[Block], Found]

CODE_LENGTH: Final = 12
CONTAINED: Final = ("skill", "intention", "intended_place", "wanted_job", "training_wish")
EQUAL: Final = ("labour_status", "sex", "education")

TOLD_STATUSES: Final = GONE_STATUSES | set(TOLD)
"""Derived labour statuses that only the roster's own word can give."""
DAYS: Final = frozenset({"group_as_of", "status_as_of"})
"""Days other filters look at."""


@dataclass(frozen=True, slots=True)
class Prefix:
    """How much of a text is kept: so many characters of these; the first of them stands for any other."""

    letters: str
    length: int


PREFIXES: Final = {
    "name_initials": Prefix(" abcdefghijklmnopqrstuvwxyz", 4),
    "phone": Prefix(" 0123456789-", 7),
    # To the end of the birth date.
    "id_number": Prefix(" 0123456789", 14),
}


def undecided(block: Block) -> Found:
    """Only the rows know."""
    return Found(0, block.everybody)


def in_division(code: str) -> Condition:
    """Registered in a division, by the beginning of its code."""
    if not (code.isascii() and code.isdigit() and len(code) <= CODE_LENGTH):
        return undecided if code else lambda block: Found(block.everybody, block.everybody)
    rest = CODE_LENGTH - len(code)
    low, beyond = int(code) * 10**rest, (int(code) + 1) * 10**rest
    return between("village_code", low, beyond)


def between(column: str, low: int | None, beyond: int | None) -> Condition:
    """A number of the column lies from ``low`` to before ``beyond``."""

    def ask(block: Block) -> Found:
        found = block.numbers[column].between(low, beyond)
        return Found(found, found)

    return ask


def worded(column: str, meant: Callable[[str], bool]) -> Condition:
    """The word of the column is meant."""
    return lambda block: block.words[column].where(meant)


def named(beginning: str) -> Condition:
    """The name key has that beginning."""
    beyond = _after(beginning)
    return lambda block: block.named(beginning, beyond)


def prefix_number(text: str, kind: Prefix) -> int:
    """The first characters of a text as a number: texts that begin alike lie side by side."""
    number = 0
    for letter in text[: kind.length].ljust(kind.length):
        number = number * len(kind.letters) + max(kind.letters.find(letter), 0)
    return number


def begins(column: str, beginning: str) -> Condition:
    """The text of a column of ``PREFIXES`` has that beginning; of a long one only the first characters are looked at."""
    kind = PREFIXES[column]
    if any(letter not in kind.letters[1:] for letter in beginning[: kind.length]):
        return undecided
    low = prefix_number(beginning, kind)
    condition = between(column, low, low + len(kind.letters) ** max(kind.length - len(beginning), 0))
    return condition if len(beginning) <= kind.length else at_most(condition)


def all_of(conditions: Iterable[Condition]) -> Condition:
    """Each of them holds."""
    asked = list(conditions)

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

    def ask(block: Block) -> Found:
        found = Found(0, 0)
        for condition in asked:
            found |= condition(block)
        return found

    return ask


def in_scope(user: User) -> Condition:
    """Whom the user sees."""
    return in_division(user.division_prefix) if user.scope_kind is ScopeKind.DIVISION else reached_by(user)


def of_filters(cleaned: Mapping[str, Any]) -> list[Condition]:
    """The filters of the list in force, as their form cleaned them."""
    found = []
    for name, value in cleaned.items():
        if value in (None, "") or name in DAYS:
            continue
        found.append(_of_filter(name, value, cleaned))
    return found


def _of_filter(  # noqa: PLR0911 - one for each kind of filter
    name: str,
    value: Any,  # noqa: ANN401 - what a form cleaned
    cleaned: Mapping[str, Any],
) -> Condition:
    if name in {"township", "village"}:
        return in_division(value)
    if name in EQUAL:
        return worded(name, lambda word: word == value)
    if name in CONTAINED:
        return worded(name, lambda word: value in word)
    if name == "group":
        day = cleaned.get("group_as_of") or localdate()
        groups = ("lifted_poverty", "monitored") if value == "lifted_or_monitored" else (value,)
        return any_of([_tagged(group, day) for group in groups])
    if name in {"age_band", "age"}:
        return _born(value)
    if name == "has_phone":
        return _reachable(value == "true")
    if name == "expected_wage":
        return between("expected_wage", _cents(value.start, ROUND_CEILING), _beyond_cents(value.stop))
    if name == "visited_on":
        low, high = value.start, value.stop
        return between("visited_on", low.toordinal() if low else None, high.toordinal() + 1 if high else None)
    if name == "not_visited_since":
        return _unvisited(value.toordinal())
    return undecided


def _tagged(group: str, day: date) -> Condition:
    return lambda block: block.tagged(group, day)


def _born(age: str | slice) -> Condition:
    """Of an age band, or of so many to so many years."""
    if isinstance(age, str):
        after, by = birth_days(age, localdate())
    else:
        after, by = born_between(age.start or 0, OLDEST if age.stop is None else age.stop, localdate())
    return between("birth_date", after.toordinal() + 1, by.toordinal() + 1 if by else None)


def _reachable(wanted: bool) -> Condition:  # noqa: FBT001 - which of the two is asked
    def ask(block: Block) -> Found:
        known = block.numbers["phone"].known
        found = known if wanted else block.everybody & ~known
        return Found(found, found)

    return ask


def _unvisited(day: int) -> Condition:
    def ask(block: Block) -> Found:
        numbers = block.numbers["visited_on"]
        found = (block.everybody & ~numbers.known) | numbers.below(day)
        return Found(found, found)

    return ask


def _cents(yuan: Decimal | None, rounding: str) -> int | None:
    return None if yuan is None else int((yuan * 100).to_integral_value(rounding))


def _beyond_cents(yuan: Decimal | None) -> int | None:
    cents = _cents(yuan, ROUND_FLOOR)
    return None if cents is None else cents + 1
