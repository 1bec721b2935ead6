"""One block of the register: up to 32,768 people in the order of their names, one bit each in every bitmap.

A bitmap is a Python integer, bit *n* standing for the *n*-th person of the block. What a condition finds is told from
both sides (``Found``): people it surely means and people it possibly means. The rows themselves decide in between, so
that a bitmap may be coarse but never wrong.
"""

import json
import zlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from itertools import accumulate, compress
from typing import Any, Final, Self

BITS: Final = 15
SPAN: Final = 1 << BITS
"""How many numbers a block has room for: block *b* holds the people with ids from ``b * SPAN``."""
MOST_VALUES: Final = 32
"""Bitmaps of one column of words; rarer words share the last one."""
SPARSE: Final = 48
"""So few bits are found faster by arithmetic than by looking through the bytes."""
NOWHERE: Final = 0xFFFF
_PLANE: Final = [bytes(48 + (byte >> bit & 1) for byte in range(256)) for bit in range(8)]


@dataclass(frozen=True, slots=True)
class Found:
    """``sure`` ⊆ the people meant ⊆ ``possible``."""

    sure: int
    possible: int

    def __and__(self, other: Self) -> "Found":
        return Found(self.sure & other.sure, self.possible & other.possible)

    def __or__(self, other: Self) -> "Found":
        return Found(self.sure | other.sure, self.possible | other.possible)


