"""A block as bytes for the database, and back."""

import zlib
from array import array
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import TypeVar

from workers.bitmaps.blocks import Block, names_in, places_in
from workers.bitmaps.columns import Codes, Ids, Numbers, Rare, Words
from workers.bitmaps.dated import Dated, Layer

Kept = TypeVar("Kept")


def packed(block: Block) -> bytes:
    """The block for the database; ``unpacked`` reads it again."""
    out = Writer()
    out.integer(block.number)
    out.integer(block.size)
    out.bytes(block.names.text)
    out.array(block.names.starts)
    out.array(block.order)
    out.texts(block.villages)
    out.named(block.words, out.words)
    out.named(block.numbers, out.numbers)
    out.named(block.tags, out.dated)
    out.named(block.facts, out.dated)
    return zlib.compress(out.stream.getvalue(), 1)


def unpacked(data: bytes) -> Block:
    """The block that ``packed`` made."""
    found = Reader(zlib.decompress(data))
    number, size = found.integer(), found.integer()
    names = names_in(found.bytes(), found.array())
    order, villages = found.array(), found.texts()
    return Block(
        number=number,
        size=size,
        names=names,
        order=order,
        places=places_in(order),
        villages=villages,
        words=found.named(found.words),
        numbers=found.named(found.numbers),
        tags=found.named(found.dated),
        facts=found.named(found.dated),
    )


class Writer:
    """Puts one thing behind the other, each behind its length."""

    def __init__(self) -> None:
        self.stream = BytesIO()

    def bytes(self, data: bytes) -> None:
        """Any bytes."""
        self.stream.write(len(data).to_bytes(4, "little"))
        self.stream.write(data)

    def integer(self, number: int) -> None:
        """A number, also a negative one."""
        self.bytes(number.to_bytes(number.bit_length() // 8 + 1, "little", signed=True))

    def texts(self, texts: tuple[str, ...]) -> None:
        """Texts of the database, which hold no NUL."""
        self.bytes("\0".join((*texts, "")).encode())

    def array(self, numbers: "array[int]") -> None:
        """An array of unsigned numbers."""
        self.bytes(numbers.typecode.encode() + numbers.tobytes())

    def bitmaps(self, bitmaps: tuple[int, ...]) -> None:
        """Any number of bitmaps."""
        self.integer(len(bitmaps))
        for bitmap in bitmaps:
            self.bytes(bitmap.to_bytes((bitmap.bit_length() + 7) // 8, "little"))

    def named(self, things: Mapping[str, Kept], put: Callable[[Kept], None]) -> None:
        """Things by name."""
        self.texts(tuple(things))
        for thing in things.values():
            put(thing)

    def numbers(self, numbers: Numbers) -> None:
        """A column of numbers."""
        self.integer(numbers.base)
        self.bitmaps((*numbers.planes, numbers.known))

    def words(self, words: Words) -> None:
        """A column of words."""
        self.texts(words.values)
        self.bitmaps(words.bitmaps)
        self.bytes(words.rare.text.encode())
        for numbers in (words.rare.starts, words.rare.ends, words.rare.people):
            self.array(numbers)

    def codes(self, codes: Codes) -> None:
        """A column of codes."""
        self.texts(codes.values)
        self.numbers(codes.numbers)

    def layer(self, layer: Layer) -> None:
        """One layer of dated facts."""
        self.bitmaps((layer.present,))
        self.numbers(layer.begins)
        self.numbers(layer.ends)
        self.named(layer.codes, self.codes)
        self.named(layer.words, self.words)
        self.named(layer.ids, self.ids)

    def ids(self, ids: Ids) -> None:
        """A column of ids."""
        for numbers in (ids.values, ids.ends, ids.people, ids.which):
            self.array(numbers)
        self.bitmaps((ids.known,))

    def dated(self, dated: Dated) -> None:
        """Dated facts."""
        self.integer(len(dated.layers))
        for layer in (*dated.layers, dated.rest):
            self.layer(layer)
        self.array(dated.owners)


class Reader:
    """Reads what a ``Writer`` wrote, in the same order."""

    def __init__(self, data: bytes) -> None:
        self._stream = BytesIO(data)

    def bytes(self) -> bytes:
        """Any bytes."""
        return self._stream.read(int.from_bytes(self._stream.read(4), "little"))

    def integer(self) -> int:
        """A number."""
        return int.from_bytes(self.bytes(), "little", signed=True)

    def texts(self) -> tuple[str, ...]:
        """Texts."""
        return tuple(self.bytes().decode().split("\0")[:-1])

    def array(self) -> "array[int]":
        """An array of unsigned numbers."""
        data = self.bytes()
        return array(data[:1].decode(), data[1:])

    def bitmaps(self) -> tuple[int, ...]:
        """Bitmaps."""
        return tuple(int.from_bytes(self.bytes(), "little") for _ in range(self.integer()))

    def named(self, take: Callable[[], Kept]) -> dict[str, Kept]:
        """Things by name."""
        return {name: take() for name in self.texts()}

    def numbers(self) -> Numbers:
        """A column of numbers."""
        base = self.integer()
        *planes, known = self.bitmaps()
        return Numbers(base, tuple(planes), known)

    def words(self) -> Words:
        """A column of words."""
        return Words(
            self.texts(),
            self.bitmaps(),
            Rare(self.bytes().decode(), self.array(), self.array(), self.array()),
        )

    def codes(self) -> Codes:
        """A column of codes."""
        return Codes(self.texts(), self.numbers())

    def layer(self) -> Layer:
        """One layer of dated facts."""
        (present,) = self.bitmaps()
        days, codes = (self.numbers(), self.numbers()), self.named(self.codes)
        return Layer(present, *days, codes, self.named(self.words), self.named(self.ids))

    def ids(self) -> Ids:
        """A column of ids."""
        values, ends, people, which = self.array(), self.array(), self.array(), self.array()
        return Ids(values, ends, people, which, *self.bitmaps())

    def dated(self) -> Dated:
        """Dated facts."""
        layers = tuple(self.layer() for _ in range(self.integer()))
        return Dated(layers, self.layer(), self.array())
