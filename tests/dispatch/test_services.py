"""Acts of journeys: planning, rosters, boarding, arrival, reporting for work."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from dispatch.models import Batch, CheckIn, Passenger, Trip
from dispatch.services import (
    PassengerFacts,
    TripFacts,
    change_passenger,
    check_in,
    register_passenger,
    remove_passenger,
    remove_trip,
    report_for_work,
    save_trip,
    set_outcome,
    sign_in,
    sign_off,
)
from employment.models import Spell
from tests import people
from tests.journeys import OTHER_VILLAGE, passenger, trip, worker

pytestmark = pytest.mark.django_db

POST = date(2025, 2, 12)
PLAN = TripFacts(
    batch_code="2025-CY-01",
    batch_name="第一批",
    vehicle="贵F12345",
    mode="包车",
    departs_at=datetime(2025, 2, 10, 1, tzinfo=UTC),
    from_place="客运站",
    destination_code="440113",
    seats=45,
)


@pytest.fixture
def coach():
    return trip()


def board(coach, *rows, **more):
    return sign_in(user=people.county_clerk(), trip=coach, passenger_ids=[row.pk for row in rows], **more)


def state(row):
    row.refresh_from_db()
    return row.boarded, row.arrived, row.at_post_on, row.outcome


def spells():
    return list(Spell.objects.order_by("worker_id", "start_on").values_list("worker_id", "start_on", "place_code"))


class TestSigningIn:
    def test_only_those_who_change_are_counted_and_ticked(self, coach):
        one, two = passenger(coach, worker()), passenger(coach, worker(), boarded=True)
        assert [board(coach, one, two), board(coach, one, two)] == [1, 0]
        assert list(CheckIn.objects.values_list("passenger_id", "boarded", "user")) == [
            (one.pk, True, people.county_clerk().pk)
        ]

    @pytest.mark.parametrize("boarded", [False, None])
    def test_it_can_be_taken_back_until_somebody_arrives(self, coach, boarded):
        one, two = passenger(coach, worker(), boarded=True), passenger(coach, worker(), boarded=True, arrived=True)
        assert board(coach, one, boarded=boarded) == 1
        with pytest.raises(Conflict) as refusal:
            board(coach, two, boarded=boarded)
        assert (state(one)[0], state(two)[0], refusal.value.code) == (boarded, True, "arrived")

    def test_who_is_at_the_post_stays_signed_in(self, coach):
        one = passenger(coach, worker(), boarded=True, at_post_on=POST)
        with pytest.raises(Conflict) as refusal:
            board(coach, one, boarded=False)
        assert (refusal.value.code, state(one)[0]) == ("at_post", True)

    def test_passenger_of_another_vehicle_or_area_is_not_found_and_nobody_boards(self, coach):
        mine, elsewhere = passenger(coach, worker()), passenger(trip("贵F54321"), worker())
        far = passenger(coach, worker(village=OTHER_VILLAGE))
        with pytest.raises(NotFound):
            board(coach, mine, elsewhere)
        with pytest.raises(NotFound):
            sign_in(user=people.township_clerk(), trip=coach, passenger_ids=[mine.pk, far.pk])
        assert state(mine)[0] is None

    def test_nobody_chosen_is_a_sentence(self, coach):
        with pytest.raises(DomainError, match="请先选择"):
            board(coach)

    @pytest.mark.parametrize(
        "act",
        [
            lambda user, on, ids: sign_in(user=user, trip=on, passenger_ids=ids),
            lambda user, on, ids: sign_off(user=user, trip=on, passenger_ids=ids),
            lambda user, on, ids: report_for_work(user=user, trip=on, passenger_ids=ids, day=POST),
            lambda user, on, ids: set_outcome(user=user, trip=on, passenger_ids=ids, outcome="已返回"),
            lambda user, on, ids: check_in(user=user, trip=on, passenger_id=ids[0], client_ref=uuid4()),
        ],
    )
    def test_who_may_not_board_is_refused(self, coach, act):
        row = passenger(coach, worker(), boarded=True)
        with pytest.raises(NotAllowed):
            act(people.with_role("auditor"), coach, [row.pk])


class TestCheckIn:
    def tick(self, coach, row, ref, **more):
        return check_in(user=people.county_clerk(), trip=coach, passenger_id=row.pk, client_ref=ref, **more)

    def test_sent_twice_it_is_stored_once_and_answers_the_first(self, coach):
        row, ref = passenger(coach, worker()), uuid4()
        first, new = self.tick(coach, row, ref)
        again, second = self.tick(coach, row, ref, boarded=False)
        assert (new, second, again.pk, again.boarded, state(row)[0]) == (True, False, first.pk, True, True)

    def test_late_repetition_does_not_undo_what_came_after(self, coach):
        row, ref = passenger(coach, worker()), uuid4()
        self.tick(coach, row, ref)
        self.tick(coach, row, uuid4(), boarded=None)
        self.tick(coach, row, ref)
        assert state(row)[0] is None

    def test_moment_is_the_devices_and_never_in_the_future(self, coach):
        row, at = passenger(coach, worker()), datetime(2025, 2, 10, 1, tzinfo=UTC)
        told, _ = self.tick(coach, row, uuid4(), happened_at=at)
        fast, _ = self.tick(coach, row, uuid4(), happened_at=timezone.now() + timedelta(hours=1))
        assert (told.happened_at, fast.happened_at <= timezone.now()) == (at, True)

    def test_number_used_for_somebody_else_is_a_conflict(self, coach):
        ref = uuid4()
        self.tick(coach, passenger(coach, worker()), ref)
        other = passenger(coach, worker())
        with pytest.raises(Conflict) as refusal:
            self.tick(coach, other, ref)
        assert (refusal.value.field, state(other)[0]) == ("client_ref", None)

    def test_number_of_a_person_outside_the_scope_tells_nothing(self, coach):
        ref = uuid4()
        far = passenger(coach, worker(village=OTHER_VILLAGE))
        self.tick(coach, far, ref)
        with pytest.raises(NotFound):
            check_in(user=people.township_clerk(), trip=coach, passenger_id=far.pk, client_ref=ref)


class TestArrival:
    def test_only_those_who_signed_in_arrive(self, coach):
        one, two = passenger(coach, worker(), boarded=True), passenger(coach, worker())
        with pytest.raises(Conflict) as refusal:
            sign_off(user=people.county_clerk(), trip=coach, passenger_ids=[one.pk, two.pk])
        assert (refusal.value.code, state(one)[1]) == ("boarded", None)
        assert sign_off(user=people.county_clerk(), trip=coach, passenger_ids=[one.pk]) == 1

    def test_it_can_be_taken_back_until_the_post(self, coach):
        one = passenger(coach, worker(), boarded=True, arrived=True)
        two = passenger(coach, worker(), boarded=True, arrived=True, at_post_on=POST)
        assert sign_off(user=people.county_clerk(), trip=coach, passenger_ids=[one.pk], arrived=None) == 1
        with pytest.raises(Conflict):
            sign_off(user=people.county_clerk(), trip=coach, passenger_ids=[two.pk], arrived=None)


class TestReportingForWork:
    def report(self, coach, *rows, day=POST):
        return report_for_work(user=people.county_clerk(), trip=coach, passenger_ids=[row.pk for row in rows], day=day)

    def test_post_means_arrived_and_opens_the_spell(self, coach):
        row = passenger(coach, worker(), boarded=True)
        assert [self.report(coach, row), self.report(coach, row)] == [1, 0]
        assert (state(row), spells()) == ((True, True, POST, ""), [(row.worker_id, POST, "440113")])

    def test_another_day_moves_the_spell_and_none_takes_it_back(self, coach):
        row = passenger(coach, worker(), boarded=True)
        self.report(coach, row)
        self.report(coach, row, day=date(2025, 2, 13))
        assert spells() == [(row.worker_id, date(2025, 2, 13), "440113")]
        self.report(coach, row, day=None)
        assert (state(row), spells()) == ((True, True, None, ""), [])

    def test_all_or_nobody(self, coach):
        one, two = passenger(coach, worker(), boarded=True), passenger(coach, worker())
        with pytest.raises(Conflict):
            self.report(coach, one, two)
        assert (state(one)[2], spells()) == (None, [])

    @pytest.mark.parametrize("day", [date(2025, 2, 9), timezone.localdate() + timedelta(days=1)])
    def test_day_before_departure_or_after_today_is_refused(self, coach, day):
        row = passenger(coach, worker(), boarded=True)
        with pytest.raises(DomainError) as refusal:
            self.report(coach, row, day=day)
        assert (refusal.value.code, refusal.value.field) == ("date", "at_post_on")

    def test_not_hired_is_no_arrival_and_can_be_taken_back(self, coach):
        row = passenger(coach, worker(), boarded=True)
        self.report(coach, row)
        acts = {"user": people.county_clerk(), "trip": coach, "passenger_ids": [row.pk]}
        assert (set_outcome(**acts, outcome="未录用"), spells()) == (1, [])
        assert (set_outcome(**acts, outcome=""), spells()) == (1, [(row.worker_id, POST, "440113")])
        with pytest.raises(DomainError):
            set_outcome(**acts, outcome="升职")


class TestRoster:
    def register(self, coach, who, user=None, **facts):
        user = user or people.county_clerk()
        return register_passenger(user=user, trip=coach, worker_id=who.pk, facts=PassengerFacts(**facts))

    def test_person_gets_a_place(self, coach):
        row = self.register(coach, worker(), seat="12", boarding_point="古达乡政府")
        assert (row.seat, row.boarding_point, row.boarded) == ("12", "古达乡政府", None)

    def test_person_twice_is_a_duplicate(self, coach):
        who = worker()
        self.register(coach, who)
        with pytest.raises(Conflict) as refusal:
            self.register(coach, who)
        assert (refusal.value.code, refusal.value.field) == ("duplicate", "worker")

    def test_seat_goes_to_one(self, coach):
        self.register(coach, worker(), seat="12")
        with pytest.raises(Conflict) as refusal:
            self.register(coach, worker(), seat="12")
        assert (refusal.value.code, refusal.value.field) == ("seat", "seat")

    def test_full_is_full(self):
        small = trip(seats=1)
        self.register(small, worker())
        with pytest.raises(Conflict) as refusal:
            self.register(small, worker())
        assert (refusal.value.code, "共1座" in refusal.value.message) == ("over_capacity", True)

    def test_person_of_another_area_is_not_found(self, coach):
        officer = people.with_role("dispatch_officer", people.TOWNSHIP)
        with pytest.raises(NotFound):
            self.register(coach, worker(village=OTHER_VILLAGE), user=officer)

    def test_who_may_not_plan_is_refused(self, coach):
        with pytest.raises(NotAllowed):
            self.register(coach, worker(), user=people.township_clerk())

    def test_line_is_corrected_and_its_place_is_the_spells(self, coach):
        row = passenger(coach, worker(), seat="1", boarded=True)
        report_for_work(user=people.county_clerk(), trip=coach, passenger_ids=[row.pk], day=POST)
        change_passenger(
            user=people.county_clerk(), passenger=row, facts=PassengerFacts(seat="1", destination_code="4403")
        )
        assert spells() == [(row.worker_id, POST, "4403")]

    def test_line_may_not_take_a_seat_of_another(self, coach):
        passenger(coach, worker(), seat="1")
        row = passenger(coach, worker(), seat="2")
        with pytest.raises(Conflict) as refusal:
            change_passenger(user=people.county_clerk(), passenger=row, facts=PassengerFacts(seat="1"))
        assert refusal.value.field == "seat"

    def test_who_did_not_board_can_be_taken_off_with_all_ticks(self, coach):
        row = passenger(coach, worker())
        board(coach, row)
        with pytest.raises(Conflict) as refusal:
            remove_passenger(user=people.county_clerk(), passenger=row)
        board(coach, row, boarded=None)
        for _ in range(2):
            remove_passenger(user=people.county_clerk(), passenger=row)
        assert (refusal.value.code, Passenger.objects.count(), CheckIn.objects.count()) == ("boarded", 0, 0)


class TestPlanning:
    def save(self, stored=None, **changes):
        return save_trip(user=people.county_clerk(), facts=replace(PLAN, **changes), trip=stored)

    def test_batch_comes_with_its_first_vehicle_and_is_renamed_by_any(self):
        self.save()
        second = self.save(vehicle="贵F54321", batch_name="春季第一批")
        assert (second.batch.trips.count(), Batch.objects.get().name) == (2, "春季第一批")

    def test_vehicle_twice_in_a_batch_is_a_duplicate(self):
        self.save()
        with pytest.raises(Conflict) as refusal:
            self.save(seats=50)
        assert (refusal.value.code, refusal.value.field) == ("duplicate", "vehicle")

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"batch_code": " "}, "batch_code"),
            ({"batch_name": ""}, "batch_name"),
            ({"vehicle": ""}, "vehicle"),
            ({"from_place": ""}, "from_place"),
            ({"destination_code": ""}, "destination_code"),
            ({"mode": "火箭"}, "mode"),
            ({"seats": -1}, "seats"),
        ],
    )
    def test_what_cannot_be_is_refused_beside_its_field(self, changes, field):
        with pytest.raises(DomainError) as refusal:
            self.save(**changes)
        assert (refusal.value.field, Trip.objects.count()) == (field, 0)

    def test_no_fewer_seats_than_people(self, coach):
        passenger(coach, worker())
        with pytest.raises(Conflict) as refusal:
            self.save(coach, seats=0)
        assert (refusal.value.field, self.save(coach, seats=1).seats) == ("seats", 1)

    def test_new_destination_moves_the_spells_of_those_it_took(self, coach):
        row = passenger(coach, worker(), boarded=True)
        report_for_work(user=people.county_clerk(), trip=coach, passenger_ids=[row.pk], day=POST)
        self.save(coach, destination_code="4403")
        assert spells() == [(row.worker_id, POST, "4403")]

    def test_empty_vehicle_is_taken_back_with_its_batch_and_a_used_one_is_not(self, coach):
        row = passenger(coach, worker())
        with pytest.raises(Conflict):
            remove_trip(user=people.county_clerk(), trip=coach)
        row.delete()
        remove_trip(user=people.county_clerk(), trip=coach)
        assert (Trip.objects.count(), Batch.objects.count()) == (0, 0)

    def test_who_may_not_plan_is_refused(self, coach):
        for act in (
            lambda user: save_trip(user=user, facts=PLAN),
            lambda user: remove_trip(user=user, trip=coach),
        ):
            with pytest.raises(NotAllowed):
                act(people.township_clerk())
