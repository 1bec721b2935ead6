"""How key groups come to the person kept when two registrations are merged."""

from collections.abc import Sequence
from datetime import date
from typing import Final, NamedTuple

from django.utils.translation import gettext_noop

from core.pairs.moving import Child, Move, fold, register_child
from workers.models import GroupMembership

NAMES: Final = (gettext_noop("人员类别"), gettext_noop("曾用登记"))
"""What rows are called beside two registrations, said in the language of the page."""
EVER: Final = date.min
ALWAYS: Final = date.max


class Tag(NamedTuple):
    """A stored tag of either person: its days are [start, end)."""

    pk: int
    start: date
    end: date
    mine: bool


def settle_tags(move: Move, child: Child) -> None:
    """Two tags of one kind never hold on one day.

    Of two from the same day one stands. A dated tag takes the place of an undated one; one that lies inside another says
    nothing new; else the earlier ends where the later begins (the rule of 人员类别台账, formats.md §3.1).
    """
    fold("group", "valid_from")(move, child)
    found: dict[str, list[Tag]] = {}
    rows = move.run(
        'SELECT "group", id, coalesce(valid_from, %(ever)s), coalesce(valid_to, %(always)s), worker_id = %(kept)s'
        f" FROM {child.table} WHERE worker_id IN (%(kept)s, %(merged)s)",
        ever=EVER,
        always=ALWAYS,
    )
    for group, *cells in rows:
        found.setdefault(group, []).append(Tag(*cells))
    for tags in found.values():
        _settle_kind(move, child, sorted(tags, key=lambda tag: (tag.start, not tag.mine)))


def _settle_kind(move: Move, child: Child, tags: Sequence[Tag]) -> None:
    standing: list[Tag] = []
    for tag in tags:
        before = standing[-1] if standing else None
        if before is None or before.end <= tag.start:
            standing.append(tag)
        elif before.start == EVER and before.end == ALWAYS:
            _drop(move, child, before, "没有日期的人员类别由有日期的代替。")
            standing[-1] = tag
        elif tag.end <= before.end and before.end != ALWAYS:
            _drop(move, child, tag, f"{tag.start}起的人员类别在另一条的有效期之内，已并为一条。")
        else:
            move.run(
                f"UPDATE {child.table} SET valid_to = %(on)s, updated_at = now() WHERE id = %(row)s",
                on=tag.start,
                row=before.pk,
            )
            move.say(child, f"{before.start}起的人员类别到{tag.start}（下一次认定）为止。")
            standing[-1] = before._replace(end=tag.start)
            standing.append(tag)


def _drop(move: Move, child: Child, tag: Tag, said: str) -> None:
    move.run(f"DELETE FROM {child.table} WHERE id = %(row)s", row=tag.pk)
    move.say(child, said)


register_child(Child(model=GroupMembership, settle=settle_tags))
