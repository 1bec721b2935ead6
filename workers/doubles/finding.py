"""Finding registered persons who may be one, by set-based SQL: all against all, or some against all.

What makes two look alike is in ``RULES``; each gives a reason and how much it weighs. Names are compared without dots, by
sound without tones. Numbers of one body never differ in one digit only, for the check digit differs too: the first 17 count.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.jobs.registry import Progress
from workers.doubles.models import PossibleDouble

Reason = PossibleDouble.Reason

PEOPLE: Final = """
CREATE TEMP TABLE double_person ON COMMIT DROP AS
SELECT id, replace(name, '·', '') AS name, regexp_replace(name_key, '[1-5]?[^a-z ]| ·', '', 'g') AS sound,
  left(id_number, 17) AS body, substr(id_number, 7, 8) AS born, village_code AS village, left(village_code, 9) AS township,
  CASE WHEN phone ~ '^[0-9]{7,}$' THEN phone END AS phone
FROM workers_worker
"""
CROWD: Final = 6
"""A number more persons than this share is a village's or a firm's: it says nothing of who they are."""
SHARED: Final = """
CREATE TEMP TABLE double_phone ON COMMIT DROP AS SELECT phone FROM double_person WHERE phone IS NOT NULL
GROUP BY phone HAVING count(*) BETWEEN 2 AND %(crowd)s
"""
ONE_EDIT: Final = """
(length(a.name) = length(b.name) AND 1 = (SELECT count(*) FROM generate_series(1, length(a.name)) i
  WHERE substr(a.name, i, 1) <> substr(b.name, i, 1))
OR abs(length(a.name) - length(b.name)) = 1 AND EXISTS (SELECT FROM generate_series(1, greatest(length(a.name), length(b.name))) i
  WHERE CASE WHEN length(a.name) > length(b.name) THEN overlay(a.name PLACING '' FROM i FOR 1) = b.name
    ELSE overlay(b.name PLACING '' FROM i FOR 1) = a.name END))
"""
ONE_DIGIT: Final = """
(a.body = b.body OR 1 = (SELECT count(*) FROM generate_series(1, 17) i WHERE substr(a.body, i, 1) <> substr(b.body, i, 1))
OR EXISTS (SELECT FROM generate_series(1, 16) i
  WHERE b.body = overlay(a.body PLACING substr(a.body, i + 1, 1) || substr(a.body, i, 1) FROM i FOR 2)))
"""


class Rule(NamedTuple):
    """``join`` and ``also`` are SQL over two persons ``a`` and ``b``; joins are equalities, so that hashes answer them."""

    reason: str
    weight: int
    join: str
    also: str = "true"


RULES: Final = (
    Rule(Reason.NAME_BIRTH_VILLAGE, 95, "a.name = b.name AND a.born = b.born AND a.village = b.village"),
    Rule(Reason.NAME_BIRTH, 80, "a.name = b.name AND a.born = b.born", "a.village <> b.village"),
    Rule(
        Reason.PINYIN_BIRTH,
        75,
        "a.sound = b.sound AND a.born = b.born AND a.township = b.township",
        "a.name <> b.name",
    ),
    Rule(
        Reason.NEAR_BIRTH,
        50,
        "a.born = b.born AND a.village = b.village",
        f"a.sound <> b.sound AND length(a.name) > 1 AND length(b.name) > 1 AND {ONE_EDIT}",
    ),
    # A digit, or two that changed places, lie in one half of the number or on its seam: the rest is equal.
    *(
        Rule(Reason.NUMBER, 85, f"a.sound = b.sound AND {rest.format('a')} = {rest.format('b')}", ONE_DIGIT)
        for rest in ("left({}.body, 10)", "right({}.body, 7)", "overlay({}.body PLACING '' FROM 10 FOR 2)")
    ),
    Rule(Reason.NAME_PHONE, 70, "a.sound = b.sound AND a.phone = b.phone"),
    Rule(
        Reason.PHONE_BIRTH,
        60,
        "a.phone = b.phone AND a.born = b.born",
        "a.sound <> b.sound AND a.phone IN (SELECT phone FROM double_phone)",
    ),
)
TOGETHER: Final = 4
"""What each further reason adds to the heaviest one's weight."""
SURE: Final = 99

