"""One block of the register: up to 32,768 people in the order of their names, one bit each in every bitmap.

What a condition finds is told from both sides (``columns.Found``): people it surely means and people it possibly
means. The rows themselves decide in between, so that a bitmap may be coarse but never wrong.
"""

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

from workers.bitmaps.bits import places, places_back, stretch
from workers.bitmaps.columns import Found, Numbers, Words, exactly
from workers.bitmaps.dated import Dated

BITS: Final = 15
SPAN: Final = 1 << BITS
"""How many numbers a block has room for: block *b* holds the people with ids from ``b * SPAN``."""
NOWHERE: Final = 0xFFFF
STEP: Final = 16
MOST_STRETCHES: Final = 256
"""Beginnings of names of which a process keeps where they stand: whoever looks for a name turns pages and sorts them."""
MOST_ANSWERS: Final = 96
"""Conditions of which a process keeps what a block answered; they are forgotten together."""


@dataclass(frozen=True, slots=True)
class Names:
    """The name keys of a block in order, one behind the other as UTF-8 (which sorts as the database's collation C)."""

    text: bytes
    starts: "array[int]"
    steps: tuple[bytes, ...]
    """Every ``STEP``-th key by itself: a search begins among these, which the interpreter does not do by hand."""

    def place(self, key: str) -> int:
        """How many keys come before ``key``."""
        return self.place_of(key.encode("utf-8", "surrogatepass"))

    def place_of(self, wanted: bytes) -> int:
        """The same for a key in UTF-8."""
        text, starts = self.text, self.starts
        step = bisect_left(self.steps, wanted)
        low, high = max(step - 1, 0) * STEP, min(step * STEP, len(starts) - 1)
        while low < high:
            middle = (low + high) // 2
            if text[starts[middle] : starts[middle + 1]] < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def names_in(text: bytes, starts: "array[int]") -> Names:
    """Keys one behind the other, and where each begins and the last ends."""
    steps = tuple(text[starts[place] : starts[place + 1]] for place in range(0, len(starts) - 1, STEP))
    return Names(text, starts, steps)


def make_names(keys: Sequence[str]) -> Names:
    """Keys in their order."""
    encoded = [key.encode() for key in keys]
    return names_in(b"".join(encoded), array("I", accumulate(map(len, encoded), initial=0)))


@dataclass(frozen=True, slots=True)
class Block:
    """A block as processes keep it in memory."""

    number: int
    size: int
    names: Names
    order: "array[int]"
    places: "array[int]"
    words: Mapping[str, Words]
    numbers: Mapping[str, Numbers]
    tags: Mapping[str, Dated]
    facts: Mapping[str, Dated]
    villages: tuple[str, ...]
    answers: dict[object, Found] = field(default_factory=dict, compare=False, repr=False)
    stretches: dict[tuple[str, str | None], tuple[int, int]] = field(default_factory=dict, compare=False, repr=False)

    @property
    def everybody(self) -> int:
        """All people of the block."""
        return (1 << self.size) - 1

    def place_of(self, worker_id: int) -> int | None:
        """The bit of a person, None for one the block did not know when it was built."""
        place = self.places[worker_id & (SPAN - 1)] if worker_id >> BITS == self.number else NOWHERE
        return None if place == NOWHERE else place

    def ids(self, bitmap: int) -> list[int]:
        """The ids of the people of a bitmap, in the order of their names."""
        first = self.number << BITS
        return [first + self.order[place] for place in places(bitmap)]

    def ids_in_order(self, bitmap: int, *, descending: bool) -> Iterator[int]:
        """The ids of the people of a bitmap that holds many, in their own order."""
        first, where = self.number << BITS, self.places
        bits = bitmap.to_bytes(SPAN // 8, "little")
        for low in range(SPAN - 1, -1, -1) if descending else range(SPAN):
            place = where[low]
            if place != NOWHERE and bits[place >> 3] >> (place & 7) & 1:
                yield first + low

    def walk(
        self, bitmap: int, beyond: tuple[bytes, int | None] | None, *, descending: bool
    ) -> Iterator[tuple[bytes, int]]:
        """(name key, id) of the people of a bitmap, one by one in that order, from the first beyond that one.

        Without an id from the first of that name.
        """
        text, starts, first = self.names.text, self.names.starts, self.number << BITS
        last = None if beyond is None or beyond[1] is None else (beyond[0], beyond[1])
        if beyond is not None:
            # No letter of UTF-8 is as large: behind all people of that name.
            near = self.names.place_of(beyond[0] + b"\xff" if descending else beyond[0])
            bitmap = bitmap & ((1 << near) - 1) if descending else bitmap >> near << near
        for place in places_back(bitmap) if descending else places(bitmap):
            found = (text[starts[place] : starts[place + 1]], first + self.order[place])
            if last is None or (found < last if descending else found > last):
                yield found

    def of_village(self, code: str) -> int:
        """Those registered in a village."""
        asked = remembering(code, lambda block: exactly(block.numbers["village_code"].equal(int(code))))
        return asked(self).possible

    def names_between(self, low: str, beyond: str | None) -> tuple[int, int]:
        """The first and behind the last bit of those whose name key lies from ``low`` to before ``beyond``."""
        found = self.stretches.get((low, beyond))
        if found is None:
            if len(self.stretches) >= MOST_STRETCHES:
                self.stretches.clear()
            end = self.size if beyond is None else self.names.place(beyond)
            found = self.stretches[low, beyond] = (self.names.place(low), end)
        return found

    def named(self, low: str, beyond: str | None) -> Found:
        """Those whose name key lies from ``low`` to before ``beyond``."""
        return exactly(stretch(*self.names_between(low, beyond)))


Condition = Callable[[Block], Found]


def remembering(key: object, condition: Condition) -> Condition:
    """A condition that is asked again and again: the block keeps its answer under ``key``, which names all it depends on."""

    def ask(block: Block) -> Found:
        found = block.answers.get(key)
        if found is None:
            if len(block.answers) >= MOST_ANSWERS:
                block.answers.clear()
            found = block.answers[key] = condition(block)
        return found

    return ask


@dataclass(frozen=True, slots=True)
class Dear:
    """A condition that costs by the people it is asked of: these bits of a block. ``roughly`` is a cheap one it implies.

    ``wanted`` reads how many things are asked for: of none nobody is meant, for few the condition is cheap after all.
    """

    of: Callable[[Block, int], Found]
    roughly: Condition
    wanted: Callable[[], int]

    def __call__(self, block: Block) -> Found:
        """Asked of everybody."""
        return self.of(block, block.everybody)


def places_in(order: "array[int]") -> "array[int]":
    """Where each number of the block stands in the order of names."""
    found = array("H", bytes(b"\xff\xff" * SPAN))
    for place, low in enumerate(order):
        found[low] = place
    return found
