"""A session that wrote its first person while the register was small writes many later in time that grows with their number."""

import pytest
from django.db import connection, transaction

from tests.journeys import place_divisions

VILLAGE = "520527219200"
MANY = 2000
TABLES = ("workers_worker", "workers_household", "doubles_workeralias")


def move_in(cursor, surname, many):
    """So many households of one person each, the people in one statement."""
    cursor.execute(
        "INSERT INTO workers_household (village_code, group_name, head_name)"
        " SELECT %s, '1组', %s || n FROM generate_series(1, %s) n",
        [VILLAGE, surname, many],
    )
    cursor.execute(
        "INSERT INTO workers_worker (name, name_key, name_initials, id_number, village_code, household_id)"
        " SELECT head_name, '', '', '529999' || to_char(date '1960-01-01' + (id %% 9000)::int, 'YYYYMMDD')"
        " || lpad((id %% 997)::text, 3, '0') || '0', village_code, id FROM workers_household"
        " WHERE head_name LIKE %s || '%%'",
        [surname],
    )


def rows_read(cursor):
    cursor.execute(
        "SELECT coalesce(sum(seq_tup_read), 0) FROM pg_stat_xact_user_tables WHERE relname = ANY (%s)", [list(TABLES)]
    )
    return int(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_what_was_planned_for_a_few_people_does_not_read_all_of_them_for_each_of_many():
    place_divisions()
    with connection.cursor() as cursor:
        move_in(cursor, "张", 20)
        for table in TABLES:
            cursor.execute(f"ANALYZE {table}")
    connection.close()
    with transaction.atomic(), connection.cursor() as cursor:
        move_in(cursor, "李", 1)
        move_in(cursor, "王", MANY)
        assert rows_read(cursor) < 10 * MANY