FOUND: Final = """
CREATE TEMP TABLE double_found ON COMMIT DROP AS
SELECT first, second, array_agg(reason ORDER BY weight DESC, reason) AS reasons,
  least(%(sure)s, max(weight) + %(together)s * (count(*) - 1)) AS score
FROM (SELECT least(one, other) AS first, greatest(one, other) AS second, reason, max(weight) AS weight
  FROM ({pairs}) p GROUP BY 1, 2, 3) told GROUP BY 1, 2
"""
SETTLED: Final = """
DELETE FROM double_found f USING doubles_possibledouble d
LEFT JOIN doubles_workeralias x ON x.former_id = d.first_id LEFT JOIN doubles_workeralias y ON y.former_id = d.second_id
WHERE d.state = 'different' AND f.first = least(coalesce(x.worker_id, d.first_id), coalesce(y.worker_id, d.second_id))
  AND f.second = greatest(coalesce(x.worker_id, d.first_id), coalesce(y.worker_id, d.second_id))
"""
"""What somebody judged stays judged, of a person who was merged since as well."""
FORGET: Final = """
DELETE FROM doubles_possibledouble d WHERE d.state IN ('open', 'later') AND NOT 'told' = ANY (d.reasons) AND {mine}
AND NOT EXISTS (SELECT FROM double_found f WHERE f.first = d.first_id AND f.second = d.second_id)
"""
STORE: Final = """
INSERT INTO doubles_possibledouble AS d (first_id, second_id, reasons, score)
SELECT first, second, reasons, score FROM double_found ORDER BY score DESC, first, second
ON CONFLICT (first_id, second_id) DO UPDATE SET reasons = excluded.reasons, score = excluded.score
WHERE d.state IN ('open', 'later') AND NOT 'told' = ANY (d.reasons)
  AND (d.reasons, d.score) IS DISTINCT FROM (excluded.reasons, excluded.score)
"""
LOCK: Final = 5_202


def find_doubles(*, worker_ids: Sequence[int] | None = None, progress: Progress | None = None) -> int:
    """Look for doubles among everybody, or of ``worker_ids`` among everybody; how many pairs stand found.

    Pairs nobody has decided come and go with what is registered; decided ones stay as they are.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        # Two searches at once would each take away what only the other one found.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        cursor.execute("SET LOCAL work_mem = '128MB'")
        _prepare(cursor, worker_ids)
        if progress is not None:
            progress.at(1, 3, "比对")
        some = worker_ids is not None
        cursor.execute(FOUND.format(pairs=_pairs(some=some)), {"sure": SURE, "together": TOGETHER})
        cursor.execute("ANALYZE double_found")
        cursor.execute(SETTLED)
        if progress is not None:
            progress.at(2, 3, "登记")
        mine = "(d.first_id IN (SELECT id FROM double_asked) OR d.second_id IN (SELECT id FROM double_asked))"
        cursor.execute(FORGET.format(mine=mine if some else "true"))
        cursor.execute(STORE)
        cursor.execute("SELECT count(*) FROM double_found")
        count = int(cursor.fetchone()[0])
        for table in ("person", "phone", "found", *(["asked"] if some else [])):
            cursor.execute(f"DROP TABLE double_{table}")
    return count


def _prepare(cursor: CursorWrapper, worker_ids: Sequence[int] | None) -> None:
    cursor.execute(PEOPLE)
    cursor.execute("ANALYZE double_person")
    cursor.execute(SHARED, {"crowd": CROWD})
    if worker_ids is not None:
        cursor.execute(
            "CREATE TEMP TABLE double_asked ON COMMIT DROP AS SELECT * FROM double_person WHERE id = ANY (%s)",
            [list(worker_ids)],
        )
        cursor.execute("ANALYZE double_asked")


def _pairs(*, some: bool) -> str:
    left, order = ("double_asked", "a.id <> b.id") if some else ("double_person", "a.id < b.id")
    return " UNION ALL ".join(
        f"SELECT a.id AS one, b.id AS other, '{rule.reason}' AS reason, {rule.weight} AS weight"
        f" FROM {left} a JOIN double_person b ON {rule.join} AND {order} WHERE {rule.also}"
        for rule in RULES
    )
