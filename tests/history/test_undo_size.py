"""Taking much back after a little: the time grows with the rows, not with their square."""

import pytest
from django.db import connection

from core.history.services import operation, undo
from tests.journeys import VILLAGE, place_divisions, worker
from workers.models import Household

pytestmark = pytest.mark.django_db
MANY = 3000


def founded(names):
    """The operation that founded households of those heads."""
    with operation(user=None, action="test.found") as act:
        Household.objects.bulk_create(Household(village_code=VILLAGE, head_name=name) for name in names)
    return act


def rows_read(cursor):
    cursor.execute(
        "SELECT coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0) FROM pg_stat_xact_user_tables"
        " WHERE relname = 'workers_worker'"
    )
    return int(cursor.fetchone()[0])


def test_checks_planned_for_a_few_rows_are_planned_anew():
    place_divisions()
    worker()
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE workers_worker")
        for n in range(3):
            undo(operation_id=founded(f"试{n}{i}" for i in range(9)).pk, user=None)
        cursor.execute(
            "INSERT INTO workers_worker (name, name_key, name_initials, id_number, village_code)"
            " SELECT '张' || n, '', '', '529999' || to_char(date '1960-01-01' + n, 'YYYYMMDD') || '0010', %s"
            " FROM generate_series(1, %s) n",
            [VILLAGE, MANY],
        )
        much, before = founded(f"户{n}" for n in range(MANY)), rows_read(cursor)
        undo(operation_id=much.pk, user=None)
        assert rows_read(cursor) - before < 10 * MANY
    assert Household.objects.count() == 0
