"""``python -m bench.widening PEOPLE``: all that the list of people can be narrowed by, for people who have job spells already."""

import os
import sys
from contextlib import closing
from pathlib import Path

import django

from bench.databases import connect
from bench.following import SESSION, without_indexes

STATEMENTS = Path(__file__).parent / "sql" / "listed.sql"
TABLES = ("employment_spell",)


def widen(database: str, people: int) -> None:
    """Write employers, skills and wishes, and build the bitmaps anew."""
    with closing(connect(database)) as opened, opened.cursor() as cursor:
        cursor.execute(SESSION)
        indexes = without_indexes(cursor, TABLES)
        for statement in STATEMENTS.read_text(encoding="utf-8").split(";\n"):
            if statement.strip():
                cursor.execute(statement, {"scale": people})
        for definition in indexes:
            cursor.execute(definition)
        # The session's triggers were silent.
        cursor.execute("INSERT INTO workers_listmark (first_id, last_id) VALUES (0, 9223372036854775807)")
        cursor.execute("ANALYZE")


def main() -> None:
    """Widen the database of the environment."""
    widen(os.environ["BENCH_DATABASE"], int(sys.argv[1]))
    django.setup()
    from workers.bitmaps.building import refresh_bitmaps  # noqa: PLC0415 - needs Django's apps

    refresh_bitmaps(everything=True, budget=3600)


if __name__ == "__main__":
    main()
