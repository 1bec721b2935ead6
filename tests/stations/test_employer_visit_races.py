"""Two phones at one employer on one day: without lock and constraint both visits are stored, with either only one is."""

from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from employment.mergers.services import merge_employers
from employment.models import Employer
from stations.employer_visits import services
from stations.employer_visits.services import Firm, record_employer_visit
from stations.models import EmployerVisit
from tests import people
from tests.journeys import place_divisions
from tests.racing import at_once, kinds
from tests.stations.facts import firm, seen, staff, station

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = 2


@pytest.fixture
def works():
    place_divisions()
    station()
    return firm()


def record(named, ref=None):
    user = staff()
    return lambda: record_employer_visit(user=user, firm=named, station=None, facts=seen(), client_ref=ref)


@pytest.fixture
def constraint_off():
    """The table takes a second visit of the day: what then holds is the employer's lock alone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stations_employervisit DROP CONSTRAINT employer_visit_once_a_day_and_station")
    yield
    EmployerVisit.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE stations_employervisit ADD CONSTRAINT employer_visit_once_a_day_and_station"
            " UNIQUE NULLS NOT DISTINCT (employer_id, visited_on, station_id)"
        )


@pytest.fixture
def lock_off(monkeypatch):
    """The employer is looked at without the lock, by all phones before any of them goes on."""
    everybody_has_looked, look = Barrier(PHONES), services._none_that_day

    def unhurried(*args, **kwargs):
        look(*args, **kwargs)
        everybody_has_looked.wait(timeout=30)

    monkeypatch.setattr(services, "_locked_employer", lambda _user, named, _place: Employer.objects.get(pk=named.pk))
    monkeypatch.setattr(services, "_none_that_day", unhurried)


def race_for_the_day(works):
    outcomes = at_once(record(Firm(pk=works.pk), uuid4()), record(Firm(pk=works.pk), uuid4()))
    return kinds(outcomes), EmployerVisit.objects.count()


@pytest.mark.usefixtures("lock_off", "constraint_off")
def test_without_lock_and_constraint_the_day_is_taken_twice(works):
    assert race_for_the_day(works) == (["done", "done"], 2)


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.usefixtures("constraint_off")
def test_with_the_lock_alone_it_is_taken_once(works, attempt):
    assert race_for_the_day(works) == (["done", "duplicate"], 1)


@pytest.mark.usefixtures("lock_off")
def test_with_the_constraint_alone_it_is_taken_once(works):
    assert race_for_the_day(works) == (["done", "duplicate"], 1)


@pytest.mark.parametrize("attempt", range(3))
def test_one_reference_sent_twice_at_once_is_stored_once(works, attempt):
    ref = uuid4()
    outcomes = at_once(*[record(Firm(pk=works.pk), ref) for _ in range(4)])
    assert sorted(new for _visit, new in outcomes) == [False, False, False, True]
    assert (len({visit.pk for visit, _new in outcomes}), EmployerVisit.objects.count()) == (1, 1)


@pytest.mark.parametrize("attempt", range(3))
def test_a_new_employer_named_by_two_phones_at_once_is_registered_once(works, attempt):
    outcomes = at_once(record(Firm(name="新厂"), uuid4()), record(Firm(name="新厂"), uuid4()))
    assert (kinds(outcomes), Employer.objects.filter(name="新厂").count()) == (["done", "duplicate"], 1)


@pytest.mark.parametrize("attempt", range(3))
def test_a_visit_and_a_merge_at_once_leave_the_visit_with_the_employer_kept(works, attempt):
    gone = firm("甲服饰")
    clerk = people.county_clerk()
    merge = lambda: merge_employers(user=clerk, kept_id=works.pk, merged_id=gone.pk, reason="同一家")  # noqa: E731
    outcomes = at_once(record(Firm(pk=gone.pk)), merge)
    assert kinds(outcomes) == ["done", "done"]
    assert EmployerVisit.objects.values_list("employer_id", flat=True).get() == works.pk
