"""A bulk edit of many, of whom PostgreSQL expects few: the work grows with the people, not with their square."""

import pytest
from django.db import connection

from core.jobs import services as jobs
from core.web.models import BulkEdit
from tests.people import client_for, county_clerk
from tests.workers.village_lists import store_divisions
from workers.models import GroupMembership, Worker

pytestmark = pytest.mark.django_db
VILLAGE, PEOPLE = "520527219200", 2000


@pytest.fixture
def cursor():
    store_divisions()
    with connection.cursor() as opened:
        opened.execute(
            "INSERT INTO workers_worker (name, name_key, name_initials, id_number, village_code)"
            " SELECT '张' || n, '', '', '52999919900101' || lpad((n % 1000)::text, 3, '0') || n / 1000, %s"
            " FROM generate_series(1, %s) n".replace("n % 1000", "n %% 1000"),
            [VILLAGE, PEOPLE],
        )
        # Many members of another group, none of the one that is given: so PostgreSQL has last seen the table.
        opened.execute(
            'INSERT INTO workers_groupmembership (worker_id, "group", valid_from)'
            " SELECT id, 'lifted_poverty', date '2020-01-01' FROM workers_worker"
        )
        opened.execute("ANALYZE workers_worker, workers_groupmembership")
        yield opened


def entries_read(cursor):
    """How many entries of the memberships' indexes this transaction has gone through."""
    cursor.execute(
        "SELECT sum(pg_stat_get_xact_tuples_returned(indexrelid)) FROM pg_index"
        " WHERE indrelid = 'workers_groupmembership'::regclass"
    )
    return int(cursor.fetchone()[0])


def carried_out(**wanted):
    browser = client_for(county_clerk())
    url = browser.post("/workers/", {"action": "bulk_edit", "all": "1"}).url
    browser.post(url, {"reason": "县级核实", **wanted})
    browser.post(f"{url}run/")
    edit = BulkEdit.objects.get(pk=url.split("/")[-2])
    jobs.run(job_id=edit.job_id)
    edit.refresh_from_db()
    return edit


def test_a_group_given_and_ended_is_looked_up_by_person(cursor):
    before = entries_read(cursor)
    given = carried_out(set_add_group="on", add_group="veteran", add_from="2025-01-01")
    assert (given.counts, GroupMembership.objects.count()) == ({"written": PEOPLE}, 2 * PEOPLE)
    ended = carried_out(set_end_group="on", end_group="veteran", end_on="2025-06-01")
    assert (ended.counts, GroupMembership.objects.filter(valid_to="2025-06-01").count()) == (
        {"written": PEOPLE},
        PEOPLE,
    )
    assert entries_read(cursor) - before < 60 * PEOPLE
    assert Worker.objects.count() == PEOPLE
