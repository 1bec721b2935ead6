"""Columns of facts that hold from a day to another, of which a person may have several."""

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from workers.bitmaps.bits import bits_of, flagged, places
from workers.bitmaps.columns import (
    Codes,
    Ids,
    Numbers,
    Words,
    make_codes,
    make_ids,
    make_numbers,
    make_words,
    remembered,
)

LAYER: Final = 32
"""A layer of facts is worth its room while one in so many people has so many."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Facts that hold from a day (None: ever since) to before another, one in each bit."""

    present: int
    begins: Numbers
    ends: Numbers
    codes: Mapping[str, Codes]
    words: Mapping[str, Words]
    ids: Mapping[str, Ids]
    answers: dict[object, int] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date | None) -> int:
        """Those that hold on the day; without one all."""
        if day is None:
            return self.present
        return remembered(self.answers, day, lambda: self.begun(day) & self.lasting(day))

    def begun(self, day: date) -> int:
        """Those that hold from that day or an earlier one."""
        return self.begins.below(day.toordinal() + 1) | (self.present & ~self.begins.known)

    def lasting(self, day: date) -> int:
        """Those that have not ended by that day."""
        return self.present & ~self.ends.below(day.toordinal() + 1)


Meant = Callable[[Layer], int]


@dataclass(frozen=True, slots=True)
class Dated:
    """Facts of which a person may have several: the latest of everybody, the ones before, and so on.

    The bits of those layers are people. Facts of people who have more than most stand in ``rest``, a bit each, and
    belong to ``owners``.
    """

    layers: tuple[Layer, ...]
    rest: Layer
    owners: "array[int]"

    def among(self, day: date, column: str, wanted: frozenset[int], within: int) -> int:
        """People of ``within`` of whom a fact with one of these ids holds on the day."""
        found = 0
        for layer in self.layers:
            found |= layer.ids[column].among(wanted, layer.on(day) & within)
        if self.owners and (held := self.rest.on(day)):
            bits = self.rest.ids[column].among(wanted, held)
            found |= within & bits_of(self.owners[bit] for bit in places(bits))
        return found

    def on(self, day: date | None, meant: Meant | None = None) -> int:
        """People of whom a fact that is meant holds on the day; without a day whenever."""
        found = 0
        for layer in self.layers:
            held = layer.on(day)
            found |= held & meant(layer) if held and meant is not None else held
        if self.owners and (held := self.rest.on(day)):
            bits = held & meant(self.rest) if meant is not None else held
            found |= bits_of(self.owners[bit] for bit in places(bits))
        return found


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of a person, before it becomes a bit: the first day, the first day no longer, and what stands in columns."""

    bit: int
    begins: int | None
    ends: int | None
    codes: Sequence[str] = ()
    words: Sequence[str | None] = ()
    ids: Sequence[int | None] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """The names of the columns a kind of facts has: codes asked by their beginnings, words, and ids."""

    codes: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()


PLAIN: Final = Shape()
"""Facts of which only the days are kept."""


def make_dated(facts: Iterable[Fact], size: int, shape: Shape = PLAIN, *, worth: int = LAYER) -> Dated:
    """Facts of the ``size`` people of a block, in layers from the latest on.

    A layer is worth its room while at least one in ``worth`` people has so many facts.
    """
    owned: dict[int, list[Fact]] = defaultdict(list)
    for fact in facts:
        owned[fact.bit].append(fact)
    for own in owned.values():
        own.sort(key=lambda fact: -1 if fact.begins is None else fact.begins, reverse=True)
    layers, depth = [], 0
    while owned and len(owned) * worth >= size:
        column: list[Fact | None] = [None] * size
        for bit, own in owned.items():
            column[bit] = own[depth]
        layers.append(_layer(column, shape))
        depth += 1
        owned = {bit: own for bit, own in owned.items() if len(own) > depth}
    rest = [fact for _, own in sorted(owned.items()) for fact in own[depth:]]
    owners = array("H", (fact.bit for fact in rest))
    return Dated(tuple(layers), _layer(rest, shape), owners)


def _layer(facts: Sequence[Fact | None], shape: Shape) -> Layer:
    return Layer(
        present=flagged(facts),
        begins=make_numbers([None if fact is None else fact.begins for fact in facts]),
        ends=make_numbers([None if fact is None else fact.ends for fact in facts]),
        codes={
            name: make_codes([None if fact is None else fact.codes[place] for fact in facts])
            for place, name in enumerate(shape.codes)
        },
        words={
            name: make_words([None if fact is None else fact.words[place] for fact in facts])
            for place, name in enumerate(shape.words)
        },
        ids={
            name: make_ids([None if fact is None else fact.ids[place] for fact in facts])
            for place, name in enumerate(shape.ids)
        },
    )
