"""Where workplace staff, returns and the 就业状态 somebody told speak against the job spells: tasks for the township.

These facts never make or end a spell (formats.md §1.4 rule 4); somebody has to find out which of the two is true. Like
spells the tasks are derived: ``renew`` compares what is stored about the given persons and leaves what still differs.
"""

from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import Any, Final

from django.db import connection, transaction

from core.divisions.queries import root_division
from core.formats.values import WORKPLACE_KIND
from employment.tellers import TOLD


class Fact(StrEnum):
    """Which register speaks against the spells; ``SpellTask.kind``."""

    STAFF = "staff"
    RETURN = "return"
    STATUS = "status"


class Clash(StrEnum):
    """What does not go together; ``SpellTask.code``."""

    AWAY = "away"  # in post at home while a job outside the county covers the same days
    TWO_POSTS = "two_posts"  # a welfare post and another post on the same days
    GHOST = "ghost"  # in post after the survey found them dead, gone or unable to work: 吃空饷 (domain.md §3.11)
    STAND_IN = "stand_in"  # in a welfare post with the bank card of somebody else in one: 冒名顶替
    STAYED = (
        "stayed"  # home and not going out again, yet a job outside goes on and nothing after the return speaks for it
    )
    STATUS = "status"  # the word somebody told is another than the spell that covers its day


WELFARE_POST: Final = WORKPLACE_KIND.codes[2]

_AWAY: Final = f"""
SELECT DISTINCT ON (p.id) p.worker_id, '{Fact.STAFF}' AS kind, '{Clash.AWAY}' AS code,
       greatest(p.start_on, s.start_on) AS day, p.id AS source_id,
       '在“' || left(wp.name, 100) || '”在岗期间，另有' || s.start_on || '起的县外就业记录，请核实是否在岗。' AS reason
FROM employment_placement p JOIN employment_workplace wp ON wp.id = p.workplace_id
JOIN employment_spell s ON s.worker_id = p.worker_id AND daterange(s.start_on, s.end_on) && daterange(p.start_on, p.end_on)
WHERE p.worker_id = ANY(%(ids)s) AND s.place_code <> '' AND NOT starts_with(s.place_code, %(root)s)
ORDER BY p.id, s.start_on
"""

_TWO_POSTS: Final = f"""
SELECT DISTINCT ON (p.id) p.worker_id, '{Fact.STAFF}', '{Clash.TWO_POSTS}', p.start_on, p.id,
       '同时在“' || left(wo.name, 100) || '”和“' || left(wp.name, 100) || '”在岗，公益性岗位不能一人双岗，请核实。'
FROM employment_placement p JOIN employment_workplace wp ON wp.id = p.workplace_id
JOIN employment_placement o ON o.worker_id = p.worker_id AND o.id <> p.id AND (o.start_on, o.id) < (p.start_on, p.id)
 AND daterange(o.start_on, o.end_on) && daterange(p.start_on, p.end_on)
JOIN employment_workplace wo ON wo.id = o.workplace_id
WHERE p.worker_id = ANY(%(ids)s) AND '{WELFARE_POST}' IN (wp.kind, wo.kind) ORDER BY p.id, o.start_on, o.id
"""

_GHOST: Final = f"""
SELECT p.worker_id, '{Fact.STAFF}', '{Clash.GHOST}', greatest(p.start_on, w.visited_on), p.id,
       {TOLD} || '，仍在“' || left(wp.name, 100) || '”在岗，请核实是否虚报在岗。'
FROM employment_placement p JOIN employment_workplace wp ON wp.id = p.workplace_id JOIN workers_worker w ON w.id = p.worker_id
WHERE p.worker_id = ANY(%(ids)s) AND (p.end_on IS NULL OR p.end_on > w.visited_on)
  AND (w.labour_status = '死亡' OR w.labour_status IN ('迁出', '丧失劳动能力') AND (p.start_on > w.visited_on) IS NOT TRUE)
"""
"""Who was found well again since took the post after the survey, except that the dead do not work."""

_STAND_IN: Final = f"""
SELECT DISTINCT p.worker_id, '{Fact.STAFF}', '{Clash.STAND_IN}', p.start_on, p.id,
       '在“' || left(wp.name, 100) || '”在岗，社保卡号与另一名公益性岗位在岗人员相同，请核实是否冒名顶替。'
FROM employment_placement p JOIN employment_workplace wp ON wp.id = p.workplace_id AND wp.kind = '{WELFARE_POST}'
JOIN workers_worker w ON w.id = p.worker_id AND w.bank_card <> ''
JOIN employment_placement o ON o.worker_id <> p.worker_id AND daterange(o.start_on, o.end_on) && daterange(p.start_on, p.end_on)
JOIN employment_workplace wo ON wo.id = o.workplace_id AND wo.kind = '{WELFARE_POST}'
JOIN workers_worker other ON other.id = o.worker_id AND other.bank_card = w.bank_card
WHERE p.worker_id = ANY(%(ids)s)
"""
"""Of the other one nothing is said: the reader may not see that person."""

