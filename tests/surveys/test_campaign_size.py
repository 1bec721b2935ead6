"""A large county whose tables were small when PostgreSQL last looked: the work grows with the households, not with their square."""

import pytest
from django.db import connection

from tests.journeys import place_divisions
from tests.people import county_clerk
from tests.surveys.facts import assistant, campaign
from workers.surveys.models import VisitTask
from workers.surveys.services import add_households

pytestmark = pytest.mark.django_db
VILLAGE = "520527219200"
TABLES = ("workers_worker", "workers_household", "surveys_visittask")
HOUSEHOLDS = 3000


@pytest.fixture
def cursor():
    place_divisions()
    assistant()
    with connection.cursor() as opened:
        for table in TABLES:
            opened.execute(
                "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', %s, 'relpages', 3, 'reltuples', 0::real)",
                [table],
            )
        yield opened


def move_in(cursor, surname):
    """So many households of one person each."""
    cursor.execute(
        "INSERT INTO workers_household (village_code, group_name, head_name)"
        " SELECT %s, 1 + n %% 9 || '组', %s || n FROM generate_series(1, %s) n",
        [VILLAGE, surname, HOUSEHOLDS],
    )
    cursor.execute(
        "INSERT INTO workers_worker (name, name_key, name_initials, id_number, village_code, group_name, household_id)"
        " SELECT head_name, '', '', '529999' || to_char(date '1960-01-01' + (id % 9000)::int, 'YYYYMMDD')"
        " || lpad((id % 997)::text, 3, '0') || '0', village_code, group_name, id FROM workers_household"
        " WHERE NOT EXISTS (SELECT FROM workers_worker w WHERE w.household_id = workers_household.id)"
    )


def rows_read(cursor):
    cursor.execute(
        "SELECT coalesce(sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)), 0) FROM pg_stat_xact_user_tables"
        " WHERE relname = ANY (%s)",
        [list(TABLES)],
    )
    return int(cursor.fetchone()[0])


def test_each_household_is_read_a_few_times(cursor):
    move_in(cursor, "户")
    before = rows_read(cursor)
    made = campaign()
    assert VisitTask.objects.filter(campaign=made).count() == HOUSEHOLDS
    assert rows_read(cursor) - before < 30 * HOUSEHOLDS


def test_so_is_each_when_others_moved_in_since(cursor):
    move_in(cursor, "户")
    made = campaign()
    move_in(cursor, "新")
    before = rows_read(cursor)
    assert add_households(user=county_clerk(), campaign=made) == HOUSEHOLDS
    assert rows_read(cursor) - before < 60 * HOUSEHOLDS
