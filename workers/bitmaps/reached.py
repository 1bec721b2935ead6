"""Whom a user reaches who is bounded by no division (a station, a partner bureau), as bits.

Which rows reach whom is a matter of the apps above, spread over tables of millions. An app that keeps such rows as facts
of the blocks says so (``register_kept_reach``). The persons of any other way are read once and kept for some seconds:
whoever is reached anew comes into this person's lists that much later, whoever is no longer reached not at all, for the
rows are asked again.
"""

import time
from collections.abc import Callable, Collection
from itertools import chain
from typing import Final

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.accounts.scope import id_column, reached, ways_of
from workers.bitmaps.blocks import Block, Condition
from workers.bitmaps.people import People

KEPT_FOR: Final = 15.0
MOST_KEPT: Final = 64
"""Users whose persons a process keeps."""

KeptReach = Callable[[User], Condition]

_read: "dict[tuple[object, ...], Reached]" = {}
_known: dict[ScopeKind, dict[str, KeptReach]] = {kind: {} for kind in ScopeKind}


def register_kept_reach(kind: ScopeKind, name: str, condition: KeptReach) -> None:
    """Tell whom a way of reaching (``core.accounts.scope.register_reach``) means out of the facts of the blocks."""
    _known[kind][name] = condition


def ways_to(user: User) -> list[Condition]:
    """Conditions of which one holds for everybody the user reaches."""
    ways = ways_of(user.scope_kind)
    known = {name: condition for name, condition in _known[user.scope_kind].items() if name in ways}
    found = [condition(user) for condition in known.values()]
    return [*found, _reached_by(user, without=known)] if ways - known.keys() else found


class Reached(People):
    """The persons of one user."""

    def __init__(self, user: User, *, without: Collection[str]) -> None:
        self.read_at = time.monotonic()
        querysets = reached(user, without=without)
        super().__init__(chain.from_iterable(ids.values_list(id_column(ids), flat=True) for ids in querysets))
        self._kept: dict[int, tuple[Block, int]] = {}

    def bits(self, block: Block) -> int:
        """Worked out once for a block."""
        known = self._kept.get(block.number)
        if known is None or known[0] is not block:
            known = self._kept[block.number] = (block, super().bits(block))
        return known[1]


def _reached_by(user: User, *, without: Collection[str]) -> Reached:
    """The persons as read at most ``KEPT_FOR`` seconds ago."""
    key = (user.pk, user.role, user.scope_division, *user.scope_stations, *user.scope_institutions, *without)
    found = _read.get(key)
    if found is None or time.monotonic() - found.read_at > KEPT_FOR:
        _read.pop(key, None)
        while len(_read) >= MOST_KEPT:
            _read.pop(next(iter(_read)), None)
        found = _read[key] = Reached(user, without=without)
    return found
