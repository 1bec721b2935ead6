"""A page of a list out of the bitmaps: which few people must be read so that the page is surely among them.

A finder names candidates and says how far they reach in the list's order. Whoever reads the rows asks all conditions
of them again and keeps the page when it lies within that reach; else the next, larger lot is read.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Any, Final, Protocol

from core.candidates import Attempt, CountHint
from workers.bitmaps.blocks import BITS, Block, Condition, Dear
from workers.bitmaps.columns import Found, exactly
from workers.bitmaps.memory import Snapshot

LOTS: Final = (80, 1_000, 8_000)
"""How many candidates are read, lot after lot; a million rows read in their order would cost more than the last."""
COUNT_CAP: Final = 5_000
"""As far as a list counts (``core.web.lists.paging``)."""
MOST: Final = 0.7
"""Of the first lot so many must be meant for a page of fifty."""
LAST: Final = "\U0010ffff"
DENSE: Final = 20
"""One of so many people meant: a block is sooner looked through than its people are put in order."""


@dataclass(frozen=True)
class Finder:
    """What one list means, worked out block by block."""

    snapshot: Snapshot
    marked: frozenset[int]
    conditions: Sequence[Condition]

    @cached_property
    def found(self) -> list[Found]:
        """Of each block, marked people left out: they are candidates anyhow.

        Where few are left, dear conditions are asked of their rows alone.
        """
        aside: dict[int, int] = {}
        blocks = self.snapshot.blocks
        numbers = {block.number: place for place, block in enumerate(blocks)}
        for worker_id in self.marked:
            place = numbers.get(worker_id >> BITS)
            if place is not None and (bit := blocks[place].place_of(worker_id)) is not None:
                aside[place] = aside.get(place, 0) | 1 << bit
        dear = [condition for condition in self.conditions if isinstance(condition, Dear)]
        cheap = [condition for condition in self.conditions if not isinstance(condition, Dear)]
        found = [
            _narrowed(block, exactly(block.everybody & ~aside.get(place, 0)), cheap)
            for place, block in enumerate(blocks)
        ]
        if dear and sum(one.possible.bit_count() for one in found) <= LOTS[0]:
            return [Found(0, one.possible) for one in found]
        return self._narrowed_dearly(found, dear) if dear else found

    def _narrowed_dearly(self, found: Sequence[Found], dear: Sequence[Dear]) -> list[Found]:
        """Exactly, until more are sure than anybody counts; roughly from then on, if most of the likely ones were meant."""
        narrowed: list[Found] = []
        sure = likely = 0
        for block, one in zip(self.snapshot.blocks, found, strict=True):
            rough = _narrowed(block, one, [condition.roughly for condition in dear])
            if sure > COUNT_CAP and sure >= likely * MOST:
                narrowed.append(Found(0, rough.possible))
                continue
            exact = rough
            for condition in dear:
                exact &= condition.of(block, exact.possible)
            narrowed.append(exact)
            sure += exact.sure.bit_count()
            likely += rough.possible.bit_count()
        return narrowed

    @cached_property
    def possible(self) -> int:
        """How many people may be meant."""
        return sum(found.possible.bit_count() for found in self.found) + len(self.marked)

    def count(self, cap: int) -> CountHint | None:
        """How many are surely meant, and whose rows must be asked besides; None where those are too many."""
        sure = sum(found.sure.bit_count() for found in self.found)
        if sure > cap:
            return CountHint(sure, ())
        unsure = self.possible - sure
        if unsure > LOTS[-1]:
            return None
        ids = self._people([found.possible & ~found.sure for found in self.found])
        return CountHint(sure, (*ids, *self.marked))

    def attempts(self, order: Sequence[tuple[str, bool]], edge: Sequence[Any] | None, most: int) -> Iterator[Attempt]:
        """Lots of candidates for a page in that order (field, descending) beyond ``edge``, each larger than the last."""
        masks = [found.possible for found in self.found]
        keys = _to_the_id(order)
        choose = self._chooser(keys)
        for lot in LOTS:
            if self.possible <= lot:
                yield Attempt((*self._people(masks), *self.marked), None)
                return
            if choose is None:
                continue
            ids, reach = choose(masks, lot, edge, descending=keys[0][1])
            yield Attempt((*ids, *self.marked), reach)
            if reach is None:
                return

    def _chooser(self, order: Sequence[tuple[str, bool]]) -> "Choose | None":
        known: dict[tuple[str, ...], Choose] = {
            ("name_key", "pk"): self._by_name,
            ("village_code", "name_key", "pk"): self._by_village,
            ("pk",): self._by_id,
        }
        several = len({descending for _, descending in order}) > 1
        if several:
            known = {("name_key", "pk"): self._by_name_alone}
        return known.get(tuple(path for path, _ in order))

    def _by_name(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        return self._names(masks, lot, edge, descending=descending)

    def _by_name_alone(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        """Where those of one name stand in the other direction: whole names."""
        ids, reach = self._names(masks, lot, edge and (edge[0], None), descending=descending)
        return ids, reach and reach[:1]

    def _names(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        """The first ``lot`` people beyond (name key, id), and whoever comes next (None: nobody)."""
        beyond = None if edge is None else (edge[0].encode("utf-8", "surrogatepass"), edge[1])
        walks = [block.walk(mask, beyond, descending=descending) for block, mask in self._pairs(masks) if mask]
        ids: list[int] = []
        for key, worker_id in merge(*walks, reverse=descending):
            if len(ids) == lot:
                return ids, (key.decode(), worker_id)
            ids.append(worker_id)
        return ids, None

    def _by_village(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        """Whole villages, the last of them by names."""
        villages = self._villages_beyond(edge, descending=descending)
        # The first village with which the lot is full; all those before it are taken whole.
        last = bisect_left(villages, lot, key=lambda code: self._count_to(masks, edge, code, descending=descending))
        if last == len(villages):
            return self._people(
                [self._to(block, mask, edge, "", descending) for block, mask in self._pairs(masks)]
            ), None
        code = villages[last]
        number = int(code)
        before = [
            self._to(block, mask, edge, code, descending) & ~block.numbers["village_code"].between(number, number + 1)
            for block, mask in self._pairs(masks)
        ]
        here = [mask & block.numbers["village_code"].between(number, number + 1) for block, mask in self._pairs(masks)]
        ids = self._people(before)
        after = edge[1:] if edge is not None and code == edge[0] else None
        found, reach = self._names(here, lot - len(ids), after, descending=descending)
        # Where all of this village are there, the next one begins beyond any name.
        return ids + found, (code, *(reach or ("" if descending else LAST,)))

    def _count_to(self, masks: list[int], edge: Sequence[Any] | None, code: str, *, descending: bool) -> int:
        return sum(self._to(block, mask, edge, code, descending).bit_count() for block, mask in self._pairs(masks))

    @staticmethod
    def _to(block: Block, mask: int, edge: Sequence[Any] | None, code: str, descending: bool) -> int:  # noqa: FBT001 - called for every block
        """Those from the village of the edge to the village ``code``, both with all their people; "" is to the end."""
        if not mask:
            return 0
        start, end = int(edge[0]) if edge is not None else None, int(code) if code else None
        low, high = (end, start) if descending else (start, end)
        return mask & block.numbers["village_code"].between(low, None if high is None else high + 1)

    def _villages_beyond(self, edge: Sequence[Any] | None, *, descending: bool) -> list[str]:
        villages = self.snapshot.villages
        walk = villages[::-1] if descending else villages
        if edge is None:
            return walk
        return [code for code in walk if (code <= edge[0] if descending else code >= edge[0])]

    def _people(self, masks: list[int]) -> list[int]:
        return [worker_id for block, mask in self._pairs(masks) for worker_id in block.ids(mask)]

    def _pairs(self, masks: list[int]) -> "zip[tuple[Block, int]]":
        return zip(self.snapshot.blocks, masks, strict=True)

    def _by_id(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        """Block after block."""
        pairs = list(self._pairs(masks))
        ids: list[int] = []
        for block, mask in reversed(pairs) if descending else pairs:
            many = mask.bit_count() * DENSE > block.size
            found: Iterable[int] = (
                block.ids_in_order(mask, descending=descending) if many else sorted(block.ids(mask), reverse=descending)
            )
            if edge is not None:
                found = (one for one in found if (one < edge[0] if descending else one > edge[0]))
            ids += islice(found, lot + 1 - len(ids))
            if len(ids) > lot:
                return ids[:lot], (ids[lot],)
        return ids, None


def _narrowed(block: Block, found: Found, conditions: Sequence[Condition]) -> Found:
    for condition in conditions:
        if not found.possible:
            break
        found &= condition(block)
    return found


def _to_the_id(order: Sequence[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The keys of an order up to the first that no two people share."""
    keys: list[tuple[str, bool]] = []
    for path, descending in order:
        keys.append(("pk" if path == "id" else path, descending))
        if keys[-1][0] == "pk":
            break
    return keys


class Choose(Protocol):
    """Picks a lot of people in one order."""

    def __call__(
        self, masks: list[int], lot: int, edge: Sequence[Any] | None, *, descending: bool
    ) -> tuple[list[int], tuple[Any, ...] | None]:
        """Ids of at least ``lot`` people beyond ``edge``, and up to where nobody is missing (None: to the end)."""