@dataclass(frozen=True, slots=True)
class Numbers:
    """A column of whole numbers (days, cents, codes), bit by bit: a comparison is a walk over the bits."""

    base: int
    planes: tuple[int, ...]
    known: int

    def below(self, limit: int) -> int:
        """Those with a number less than ``limit``; blanks never."""
        wanted = limit - self.base
        if wanted <= 0:
            return 0
        if wanted >> len(self.planes):
            return self.known
        less, equal = 0, self.known
        for bit in range(len(self.planes) - 1, -1, -1):
            ones = equal & self.planes[bit]
            if wanted >> bit & 1:
                less |= equal ^ ones
                equal = ones
            else:
                equal ^= ones
        return less

    def between(self, low: int | None, beyond: int | None) -> int:
        """Those with a number from ``low`` to before ``beyond``; a side that is None is open."""
        found = self.known if beyond is None else self.below(beyond)
        return found if low is None else found & ~self.below(low)


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words: for each value, or group of rare values, who has it. Blanks stand in none."""

    values: tuple[tuple[str, ...], ...]
    bitmaps: tuple[int, ...]

    def where(self, meant: Callable[[str], bool]) -> Found:
        """Those whose word is meant."""
        sure = possible = 0
        for values, bitmap in zip(self.values, self.bitmaps, strict=True):
            hits = sum(map(meant, values))
            if hits:
                possible |= bitmap
            if hits == len(values):
                sure |= bitmap
        return Found(sure, possible)


@dataclass(frozen=True, slots=True)
class Tags:
    """Who is in a key group and on which days; ``several`` were in it more than once: their rows tell."""

    once: int
    begins: Numbers
    ends: Numbers
    several: int

    def on(self, day: date) -> Found:
        """Those in the group on the day; a tag without a date is open on that side, the last day counts no longer."""
        beyond = day.toordinal() + 1
        begun = self.begins.below(beyond) | (self.once & ~self.begins.known)
        sure = self.once & begun & ~self.ends.below(beyond)
        return Found(sure, sure | self.several)


@dataclass(frozen=True, slots=True)
class Names:
    """The name keys of a block in order, one behind the other as UTF-8 (which sorts as the database's collation C)."""

    text: bytes
    starts: "array[int]"

    def place(self, key: str) -> int:
        """How many keys come before ``key``."""
        return self.place_of(key.encode("utf-8", "surrogatepass"))

    def place_of(self, wanted: bytes) -> int:
        """The same for a key in UTF-8."""
        low, high = 0, len(self.starts) - 1
        text, starts = self.text, self.starts
        while low < high:
            middle = (low + high) // 2
            if text[starts[middle] : starts[middle + 1]] < wanted:
                low = middle + 1
            else:
                high = middle
        return low


def make_names(keys: Sequence[str]) -> Names:
    """Keys in their order."""
    encoded = [key.encode() for key in keys]
    return Names(b"".join(encoded), array("I", accumulate(map(len, encoded), initial=0)))


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
    tags: Mapping[str, Tags]
    villages: tuple[str, ...]

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

    def walk(self, bitmap: int, beyond: tuple[bytes, int] | None, *, descending: bool) -> Iterator[tuple[bytes, int]]:
        """(name key, id) of the people of a bitmap, one by one in that order, from the first beyond that one."""
        text, starts, first = self.names.text, self.names.starts, self.number << BITS
        if beyond is not None:
            # No letter of UTF-8 is as large: behind all people of that name.
            near = self.names.place_of(beyond[0] + b"\xff" if descending else beyond[0])
            bitmap = bitmap & ((1 << near) - 1) if descending else bitmap >> near << near
        for place in places_back(bitmap) if descending else places(bitmap):
            found = (text[starts[place] : starts[place + 1]], first + self.order[place])
            if beyond is None or (found < beyond if descending else found > beyond):
                yield found

    def named(self, low: str, beyond: str | None) -> Found:
        """Those whose name key lies from ``low`` to before ``beyond``."""
        found = stretch(self.names.place(low), self.size if beyond is None else self.names.place(beyond))
        return Found(found, found)

    def tagged(self, group: str, day: date) -> Found:
        """Those in the key group on the day."""
        tags = self.tags.get(group)
        return Found(0, 0) if tags is None else tags.on(day)


def stretch(start: int, end: int) -> int:
    """The bits from ``start`` to before ``end``."""
    return (1 << end) - (1 << start) if end > start else 0


def places(bitmap: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    if bitmap.bit_count() < SPARSE:
        while bitmap:
            lowest = bitmap & -bitmap
            yield lowest.bit_length() - 1
            bitmap ^= lowest
        return
    data = bitmap.to_bytes((bitmap.bit_length() + 7) // 8, "little")
    for byte in compress(range(len(data)), data):
        value, start = data[byte], byte * 8
        while value:
            lowest = value & -value
            yield start + lowest.bit_length() - 1
            value ^= lowest


def places_back(bitmap: int) -> Iterator[int]:
    """The same descending."""
    data = bitmap.to_bytes((bitmap.bit_length() + 7) // 8, "little")
    for byte in compress(range(len(data) - 1, -1, -1), reversed(data)):
        value, start = data[byte], byte * 8
        while value:
            highest = value.bit_length() - 1
            yield start + highest
            value ^= 1 << highest


def _bitmap(flags: bytes) -> int:
    """From one character ``0`` or ``1`` a person."""
    return int(flags[::-1], 2) if flags else 0


def _flags(bits: Iterable[object]) -> int:
    return _bitmap(bytes(49 if bit else 48 for bit in bits))


def make_numbers(values: Sequence[int | None]) -> Numbers:
    """The bits of a column."""
    given = [value for value in values if value is not None]
    if not given:
        return Numbers(0, (), 0)
    base = min(given)
    offsets = [0 if value is None else value - base for value in values]
    width = (max(given) - base).bit_length()
    planes = []
    for start in range(0, width, 8):
        column = bytes(offset >> start & 255 for offset in offsets)
        planes += [_bitmap(column.translate(_PLANE[bit])) for bit in range(min(8, width - start))]
    return Numbers(base, tuple(planes), _flags(value is not None for value in values))


def make_words(values: Sequence[str | None]) -> Words:
    """A bitmap for each frequent value, one for all the others."""
    ranked = [value for value, _ in Counter(value for value in values if value is not None).most_common()]
    groups: list[tuple[str, ...]] = [(value,) for value in ranked[: MOST_VALUES - 1]]
    if rare := tuple(ranked[MOST_VALUES - 1 :]):
        groups.append(rare)
    numbered = {value: number for number, group in enumerate(groups) for value in group}
    column = bytes(255 if value is None else numbered[value] for value in values)
    tables = [bytes(49 if byte == number else 48 for byte in range(256)) for number in range(len(groups))]
    return Words(tuple(groups), tuple(_bitmap(column.translate(table)) for table in tables))


def packed(block: Block) -> bytes:
    """The block for the database; ``unpacked`` reads it again."""
    bitmaps: list[int] = []
    head: dict[str, Any] = {
        "number": block.number,
        "size": block.size,
        "text": len(block.names.text),
        "villages": block.villages,
        "words": {name: words.values for name, words in block.words.items()},
        "numbers": {name: _shape(numbers) for name, numbers in block.numbers.items()},
        "tags": {name: [_shape(tags.begins), _shape(tags.ends)] for name, tags in block.tags.items()},
    }
    for words in block.words.values():
        bitmaps += words.bitmaps
    for numbers in block.numbers.values():
        bitmaps += [*numbers.planes, numbers.known]
    for tags in block.tags.values():
        bitmaps += [tags.once, *tags.begins.planes, tags.begins.known, *tags.ends.planes, tags.ends.known, tags.several]
    text = json.dumps(head, ensure_ascii=False, separators=(",", ":")).encode()
    width = (block.size + 7) // 8
    body = [
        len(text).to_bytes(4, "little"),
        text,
        block.order.tobytes(),
        block.names.starts.tobytes(),
        block.names.text,
    ]
    body += [bitmap.to_bytes(width, "little") for bitmap in bitmaps]
    return zlib.compress(b"".join(body), 1)


def _shape(numbers: Numbers) -> list[int]:
    return [numbers.base, len(numbers.planes)]


def unpacked(data: bytes) -> Block:
    """The block that ``packed`` made."""
    stream = BytesIO(zlib.decompress(data))
    head = json.loads(stream.read(int.from_bytes(stream.read(4), "little")))
    size = head["size"]
    order, starts = array("H", stream.read(2 * size)), array("I")
    starts.frombytes(stream.read(starts.itemsize * (size + 1)))
    names = Names(stream.read(head["text"]), starts)
    width = (size + 7) // 8

    def bitmap() -> int:
        return int.from_bytes(stream.read(width), "little")

    def numbers(shape: list[int]) -> Numbers:
        return Numbers(shape[0], tuple(bitmap() for _ in range(shape[1])), bitmap())

    return Block(
        number=head["number"],
        size=size,
        names=names,
        order=order,
        places=places_in(order),
        words={
            name: Words(tuple(map(tuple, values)), tuple(bitmap() for _ in values))
            for name, values in head["words"].items()
        },
        numbers={name: numbers(shape) for name, shape in head["numbers"].items()},
        tags={
            name: Tags(bitmap(), numbers(begins), numbers(ends), bitmap())
            for name, (begins, ends) in head["tags"].items()
        },
        villages=tuple(head["villages"]),
    )


def places_in(order: "array[int]") -> "array[int]":
    """Where each number of the block stands in the order of names."""
    found = array("H", bytes(b"\xff\xff" * SPAN))
    for place, low in enumerate(order):
        found[low] = place
    return found
