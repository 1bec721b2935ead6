"""Employers that an import founded because a row named them, once the import is taken back and nothing names them any more."""

from collections.abc import Iterator
from typing import Final
from uuid import UUID

from django.db import connection
from django.db.models import ForeignObjectRel

from core.accounts.models import User
from core.history.services import operation
from core.workbooks.services import register_tidying
from employment.models import Employer, EmployerPair

NAMED: Final = """
SELECT DISTINCT (e.before->>%(column)s)::bigint FROM history_event e
WHERE e.operation_id = %(operation)s AND e."table" = %(table)s AND e.before->>%(column)s IS NOT NULL
"""


def forget_lone_stubs(undo: UUID, user: User) -> int:
    """Delete the stubs that rows taken back by the operation ``undo`` named and no row names now; returns how many.

    Only what is still to be completed goes. They are locked before anybody is asked whether he names one, so that a row
    that comes at this moment waits and is refused by its foreign key.
    """
    with connection.cursor() as cursor:
        named: set[int] = set()
        for table, column in _naming():
            cursor.execute(NAMED, {"operation": undo, "table": table, "column": column})
            named.update(row[0] for row in cursor.fetchall())
        stubs = Employer.objects.filter(pk__in=named, stub=True).order_by("pk")
        ids = list(stubs.select_for_update().values_list("pk", flat=True)) if named else []
        if not ids:
            return 0
        for table, column in _naming():
            cursor.execute(f'SELECT DISTINCT "{column}" FROM {table} WHERE "{column}" = ANY(%s)', [ids])
            kept = {row[0] for row in cursor.fetchall()}
            ids = [pk for pk in ids if pk not in kept]
    if ids:
        with operation(user=user, action="employers.forget"):
            Employer.objects.filter(pk__in=ids).delete()
    return len(ids)


def _naming() -> Iterator[tuple[str, str]]:
    """(table, column) of every foreign key to an employer; the queue of pairs nobody has decided names none."""
    for relation in Employer._meta.get_fields(include_hidden=True):  # noqa: SLF001 - Django's documented model API
        if isinstance(relation, ForeignObjectRel) and relation.related_model is not EmployerPair:
            yield str(relation.field.model._meta.db_table), str(relation.field.column)  # noqa: SLF001 - as above


register_tidying("employment.stubs", forget_lone_stubs)
