"""Rebuilding writes what differs and nothing else."""

from datetime import date

import pytest

from core.indicators.models import FigureMark
from employment.models import DeclaredJob, PastSpell, Spell, SpellTask
from employment.rebuilding import rebuild_spells
from tests.journeys import worker

pytestmark = pytest.mark.django_db

FIRST, SECOND, THIRD = date(2025, 1, 5), date(2025, 3, 1), date(2025, 9, 1)


def declare(who, start, **facts):
    return DeclaredJob.objects.create(worker=who, start_on=start, place_code="440113", **facts)


def stored(model):
    return dict(model.objects.order_by("pk").values_list("pk", "start_on"))


def worked():
    """A person with an ended job, whose open state is past, and one that goes on; rebuilt."""
    who = worker()
    declare(who, FIRST, end_on=SECOND)
    later = declare(who, SECOND, wage=5000)
    assert rebuild_spells(worker_ids=[who.pk]) == 1
    return who, later


def test_what_stands_keeps_its_rows_and_leaves_no_mark():
    who, _later = worked()
    before = stored(Spell), stored(PastSpell)
    FigureMark.objects.all().delete()
    assert rebuild_spells(worker_ids=[who.pk]) == 0
    assert (stored(Spell), stored(PastSpell)) == before
    assert FigureMark.objects.count() == 0


def test_one_changed_spell_is_written_anew_and_the_others_keep_their_rows():
    who, later = worked()
    kept, old = Spell.objects.order_by("start_on").values_list("pk", flat=True)
    past = stored(PastSpell)
    DeclaredJob.objects.filter(pk=later.pk).update(wage=6000)
    assert rebuild_spells(worker_ids=[who.pk]) == 1
    first, second = Spell.objects.order_by("start_on")
    assert (first.pk, second.wage, second.pk == old) == (kept, 6000, False)
    assert stored(PastSpell) == past


def test_spells_without_evidence_any_more_go_and_so_do_their_tasks():
    who, _later = worked()
    SpellTask.objects.create(worker=who, kind="declared", code="displaced", day=FIRST, source_id=1, reason="旧")
    DeclaredJob.objects.all().delete()
    assert rebuild_spells(worker_ids=[who.pk]) == 1
    assert (Spell.objects.count(), PastSpell.objects.count(), SpellTask.objects.count()) == (0, 0, 0)


def test_a_new_row_beside_one_that_stands_is_only_added():
    who = worker()
    declare(who, FIRST, end_on=SECOND)
    rebuild_spells(worker_ids=[who.pk])
    (before,) = stored(Spell)
    declare(who, THIRD)
    assert rebuild_spells(worker_ids=[who.pk]) == 1
    assert next(iter(stored(Spell).items())) == (before, FIRST)
    assert list(stored(Spell).values()) == [FIRST, THIRD]
