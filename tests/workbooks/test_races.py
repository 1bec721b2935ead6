"""Several at once: confirmations, writers, a page that stores between plan and writing, a cancel during the check."""

import threading

import pytest
from django.db import connection

from core.history.models import Operation
from core.jobs import services as jobs
from core.jobs.models import Job
from core.workbooks import services
from core.workbooks.models import Import, ImportFault
from employment.models import Employer
from tests.racing import in_a_ring
from tests.workbooks.conftest import run
from tests.workbooks.kinds import Firms, firm, registered

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 5


def at_once(act, times=MANY):
    """Do it in several threads that start together; what each of them answered or raised."""
    start, outcomes = threading.Barrier(times), []

    def one():
        start.wait()
        try:
            outcomes.append(act())
        except Exception as error:  # noqa: BLE001 - handed to the test
            outcomes.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(times)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    return outcomes


def elsewhere(act):
    """Do it on a connection of its own."""
    return at_once(act, times=1)[0]


def test_without_the_lock_each_confirmation_would_start_a_writer(hand_in, firms):
    """The race that locking the import closes: to read its state first and act on it lets several through."""
    source, read = hand_in(firms(firm("甲厂"))), threading.Barrier(MANY)

    def confirm_unlocked():
        seen = Import.objects.get(pk=source.pk)
        read.wait()
        if seen.state == Import.State.READY:
            jobs.enqueue(kind="imports.write", title="写", user=None, params={"import": str(source.pk)})
            Import.objects.filter(pk=source.pk).update(state=Import.State.IMPORTING)

    at_once(confirm_unlocked)
    assert Job.objects.filter(kind="imports.write").count() == MANY


def test_confirmations_at_once_start_one_writer(hand_in, firms):
    source = hand_in(firms(firm("甲厂")))
    outcomes = at_once(lambda: services.confirm_import(source=source, rows="good").state)
    assert outcomes == ["importing"] * MANY
    assert Job.objects.filter(kind="imports.write").count() == 1


def test_writers_at_once_write_once(hand_in, firms):
    source = services.confirm_import(source=hand_in(firms(*(firm(f"{n}厂") for n in range(50)))), rows="good")
    outcomes = at_once(lambda: services.write_import(source=source, progress=services.Silent()).state)
    assert outcomes == ["done"] * MANY
    assert (Employer.objects.count(), Operation.objects.count()) == (50, 1)


def test_two_imports_of_the_same_rows_at_once_store_them_once(hand_in, firms):
    path = firms(*(firm(f"{n}厂", size=n + 1) for n in range(50)))
    sources = iter([services.confirm_import(source=hand_in(path), rows="good") for _ in range(MANY)])
    lock = threading.Lock()

    def write():
        with lock:
            source = next(sources)
        return services.write_import(source=source, progress=services.Silent()).counts

    counts = at_once(write)
    assert sorted((found["created"], found["unchanged"]) for found in counts) == [(0, 50)] * (MANY - 1) + [(50, 0)]
    assert Employer.objects.count() == 50


def overtaken(times):
    """A kind before whose writing, the first ``times`` times, a page stores a firm of the file's names."""
    left = iter(range(times))

    class Overtaken(Firms):
        kind = "test_overtaken"

        def before_write(self, batch):
            if (n := next(left, None)) is not None:
                elsewhere(lambda: Employer.objects.create(name=f"{n}厂", place_code="520527"))

    return Overtaken


def test_what_a_page_stored_between_plan_and_writing_is_planned_again(hand_in, firms):
    with registered(overtaken(times=2)):
        source = hand_in(firms(*(firm(f"{n}厂", size=9) for n in range(4))), "test_overtaken")
        written = run(services.confirm_import(source=source, rows="good"))
    assert (written.state, written.counts["created"], written.counts["updated"]) == ("done", 2, 2)
    assert set(Employer.objects.values_list("name", "size")) == {(f"{n}厂", 9) for n in range(4)}
    assert Operation.objects.count() == 1


def test_a_writing_overtaken_again_and_again_gives_up_with_a_sentence(hand_in, firms):
    with registered(overtaken(times=99)):
        source = hand_in(firms(*(firm(f"{n}厂", size=9) for n in range(4))), "test_overtaken")
        written = run(services.confirm_import(source=source, rows="good"))
    assert (written.state, written.error) == ("failed", "写入时与登记库中的记录冲突，已全部放弃，请重新导入。")
    assert set(Employer.objects.values_list("size", flat=True)) == {None}


def in_the_way(times):
    """A kind whose writing meets, the first ``times`` times, somebody who changes its firms in the other order."""
    left = iter(range(times))

    class InTheWay(Firms):
        kind = "test_in_the_way"

        def before_write(self, batch):
            if next(left, None) is not None:
                stored = list(Employer.objects.order_by("name"))
                with in_a_ring(*stored):
                    for one in stored:
                        Employer.objects.filter(pk=one.pk).update(size=1)

    return InTheWay


def taken_in_the_way(hand_in, firms, times):
    Employer.objects.bulk_create([Employer(name=f"{n}厂", place_code="520527") for n in range(3)])
    with registered(in_the_way(times)):
        source = hand_in(firms(*(firm(f"{n}厂", size=9) for n in range(4))), "test_in_the_way")
        return run(services.confirm_import(source=source, rows="good"))


def test_a_writing_that_had_to_give_way_to_others_is_done_again(hand_in, firms):
    written = taken_in_the_way(hand_in, firms, times=2)
    assert (written.state, written.counts["created"], written.counts["updated"]) == ("done", 1, 3)
    assert set(Employer.objects.values_list("name", "size")) == {(f"{n}厂", 9) for n in range(4)}
    assert Operation.objects.count() == 1


def test_a_writing_that_always_has_to_give_way_ends_with_a_sentence(hand_in, firms):
    written = taken_in_the_way(hand_in, firms, times=99)
    assert (written.state, written.error) == ("failed", "写入时与登记库中的记录冲突，已全部放弃，请重新导入。")
    assert set(Employer.objects.values_list("size", flat=True)) == {None}


class Cancelling:
    """Progress during which somebody cancels the import."""

    def __init__(self, source):
        self.source = source

    def at(self, done, total=None, phase=None):
        if phase == "比对":
            elsewhere(lambda: services.cancel_import(source=self.source))


def test_a_cancel_during_the_check_leaves_nothing_of_the_file(hand_in, firms):
    source = hand_in(firms(firm("甲厂"), firm("乙厂", size="多")), checked=False)
    checked = services.check_import(source=source, progress=Cancelling(source))
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_tables WHERE tablename LIKE %s", [f"%{source.pk.hex}"])
        assert cursor.fetchone() == (0,)
    assert (checked.state, ImportFault.objects.count()) == ("cancelled", 0)


def test_two_checks_of_one_import_at_once_stage_it_once(hand_in, firms):
    source = hand_in(firms(*(firm(f"{n}厂") for n in range(20))), checked=False)
    outcomes = at_once(lambda: services.check_import(source=source, progress=services.Silent()).state, times=3)
    assert outcomes == ["ready"] * 3
    assert Import.objects.get().counts["created"] == 20
