"""Two clerks at one workplace at the same moment: first what goes wrong without the lock, then that it cannot."""

from datetime import timedelta
from threading import Barrier

import pytest
from django.utils.timezone import localdate

from core.workbooks import services as imports
from employment.models import Placement, Workplace, WorkplaceDecision
from employment.places import services
from employment.places.services import PlacementFacts, decide, take_on
from employment.places.states import Move
from tests import people
from tests.journeys import checked, counts, person, place_divisions, worker
from tests.racing import at_once, in_the_middle_of, kinds, one_let_in

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = localdate()
START = TODAY - timedelta(days=100)
CLERKS = 6


def place():
    return Workplace.objects.create(
        code="CJ-01", name="古达车间", kind="就业帮扶车间", township_code=people.TOWNSHIP, recognised_on=START
    )


def taking(at, who, days):
    user, facts = people.county_clerk(), PlacementFacts(start_on=START + timedelta(days=days))
    return lambda: take_on(user=user, workplace=at, worker_id=who.pk, facts=facts)


def posts():
    return list(Placement.objects.order_by("start_on").values_list("start_on", "end_on"))


class TestPosts:
    def race(self):
        Placement.objects.all().delete()
        at, who = Workplace.objects.first() or place(), worker()
        return kinds(at_once(*[taking(at, who, 7 * n) for n in range(CLERKS)]))

    def test_without_the_lock_clerks_stumble_over_each_other(self, monkeypatch):
        everybody_has_looked = Barrier(CLERKS)

        def unlocked(user, worker_id):
            found = services.Placement._meta.get_field("worker").related_model.objects.get(pk=worker_id)
            everybody_has_looked.wait(timeout=30)
            return found

        monkeypatch.setattr(services, "locked_worker", unlocked)
        assert self.race() != ["done"] * CLERKS

    @pytest.mark.parametrize("attempt", range(4))
    def test_with_the_lock_each_post_ends_where_the_next_begins(self, attempt):
        assert self.race() == ["done"] * CLERKS
        days = [START + timedelta(days=7 * n) for n in range(CLERKS)]
        assert posts() == list(zip(days, [*days[1:], None], strict=True))

    def test_database_lets_one_of_many_overlapping_posts_in(self):
        at, who = place(), worker()
        rows = [Placement(workplace=at, worker=who, start_on=START + timedelta(days=n)) for n in range(8)]
        assert one_let_in(at_once(*[row.save for row in rows]))
        assert Placement.objects.count() == 1

    def test_clerk_waits_for_an_import_of_the_same_post(self, monkeypatch):
        place_divisions()
        at, who = place(), worker()
        row = {"载体编号": "CJ-01", **person(who), "上岗时间": START.isoformat()}
        confirmed = imports.confirm_import(source=checked("workplace_staff", [row]), rows="good", start=False)
        written, taken = in_the_middle_of(monkeypatch, confirmed, taking(at, who, 7))
        assert (counts(written), kinds([taken])) == ({"rows": 1, "created": 1}, ["done"])
        assert posts() == [(START, START + timedelta(days=7)), (START + timedelta(days=7), None)]


class TestDecisions:
    def race(self):
        WorkplaceDecision.objects.all().delete()
        Workplace.objects.all().delete()
        at, user = place(), people.county_clerk()
        moves = (Move.SUSPENDED, Move.SUSPENDED, Move.WITHDRAWN, Move.WITHDRAWN)
        acts = [
            lambda move=move: decide(user=user, workplace=at, move=move, on=TODAY, note="检查不合格") for move in moves
        ]
        found = kinds(at_once(*acts))
        return found, list(WorkplaceDecision.objects.order_by("pk").values_list("move", flat=True))

    def test_without_the_lock_a_place_is_withdrawn_twice(self, monkeypatch):
        everybody_has_looked = Barrier(4)

        def unlocked(user, pk):
            found = Workplace.objects.visible_to(user).get(pk=pk)
            everybody_has_looked.wait(timeout=30)
            return found

        monkeypatch.setattr(services, "_locked", unlocked)
        assert self.race()[0] == ["done"] * 4

    @pytest.mark.parametrize("attempt", range(4))
    def test_with_the_lock_each_decision_finds_the_state_the_last_one_left(self, attempt):
        found, moves = self.race()
        assert found.count("done") == len(moves) == len(set(moves))
        assert moves[-1] == "withdrawn"
        assert set(found) == {"done", "state"}
