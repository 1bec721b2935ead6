"""The blocks as a process keeps them, and what has been written to the register since they were built."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from django.db import connection

from workers.bitmaps.blocks import Block
from workers.bitmaps.packing import unpacked

MOST_MARKED: Final = 4_000
"""More people than these written since: the bitmaps are of no use until they have been built anew."""

_blocks: dict[int, tuple[str, Block]] = {}
_latest: "list[Snapshot]" = []


@dataclass(frozen=True)
class Snapshot:
    """Every block, as of the versions it was built with."""

    versions: Mapping[int, str]
    blocks: tuple[Block, ...]

    @cached_property
    def villages(self) -> dict[str, list[int]]:
        """All villages that have people, in the order of their codes: the places of the blocks they are in."""
        found: dict[str, list[int]] = {}
        for place, block in enumerate(self.blocks):
            for code in block.villages:
                found.setdefault(code, []).append(place)
        return dict(sorted(found.items()))


def current() -> tuple[Snapshot, frozenset[int]] | None:
    """The blocks and the ids of the people written since; None where too much was written, or nothing was built.

    Versions and marks are read in one statement: a block built in between is newer than its mark, never older.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT number, version::text, NULL::bigint FROM workers_listblock UNION ALL"
            " (SELECT first_id, NULL, last_id FROM workers_listmark LIMIT %s)",
            [MOST_MARKED + 1],
        )
        rows = cursor.fetchall()
    versions: dict[int, str] = {}
    marked: set[int] = set()
    for number, version, last in rows:
        if version is not None:
            versions[number] = version
        elif last - number >= MOST_MARKED or len(marked) > MOST_MARKED:
            return None
        else:
            marked.update(range(number, last + 1))
    if not versions or len(marked) > MOST_MARKED:
        return None
    return _snapshot(versions), frozenset(marked)


def _snapshot(versions: dict[int, str]) -> Snapshot:
    for known in _latest:
        if known.versions == versions:
            return known
    missing = [number for number, version in versions.items() if _blocks.get(number, (None,))[0] != version]
    with connection.cursor() as cursor:
        # One by one: the text of all of them at once would double what the process holds.
        for number in missing:
            cursor.execute("SELECT version::text, data FROM workers_listblock WHERE number = %s", [number])
            for version, data in cursor.fetchall():
                _blocks[number] = (version, unpacked(bytes(data)))
    for number in set(_blocks) - set(versions):
        _blocks.pop(number, None)
    kept = {number: found for number in sorted(versions) if (found := _blocks.get(number)) is not None}
    snapshot = Snapshot(
        {number: version for number, (version, _) in kept.items()}, tuple(one for _, one in kept.values())
    )
    _latest[:] = [snapshot]
    return snapshot
