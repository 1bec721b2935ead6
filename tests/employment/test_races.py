"""Writers of one person's work at the same moment: first what goes wrong without the lock, then that it cannot."""

from datetime import date, timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from core.workbooks import services as imports
from employment import rebuilding
from employment import services as employment
from employment.evidence import evidence_of
from employment.models import DeclaredJob, Spell
from employment.rebuilding import rebuild_spells
from employment.services import JobFacts, declare_job
from employment.spells import derive
from tests import people
from tests.journeys import checked, counts, person, place_divisions, worker
from tests.racing import at_once, in_the_middle_of, kinds, one_let_in

pytestmark = pytest.mark.django_db(transaction=True)

START = date(2025, 2, 10)
WRITERS = 6


def declare(who, start, end=None):
    facts = JobFacts(start_on=start, end_on=end, place_code="440113")
    user = people.county_clerk()
    return lambda: declare_job(user=user, worker_id=who.pk, facts=facts)


class TestOverlappingRows:
    """One row [10 Feb, 1 Jun), one that begins on 1 May without an end: the constraint cannot see them meet."""

    def race(self):
        who = worker()
        outcomes = at_once(declare(who, START, date(2025, 6, 1)), declare(who, date(2025, 5, 1)))
        return kinds(outcomes), DeclaredJob.objects.filter(worker=who).count()

    def test_without_the_lock_both_are_written(self, monkeypatch):
        both_have_looked = Barrier(2)

        def unlocked(user, worker_id):
            found = employment.Worker.objects.visible_to(user).get(pk=worker_id)
            both_have_looked.wait(timeout=30)
            return found

        monkeypatch.setattr(employment, "locked_worker", unlocked)
        rounds = [self.race() for _ in range(10)]
        assert (["done", "done"], 2) in rounds

    def test_with_the_lock_the_second_is_refused(self):
        assert [self.race() for _ in range(5)] == [(["done", "overlap"], 1)] * 5

    def test_two_written_intervals_that_meet_are_refused_by_the_database_too(self):
        who = worker()
        rows = [
            DeclaredJob(worker=who, start_on=START + timedelta(days=n), end_on=date(2025, 6, 1), place_code="44")
            for n in range(8)
        ]
        assert one_let_in(at_once(*[row.save for row in rows]))
        assert DeclaredJob.objects.filter(worker=who).count() == 1

    def test_clerk_waits_for_an_import_that_writes_the_same_days(self, monkeypatch):
        place_divisions()
        who = worker()
        row = {**person(who), "务工省": "广东省", "外出时间": "2025-02-10", "返回时间": "2025-06-01"}
        confirmed = imports.confirm_import(source=checked("employments", [row]), rows="good", start=False)
        written, declared = in_the_middle_of(monkeypatch, confirmed, declare(who, date(2025, 5, 1)))
        assert (counts(written), kinds([declared])) == ({"rows": 1, "created": 1}, ["overlap"])
        assert DeclaredJob.objects.count() == 1


def write_and_rebuild(who, day):
    """A writer of evidence as all are: the row, then the spells, in one transaction."""

    def act():
        with transaction.atomic():
            DeclaredJob.objects.create(worker=who, start_on=day, place_code="440113")
            rebuild_spells(worker_ids=[who.pk])

    return act


def stored(who):
    return list(Spell.objects.filter(worker=who).order_by("start_on").values_list("start_on", "end_on"))


def wanted(who):
    return [(spell.start, spell.end) for spell in derive(evidence_of([who.pk])[who.pk]).spells]


def race_of_writers():
    who = worker()
    outcomes = at_once(*[write_and_rebuild(who, START + timedelta(days=7 * n)) for n in range(WRITERS)])
    return kinds(outcomes), stored(who) == wanted(who) and len(stored(who)) == WRITERS


class TestSpells:
    def test_without_the_lock_writers_fail_or_leave_half_truths(self, monkeypatch):
        everybody_has_written = Barrier(WRITERS)
        monkeypatch.setattr(rebuilding, "LOCK", "SELECT id FROM workers_worker WHERE id = ANY (%s) ORDER BY id")
        derived = rebuilding.evidence_of

        def late(worker_ids):
            everybody_has_written.wait(timeout=30)
            return derived(worker_ids)

        monkeypatch.setattr(rebuilding, "evidence_of", late)
        outcomes, whole = race_of_writers()
        assert (outcomes == ["done"] * WRITERS, whole) != (True, True)

    @pytest.mark.parametrize("attempt", range(4))
    def test_with_the_lock_all_succeed_and_the_spells_tell_everything(self, attempt):
        assert race_of_writers() == (["done"] * WRITERS, True)

    def test_constraint_refuses_overlapping_spells_from_many_connections(self):
        who = worker()

        def insert(start, end):
            def act():
                with connection.cursor() as cursor:
                    cursor.execute(
                        "INSERT INTO employment_spell (worker_id, start_on, end_on, end_reason, place_code, job_title, channel,"
                        " organised, confirmed_days, confirmed_to, origin_kind, origin_id, arrival_kind, known_from)"
                        " VALUES (%s, %s, %s, '', '', '', '', false, ARRAY[%s]::date[], %s, 'declared', 1, '', %s)",
                        [who.pk, start, end, start, start, start],
                    )

            return act

        day = timedelta(days=1)
        outcomes = at_once(*[insert(START + n * day, None if n % 2 else START + (n + 20) * day) for n in range(8)])
        assert one_let_in(outcomes)
        [(start, end)] = stored(who)
        with pytest.raises(IntegrityError, match="spell_no_overlap"):
            insert(start, start + day)()
        with pytest.raises(IntegrityError, match="spell_not_empty"):
            insert(START - 9 * day, START - 9 * day)()
        if end:
            insert(end, None)()
        assert len(stored(who)) == (2 if end else 1)
