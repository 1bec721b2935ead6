"""Writing a confirmed import: plan again, update, insert, follow-ups; batch by batch so that progress moves."""

from typing import Any

from django.db import OperationalError, connection, transaction

from core.errors import Conflict, DomainError
from core.jobs.registry import Progress
from core.workbooks import staging
from core.workbooks.models import Import
from core.workbooks.plan import Plan
from core.workbooks.sheets import IN_BATCH, Batch, Sheet, sheet_of

BATCH = 10_000
IMPORT_LOCK = 5_201
PATIENCE = "4s"
"""How long an act that moves what imports name waits for the import that is being written."""
LOCK_NOT_AVAILABLE = "55P03"


def write(source: Import, operation_id: str, progress: Progress) -> dict[str, int]:
    """Write the import's good rows inside the caller's transaction; returns the counts as they came out.

    Imports are written one at a time: the plan must not be overtaken by another import of the same persons.
    """
    sheet = sheet_of(source.kind)
    if sheet is None:
        code, message = "kind", f"没有“{source.kind}”这种表格。"
        raise DomainError(code, message)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
        if not _staged(cursor, source):
            code, message = "staging", "已检查的数据不在了，请重新上传文件。"
            raise DomainError(code, message)
        counts = Plan(cursor, source, sheet, progress).build(to_write=True)
        if source.rows_wanted == "all" and counts["refused"]:
            return counts
        batch = Batch(
            cursor=cursor,
            rows=staging.rows_table(source.id),
            plan=staging.plan_table(source.id),
            user=source.created_by,
            operation_id=operation_id,
            progress=progress,
        )
        # Judged with every statement, not all at the end, when nothing would be seen to move.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        # A connection keeps the plans by which foreign keys are checked. Those made while the tables were small read them
        # through for every row: an hour for the county's roster, after a trial of thirty people in the same process.
        cursor.execute("DISCARD PLANS")
        sheet.before_write(batch)
        _write_rows(batch, sheet, counts)
        sheet.after_write(batch)
    return counts


def hold_imports() -> None:
    """Wait for the import that is being written, and let none begin: its plan names things as they stood.

    Holds until the caller's transaction ends. Raises ``Conflict`` (``busy``) after ``PATIENCE``.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict("busy", "正在写入一批导入的数据，请过一会儿再试。") from error


def _staged(cursor: Any, source: Import) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [staging.rows_table(source.id)])
    return bool(cursor.fetchone()[0])


def _write_rows(batch: Batch, sheet: Sheet, counts: dict[str, int]) -> None:
    update, insert = _update_sql(sheet), _insert_sql(sheet, _blanks(batch.cursor, sheet.target.table))
    for bounds in batch.steps(BATCH, "写入"):
        if counts["updated"]:
            batch.run(update, bounds)
        if counts["created"]:
            batch.run(insert, bounds)


def _update_sql(sheet: Sheet) -> str:
    target = sheet.target
    changing = {**target.values, **target.merged}
    sets = ", ".join(f"{column} = coalesce({value}, t.{column})" for column, value in changing.items())
    sets = f"{sets}, " if sets else ""
    return (
        f"UPDATE {target.table} t SET {sets}updated_at = now() FROM {{rows}} s JOIN {{plan}} p USING (seq)"
        " WHERE p.target_id = t.id AND p.action = 'updated'"
        f" AND {IN_BATCH}"
    )


def _blanks(cursor: Any, table: str) -> dict[str, str]:
    """What a blank cell becomes in a new row: columns that take no NULL get the empty value of their type."""
    cursor.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_name = %s AND table_schema = current_schema() AND is_nullable = 'NO'",
        [table],
    )
    empty = {"character varying": "''", "text": "''", "boolean": "false", "ARRAY": "'{}'"}
    return {name: empty[kind] for name, kind in cursor.fetchall() if kind in empty}


def _insert_sql(sheet: Sheet, blanks: dict[str, str]) -> str:
    target = sheet.target
    columns = {"id": "p.target_id", **target.fixed, **target.values}
    values = (f"coalesce({value}, {blanks[name]})" if name in blanks else value for name, value in columns.items())
    return (
        f"INSERT INTO {target.table} ({', '.join(columns)}) SELECT {', '.join(values)}"
        f" FROM {{rows}} s JOIN {{plan}} p USING (seq) {target.joined} WHERE p.action = 'created'"
        f" AND {IN_BATCH} ORDER BY p.seq"
    )
