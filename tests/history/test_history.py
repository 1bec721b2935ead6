"""History is written by the database itself, whatever writes the rows."""

import io

import pytest
from django.db import IntegrityError, connection, transaction

from core.errors import Conflict
from core.history import services
from core.history.models import Event, Operation
from core.history.queries import changes_of
from core.history.triggers import tracked_tables
from employment.models import Employer
from tests.people import county_clerk

pytestmark = pytest.mark.django_db


def kinds(table="employment_employer"):
    return list(Event.objects.filter(table=table).order_by("id").values_list("kind", flat=True))


def test_copy_bulk_update_and_raw_delete_are_recorded_with_their_operation():
    clerk = county_clerk()
    with services.operation(user=clerk, action="employers.load") as act, connection.cursor() as cursor:
        columns = "name, place_code, industry, contact, phone, key_employer, stub"
        rows = "甲公司\t\t\t\t\tf\tf\n乙公司\t\t\t\t\tf\tf\n"
        cursor.copy_expert(f"COPY employment_employer ({columns}) FROM STDIN", io.StringIO(rows))
        Employer.objects.filter(name="甲公司").update(industry="制造业")
        cursor.execute("DELETE FROM employment_employer WHERE name = '乙公司'")
    assert kinds() == ["I", "U", "D"]
    assert set(Event.objects.values_list("operation_id", flat=True)) == {act.id}
    assert Operation.objects.get(id=act.id).user == clerk


def test_an_update_that_changes_nothing_leaves_no_event():
    firm = Employer.objects.create(name="甲公司")
    Employer.objects.filter(id=firm.id).update(name="甲公司")
    assert kinds() == ["I"]


def test_changes_outside_an_operation_are_recorded_without_one():
    Employer.objects.create(name="甲公司")
    assert list(Event.objects.values_list("operation_id", flat=True)) == [None]


def test_nested_operations_each_record_their_own_rows():
    with services.operation(user=None, action="outer") as outer:
        Employer.objects.create(name="甲公司")
        with services.operation(user=None, action="inner") as inner:
            Employer.objects.create(name="乙公司")
        Employer.objects.create(name="丙公司")
    assert list(Event.objects.order_by("id").values_list("operation_id", flat=True)) == [outer.id, inner.id, outer.id]


def test_changes_of_a_row_give_who_when_before_and_after_newest_first():
    clerk = county_clerk()
    firm = Employer.objects.create(name="甲公司")
    with services.operation(user=clerk, action="employers.edit", reason="更正行业"):
        Employer.objects.filter(id=firm.id).update(industry="制造业")
    Employer.objects.filter(id=firm.id).update(industry="建筑业", size=20)
    changes = changes_of(firm)
    assert [(c.kind, c.action, c.reason, c.fields) for c in changes] == [
        ("U", "", "", (("industry", "制造业", "建筑业"), ("size", None, 20))),
        ("U", "employers.edit", "更正行业", (("industry", "", "制造业"),)),
        ("I", "", "", ()),
    ]
    assert changes[1].user == (clerk.full_name or clerk.username)


def test_events_cannot_be_changed_or_deleted():
    Employer.objects.create(name="甲公司")
    for act in (Event.objects.all().delete, lambda: Event.objects.update(kind="X")):
        with pytest.raises(IntegrityError, match="只能追加"), transaction.atomic():
            act()


def test_undo_brings_back_changed_and_deleted_rows_and_removes_new_ones():
    kept, gone = Employer.objects.create(name="甲公司", size=5), Employer.objects.create(name="乙公司", credit_code="X")
    with services.operation(user=None, action="employers.edit") as act:
        Employer.objects.filter(id=kept.id).update(size=6)
        Employer.objects.filter(id=kept.id).update(size=7, name="甲")
        Employer.objects.create(name="丙公司")
        gone.delete()
    before = list(Employer.objects.filter(id=kept.id).values_list("updated_at", flat=True))
    services.undo(operation_id=act.id, user=None)
    assert list(Employer.objects.order_by("id").values_list("name", "size", "credit_code")) == [
        ("甲公司", 5, None),
        ("乙公司", None, "X"),
    ]
    assert list(Employer.objects.filter(id=kept.id).values_list("updated_at", flat=True)) == before


def test_undo_is_refused_when_rows_changed_since_and_lists_them():
    with services.operation(user=None, action="employers.edit") as act:
        firm = Employer.objects.create(name="甲公司")
    Employer.objects.filter(id=firm.id).update(size=7)
    with pytest.raises(Conflict) as refusal:
        services.undo(operation_id=act.id, user=None)
    assert refusal.value.details == [{"table": "employment_employer", "id": firm.id}]
    assert Employer.objects.get().size == 7


def test_what_was_taken_back_does_not_stand_in_the_way():
    with services.operation(user=None, action="employers.first") as first:
        kept, gone = Employer.objects.create(name="甲公司"), Employer.objects.create(name="乙公司")
    ids = [kept.id, gone.id]
    with services.operation(user=None, action="employers.second") as second:
        Employer.objects.filter(id=kept.id).update(size=7)
        gone.delete()
    with pytest.raises(Conflict) as refusal:
        services.undo(operation_id=first.id, user=None)
    assert [row["id"] for row in refusal.value.details] == ids
    services.undo(operation_id=second.id, user=None)
    services.undo(operation_id=first.id, user=None)
    assert Employer.objects.count() == 0


def test_every_business_table_has_its_three_triggers():
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_object_table, count(DISTINCT trigger_name) FROM information_schema.triggers"
            " WHERE trigger_name IN ('history_insert', 'history_update', 'history_delete') GROUP BY 1"
        )
        found = dict(cursor.fetchall())
    assert found == dict.fromkeys(tracked_tables(), 3)
