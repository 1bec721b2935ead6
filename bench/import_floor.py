"""``python -m bench.import_floor ROSTER``: the least an import can cost, in a fresh process.

calamine reads the roster; the rows an import has made of it are copied into a table with the registry's own columns,
checks and indexes. Prints one JSON object: seconds of ``read`` and ``copy``.
"""

import io
import json
import os
import sys
from contextlib import closing

from python_calamine import CalamineWorkbook

from bench.databases import connect
from bench.figures import seconds

STORED = """
SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
WHERE attrelid = 'workers_worker'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""


def main() -> None:
    """Read the roster named on the command line, copy what the database (BENCH_DATABASE) already made of it."""
    read, _ = seconds(
        lambda: sum(1 for _row in CalamineWorkbook.from_path(sys.argv[1]).get_sheet_by_index(0).iter_rows())
    )
    with closing(connect(os.environ["BENCH_DATABASE"])) as opened, opened.cursor() as cursor:
        cursor.execute(STORED)
        columns = cursor.fetchone()[0]
        ready = io.StringIO()
        cursor.copy_expert(f"COPY (SELECT {columns} FROM workers_worker ORDER BY id) TO STDOUT", ready)
        cursor.execute("CREATE TABLE floor (LIKE workers_worker INCLUDING ALL)")
        ready.seek(0)
        copied, _ = seconds(lambda: cursor.copy_expert(f"COPY floor ({columns}) FROM STDIN", ready))
        cursor.execute("DROP TABLE floor")
    print(json.dumps({"read": read, "copy": copied}))


if __name__ == "__main__":
    main()
