"""Two clerks at one pair, a clerk while a file is written: nobody is lost, nothing is written to somebody who is no more."""

import pytest

from core.pairs import register
from core.workbooks import services, writing
from employment.models import DeclaredJob
from tests import people
from tests.journeys import checked, counts, place_divisions, worker
from tests.racing import at_once, in_the_middle_of, kinds
from workers.doubles.models import Merge, WorkerAlias
from workers.doubles.services import merge_workers, undo_merge
from workers.models import Worker
from workers.services import add_tag, change_worker

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def two():
    place_divisions()
    return worker("张国强"), worker("张国强")


def merging(kept, gone):
    user = people.county_clerk()
    return lambda: merge_workers(user=user, kept_id=kept.pk, merged_id=gone.pk)


def ready(gone):
    row = {"姓名": gone.name, "身份证号码": gone.id_number, "务工省": "广东省", "外出时间": "2025-02-10"}
    return services.confirm_import(source=checked("employments", [row]), rows="good", start=False)


class TestTwoClerks:
    def test_the_same_merge_is_made_once(self, two):
        outcomes = at_once(*[merging(*two) for _n in range(4)])
        assert {outcome.pk for outcome in outcomes} == {Merge.objects.get().pk}
        assert (Worker.objects.count(), WorkerAlias.objects.count()) == (1, 1)

    def test_of_the_two_ways_round_one_wins(self, two):
        outcomes = at_once(merging(*two), merging(*reversed(two)))
        assert kinds(outcomes) == ["done", "merged"]
        assert Worker.objects.count() == 1

    def test_undo_twice_is_once(self, two):
        made = merging(*two)()
        user = people.county_clerk()
        at_once(*[lambda: undo_merge(user=user, merge=made) for _n in range(3)])
        assert set(Worker.objects.values_list("pk", flat=True)) == {who.pk for who in two}

    def test_three_of_one_person_merged_in_a_ring_leave_somebody(self, two):
        third = worker("张国强")
        outcomes = at_once(merging(two[0], two[1]), merging(two[1], third), merging(third, two[0]))
        assert Worker.objects.count() == 3 - sum(isinstance(one, Merge) for one in outcomes)
        assert Worker.objects.count() >= 1
        assert set(WorkerAlias.objects.values_list("worker_id", flat=True)) <= set(
            Worker.objects.values_list("pk", flat=True)
        )

    def test_a_file_mended_meanwhile_is_mended_or_gone(self, two):
        kept, gone = two
        user = people.county_clerk()
        outcomes = at_once(merging(kept, gone), lambda: change_worker(user=user, worker=gone, facts={"skill": "电工"}))
        assert kinds(outcomes) in (["done", "done"], ["done", "worker"])
        outcomes = at_once(lambda: add_tag(user=user, worker=gone, group="disabled", valid_from="2025-01-01"))
        assert kinds(outcomes) == ["worker"]


class TestWhileAFileIsWritten:
    def test_without_the_lock_the_row_goes_to_nobody(self, two, monkeypatch):
        kept, gone = two
        monkeypatch.setattr(register, "hold_imports", lambda: None)
        source = ready(gone)
        monkeypatch.setattr(services, "MOST_WRITES", 1)
        monkeypatch.setattr("employment.workbooks.employments.EmploymentsSheet.find_faults", lambda self, fetch: ())
        outcomes = in_the_middle_of(monkeypatch, source, merging(kept, gone), waits=False)
        assert kinds(outcomes) == ["collision", "done"]

    def test_the_merge_waits_for_the_import_and_takes_its_row_along(self, two, monkeypatch):
        kept, gone = two
        source = ready(gone)
        outcomes = in_the_middle_of(monkeypatch, source, merging(kept, gone))
        assert kinds(outcomes) == ["done", "done"]
        assert DeclaredJob.objects.get().worker == kept
        assert outcomes[1].moved == {"务工台账": 1}

    def test_an_import_that_begins_meanwhile_finds_the_person_kept(self, two):
        kept, gone = two
        source = ready(gone)
        outcomes = at_once(
            merging(kept, gone), lambda: services.write_import(source=source, progress=services.Silent())
        )
        assert kinds(outcomes) == ["done", "done"]
        source.refresh_from_db()
        assert counts(source)["created"] == 1
        assert DeclaredJob.objects.get().worker == kept

    def test_a_clerk_does_not_wait_for_long(self, two, monkeypatch):
        kept, gone = two
        monkeypatch.setattr(writing, "PATIENCE", "200ms")
        outcomes = in_the_middle_of(monkeypatch, ready(gone), merging(kept, gone), waits=False)
        assert kinds(outcomes) == ["busy", "done"]
        assert Worker.objects.count() == 2
