"""What people do about two that may be one, in every register alike: deciding, pointing out, merging, taking back."""

import pytest
from django.utils.translation import gettext, override

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.models import BusinessRow
from core.history.services import operation
from core.pairs.moving import children_of
from employment.models import DeclaredJob, Spell
from employment.rebuilding import rebuild_spells
from tests import people


def merge(kind, kept, gone, **words):
    return kind.register.merge(user=people.county_clerk(), kept_id=kept.pk, merged_id=gone.pk, **words)


def undo(kind, made):
    return kind.register.undo_merge(user=people.county_clerk(), merge=made)


def point_out(kind, one, other, user=None):
    return kind.register.point_out(user=user or people.county_clerk(), one_id=one.pk, other_id=other.pk)


def pairs(kind):
    return list(kind.register.pairs.objects.order_by("pk").values_list("first_id", "second_id", "state"))


class TestPairs:
    def test_pointed_out_twice_it_is_one_pair_and_open_again(self, kind, two):
        one, other = two
        pair = point_out(kind, other, one)
        kind.register.decide(user=people.county_clerk(), pair=pair, state="different", note=" 分厂 ")
        assert (pair.state, pair.note, pair.decided_by) == ("different", "分厂", people.county_clerk())
        assert point_out(kind, one, other) == pair
        assert pairs(kind) == [(one.pk, other.pk, "open")]
        assert (pair.reasons, pair.score) == (["told"], 100)

    @pytest.mark.parametrize("state", ["merged", "", "x"])
    def test_there_are_three_decisions(self, kind, two, state):
        pair = point_out(kind, *two)
        with pytest.raises(DomainError) as refusal:
            kind.register.decide(user=people.county_clerk(), pair=pair, state=state)
        assert (refusal.value.code, pairs(kind)[0][2]) == ("choice", "open")

    def test_nothing_is_its_own_double(self, kind, two):
        with pytest.raises(DomainError) as refusal:
            point_out(kind, two[0], two[0])
        assert (refusal.value.code, refusal.value.field) == ("same", "other")

    def test_who_may_not_judge_and_who_sees_neither(self, kind, two):
        pair = point_out(kind, *two)
        auditor = people.with_role("auditor")
        for act in (
            lambda: point_out(kind, *two, user=auditor),
            lambda: kind.register.decide(user=auditor, pair=pair, state="later"),
        ):
            with pytest.raises(NotAllowed):
                act()
        with pytest.raises(NotFound):
            point_out(kind, *two, user=people.stranger())

    def test_once_merged_it_cannot_be_judged_nor_pointed_out(self, kind, two):
        pair = point_out(kind, *two)
        made = merge(kind, *two)
        with pytest.raises(Conflict) as refusal:
            kind.register.decide(user=people.county_clerk(), pair=pair, state="later")
        assert refusal.value.code == "merged"
        with pytest.raises(NotFound):
            point_out(kind, *two)
        undo(kind, made)
        assert pairs(kind)[0][2] == "open"


class TestFormerNumbers:
    def test_the_id_of_the_one_that_went_leads_on_through_later_merges(self, kind, two):
        kept, gone = two
        last = kind.make()
        merge(kind, kept, gone)
        assert kind.register.now(gone.pk) == kept.pk
        outer = merge(kind, last, kept)
        assert kind.register.now_of([gone.pk, kept.pk, last.pk]) == {gone.pk: last.pk, kept.pk: last.pk}
        assert kind.register.now(last.pk) == last.pk
        undo(kind, outer)
        assert kind.register.now_of([gone.pk, kept.pk]) == {gone.pk: kept.pk}

    def test_the_other_way_round_it_is_refused(self, kind, two):
        merge(kind, *two)
        with pytest.raises(Conflict) as refusal:
            merge(kind, *reversed(two))
        assert refusal.value.code == "merged"

    def test_merged_again_it_is_the_same_merge_even_when_the_one_kept_went_on(self, kind, two):
        made = merge(kind, *two)
        merge(kind, kind.make(), two[0])
        assert merge(kind, *two) == made


