"""Job spells as the bitmaps of the register's list keep them: who works where, with whom and how on which days."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.db import connection

from core.divisions.queries import root_division
from employment.queries import PROVINCE, Scope
from workers.bitmaps.blocks import Block, Condition, remembering
from workers.bitmaps.columns import Found
from workers.bitmaps.dated import Layer, Shape

WORK: Final = "work"
SHAPE: Final = Shape(codes=("place",), words=("channel", "organised", "stands"), ids=("employer",))
YES, NO = "1", "0"

_READ: Final = """
SELECT worker_id, greatest(start_on, known_from) AS begins, end_on AS ends, place_code, channel, organised::int::text, '1', employer_id
FROM employment_spell WHERE worker_id >= %(low)s AND worker_id < %(beyond)s
  AND (end_on IS NULL OR end_on > greatest(start_on, known_from) OR end_on > current_date)
UNION ALL
SELECT worker_id, greatest(start_on, known_from), least(end_on, known_to), place_code, channel, organised::int::text, NULL, employer_id
FROM employment_pastspell WHERE worker_id >= %(low)s AND worker_id < %(beyond)s
  AND greatest(start_on, known_from) < least(end_on, known_to)
"""
"""A spell counts on a day that it covers and by which it was known: that is one stretch of days, empty for one that was
known too late. ``stands`` marks those that later evidence has not changed."""


def read_work(low: int, beyond: int) -> Iterable[tuple[Any, ...]]:
    """The stretches of the persons from one id to before another."""
    with connection.cursor() as cursor:
        cursor.execute(_READ, {"low": low, "beyond": beyond})
        return list(cursor.fetchall())


def at_work_in(layer: Layer, scope: Scope | None) -> int:
    """Spells whose place has that scope, as ``employment.queries.in_scope``; None: no place is known."""
    own, places = root_division(), layer.codes["place"]
    nowhere, county, province = places.equal(""), places.beginning(own), places.beginning(own[:PROVINCE])
    if scope is None:
        return nowhere
    if scope is Scope.COUNTY:
        return county
    return province & ~county if scope is Scope.PROVINCE else layer.present & ~province & ~nowhere


def standing_in(areas: Iterable[str], day: date) -> Condition:
    """Whom a spell of today's knowledge covers on ``day`` in one of the areas: what the present evidence tells.

    Evidence of a later day may say that as well: who is at work then is possible.
    """
    codes = list(areas)

    def stands(layer: Layer) -> int:
        inside = 0
        for code in codes:
            inside |= layer.codes["place"].beginning(code)
        return inside & layer.words["stands"].equal(YES) & layer.lasting(day)

    def ask(block: Block) -> Found:
        work = block.facts.get(WORK)
        if work is None:
            return Found(0, block.everybody)
        possible = work.on(None, stands)
        # Known, or begun, later only: then the rows tell.
        later = work.on(None, lambda layer: layer.present & ~layer.begun(day))
        return Found(possible & ~later, possible)

    # Everything that a station or a partner bureau asks of the list asks it.
    return remembering((WORK, "standing", day, *codes), ask)