_STAYED: Final = f"""
SELECT r.worker_id, '{Fact.RETURN}', '{Clash.STAYED}', r.returned_on, r.id,
       r.returned_on || '返乡登记为不再外出，但' || s.start_on || '起的县外就业记录没有结束，返乡后也没有确认，请核实。'
FROM employment_returnee r
JOIN employment_spell s ON s.worker_id = r.worker_id AND s.start_on <= r.returned_on AND s.end_on IS NULL
WHERE r.worker_id = ANY(%(ids)s) AND NOT r.plans_out AND s.confirmed_to <= r.returned_on
  AND s.place_code <> '' AND NOT starts_with(s.place_code, %(root)s)
  AND NOT EXISTS (SELECT FROM employment_returnee later WHERE later.worker_id = r.worker_id AND later.returned_on > r.returned_on)
"""

_STATUS: Final = f"""
SELECT w.id, '{Fact.STATUS}', '{Clash.STATUS}', w.visited_on, w.id,
       {TOLD} || '，与' || s.start_on || '起的就业记录不符，请核实。'
FROM workers_worker w
JOIN employment_spell s ON s.worker_id = w.id AND s.start_on <= w.visited_on AND (s.end_on IS NULL OR s.end_on > w.visited_on)
WHERE w.id = ANY(%(ids)s) AND (s.confirmed_to <= w.visited_on OR w.labour_status = '死亡') AND CASE w.labour_status
  WHEN '省外务工' THEN starts_with(s.place_code, left(%(root)s, 2))
  WHEN '省内务工' THEN s.place_code <> '' AND (NOT starts_with(s.place_code, left(%(root)s, 2)) OR starts_with(s.place_code, %(root)s))
  WHEN '县内就业' THEN s.place_code <> '' AND NOT starts_with(s.place_code, %(root)s)
  WHEN '灵活就业' THEN false
  ELSE w.labour_status IS NOT NULL END
"""
"""A survey is set against the spell of its own day; evidence after it settles the matter, except that the dead do not work."""

_FOUND: Final = " UNION ALL ".join(f"({sql})" for sql in (_AWAY, _TWO_POSTS, _GHOST, _STAND_IN, _STAYED, _STATUS))

_RENEW: Final = f"""
WITH found AS MATERIALIZED ({_FOUND}), gone AS (
  DELETE FROM employment_spelltask t WHERE t.worker_id = ANY(%(ids)s) AND t.kind = ANY(%(kinds)s)
    AND NOT EXISTS (SELECT FROM found f WHERE (f.worker_id, f.kind, f.code, f.day, f.source_id, f.reason)
                    = (t.worker_id, t.kind, t.code, t.day, t.source_id, t.reason))
)
INSERT INTO employment_spelltask (worker_id, kind, code, day, source_id, reason)
SELECT * FROM found f WHERE NOT EXISTS (SELECT FROM employment_spelltask t WHERE t.worker_id = f.worker_id AND t.kind = f.kind
  AND (t.code, t.day, t.source_id, t.reason) = (f.code, f.day, f.source_id, f.reason))
"""

CHUNK: Final = 20_000
LOCK: Final = "SELECT id FROM workers_worker WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"


def renew(worker_ids: Iterable[int]) -> None:
    """Derive the tasks of these persons anew and store what differs; each chunk locks its persons first."""
    ids = sorted(set(worker_ids))
    for first in range(0, len(ids), CHUNK):
        _renew_chunk(ids[first : first + CHUNK])


def _renew_chunk(ids: Sequence[int]) -> None:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(LOCK, [list(ids)])
        renew_locked(ids)


def renew_locked(ids: Sequence[int]) -> None:
    """``renew`` for persons this transaction has locked, as a follower of their spells."""
    with connection.cursor() as cursor:
        words: dict[str, Any] = {"ids": list(ids), "root": root_division(), "kinds": [fact.value for fact in Fact]}
        cursor.execute(_RENEW, words)


def renew_all() -> int:
    """Derive the tasks of everybody whom one of the registers speaks of; returns how many persons were looked at.

    Surveys write 就业状态 without knowing of spells: beat calls this every night.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker_id FROM employment_placement UNION SELECT worker_id FROM employment_returnee"
            " UNION SELECT worker_id FROM employment_spelltask WHERE kind = ANY(%s)"
            " UNION SELECT w.id FROM workers_worker w JOIN employment_spell s ON s.worker_id = w.id"
            " AND s.start_on <= w.visited_on AND (s.end_on IS NULL OR s.end_on > w.visited_on) WHERE w.labour_status IS NOT NULL",
            [[fact.value for fact in Fact]],
        )
        ids = [row[0] for row in cursor.fetchall()]
    renew(ids)
    return len(ids)