class TestTakingBack:
    def test_what_was_written_since_stays_and_what_moved_goes_back(self, kind, two):
        kept, gone = two
        moved = kind.job(gone)
        made = merge(kind, kept, gone)
        added = kind.job(kept, start="2025-05-01")
        rebuild_spells(worker_ids=[moved.worker_id, added.worker_id])
        undo(kind, made)
        for row in (moved, added):
            row.refresh_from_db()
        assert (kind.of_job(moved), kind.of_job(added)) == (gone.pk, kept.pk)
        assert {kind.of_job(spell) for spell in Spell.objects.all()} == {gone.pk, kept.pk}

    def test_rows_changed_since_are_told_and_nothing_is_undone(self, kind, two):
        kept, gone = two
        moved = kind.job(gone)
        made = merge(kind, kept, gone)
        with operation(user=people.county_clerk(), action="test"):
            DeclaredJob.objects.filter(pk=moved.pk).update(job_title="焊工")
        with pytest.raises(Conflict) as refusal:
            undo(kind, made)
        assert (refusal.value.code, refusal.value.details) == (
            "changed_since",
            [{"table": "employment_declaredjob", "id": moved.pk}],
        )
        made.refresh_from_db()
        moved.refresh_from_db()
        assert (made.undone_at, kind.of_job(moved)) == (None, kept.pk)

    def test_the_one_kept_changed_since_stands_in_the_way(self, kind, two):
        kept, gone = two
        setattr(gone, kind.clear, "旧")
        gone.save()
        made = merge(kind, kept, gone, taken={kind.clear} & set(kind.register.choosable))
        rows = kind.register.entries.objects.filter(pk=kept.pk)
        rows.update(**{kind.clear: "新"})
        with pytest.raises(Conflict) as refusal:
            undo(kind, made)
        assert refusal.value.code == "changed_since"

    def test_a_chain_is_taken_back_from_its_end(self, kind, two):
        first, second = two
        third = kind.make()
        inner, outer = merge(kind, second, first), merge(kind, third, second)
        with pytest.raises(Conflict) as refusal:
            undo(kind, inner)
        assert refusal.value.code == "merged_again"
        undo(kind, outer)
        undo(kind, inner)
        assert kind.register.entries.objects.filter(pk__in=[first.pk, second.pk, third.pk]).count() == 3

    def test_nobody_from_elsewhere_takes_it_back(self, kind, two):
        made = merge(kind, *two)
        with pytest.raises((NotAllowed, NotFound)):
            kind.register.undo_merge(user=people.stranger(), merge=made)
        assert kind.register.entries.objects.filter(pk=two[1].pk).count() == 0


class TestTheQueue:
    def test_different_holds_for_whom_one_of_the_two_became(self, kind, two):
        assert kind.find() == 1
        pair = kind.register.pairs.objects.get()
        kind.register.decide(user=people.county_clerk(), pair=pair, state="different")
        third = kind.make("丙丁")
        merge(kind, third, two[1])
        point_out(kind, third, two[0])
        third.name = two[1].name
        third.save()
        kind.register.pairs.objects.filter(state="open").delete()
        assert (kind.find(), [state for *_two, state in pairs(kind)]) == (0, ["different"])

    def test_what_is_no_pair_any_more_goes_unless_it_was_pointed_out_or_decided(self, kind, two):
        apart = [kind.make("丙丁"), kind.make("戊己")]
        kind.find()
        told = point_out(kind, *apart)
        assert len(pairs(kind)) == 2
        two[1].name, two[1].phone = "庚辛", "0"
        two[1].save()
        assert kind.find() == 0
        assert pairs(kind) == [(told.first_id, told.second_id, "open")]

    def test_a_pair_a_search_found_is_never_quite_sure(self, kind, two):
        kind.find()
        assert 50 <= kind.register.pairs.objects.get().score <= 99


def test_what_moves_has_a_history_to_be_taken_back_by(kind):
    moved = [child for child in children_of(kind.register.entries) if not child.derived]
    assert [child.table for child in moved if not issubclass(child.model, BusinessRow)] == []


def test_what_hangs_on_the_two_is_named_in_english_too(kind):
    labels = {child.label for child in children_of(kind.register.entries) if not child.derived}
    with override("en"):
        assert [label for label in labels if gettext(label) == label] == []
