"""Rows that name somebody by a number they no longer have: it leads to the person who took the registration over.

The staged row then stands under the number and name of today, and keeps what was written beside it: the merge behind it
may be taken back before the import is confirmed.
"""

from collections.abc import Callable
from typing import Any

from core.workbooks.sheets import PersonTable

Ask = Callable[..., list[tuple[Any, ...]]]
"""Run SQL in which {rows} and {plan} stand for the staging tables; all its rows."""

SAID = "这个身份证号码的档案已并入现在的档案，按现在的档案导入，请核对。"
LED = "SELECT p.seq, %(said)s::text AS message FROM {plan} p JOIN {rows} s USING (seq) WHERE s.told_number IS NOT NULL"
"""The rows that were led on, unless the person is not the sender's to know of."""


def lead_on(ask: Ask, people: PersonTable) -> bool:
    """Put the numbers of today into the staged rows; whether any row was led on."""
    if not people.former:
        return False
    kept = ask(
        "SELECT EXISTS (SELECT FROM pg_attribute WHERE attrelid = '{rows}'::regclass AND attname = 'told_number')"
    )[0][0]
    if kept:
        ask("UPDATE {rows} SET id_number = told_number, name = told_name WHERE told_number IS NOT NULL")
        ask("UPDATE {rows} SET told_number = NULL, told_name = NULL WHERE told_number IS NOT NULL")
    met = ask(f"SELECT EXISTS (SELECT FROM {people.former} f JOIN {{rows}} s ON s.id_number = f.{people.number})")[0][0]
    if not met:
        return False
    if not kept:
        ask("ALTER TABLE {rows} ADD COLUMN told_number text, ADD COLUMN told_name text")
    same = f"replace(s.name, '·', '') = replace(f.{people.name}, '·', '')"
    ask(
        f"UPDATE {{rows}} s SET told_number = s.id_number, told_name = s.name, id_number = w.{people.number},"
        f" name = CASE WHEN {same} THEN w.{people.name} ELSE s.name END"
        f" FROM {people.former} f JOIN {people.table} w ON w.id = f.worker_id WHERE f.{people.number} = s.id_number"
    )
    return True
