"""A tag without dates and a dated one of its kind never stand side by side, however and whenever they are stored."""

import re
from contextlib import contextmanager
from datetime import date
from threading import Barrier, BrokenBarrierError, Event

import pytest
from django.db import IntegrityError, connection, transaction

from tests.racing import at_once, kinds
from tests.workers.checks import MAN, WOMAN
from workers.models import GroupMembership, Worker

JAN, FEB = date(2024, 1, 1), date(2024, 2, 1)
UNDATED, FROM, UNTIL, BETWEEN = (None, None), (JAN, None), (None, FEB), (JAN, FEB)


def person(number=MAN):
    return Worker.objects.create(name="张国强", id_number=number, village_code="520527219200")


def tag(worker, days, group="monitored"):
    return GroupMembership(worker=worker, group=group, valid_from=days[0], valid_to=days[1])


def stored():
    return sorted(GroupMembership.objects.values_list("valid_from", "valid_to"), key=str)


@pytest.mark.django_db
@pytest.mark.parametrize("dated", [FROM, BETWEEN])
@pytest.mark.parametrize("undated_first", [True, False])
def test_the_second_of_the_two_is_refused(dated, undated_first):
    worker = person()
    first, second = (UNDATED, dated) if undated_first else (dated, UNDATED)
    tag(worker, first).save()
    with pytest.raises(IntegrityError, match="membership_no_overlap") as refusal, transaction.atomic():
        tag(worker, second).save()
    assert refusal.value.__cause__.diag.constraint_name == "membership_no_overlap"
    assert stored() == [first]


@pytest.mark.django_db
def test_one_that_only_ends_is_dated_too():
    worker = person()
    tag(worker, UNTIL).save()
    with pytest.raises(IntegrityError, match="membership_unique"), transaction.atomic():
        tag(worker, UNDATED).save()


@pytest.mark.django_db
def test_both_in_one_statement_are_refused():
    worker = person()
    with pytest.raises(IntegrityError, match="membership_no_overlap"), transaction.atomic():
        GroupMembership.objects.bulk_create([tag(worker, UNDATED), tag(worker, FROM)])
    assert stored() == []


@pytest.mark.django_db
def test_a_change_cannot_bring_them_together():
    worker = person()
    GroupMembership.objects.bulk_create([tag(worker, BETWEEN), tag(worker, (FEB, None)), tag(person(WOMAN), UNDATED)])
    for act in (
        lambda: GroupMembership.objects.filter(valid_from=FEB).update(valid_from=None, valid_to=None),
        lambda: GroupMembership.objects.filter(valid_from=None).update(worker=worker),
    ):
        with pytest.raises(IntegrityError, match="membership_no_overlap"), transaction.atomic():
            act()


@pytest.mark.django_db
def test_other_groups_and_other_people_do_not_count():
    one, other = person(), person(WOMAN)
    tag(one, UNDATED).save()
    GroupMembership.objects.bulk_create([tag(one, FROM, "disabled"), tag(other, FROM), tag(other, UNDATED, "disabled")])
    assert stored() == sorted([UNDATED, FROM, FROM, UNDATED], key=str)


@contextmanager
def without_the_lock():
    """The trigger as it would be if nobody waited for anybody."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('membership_undated_alone'::regproc)")
        whole = cursor.fetchone()[0]
        bare, locks = re.subn(r"EXECUTE '[^']*FOR NO KEY UPDATE';", "", whole)
        assert locks == 1
        cursor.execute(bare)
        try:
            yield
        finally:
            cursor.execute(whole)


def both_at_once(patience):
    """An undated and a dated tag stored by two transactions, neither of which ends before the other has stored its own.

    Whoever waited for the other's tag as many seconds in vain ends alone.
    """
    worker = person()
    met = Barrier(2)
    stored_first = Event()

    def act(days, *, leads):
        with transaction.atomic():
            if not leads:
                stored_first.wait(timeout=60)
            tag(worker, days).save()
            stored_first.set()
            try:
                met.wait(timeout=patience)
            except BrokenBarrierError:
                return "alone"
        return "together"

    return at_once(lambda: act(UNDATED, leads=True), lambda: act(FROM, leads=False))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_would_both_be_stored_were_there_no_lock():
    with without_the_lock():
        assert both_at_once(patience=60) == ["together", "together"]
    assert stored() == sorted([UNDATED, FROM], key=str)


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_the_second_waits_and_is_refused():
    outcomes = both_at_once(patience=1.5)
    assert outcomes[0] == "alone"
    assert kinds(outcomes) == ["IntegrityError", "done"]
    assert stored() == [UNDATED]
