"""The triggers that tell whose bitmaps are out of date; migrations install them on every table the bitmaps are made of.

Statement-level with transition tables: a load of 100,000 rows costs one aggregate and a few marks.
"""

from collections.abc import Mapping
from typing import Final

BITS: Final = 15
"""As of ``blocks.BITS``; a migration keeps what it installed."""
SINGLY: Final = 256
"""People of a block that one statement marks one by one; of more the whole block is marked."""

# A session keeps the plan of a function's first call: where the register was small then, its tables would be read from end
# to end for each of 100,000 people.
_MARK: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SET enable_seqscan = off AS $$
BEGIN
  WITH written AS MATERIALIZED (SELECT {key} AS id FROM {rows} r), sized AS (
    SELECT id >> {bits} AS block, min(id) AS first_id, max(id) AS last_id, count(*) AS rows FROM written GROUP BY 1
  )
  INSERT INTO workers_listmark (first_id, last_id)
  SELECT first_id, last_id FROM sized WHERE rows > {singly}
  UNION
  SELECT id, id FROM written JOIN sized ON block = id >> {bits} WHERE sized.rows <= {singly};
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {function} AFTER {event} ON {table} REFERENCING {transition} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
_MARK_ALL: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO workers_listmark (first_id, last_id) VALUES (0, 9223372036854775807);
  RETURN NULL;
END $$;
CREATE OR REPLACE TRIGGER {function} AFTER TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION {function}();
"""
_OLD_AND_NEW: Final = "SELECT {key} FROM old_rows UNION ALL SELECT {key} FROM new_rows"
_HOUSEHOLDS: Final = """
(SELECT id FROM {rows} r UNION ALL SELECT w.id FROM ({moved}) h CROSS JOIN LATERAL
 (SELECT id FROM workers_worker WHERE household_id = h.household_id OFFSET 0) w WHERE h.household_id IS NOT NULL)
"""
"""The people written and all others of the households they came into or left. OFFSET keeps to the index of households,
where a join of all people would suit the many rows of a first call and stay with the session for the one row of the next."""
_MOVED: Final = """
SELECT household_id FROM (
  (SELECT id, household_id FROM new_rows EXCEPT SELECT id, household_id FROM old_rows) UNION ALL
  (SELECT id, household_id FROM old_rows EXCEPT SELECT id, household_id FROM new_rows)
) m GROUP BY 1
"""
_EVENTS: Final = {
    "i": ("INSERT", "NEW TABLE AS new_rows"),
    "u": ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows"),
    "d": ("DELETE", "OLD TABLE AS old_rows"),
}


def rows_of(key: str) -> dict[str, str]:
    """Who is marked when rows of a table are written whose column ``key`` names a person, by event."""
    # A row may be given to another person.
    return {"i": "new_rows", "u": f"({_OLD_AND_NEW.format(key=key)})", "d": "old_rows"}


PEOPLE: Final = {"i": "new_rows", "u": "new_rows", "d": "old_rows"}
"""Of the register itself: the people written."""
PEOPLE_AND_HOUSEHOLDS: Final = {
    "i": _HOUSEHOLDS.format(rows="new_rows", moved="SELECT household_id FROM new_rows GROUP BY 1"),
    "u": _HOUSEHOLDS.format(rows="new_rows", moved=_MOVED),
    "d": _HOUSEHOLDS.format(rows="old_rows", moved="SELECT household_id FROM old_rows GROUP BY 1"),
}
"""The same and everybody else of the households whose number of members changed."""
MARK_EVERYBODY: Final = (
    "INSERT INTO workers_listmark (first_id, last_id) SELECT 0, 9223372036854775807"
    " WHERE EXISTS (SELECT FROM workers_worker);"
)
FORGET: Final = "DELETE FROM workers_listblock; " + MARK_EVERYBODY  # noqa: S608 - two statements of this module
"""For a migration that changes what a block holds."""


def install_sql(table: str, key: str, rows: Mapping[str, str]) -> str:
    """Functions and triggers of a table: who is marked by which event (``rows``), everybody by TRUNCATE."""
    stem = f"listmark_{table}"
    parts = [
        _MARK.format(
            function=f"{stem}_{letter}",
            event=event,
            transition=transition,
            table=table,
            key=key,
            rows=rows[letter],
            bits=BITS,
            singly=SINGLY,
        )
        for letter, (event, transition) in _EVENTS.items()
    ]
    return "\n".join([*parts, _MARK_ALL.format(function=f"{stem}_t", table=table)])


def remove_sql(table: str) -> str:
    """The reverse."""
    return "\n".join(f"DROP FUNCTION IF EXISTS listmark_{table}_{letter}() CASCADE;" for letter in (*_EVENTS, "t"))
