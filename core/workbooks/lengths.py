"""How long a text may be: what its table column takes, what an index carries, and a bound for everything else."""

import re
from typing import Any

from core.workbooks.sheets import Sheet

LONGEST = 2_000
LONGEST_KEY = 200
"""Characters of a text that an index holds, or that names something stored elsewhere (an employer, a household)."""

_FIELD = re.compile(r"s\.(\w+)")
_COLUMNS = (
    "SELECT a.attname, CASE WHEN a.atttypmod > 4 THEN a.atttypmod - 4 END,"
    " EXISTS (SELECT FROM pg_index i WHERE i.indrelid = a.attrelid AND a.attnum = ANY (i.indkey))"
    " FROM pg_attribute a WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped"
    " AND a.atttypid IN ('varchar'::regtype, 'text'::regtype)"
)


def longest_texts(cursor: Any, sheet: Sheet) -> dict[str, int]:
    """Staged text field → the most characters it may have."""
    cursor.execute(_COLUMNS, [sheet.target.table])
    stored = {name: most or (LONGEST_KEY if indexed else LONGEST) for name, most, indexed in cursor.fetchall()}
    written = {
        plain[1]: stored[column]
        for column, value in {**sheet.target.fixed, **sheet.target.values}.items()
        if column in stored and (plain := _FIELD.fullmatch(value))
    }
    found = {
        column.field: column.longest or written.get(column.field, LONGEST_KEY)
        for column in sheet.columns
        if column.sql == "text" and (column.compared or column.longest)
    }
    # What is made of a text (its pinyin, the first letters of that) must find room too.
    sources = {made.field: made.sources for made in sheet.derived if made.sql == "text"}
    for field in sources:
        for source in _texts_behind(field, sources) & found.keys():
            found[source] = min(found[source], written.get(field, LONGEST))
    return found


def _texts_behind(field: str, sources: dict[str, tuple[str, ...]]) -> set[str]:
    """The parsed fields a derived one is made of, through others if need be."""
    return {field}.union(*(_texts_behind(source, sources) for source in sources.get(field, ())))
