"""``python -m bench.following SPELLS``: journeys, visits and the job spells out of them for people who are there already.

Set-based SQL into the product's own tables, with its constraints and without its history: the product's own way, a
file at a time, takes hours for so many facts. tests/house/test_bench.py holds the two together.
"""

import os
import sys
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

from psycopg2 import sql
from psycopg2.extensions import cursor as Cursor  # noqa: N812 - a class under its own name

from bench.databases import connect

STATEMENTS = Path(__file__).parent / "sql" / "followed.sql"
TABLES = (
    "dispatch_passenger",
    "stations_visit",
    "employment_spell",
    "employment_pastspell",
    "stations_plannedvisit",
)
PLAIN_INDEXES = """
SELECT i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) FROM pg_index i
WHERE i.indrelid::regclass::text = ANY (%s) AND NOT EXISTS (SELECT FROM pg_constraint c WHERE c.conindid = i.indexrelid)
"""
# The same number always picks the same value: one size is one world.
SESSION = """
SET session_replication_role = replica; SET synchronous_commit = off;
SET work_mem = '512MB'; SET maintenance_work_mem = '512MB';
CREATE FUNCTION pg_temp.pick(bigint, bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended($1, $2) & 2147483647) % $3 $$;
"""


def fill(database: str, spells: int) -> None:
    """Write so many arrivals of half as many people (there must be ``spells`` of them), as many spells, three visits each."""
    with closing(connect(database)) as opened, opened.cursor() as cursor:
        cursor.execute(SESSION)
        indexes = without_indexes(cursor, TABLES)
        for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"spells": spells})
        for definition in indexes:
            cursor.execute(definition)


def without_indexes(cursor: Cursor, tables: Iterable[str]) -> list[str]:
    """Drop the indexes that hold no constraint: made again at the end they cost a third. Returns how to make them."""
    cursor.execute(PLAIN_INDEXES, [list(tables)])
    found = cursor.fetchall()
    for name, _definition in found:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    return [definition for _name, definition in found]


if __name__ == "__main__":
    fill(os.environ["BENCH_DATABASE"], int(sys.argv[1]))
