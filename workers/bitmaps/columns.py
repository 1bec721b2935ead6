"""What a block keeps of its people, column by column.

A bitmap is a Python integer, bit *n* standing for the *n*-th person of the block. What many have is a bitmap; what few
have is a list of their bits, which takes less room and is made a bitmap when somebody asks.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, compress
from typing import Final, NamedTuple

from workers.bitmaps.bits import bits_of, flagged, of_flags, places

SCATTERED: Final = 8
"""Fewer than one in so many ids are sooner looked for one by one than compared with every id of a column."""
RARE: Final = 128
"""A word that fewer than one in so many people have is kept as a list."""
SHORT: Final = (1 << 16) - 1
"""So many bits have numbers of two bytes."""
END: Final = "\0"
"""Stands behind each word of a list; no text of the database holds it."""
_REVERSED: Final = bytes.maketrans(b"\0\1", b"\1\0")
_PLANE: Final = [bytes(48 + (byte >> bit & 1) for byte in range(256)) for bit in range(8)]


MOST_REMEMBERED: Final = 6
"""Answers of one column that a process keeps: nearly everybody asks of today and of the same few places."""


def remembered(answers: dict[object, int], key: object, answer: Callable[[], int]) -> int:
    """What a column answered to that before, or now."""
    found = answers.get(key)
    if found is None:
        if len(answers) >= MOST_REMEMBERED:
            answers.clear()
        found = answers[key] = answer()
    return found


class Found(NamedTuple):
    """``sure`` ⊆ the people meant ⊆ ``possible``; mostly one bitmap is both, and worked out once."""

    sure: int
    possible: int

    def __and__(self, other: "Found") -> "Found":
        possible = self.possible & other.possible
        if self.sure is self.possible and other.sure is other.possible:
            return Found(possible, possible)
        return Found(self.sure & other.sure, possible)

    def __or__(self, other: "Found") -> "Found":
        possible = self.possible | other.possible
        if self.sure is self.possible and other.sure is other.possible:
            return Found(possible, possible)
        return Found(self.sure | other.sure, possible)


def exactly(bitmap: int) -> Found:
    """These and nobody else."""
    return Found(bitmap, bitmap)


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

    def equal(self, number: int) -> int:
        """Those with that number."""
        wanted = number - self.base
        if wanted < 0 or wanted >> len(self.planes):
            return 0
        found = self.known
        for bit in range(len(self.planes) - 1, -1, -1):
            ones = found & self.planes[bit]
            found = ones if wanted >> bit & 1 else found ^ ones
            if not found:
                break
        return found

    def window(self, start: int, end: int) -> "Numbers":
        """The same of the people from one bit to before another."""
        kept = (1 << max(end - start, 0)) - 1
        return Numbers(self.base, tuple(plane >> start & kept for plane in self.planes), self.known >> start & kept)

    def between(self, low: int | None, beyond: int | None) -> int:
        """Those with a number from ``low`` to before ``beyond``; a side that is None is open."""
        if low is not None and beyond == low + 1:
            return self.equal(low)
        found = self.known if beyond is None else self.below(beyond)
        return found if low is None else found & ~self.below(low)


@dataclass(frozen=True, slots=True)
class Rare:
    """Rare words one behind the other in one text, and the bits of those who have each."""

    text: str
    starts: "array[int]"
    ends: "array[int]"
    people: "array[int]"

    def where(self, meant: Callable[[str], bool], part: str) -> int:
        """Those with a word that is meant; ``part`` stands in each such word."""
        found = list(self._among(meant, part))
        if len(found) == len(self.ends):
            return bits_of(self.people)
        return bits_of(one for number in found for one in self.people[self._start(number) : self.ends[number]])

    def _start(self, number: int) -> int:
        return self.ends[number - 1] if number else 0

    def _among(self, meant: Callable[[str], bool], part: str) -> Iterator[int]:
        if not part:
            yield from (number for number, word in enumerate(self.text.split(END)[:-1]) if meant(word))
            return
        text, starts = self.text, self.starts
        place = text.find(part)
        while place >= 0:
            number = bisect_right(starts, place) - 1
            if meant(text[starts[number] : starts[number + 1] - 1]):
                yield number
            place = text.find(part, starts[number + 1])


@dataclass(frozen=True, slots=True)
class Words:
    """A column of words, of which a person may have several: who has each. Blanks stand in none."""

    values: tuple[str, ...]
    bitmaps: tuple[int, ...]
    rare: Rare

    def where(self, meant: Callable[[str], bool], part: str = "") -> int:
        """Those with a word that is meant; ``part``, where one is told, stands in each such word."""
        found = self.rare.where(meant, part)
        for value, bitmap in zip(self.values, self.bitmaps, strict=True):
            if meant(value):
                found |= bitmap
        return found

    def equal(self, value: str) -> int:
        """Those with that word."""
        return self.where(lambda word: word == value, value + END)

    def containing(self, part: str) -> int:
        """Those with a word that holds the text."""
        return self.where(lambda word: part in word, part)


@dataclass(frozen=True, slots=True)
class Ids:
    """A column of numbers that name something else (an employer): the bits of those who have each, and of each bit which.

    ``which`` holds places among the values, one more, so that 0 is nobody's.
    """

    values: "array[int]"
    ends: "array[int]"
    people: "array[int]"
    which: "array[int]"
    known: int

    def among(self, wanted: frozenset[int], within: int) -> int:
        """Those of ``within`` with one of these numbers."""
        if within.bit_count() * SCATTERED < len(self.people):
            values, which = self.values, self.which
            return bits_of(bit for bit in places(within & self.known) if values[which[bit] - 1] in wanted)
        return within & self._all_among(wanted)

    def _all_among(self, wanted: frozenset[int]) -> int:
        values = self.values
        if len(wanted) * SCATTERED < len(values):
            return self._bits(place for place in map(self._place, wanted) if place is not None)
        hits = bytes(map(wanted.__contains__, values))
        if hits.count(1) * 2 <= len(hits):
            return self._bits(compress(range(len(hits)), hits))
        return self.known & ~self._bits(compress(range(len(hits)), hits.translate(_REVERSED)))

    def _place(self, wanted: int) -> int | None:
        place = bisect_left(self.values, wanted)
        return place if place < len(self.values) and self.values[place] == wanted else None

    def _bits(self, hits: Iterable[int]) -> int:
        ends, people = self.ends, self.people
        return bits_of(chain.from_iterable(people[ends[place - 1] if place else 0 : ends[place]] for place in hits))


@dataclass(frozen=True, slots=True)
class Codes:
    """A column of codes whose beginnings mean something: each is a number, its place in the order of codes."""

    values: tuple[str, ...]
    numbers: Numbers
    answers: dict[object, int] = field(default_factory=dict, compare=False, repr=False)

    def beginning(self, code: str) -> int:
        """Those whose code begins so."""
        return remembered(self.answers, code, lambda: self._beginning(code))

    def _beginning(self, code: str) -> int:
        beyond = bisect_left(self.values, f"{code}\U0010ffff")
        return self.numbers.between(bisect_left(self.values, code), beyond)

    def equal(self, code: str) -> int:
        """Those with that code."""
        place = bisect_left(self.values, code)
        return self.numbers.between(place, place + 1) if self.values[place : place + 1] == (code,) else 0


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
        planes += [of_flags(column.translate(_PLANE[bit])) for bit in range(min(8, width - start))]
    return Numbers(base, tuple(planes), flagged(value is not None for value in values))


def make_words(values: Sequence[str | None]) -> Words:
    """A column of one word a person, or none."""
    people: dict[str, list[int]] = defaultdict(list)
    for bit, value in enumerate(values):
        if value is not None:
            people[value].append(bit)
    frequent = sorted(word for word, bits in people.items() if len(bits) * RARE >= len(values))
    bitmaps = tuple(bits_of(people.pop(word)) for word in frequent)
    words = sorted(people)
    kind = "H" if len(values) <= SHORT else "I"
    return Words(
        tuple(frequent),
        bitmaps,
        Rare(
            "".join(word + END for word in words),
            array("I", accumulate((len(word) + 1 for word in words), initial=0)),
            array("I", accumulate(len(people[word]) for word in words)),
            array(kind, (bit for word in words for bit in people[word])),
        ),
    )


def make_codes(values: Sequence[str | None]) -> Codes:
    """A column of one code a person, or none; "" is one too."""
    known = sorted({value for value in values if value is not None})
    numbers = {code: number for number, code in enumerate(known)}
    return Codes(tuple(known), make_numbers([None if value is None else numbers[value] for value in values]))


def make_ids(values: Sequence[int | None]) -> Ids:
    """A column of one number a person, or none."""
    people: dict[int, list[int]] = defaultdict(list)
    for bit, value in enumerate(values):
        if value is not None:
            people[value].append(bit)
    known = sorted(people)
    kind = "H" if len(values) <= SHORT else "I"
    return Ids(
        array("q", known),
        array("I", accumulate(len(people[value]) for value in known)),
        array(kind, (bit for value in known for bit in people[value])),
        array(kind, _which(known, values)),
        flagged(value is not None for value in values),
    )


def _which(known: Sequence[int], values: Sequence[int | None]) -> Iterator[int]:
    numbers: dict[int | None, int] = {value: number for number, value in enumerate(known, 1)}
    return (numbers.get(value, 0) for value in values)
