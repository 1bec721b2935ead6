"""Which rows of 务工台账 may stand beside each other (formats.md §1.4 rule 1, refusal code `overlap`)."""

from bisect import bisect_left
from collections.abc import Sequence
from datetime import date
from operator import attrgetter
from typing import Protocol, TypeVar


class Span(Protocol):
    """Anything with 外出时间 and 返回时间: evidence, a stored row, a row of a sheet."""

    @property
    def start(self) -> date:
        """外出时间."""

    @property
    def end(self) -> date | None:
        """返回时间, the first day no longer there; None while nothing is written."""


S = TypeVar("S", bound=Span)

_start = attrgetter("start")


def declared_overlaps(incoming: Sequence[S], stored: Sequence[S] = ()) -> dict[int, S]:
    """The refused rows of one person: position in `incoming` → the kept row it overlaps.

    Rows are judged in order of 外出时间 against kept rows only: a row is refused that begins before a written end of an
    earlier start. Stored rows are kept always, so an incoming row is refused too where its own written end runs over a
    stored start. An incoming row with the 外出时间 of a stored one is its update (the key, formats.md §1.3) and takes
    its place when kept; the caller passes it as it would be stored, blank cells filled from the stored row. Touching
    is no overlap.
    """
    kept = sorted(stored, key=_start)
    refused: dict[int, S] = {}
    for index in sorted(range(len(incoming)), key=lambda position: incoming[position].start):
        row = incoming[index]
        at = bisect_left(kept, row.start, key=_start)
        is_update = at < len(kept) and kept[at].start == row.start
        later = at + 1 if is_update else at
        met = _met(row, kept[:at], kept[later:])
        if met is not None:
            refused[index] = met
        else:
            kept[at:later] = [row]
    return refused


def _met(row: S, earlier: Sequence[S], later: Sequence[S]) -> S | None:
    """The kept row that `row` overlaps: one whose written end it begins before, else the first its end runs over."""
    for other in reversed(earlier):
        if other.end is not None and other.end > row.start:
            return other
    if later and row.end is not None and row.end > later[0].start:
        return later[0]
    return None
