"""The triggers that tell whose bitmaps are out of date; the migration that made the tables installs them.

Statement-level with transition tables: a load of 100,000 rows costs one aggregate and a few marks.
"""

from typing import Final

BITS: Final = 15
"""As of ``blocks.BITS``; a migration keeps what it installed."""
SINGLY: Final = 256
"""People of a block that one statement marks one by one; of more the whole block is marked."""

_MARK: Final = """
CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  WITH sized AS (
    SELECT {key} >> {bits} AS block, min({key}) AS first_id, max({key}) AS last_id, count(*) AS rows FROM {rows} r GROUP BY 1
  )
  INSERT INTO workers_listmark (first_id, last_id)
  SELECT first_id, last_id FROM sized WHERE rows > {singly}
  UNION
  SELECT r.{key}, r.{key} FROM {rows} r JOIN sized ON block = r.{key} >> {bits} WHERE sized.rows <= {singly};
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
_EVENTS: Final = {
    "i": ("INSERT", "NEW TABLE AS new_rows", "new_rows"),
    "u": ("UPDATE", "OLD TABLE AS old_rows NEW TABLE AS new_rows", "{changed}"),
    "d": ("DELETE", "OLD TABLE AS old_rows", "old_rows"),
}
_TABLES: Final = {
    "workers_worker": ("id", "new_rows"),
    # A tag may be given to another person.
    "workers_groupmembership": (
        "worker_id",
        "(SELECT worker_id FROM old_rows UNION ALL SELECT worker_id FROM new_rows)",
    ),
}


def install_sql() -> str:
    """Functions and triggers of both tables, and a mark for those who are registered already."""
    parts = []
    for table, (key, changed) in _TABLES.items():
        stem = f"listmark_{table}"
        for letter, (event, transition, rows) in _EVENTS.items():
            words = {"function": f"{stem}_{letter}", "event": event, "transition": transition, "table": table}
            found = rows.format(changed=changed)
            parts.append(_MARK.format(key=key, bits=BITS, singly=SINGLY, rows=found, **words))
        parts.append(_MARK_ALL.format(function=f"{stem}_t", table=table))
    parts.append(
        "INSERT INTO workers_listmark (first_id, last_id) SELECT 0, 9223372036854775807"
        " WHERE EXISTS (SELECT FROM workers_worker);"
    )
    return "\n".join(parts)


def remove_sql() -> str:
    """The reverse."""
    stems = (f"listmark_{table}_{letter}" for table in _TABLES for letter in ("i", "u", "d", "t"))
    return "\n".join(f"DROP FUNCTION IF EXISTS {stem}() CASCADE;" for stem in stems)
