"""Finding registered persons who may be one, by set-based SQL: all against all, or some against all.

What makes two look alike is in ``RULES``; each gives a reason and how much it weighs. Names are compared without dots, by
sound without tones. Numbers of one body never differ in one digit only, for the check digit differs too: the first 17 count.
"""

from collections.abc import Sequence
from typing import Final, NamedTuple

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.jobs.registry import Progress
from core.pairs.queue import EVERYTHING, gather, hold_queue, renew_queue
from workers.doubles.models import PossibleDouble
from workers.doubles.services import PERSONS

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


def find_doubles(*, worker_ids: Sequence[int] | None = None, progress: Progress | None = None) -> int:
    """Look for doubles among everybody, or of ``worker_ids`` among everybody; how many pairs stand found.

    Pairs nobody has decided come and go with what is registered; decided ones stay as they are.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        hold_queue(cursor, PERSONS)
        cursor.execute("SET LOCAL work_mem = '128MB'")
        _prepare(cursor, worker_ids)
        if progress is not None:
            progress.at(1, 3, "比对")
        some = worker_ids is not None
        gather(cursor, _pairs(some=some))
        if progress is not None:
            progress.at(2, 3, "登记")
        mine = "(d.first_id IN (SELECT id FROM double_asked) OR d.second_id IN (SELECT id FROM double_asked))"
        count = renew_queue(cursor, PERSONS, asked=mine if some else EVERYTHING)
        for table in ("person", "phone", *(["asked"] if some else [])):
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
