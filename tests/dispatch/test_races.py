"""Two at once for one seat: with the vehicle's lock off the coach is oversold, with it on it never is."""

from threading import Barrier
from uuid import uuid4

import pytest

from core.errors import NotFound
from core.workbooks import services as imports
from dispatch.models import CheckIn, Passenger, Trip
from dispatch.services import PassengerFacts, check_in, register_passenger, roster
from tests import people
from tests.journeys import checked, counts, passenger, person, place_divisions, trip, worker
from tests.racing import at_once, in_the_middle_of, kinds

pytestmark = pytest.mark.django_db(transaction=True)

CLERKS = 2


def register(coach, who, seat=""):
    user = people.county_clerk()
    return lambda: register_passenger(user=user, trip=coach, worker_id=who.pk, facts=PassengerFacts(seat=seat))


@pytest.fixture
def lock_off(monkeypatch):
    """The vehicle is read without its lock, by all clerks before any of them goes on."""
    everybody_has_looked = Barrier(CLERKS)

    def unlocked(coach):
        found = Trip.objects.filter(pk=coach.pk).first()
        everybody_has_looked.wait(timeout=30)
        return found

    monkeypatch.setattr(roster, "locked_trip", unlocked)


def race_for_the_last_seat():
    coach = trip(seats=1)
    outcomes = at_once(*[register(coach, worker()) for _ in range(CLERKS)])
    return kinds(outcomes), coach.passengers.count()


def test_without_the_lock_the_last_seat_is_sold_twice(lock_off):
    rounds = []
    for _ in range(20):
        rounds.append(race_for_the_last_seat())
        if rounds[-1] == (["done", "done"], 2):
            return
        Passenger.objects.all().delete()
        Trip.objects.all().delete()
    pytest.fail(f"the race was never lost: {rounds}")


@pytest.mark.parametrize("attempt", range(5))
def test_with_the_lock_the_last_seat_is_sold_once(attempt):
    assert race_for_the_last_seat() == (["done", "over_capacity"], 1)


def test_without_the_lock_the_database_still_gives_a_seat_to_one(lock_off):
    coach = trip()
    outcomes = at_once(*[register(coach, worker(), "12") for _ in range(CLERKS)])
    # An exclusion constraint looks after both have written: they may wait for each other, and one has to give way.
    assert kinds(outcomes) in (["done", "seat"], ["done", "overtaken"])
    assert coach.passengers.count() == 1


def test_eight_clerks_give_one_seat_and_one_person_a_single_place():
    coach, who = trip(), worker()
    same_seat = at_once(*[register(coach, worker(), "12") for _ in range(8)])
    same_person = at_once(*[register(coach, who) for _ in range(8)])
    assert kinds(same_seat) == ["done", *["seat"] * 7]
    assert kinds(same_person) == ["done", *["duplicate"] * 7]


def test_clerk_waits_for_an_import_that_gives_the_last_seat_out(monkeypatch):
    place_divisions()
    coach = trip(seats=1)
    row = {"批次编号": "2025-CY-01", "车次(车牌号)": "贵F12345", **person(worker())}
    confirmed = imports.confirm_import(source=checked("passengers", [row]), rows="good", start=False)
    written, registered = in_the_middle_of(monkeypatch, confirmed, register(coach, worker()))
    assert (counts(written), kinds([registered])) == ({"rows": 1, "created": 1}, ["over_capacity"])
    assert coach.passengers.count() == 1


def test_one_tick_sent_by_eight_connections_is_stored_once():
    coach = trip()
    row, ref, user = passenger(coach, worker()), uuid4(), people.county_clerk()
    outcomes = at_once(
        *[lambda: check_in(user=user, trip=coach, passenger_id=row.pk, client_ref=ref) for _ in range(8)]
    )
    assert sum(new for _tick, new in outcomes) == 1
    assert {tick.pk for tick, _new in outcomes} == {CheckIn.objects.get().pk}


def test_one_number_for_two_people_is_taken_by_one():
    coach, ref, user = trip(), uuid4(), people.county_clerk()
    rows = [passenger(coach, worker()) for _ in range(2)]
    outcomes = at_once(
        *[lambda row=row: check_in(user=user, trip=coach, passenger_id=row.pk, client_ref=ref) for row in rows]
    )
    assert (kinds(outcomes), Passenger.objects.filter(boarded=True).count()) == (["client_ref", "done"], 1)


def test_person_taken_off_while_being_signed_in_is_gone_or_aboard():
    coach, user = trip(), people.county_clerk()
    row = passenger(coach, worker())
    outcomes = at_once(
        lambda: check_in(user=user, trip=coach, passenger_id=row.pk, client_ref=uuid4()),
        lambda: roster.remove_passenger(user=user, passenger=row),
    )
    aboard = Passenger.objects.filter(pk=row.pk, boarded=True).exists()
    assert kinds(outcomes) == (["boarded", "done"] if aboard else ["done", "passenger"])
    assert aboard or isinstance(outcomes[0], NotFound)
