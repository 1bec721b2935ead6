"""Runs: claimed once, resumed after a lost lease, cancelled, failed with a sentence."""

import threading
from contextlib import nullcontext
from datetime import timedelta

import pytest
from django.db import OperationalError, connection, transaction
from django.utils import timezone

from core.errors import Conflict, DomainError
from core.jobs import registry, services
from core.jobs.models import Job
from tests.people import county_clerk, stranger, township_clerk
from tests.racing import in_a_ring

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kind():
    """Register a handler for the test; returns a function that does so."""
    registered = []

    def register(function):
        name = f"test.{len(registry._handlers)}"
        registry.handler(name)(function)
        registered.append(name)
        return name

    yield register
    for name in registered:
        registry._handlers.pop(name)


def queued(kind, **fields):
    return Job.objects.create(kind=kind, title="试", **fields)


def test_a_run_ends_done_with_its_result_and_its_last_progress(kind):
    def work(job, progress):
        progress.at(40, 50, "写入")
        return {"rows": 50}

    job = services.run(job_id=queued(kind(work)).id)
    assert (job.state, job.result, job.done, job.total, job.phase, job.percent, job.error) == (
        "done",
        {"rows": 50},
        40,
        50,
        "写入",
        100,
        "",
    )
    assert job.finished_at is not None


def test_the_last_progress_stands_on_a_run_inside_a_transaction_and_on_one_that_failed(kind):
    def refuse(job, progress):
        progress.at(7, 9, "检查")
        raise DomainError("no", "文件是空的。")

    with transaction.atomic():
        job = services.run(job_id=queued(kind(refuse)).id)
    assert (job.state, job.done, job.total, job.phase) == ("failed", 7, 9, "检查")


def test_a_business_refusal_fails_the_run_with_its_sentence(kind):
    def refuse(job, progress):
        raise DomainError("no", "文件是空的。")

    assert [services.run(job_id=queued(kind(refuse)).id)].pop().error == "文件是空的。"


def test_an_unforeseen_error_fails_the_run_without_quoting_it(kind, caplog):
    number = "529999199001010019"

    def crash(job, progress):
        raise ValueError(number)

    job = services.run(job_id=queued(kind(crash)).id)
    assert (job.state, job.error) == ("failed", "程序出错（ValueError），已记录，请联系管理员。")
    assert number not in caplog.text


