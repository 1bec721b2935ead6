"""Job spells as the bitmaps of the register's list keep them: who works where, with whom and how on which days."""

from collections.abc import Iterable
from typing import Any, Final

from django.db import connection

from core.divisions.queries import root_division
from employment.queries import PROVINCE, Scope
from workers.bitmaps.columns import Layer

WORK: Final = "work"
YES, NO = "1", "0"

_READ: Final = """
SELECT worker_id, greatest(start_on, known_from) AS begins, end_on AS ends, place_code, employer_id::text, channel, organised::int::text
FROM employment_spell WHERE worker_id >= %(low)s AND worker_id < %(beyond)s
  AND (end_on IS NULL OR greatest(start_on, known_from) < end_on)
UNION ALL
SELECT worker_id, greatest(start_on, known_from), least(end_on, known_to), place_code, employer_id::text, channel, organised::int::text
FROM employment_pastspell WHERE worker_id >= %(low)s AND worker_id < %(beyond)s
  AND greatest(start_on, known_from) < least(end_on, known_to)
"""
"""A spell counts on a day that it covers and by which it was known: that is one stretch of days."""


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
