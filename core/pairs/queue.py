"""The queue of pairs: what a search found comes in, what is no pair any more goes, what somebody decided stays."""

from typing import Any, Final

from django.db import models
from django.db.backends.utils import CursorWrapper

from core.pairs.register import Register

TOGETHER: Final = 4
"""What each further reason adds to the heaviest one's weight."""
SURE: Final = 99
FOUND: Final = """
CREATE TEMP TABLE pair_found ON COMMIT DROP AS
SELECT first, second, array_agg(reason ORDER BY weight DESC, reason) AS reasons,
  least(%(sure)s, max(weight) + %(together)s * (count(*) - 1)) AS score
FROM (SELECT least(one, other) AS first, greatest(one, other) AS second, reason, max(weight) AS weight
  FROM ({alike}) p GROUP BY 1, 2, 3) told GROUP BY 1, 2
"""
SETTLED: Final = """
DELETE FROM pair_found f USING {pairs} d
LEFT JOIN {aliases} x ON x.former_id = d.first_id LEFT JOIN {aliases} y ON y.former_id = d.second_id
WHERE d.state = 'different' AND f.first = least(coalesce(x.{bearer}, d.first_id), coalesce(y.{bearer}, d.second_id))
  AND f.second = greatest(coalesce(x.{bearer}, d.first_id), coalesce(y.{bearer}, d.second_id))
"""
"""What somebody judged stays judged, of one that was merged since as well."""
FORGET: Final = """
DELETE FROM {pairs} d WHERE d.state IN ('open', 'later') AND NOT 'told' = ANY (d.reasons) AND {asked}
AND NOT EXISTS (SELECT FROM pair_found f WHERE f.first = d.first_id AND f.second = d.second_id)
"""
STORE: Final = """
INSERT INTO {pairs} AS d (first_id, second_id, reasons, score)
SELECT first, second, reasons, score FROM pair_found ORDER BY score DESC, first, second
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score
WHERE d.state IN ('open', 'later') AND NOT 'told' = ANY (d.reasons)
  AND (d.reasons, d.score) IS DISTINCT FROM (excluded.reasons, excluded.score)
"""
EVERYTHING: Final = "true"


def hold_queue(cursor: CursorWrapper, register: Register[Any, Any, Any]) -> None:
    """Wait for another search of the register until the transaction ends: each would take away what only the other found."""
    cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [_table(register.pairs)])


def gather(cursor: CursorWrapper, alike: str, **params: Any) -> None:
    """Bring together what speaks for each pair; ``alike`` is SQL that gives (one, other, reason, weight)."""
    cursor.execute(FOUND.format(alike=alike), {"sure": SURE, "together": TOGETHER, **params})
    cursor.execute("ANALYZE pair_found")


def renew_queue(cursor: CursorWrapper, register: Register[Any, Any, Any], asked: str = EVERYTHING) -> int:
    """Make the queue say what was gathered; how many pairs stand found.

    ``asked`` is SQL over pairs ``d``: which of them the search looked at. Pairs somebody pointed out stay until decided.
    """
    names = {
        "pairs": _table(register.pairs),
        "aliases": _table(register.aliases),
        "bearer": f"{register.bearer}_id",
        "asked": asked,
    }
    for sql in (SETTLED, FORGET, STORE):
        cursor.execute(sql.format(**names))
    cursor.execute("SELECT count(*) FROM pair_found")
    count = int(cursor.fetchone()[0])
    cursor.execute("DROP TABLE pair_found")
    return count


def _table(model: type[models.Model]) -> str:
    return str(model._meta.db_table)  # noqa: SLF001 - Django's documented model API
