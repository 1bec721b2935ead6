"""A bitmap as a Python integer: from numbers and flags, and back again."""

import sys
from array import array
from collections.abc import Iterable, Iterator
from itertools import compress
from typing import Final

WORD: Final = 64
"""Bits of the pieces a bitmap is looked through in."""
FEW: Final = 1_500
"""So few bits are sooner set one by one than read from a text of 0 and 1."""


def stretch(start: int, end: int) -> int:
    """The bits from ``start`` to before ``end``."""
    return (1 << end) - (1 << start) if end > start else 0


def places(bitmap: int) -> Iterator[int]:
    """The numbers of the bits that are set, ascending."""
    words = _words(bitmap)
    for number in compress(range(len(words)), words):
        value, start = words[number], number * WORD
        while value:
            lowest = value & -value
            yield start + lowest.bit_length() - 1
            value ^= lowest


def places_back(bitmap: int) -> Iterator[int]:
    """The same descending."""
    words = _words(bitmap)
    for number in compress(range(len(words) - 1, -1, -1), reversed(words)):
        value, start = words[number], number * WORD
        while value:
            highest = value.bit_length() - 1
            yield start + highest
            value ^= 1 << highest


def _words(bitmap: int) -> "array[int]":
    words = array("Q", bitmap.to_bytes((bitmap.bit_length() + WORD - 1) // WORD * (WORD // 8), sys.byteorder))
    if sys.byteorder == "big":
        words.reverse()
    return words


def bits_of(numbers: Iterable[int]) -> int:
    """The bitmap of those bits."""
    listed = list(numbers)
    if not listed:
        return 0
    if len(listed) < FEW:
        data = bytearray(max(listed) // 8 + 1)
        for number in listed:
            data[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(data, "little")
    flags = bytearray(b"0") * (max(listed) + 1)
    for number in listed:
        flags[number] = 49
    return of_flags(flags)


def of_flags(flags: bytes | bytearray) -> int:
    """The bitmap of one character ``0`` or ``1`` a person."""
    return int(flags[::-1], 2) if flags else 0


def flagged(bits: Iterable[object]) -> int:
    """The bitmap of what is true of each in turn."""
    return of_flags(bytes(49 if bit else 48 for bit in bits))
