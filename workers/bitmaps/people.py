"""People named by their ids, as a condition on blocks."""

from collections import defaultdict
from collections.abc import Iterable

from workers.bitmaps.bits import bits_of
from workers.bitmaps.blocks import BITS, NOWHERE, SPAN, Block
from workers.bitmaps.columns import Found, exactly


class People:
    """So many people, of whatever reason: few enough for their ids to be read from an index."""

    def __init__(self, ids: Iterable[int]) -> None:
        self._lows: dict[int, list[int]] = defaultdict(list)
        for worker_id in ids:
            self._lows[worker_id >> BITS].append(worker_id & (SPAN - 1))

    def __call__(self, block: Block) -> Found:
        """Those of the block."""
        return exactly(self.bits(block))

    def bits(self, block: Block) -> int:
        """The same as a bitmap."""
        places = block.places
        known = (places[low] for low in self._lows.get(block.number, ()))
        return bits_of(place for place in known if place != NOWHERE)
