"""Two clerks at one pair, a clerk while a file is written, two searches: in every register nothing is lost."""

from threading import Event

import pytest
from django.db import connection, transaction

from core.errors import NotFound
from core.pairs import register
from core.pairs.queue import hold_queue
from core.workbooks import services, writing
from employment.models import DeclaredJob, Spell
from tests import people
from tests.journeys import checked, counts, place_divisions
from tests.pairs.kinds import KINDS
from tests.racing import at_once, in_the_middle_of, kinds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(params=KINDS)
def kind(request, transactional_db):
    place_divisions()
    return KINDS[request.param]


def merging(kind, kept, gone):
    user = people.county_clerk()
    return lambda: kind.register.merge(user=user, kept_id=kept.pk, merged_id=gone.pk)


def standing(kind):
    return set(kind.register.entries.objects.values_list("pk", flat=True))


def ready(kind, entry):
    source = checked("employments", [kind.sheet_row(entry)])
    return services.confirm_import(source=source, rows="good", start=False)


class TestTwoClerks:
    def test_the_same_merge_is_made_once(self, kind, two):
        outcomes = at_once(*[merging(kind, *two) for _n in range(4)])
        assert {one.pk for one in outcomes} == {kind.register.merges.objects.get().pk}
        assert (standing(kind), kind.register.aliases.objects.count()) == ({two[0].pk}, 1)

    def test_of_the_two_ways_round_one_wins(self, kind, two):
        outcomes = at_once(merging(kind, *two), merging(kind, *reversed(two)))
        assert (kinds(outcomes), len(standing(kind))) == (["done", "merged"], 1)

    def test_undo_twice_is_once(self, kind, two):
        made = merging(kind, *two)()
        user = people.county_clerk()
        outcomes = at_once(*[lambda: kind.register.undo_merge(user=user, merge=made) for _n in range(3)])
        assert (kinds(outcomes), standing(kind)) == (["done"] * 3, {one.pk for one in two})

    def test_three_merged_in_a_ring_leave_somebody(self, kind, two):
        third = kind.make()
        outcomes = at_once(merging(kind, two[0], two[1]), merging(kind, two[1], third), merging(kind, third, two[0]))
        assert len(standing(kind)) == 3 - kinds(outcomes).count("done") >= 1
        bearers = kind.register.aliases.objects.values_list(f"{kind.register.bearer}_id", flat=True)
        assert set(bearers) <= standing(kind)

    def test_judged_while_merged_it_is_merged(self, kind, two):
        user = people.county_clerk()
        pair = kind.register.point_out(user=user, one_id=two[0].pk, other_id=two[1].pk)
        outcomes = at_once(merging(kind, *two), lambda: kind.register.decide(user=user, pair=pair, state="different"))
        pair.refresh_from_db()
        assert (pair.state, set(kinds(outcomes)) <= {"done", "merged"}) == ("merged", True)

    def test_merged_while_pointed_out_it_does_not_come_into_the_queue_again(self, kind, two, monkeypatch):
        user = people.county_clerk()
        act = {"user": user, "one_id": two[0].pk, "other_id": two[1].pk}
        pair = kind.register.point_out(**act)
        look = type(kind.register)._must_see

        def and_then_somebody_merges(self, *ids, **words):
            look(self, *ids, **words)
            monkeypatch.undo()
            merging(kind, *two)()

        monkeypatch.setattr(type(kind.register), "_must_see", and_then_somebody_merges)
        with pytest.raises(NotFound):
            kind.register.point_out(**act)
        pair.refresh_from_db()
        assert (pair.state, standing(kind)) == ("merged", {two[0].pk})

    def test_a_search_waits_for_another(self, kind, two):
        assert two
        held, over = Event(), Event()

        def search():
            with transaction.atomic(), connection.cursor() as cursor:
                hold_queue(cursor, kind.register)
                held.set()
                over.wait(timeout=60)

        def another():
            held.wait(timeout=60)
            try:
                with transaction.atomic(), connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '200ms'")
                    kind.find()
            finally:
                over.set()

        outcomes = at_once(search, another)
        assert (kinds(outcomes), kind.register.pairs.objects.count()) == (["OperationalError", "done"], 0)
        assert (kind.find(), kind.register.pairs.objects.count()) == (1, 1)


class TestWhileAFileIsWritten:
    def test_without_the_lock_the_row_goes_to_nobody(self, kind, two, monkeypatch):
        monkeypatch.setattr(register, "hold_imports", lambda: None)
        source = ready(kind, two[1])
        monkeypatch.setattr(services, "MOST_WRITES", 1)
        monkeypatch.setattr("employment.workbooks.employments.EmploymentsSheet.find_faults", lambda self, fetch: ())
        outcomes = in_the_middle_of(monkeypatch, source, merging(kind, *two), waits=False)
        assert kinds(outcomes) == ["collision", "done"]

    def test_the_merge_waits_for_the_import_and_takes_its_row_along(self, kind, two, monkeypatch):
        outcomes = in_the_middle_of(monkeypatch, ready(kind, two[1]), merging(kind, *two))
        assert kinds(outcomes) == ["done", "done"]
        assert (kind.of_job(DeclaredJob.objects.get()), outcomes[1].moved) == (two[0].pk, {"务工台账": 1})
        assert kind.of_job(Spell.objects.get()) == two[0].pk

    def test_an_import_that_begins_meanwhile_names_the_one_kept(self, kind, two):
        source = ready(kind, two[1])
        outcomes = at_once(
            merging(kind, *two), lambda: services.write_import(source=source, progress=services.Silent())
        )
        source.refresh_from_db()
        assert (kinds(outcomes), counts(source)["created"]) == (["done", "done"], 1)
        assert kind.of_job(DeclaredJob.objects.get()) == two[0].pk

    def test_a_clerk_does_not_wait_for_long(self, kind, two, monkeypatch):
        monkeypatch.setattr(writing, "PATIENCE", "200ms")
        outcomes = in_the_middle_of(monkeypatch, ready(kind, two[1]), merging(kind, *two), waits=False)
        assert (kinds(outcomes), standing(kind)) == (["busy", "done"], {one.pk for one in two})
