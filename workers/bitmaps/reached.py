"""Whom a user reaches who is bounded by no division (a station, a partner bureau), as bits.

Which rows reach whom is a matter of the apps above, spread over tables of millions. So the persons are read once and
kept for some seconds: whoever is reached anew comes into this person's lists that much later, whoever is no longer
reached not at all, for the rows are asked again.
"""

import time
from itertools import chain
from typing import Final

from core.accounts.models import User
from core.accounts.scope import id_column, reached
from workers.bitmaps.blocks import Block
from workers.bitmaps.people import People

KEPT_FOR: Final = 15.0
MOST_KEPT: Final = 64
"""Users whose persons a process keeps."""

_kept: "dict[tuple[object, ...], Reached]" = {}


class Reached(People):
    """The persons of one user."""

    def __init__(self, user: User) -> None:
        self.read_at = time.monotonic()
        super().__init__(
            chain.from_iterable(ids.values_list(id_column(ids), flat=True).distinct() for ids in reached(user))
        )
        self._kept: dict[int, tuple[Block, int]] = {}

    def bits(self, block: Block) -> int:
        """Worked out once for a block."""
        known = self._kept.get(block.number)
        if known is None or known[0] is not block:
            known = self._kept[block.number] = (block, super().bits(block))
        return known[1]


def reached_by(user: User) -> Reached:
    """The persons as read at most ``KEPT_FOR`` seconds ago."""
    key = (user.pk, user.role, user.scope_division, *user.scope_stations, *user.scope_institutions)
    found = _kept.get(key)
    if found is None or time.monotonic() - found.read_at > KEPT_FOR:
        _kept.pop(key, None)
        while len(_kept) >= MOST_KEPT:
            _kept.pop(next(iter(_kept)), None)
        found = _kept[key] = Reached(user)
    return found
