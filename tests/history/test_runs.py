"""Rows inserted by one statement are told together, and each still has its own history."""

import json

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict
from core.history import services
from core.history.models import Event, RowEvent
from core.history.queries import changes_of, touched_by
from employment.models import Employer
from tests.people import county_clerk

TABLE = "employment_employer"
pytestmark = pytest.mark.django_db


def insert(*ids):
    """One statement that inserts employers under these ids, in this order."""
    Employer.objects.bulk_create([Employer(id=number, name=f"第{number}厂") for number in ids])


def runs():
    return list(Event.objects.filter(kind="I").order_by("id").values_list("row_id", "last_id"))


def stored():
    return sorted(Employer.objects.values_list("id", flat=True))


def history(number):
    """(kind, action) of the row's changes, newest first."""
    return [(change.kind, change.action) for change in changes_of(Employer(id=number))]


@pytest.mark.parametrize(
    ("ids", "expected"),
    [
        ([7], [(7, 7)]),
        ([11, 12, 13], [(11, 13)]),
        ([13, 11, 12], [(11, 13)]),
        ([1, 2, 5, 7, 8, 9], [(1, 2), (5, 5), (7, 9)]),
    ],
)
def test_a_statement_leaves_an_event_for_each_run_of_ids(ids, expected):
    insert(*ids)
    assert runs() == expected
    assert sorted(RowEvent.objects.values_list("row_id", "kind")) == [(number, "I") for number in sorted(ids)]


def test_two_statements_are_told_apart_though_their_ids_follow():
    with services.operation(user=None, action="first"):
        insert(1, 2)
    with services.operation(user=None, action="second"):
        insert(3)
        insert(4)
    assert runs() == [(1, 2), (3, 3), (4, 4)]
    assert [history(number) for number in (1, 2, 3, 4)] == [[("I", "first")]] * 2 + [[("I", "second")]] * 2


def test_every_row_of_a_run_knows_who_inserted_it_and_what_came_then():
    clerk = county_clerk()
    with services.operation(user=clerk, action="employers.load"):
        insert(*range(1, 6))
    with services.operation(user=clerk, action="employers.edit"):
        Employer.objects.filter(id__in=[1, 3]).update(industry="制造业")
    born, edited = ("I", "employers.load"), ("U", "employers.edit")
    assert [history(number) for number in range(1, 7)] == [[edited, born], [born], [edited, born], [born], [born], []]
    assert {change.user for change in changes_of(Employer(id=4))} == {clerk.full_name or clerk.username}


def test_the_rows_of_an_operation_are_those_it_inserted_or_changed_and_no_neighbours():
    insert(1)
    with services.operation(user=None, action="employers.load") as act:
        insert(2, 3, 5)
        Employer.objects.filter(id=1).update(size=1)
    insert(4)
    assert list(touched_by(Employer.objects.order_by("id"), str(act.id)).values_list("id", flat=True)) == [1, 2, 3, 5]


def test_undo_removes_a_run_and_undo_of_that_puts_it_back_with_its_history():
    with services.operation(user=None, action="employers.load") as load:
        insert(1, 2, 3, 4)
    removal = services.undo(operation_id=load.id, user=None)
    assert stored() == []
    again = services.undo(operation_id=removal.id, user=None)
    assert stored() == [1, 2, 3, 4]
    assert runs() == [(1, 4), (1, 4)]
    undone = "history.undo"
    assert [history(number) for number in (1, 3)] == [[("I", undone), ("D", undone), ("I", "employers.load")]] * 2
    services.undo(operation_id=again.id, user=None)
    assert stored() == []


def test_a_run_of_which_one_row_changed_is_not_taken_back():
    with services.operation(user=None, action="employers.load") as load:
        insert(1, 2, 3)
    Employer.objects.filter(id=2).update(size=7)
    with pytest.raises(Conflict) as refusal:
        services.undo(operation_id=load.id, user=None)
    assert refusal.value.details == [{"table": TABLE, "id": 2}]


def test_a_removal_is_not_taken_back_once_a_run_stands_in_its_place():
    insert(1, 2, 3)
    with services.operation(user=None, action="employers.remove") as removal:
        Employer.objects.filter(id=2).delete()
    Employer.objects.filter(id__in=[1, 3]).delete()
    insert(1, 2, 3)
    with pytest.raises(Conflict) as refusal:
        services.undo(operation_id=removal.id, user=None)
    assert refusal.value.details == [{"table": TABLE, "id": 2}]
    Employer.objects.filter(id=2).delete()
    services.undo(operation_id=removal.id, user=None)
    assert stored() == [1, 2, 3]


@pytest.mark.parametrize(("kind", "last"), [("U", 9), ("D", 9), ("I", 6)])
def test_only_insertions_have_many_rows_and_those_in_order(kind, last):
    with pytest.raises(IntegrityError, match="event_rows_in_order"), transaction.atomic():
        Event.objects.create(table=TABLE, row_id=7, last_id=last, kind=kind)


def cost_of_one_row(number):
    """Blocks PostgreSQL touches to find the history of one row."""
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE history_event")
    plan = Event.objects.of_row(TABLE, number).explain(analyze=True, buffers=True, format="json")
    top = json.loads(plan)[0]["Plan"]
    return top["Shared Hit Blocks"] + top["Shared Read Blocks"]


def test_the_history_of_one_row_is_found_among_runs_that_cover_each_other():
    with connection.cursor() as cursor:
        # Many runs, hundreds of which cover each other as after loads that were removed again, and many single rows.
        cursor.execute(
            'INSERT INTO history_event ("table", row_id, last_id, kind) SELECT %s, g * 100, g * 100 + 99, %s'
            " FROM generate_series(1, 3000) g",
            [TABLE, "I"],
        )
        cursor.execute(
            'INSERT INTO history_event ("table", row_id, last_id, kind) SELECT %s, 250000 - g, 250000 + g, %s'
            " FROM generate_series(1, 500) g",
            [TABLE, "I"],
        )
        cursor.execute(
            'INSERT INTO history_event ("table", row_id, last_id, kind) SELECT %s, g, g, %s'
            " FROM generate_series(1, 60000) g",
            [TABLE, "U"],
        )
    assert Event.objects.of_row(TABLE, 250_000).count() == 501
    assert Event.objects.of_row(TABLE, 12_345).count() == 2
    assert cost_of_one_row(12_345) < 40
