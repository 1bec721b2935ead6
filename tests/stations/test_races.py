"""Two phones, one person, one day: without lock and constraint both visits are stored, with either only one is."""

from threading import Barrier
from uuid import uuid4

import pytest
from django.db import connection

from employment.models import Spell
from stations import services
from stations.models import PlannedVisit, Station, Visit
from stations.services import record_round, record_visit
from tests.journeys import place_divisions
from tests.racing import at_once, kinds
from tests.stations.facts import arrive, day, firm, found, staff, standing, station

pytestmark = pytest.mark.django_db(transaction=True)

PHONES = 2


@pytest.fixture
def who():
    place_divisions()
    station()
    return arrive(firm=firm())


def record(who, ref=None, **fields):
    user = staff()
    return lambda: record_visit(user=user, worker_id=who.pk, station=None, facts=found(**fields), client_ref=ref)


@pytest.fixture
def constraint_off():
    """The table takes a second visit of the day: what then holds is the person's lock alone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE stations_visit DROP CONSTRAINT visit_once_a_day_and_station")
    yield
    Visit.objects.all().delete()
    with connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE stations_visit ADD CONSTRAINT visit_once_a_day_and_station"
            " UNIQUE NULLS NOT DISTINCT (worker_id, visited_on, station_id)"
        )


@pytest.fixture
def lock_off(monkeypatch):
    """The person is looked at without the lock, by all phones before any of them goes on."""
    everybody_has_looked, lock = Barrier(PHONES), services._none_that_day

    def unhurried(*args, **kwargs):
        lock(*args, **kwargs)
        everybody_has_looked.wait(timeout=30)

    monkeypatch.setattr(services, "lock_people", lambda _user, _ids: None)
    monkeypatch.setattr(services, "_none_that_day", unhurried)


def race_for_the_day(who):
    outcomes = at_once(record(who, uuid4()), record(who, uuid4(), status="返乡"))
    return kinds(outcomes), Visit.objects.count()


def race_of_findings(who):
    """One phone says still there, the other gone home the day after: the job must know both."""
    outcomes = at_once(record(who), record(who, on=day(8), status="返乡"))
    return kinds(outcomes), Visit.objects.count(), Spell.objects.values_list("confirmed_to", "end_on").get()


@pytest.mark.parametrize("attempt", range(3))
def test_one_reference_sent_twice_at_once_is_stored_once(who, attempt):
    ref = uuid4()
    outcomes = at_once(*[record(who, ref) for _ in range(4)])
    assert sorted(new for _visit, new in outcomes) == [False, False, False, True]
    assert (len({visit.pk for visit, _new in outcomes}), Visit.objects.count(), standing(who)[7]) == (1, 1, day(7))


@pytest.mark.usefixtures("lock_off", "constraint_off")
def test_without_lock_and_constraint_the_day_is_taken_twice(who):
    assert race_for_the_day(who) == (["done", "done"], 2)


@pytest.mark.parametrize("attempt", range(3))
@pytest.mark.usefixtures("constraint_off")
def test_with_the_lock_alone_it_is_taken_once(who, attempt):
    assert race_for_the_day(who) == (["done", "duplicate"], 1)


@pytest.mark.usefixtures("lock_off")
def test_with_the_constraint_alone_it_is_taken_once(who):
    assert race_for_the_day(who) == (["done", "duplicate"], 1)


@pytest.mark.parametrize("attempt", range(3))
def test_with_both_it_is_taken_once(who, attempt):
    assert race_for_the_day(who) == (["done", "duplicate"], 1)


@pytest.mark.parametrize("attempt", range(3))
def test_with_the_lock_the_job_knows_both_findings(who, attempt):
    assert race_of_findings(who) == (["done", "done"], 2, (day(7), day(8)))


def test_a_round_and_a_phone_at_once_store_each_person_once(who):
    other = arrive()
    user = staff()
    ids = [who.pk, other.pk]
    sweep = lambda: record_round(user=user, worker_ids=ids, station=None, facts=found(), milestones={})  # noqa: E731
    outcomes = at_once(sweep, record(other, uuid4()))
    assert (sorted(Visit.objects.values_list("worker_id", flat=True)), Station.objects.count()) == (sorted(ids), 1)
    assert (outcomes[0], kinds(outcomes[1:])) in [(2, ["duplicate"]), (1, ["done"])]


def test_two_rounds_at_once_store_each_person_once(who):
    ids = [who.pk, *[arrive().pk for _ in range(5)]]
    user = staff()
    sweep = lambda: record_round(user=user, worker_ids=ids, station=None, facts=found(), milestones={})  # noqa: E731
    assert sorted(at_once(sweep, sweep)) == [0, 6]
    assert PlannedVisit.objects.filter(milestone=7, visit__isnull=False).count() == 6
