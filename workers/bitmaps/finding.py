"""A page of a list out of the bitmaps: which few people must be read so that the page is surely among them.

A finder names candidates and says how far they reach in the list's order. Whoever reads the rows asks all conditions
of them again and keeps the page when it lies within that reach; else the next, larger lot is read.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Any, Final, Protocol

from core.candidates import Attempt, CountHint
from workers.bitmaps.bits import bits_of
from workers.bitmaps.blocks import BITS, SPAN, Block, Condition, Dear
from workers.bitmaps.columns import Found, exactly
from workers.bitmaps.memory import Snapshot

FEW: Final = 80
"""So few people are read without a further look at what they are."""
MORE: Final = (1_000, 8_000)
"""How many candidates are read when a page of them was too few; a million rows read in their order would cost more."""
SPARE: Final = 1.6
"""So many candidates are read for each row of a page where some of them may not be meant."""
WALKED: Final = 8_000
"""So many people a dear condition is asked of one by one before it is asked of whole blocks."""
LAST: Final = "\U0010ffff"
DENSE: Final = 20
"""One of so many people meant: a block is sooner looked through than its people are put in order."""

Reach = tuple[Any, ...] | None
Beyond = tuple[bytes, int | None] | None
"""The name key and the id behind which a walk begins, without an id at the first of that name."""


@dataclass(frozen=True)
class Finder:
    """What one list means, worked out block by block, and dear conditions only where somebody asks for the block."""

    snapshot: Snapshot
    marked: frozenset[int]
    conditions: Sequence[Condition]

    @cached_property
    def _dear(self) -> list[Dear]:
        return [condition for condition in self.conditions if isinstance(condition, Dear)]

    @cached_property
    def _aside(self) -> dict[int, int]:
        """Marked people by the place of their block: they are candidates anyhow."""
        aside: dict[int, int] = {}
        numbers = {block.number: place for place, block in enumerate(self.snapshot.blocks)}
        for worker_id in self.marked:
            place = numbers.get(worker_id >> BITS)
            if place is not None and (bit := self.snapshot.blocks[place].place_of(worker_id)) is not None:
                aside[place] = aside.get(place, 0) | 1 << bit
        return aside

    @cached_property
    def _cheap(self) -> list[Condition]:
        return [condition.roughly if isinstance(condition, Dear) else condition for condition in self.conditions]

    @cached_property
    def _asked(self) -> dict[int, Found]:
        return {}

    def _rough(self, place: int) -> Found:
        """Whom the cheap conditions leave of a block, and what dear ones imply; worked out when somebody asks for it."""
        found = self._asked.get(place)
        if found is None:
            block, aside = self.snapshot.blocks[place], self._aside.get(place)
            everybody = exactly(block.everybody & ~aside) if aside else None
            found = self._asked[place] = _narrowed(block, everybody, self._cheap)
        return found

    @cached_property
    def _known(self) -> dict[int, Found]:
        return {}

    @cached_property
    def few(self) -> bool:
        """Whether the cheap conditions leave so few people that they are read without a further look."""
        left = FEW
        for place in self._places:
            left -= self._rough(place).possible.bit_count()
            if left < 0:
                return False
        return True

    @property
    def _places(self) -> range:
        return range(len(self.snapshot.blocks))

    def _found(self, place: int) -> Found:
        """Whom all conditions leave of a block; where few are left, dear ones are asked of their rows alone."""
        if not self._dear:
            return self._rough(place)
        if self.few:
            return Found(0, self._rough(place).possible)
        if place not in self._known:
            found, block = self._rough(place), self.snapshot.blocks[place]
            for condition in self._dear:
                found &= condition.of(block, found.possible)
            self._known[place] = found
        return self._known[place]

    @property
    def found(self) -> list[Found]:
        """The same of each block, dear as it may be."""
        return [self._found(place) for place in self._places]

    @cached_property
    def _masks(self) -> list[int]:
        return [found.possible for found in self.found]

    def count(self, cap: int) -> CountHint | None:
        """How many are surely meant, and whose rows must be asked besides; None where those are too many."""
        sure = unsure = 0
        for place in self._places:
            found = self._found(place)
            sure += found.sure.bit_count()
            unsure += found.possible.bit_count()
            if sure > cap:
                return CountHint(sure, ())
        unsure += len(self.marked) - sure
        if unsure > MORE[-1]:
            return None
        return CountHint(sure, (*self._people([found.possible & ~found.sure for found in self.found]), *self.marked))

    def attempts(self, order: Sequence[tuple[str, bool]], edge: Sequence[Any] | None, most: int) -> Iterator[Attempt]:
        """Lots of candidates for a page in that order (field, descending) beyond ``edge``, each larger than the last."""
        if self.few:
            yield Attempt((*self._people([self._rough(place).possible for place in self._places]), *self.marked), None)
            return
        if not all(dear.wanted() for dear in self._dear):
            yield Attempt(tuple(self.marked), None)
            return
        keys = _to_the_id(order)
        choose = self._chooser(keys)
        # As far as was asked: of whom one block is not sure, the others mostly are not either.
        certain = all(found.sure == found.possible for found in self._asked.values()) and choose != self._by_name_alone
        first = most if certain else int(most * SPARE)
        for lot in (first, *(more for more in MORE if more > first)):
            if choose is not None:
                ids, reach = choose(lot, edge, descending=keys[0][1])
            elif sum(mask.bit_count() for mask in self._masks) <= lot:
                ids, reach = self._people(self._masks), None
            else:
                continue
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

    def _by_name(self, lot: int, edge: Sequence[Any] | None, *, descending: bool) -> tuple[list[int], Reach]:
        beyond = None if edge is None else (edge[0].encode("utf-8", "surrogatepass"), edge[1])
        if any(dear.wanted() > FEW for dear in self._dear) and len(self._known) < len(self._places):
            walked = self._asked_one_by_one(lot, beyond, descending=descending)
            if walked is not None:
                return walked
        return self._names(enumerate(self._masks), lot, beyond, descending=descending)

    def _by_name_alone(self, lot: int, edge: Sequence[Any] | None, *, descending: bool) -> tuple[list[int], Reach]:
        """Where those of one name stand in the other direction: whole names."""
        ids, reach = self._by_name(lot, edge and (edge[0], None), descending=descending)
        return ids, reach and reach[:1]

    def _walk(
        self, masks: Iterable[tuple[int, int]], beyond: Beyond, *, descending: bool
    ) -> Iterator[tuple[bytes, int]]:
        """(name key, id) of the people of those blocks, by their places, in the order of names."""
        blocks = self.snapshot.blocks
        walks = [blocks[place].walk(mask, beyond, descending=descending) for place, mask in masks if mask]
        return merge(*walks, reverse=descending)

    def _names(
        self, masks: Iterable[tuple[int, int]], lot: int, beyond: Beyond, *, descending: bool
    ) -> tuple[list[int], Reach]:
        """The first ``lot`` people beyond (name key, id), and whoever comes next (None: nobody)."""
        walk = self._walk(masks, beyond, descending=descending)
        ids = [worker_id for _, worker_id in islice(walk, lot)]
        return ids, _next(walk)

    def _asked_one_by_one(self, lot: int, beyond: Beyond, *, descending: bool) -> tuple[list[int], Reach] | None:
        """The same where dear conditions are asked of the next few people, then of more; None if that leads too far."""
        rough = ((place, self._rough(place).possible) for place in self._places)
        walk = self._walk(rough, beyond, descending=descending)
        people: list[tuple[bytes, int]] = []
        asked, step = 0, 4 * lot
        while asked < WALKED:
            next_ones = list(islice(walk, step))
            people += self._meant(next_ones)
            if len(people) > lot or len(next_ones) < step:
                break
            asked, step = asked + step, 3 * step
        else:
            return None
        ids = [worker_id for _, worker_id in people[:lot]]
        return ids, _next(iter(people[lot:]))

    def _meant(self, people: Sequence[tuple[bytes, int]]) -> list[tuple[bytes, int]]:
        """Whom of those (name key, id) the dear conditions may mean, in their order."""
        bits: dict[int, list[int]] = defaultdict(list)
        for _, worker_id in people:
            bits[worker_id >> BITS].append(worker_id & (SPAN - 1))
        meant: set[int] = set()
        for block in self.snapshot.blocks:
            if block.number in bits:
                possible = bits_of(block.places[low] for low in bits[block.number])
                for condition in self._dear:
                    possible = condition.of(block, possible).possible
                meant.update(block.ids(possible))
        return [one for one in people if one[1] in meant]

    def _by_village(self, lot: int, edge: Sequence[Any] | None, *, descending: bool) -> tuple[list[int], Reach]:
        """Whole villages, the last of them by names."""
        ids: list[int] = []
        for code, places in self._villages_beyond(edge, descending=descending):
            here = [
                (place, self._found(place).possible & self.snapshot.blocks[place].of_village(code)) for place in places
            ]
            beyond = None
            if edge is not None and code == edge[0]:
                beyond = (edge[1].encode("utf-8", "surrogatepass"), edge[2])
            elif len(ids) + sum(mask.bit_count() for _, mask in here) <= lot:
                ids += [one for place, mask in here for one in self.snapshot.blocks[place].ids(mask)]
                continue
            found, reach = self._names(here, lot - len(ids), beyond, descending=descending)
            ids += found
            if reach is not None:
                return ids, (code, *reach)
            if len(ids) >= lot:
                # Where all of this village are there, the next one begins beyond any name.
                return ids, (code, "" if descending else LAST)
        return ids, None

    def _villages_beyond(self, edge: Sequence[Any] | None, *, descending: bool) -> Iterator[tuple[str, Sequence[int]]]:
        """Villages from that of the edge on, and the places of the blocks that have their people."""
        villages = self.snapshot.villages
        for code in reversed(villages) if descending else villages:
            if edge is None or (code <= edge[0] if descending else code >= edge[0]):
                yield code, villages[code]

    def _people(self, masks: Sequence[int]) -> list[int]:
        pairs = zip(self.snapshot.blocks, masks, strict=True)
        return [worker_id for block, mask in pairs for worker_id in block.ids(mask)]

    def _by_id(self, lot: int, edge: Sequence[Any] | None, *, descending: bool) -> tuple[list[int], Reach]:
        """Block after block."""
        places = self._places
        ids: list[int] = []
        for place in reversed(places) if descending else places:
            block, mask = self.snapshot.blocks[place], self._found(place).possible
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


def _next(walk: Iterator[tuple[bytes, int]]) -> Reach:
    """Whoever comes next in the order of names."""
    found = next(walk, None)
    return None if found is None else (found[0].decode(), found[1])


def _narrowed(block: Block, found: Found | None, conditions: Sequence[Condition]) -> Found:
    """Whom all conditions leave of a block's people, or of those ``found`` already."""
    for condition in conditions:
        found = condition(block) if found is None else found & condition(block)
        if not found.possible:
            break
    return exactly(block.everybody) if found is None else found


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

    def __call__(self, lot: int, edge: Sequence[Any] | None, *, descending: bool) -> tuple[list[int], Reach]:
        """Ids of at least ``lot`` people beyond ``edge``, and up to where nobody is missing (None: to the end)."""
