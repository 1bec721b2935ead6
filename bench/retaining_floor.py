"""``python -m bench.retaining_floor``: the retention report's numbers by hand-written SQL (sql/retention.sql).

Takes the question as JSON from standard input; prints one JSON object: the ``seconds`` it took and the ``rows``: dimension,
code, day of the curve or null, numbers.
"""

import json
import os
import sys
from contextlib import closing
from datetime import date
from pathlib import Path

from bench.databases import connect
from bench.figures import seconds

STATEMENT = Path(__file__).parent / "sql" / "retention.sql"


def main() -> None:
    """Ask the database (BENCH_DATABASE)."""
    question = json.load(sys.stdin)
    days = {name: date.fromisoformat(question[name]) for name in ("first", "last", "as_of")}
    asked = {**days, "division": f"{question['division']}%"}
    with closing(connect(os.environ["BENCH_DATABASE"])) as opened, opened.cursor() as cursor:
        # As much memory as the report allows itself.
        cursor.execute("SET work_mem = '256MB'")

        def ask() -> list[tuple[object, ...]]:
            cursor.execute(STATEMENT.read_text(encoding="utf-8"), asked)
            found: list[tuple[object, ...]] = cursor.fetchall()
            return found

        took, rows = seconds(ask)
    print(json.dumps({"seconds": took, "rows": rows}))


if __name__ == "__main__":
    main()