def test_a_task_delivered_to_many_workers_at_once_does_its_work_once(kind):
    calls, start = [], threading.Barrier(6)
    job_id = queued(kind(lambda job, progress: calls.append(job.id))).id

    def deliver():
        start.wait()
        services.run(job_id=job_id)
        connection.close()

    threads = [threading.Thread(target=deliver) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert calls == [job_id]


def test_without_the_claim_the_same_deliveries_would_work_many_times(kind):
    """The race the claim closes: reading the state first and acting on it lets several through."""
    calls, start = [], threading.Barrier(6)
    job_id = queued(kind(lambda job, progress: None)).id

    def deliver_unclaimed():
        if Job.objects.get(id=job_id).state == Job.State.QUEUED:
            start.wait()
            calls.append(job_id)
        connection.close()

    threads = [threading.Thread(target=deliver_unclaimed) for _ in range(6)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert calls == [job_id] * 6


def test_a_run_whose_worker_died_is_taken_up_again_and_one_that_lives_is_not(kind):
    calls = []
    name = kind(lambda job, progress: calls.append(job.attempt))
    now = timezone.now()
    dead = queued(name, state="running", attempt=1, lease_until=now - timedelta(seconds=1))
    alive = queued(name, state="running", attempt=1, lease_until=now + timedelta(seconds=60))
    assert services.run(job_id=alive.id) is None
    assert services.run(job_id=dead.id).state == "done"
    assert calls == [2]


def test_an_attempt_that_slept_through_its_lease_does_not_overwrite_its_successor(kind):
    def sleepy(job, progress):
        Job.objects.filter(id=job.id).update(attempt=2)
        return {"stale": True}

    job = queued(kind(sleepy))
    services.run(job_id=job.id)
    job.refresh_from_db()
    assert (job.state, job.result) == ("running", {})


def test_rescue_gives_up_after_too_many_attempts():
    past = timezone.now() - timedelta(seconds=1)
    job = Job.objects.create(kind="x", title="试", state="running", attempt=services.MOST_ATTEMPTS, lease_until=past)
    assert services.rescue() == 0
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "多次执行中断，已停止重试，请联系管理员。")


def test_rescue_sends_what_waits_and_what_was_abandoned(kind):
    name, past = kind(lambda job, progress: None), timezone.now() - timedelta(minutes=5)
    queued(name)
    queued(name, sent_at=past)
    queued(name, sent_at=timezone.now())
    queued(name, state="running", attempt=1, lease_until=past)
    queued(name, state="done")
    assert services.rescue() == 3


def test_a_waiting_run_is_cancelled_at_once_and_an_ended_one_cannot_be():
    clerk = county_clerk()
    job = services.cancel(job=Job.objects.create(kind="x", title="试", created_by=clerk), user=clerk)
    assert job.state == "cancelled"
    with pytest.raises(Conflict):
        services.cancel(job=job, user=clerk)


def test_a_running_one_stops_at_its_next_report_of_progress(kind):
    def endless(job, progress):
        services.cancel(job=job, user=county_clerk())
        while True:
            progress.at(1, 2)

    assert services.run(job_id=queued(kind(endless)).id).state == "cancelled"


@pytest.fixture
def overtaken(kind):
    """Make a run that at its first attempts waits with others in a ring and has to give way."""
    rows = [queued("nothing", state=Job.State.DONE) for _row in range(3)]

    def make(times, **fields):
        left = iter(range(times))

        def work(job, progress):
            with in_a_ring(*rows) if next(left, None) is not None else nullcontext(), transaction.atomic():
                for row in rows:
                    Job.objects.select_for_update().get(pk=row.pk)
            return {"rows": 3}

        return queued(kind(work), **fields)

    return make


def test_a_run_that_had_to_give_way_to_other_writers_is_sent_again_at_once_and_done(overtaken, caplog):
    job = overtaken(times=1)
    first = services.run(job_id=job.pk)
    assert (first.state, first.attempt, first.error, first.lease_until, first.sent_at) == ("queued", 1, "", None, None)
    assert "lost the database" not in caplog.text
    assert services.rescue() == 1
    second = services.run(job_id=job.pk)
    assert (second.state, second.attempt, second.result) == ("done", 2, {"rows": 3})


def test_a_run_that_always_has_to_give_way_fails_with_a_sentence(overtaken):
    job = services.run(job_id=overtaken(times=1, attempt=services.MOST_ATTEMPTS - 1).pk)
    assert (job.state, job.error) == ("failed", "多次与别人的改动相遇，已停止重试，请稍后再试。")


def begun(kind):
    return services.begin(kind=kind(lambda job, progress: {"by": "worker"}), title="试", user=None, params={})


def test_a_run_that_its_caller_carries_out_is_taken_by_nobody_else_and_ends_with_the_work(kind):
    job = begun(kind)
    assert (services.rescue(), services.run(job_id=job.id)) == (0, None)
    with services.at_work(job) as progress:
        progress.at(3, 4, "检查")
        job.result = {"by": "caller"}
    job.refresh_from_db()
    assert (job.state, job.attempt, job.done, job.result) == ("done", 1, 3, {"by": "caller"})


def test_a_run_whose_caller_died_is_carried_out_by_a_worker(kind):
    job = begun(kind)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    assert services.rescue() == 1
    job = services.run(job_id=job.id)
    assert (job.state, job.attempt, job.result) == ("done", 2, {"by": "worker"})


@pytest.mark.parametrize(
    ("raised", "known", "state", "error"),
    [
        (DomainError("no", "文件是空的。"), DomainError, "failed", "文件是空的。"),
        (registry.Cancelled(), Conflict, "cancelled", ""),
        (KeyboardInterrupt(), KeyboardInterrupt, "cancelled", ""),
        (ValueError("甲"), ValueError, "failed", "程序出错（ValueError），已记录，请联系管理员。"),
        (OperationalError("gone"), OperationalError, "running", ""),
    ],
)
def test_what_stops_the_caller_is_raised_on_and_written_down(kind, raised, known, state, error):
    job = begun(kind)
    with pytest.raises(known), services.at_work(job):
        raise raised
    job.refresh_from_db()
    assert (job.state, job.error) == (state, error)


def test_people_see_their_own_runs_and_a_county_administrator_those_of_the_county():
    clerk, colleague, other = county_clerk(), township_clerk(), stranger()
    for title, user in (("甲", clerk), ("乙", colleague), ("丙", other)):
        Job.objects.create(kind="x", title=title, created_by=user)
    seen = {
        user: sorted(Job.objects.visible_to(user).values_list("title", flat=True)) for user in (clerk, colleague, other)
    }
    assert seen == {clerk: ["乙", "甲"], colleague: ["乙"], other: ["丙"]}


def test_enqueue_refuses_an_unknown_kind():
    with pytest.raises(KeyError):
        services.enqueue(kind="nobody", title="试", user=None, params={})


def test_progress_counts_are_never_a_whole_hundred_before_the_end():
    assert [Job(done=done, total=total, state=state).percent for done, total, state in
            [(0, 0, "running"), (5, 10, "running"), (10, 10, "running"), (0, 0, "done")]] == [0, 50, 99,
              100]  # fmt: skip


def test_an_app_hears_of_every_run_that_ended_without_doing_its_work():
    told, name = [], "test.abandoned"

    @registry.handler(name, abandoned=lambda job: told.append((job.title, job.state)))
    def refuse(_job, _progress):
        raise DomainError("no", "文件是空的。")

    try:
        past = timezone.now() - timedelta(seconds=1)
        Job.objects.create(kind=name, title="失", state="running", attempt=services.MOST_ATTEMPTS, lease_until=past)
        services.rescue()
        services.run(job_id=queued(name).id)
        waiting = Job.objects.create(kind=name, title="等", created_by=county_clerk())
        services.cancel(job=waiting, user=county_clerk())
    finally:
        registry._handlers.pop(name)
        registry._abandoned.pop(name)
    assert told == [("失", "failed"), ("试", "failed"), ("等", "cancelled")]
