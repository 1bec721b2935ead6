"""Starting, running, cancelling and rescuing runs."""

import logging
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError
from core.history.collisions import Overtaken, collisions_told
from core.jobs.models import Job
from core.jobs.pulse import LEASE, Pulse
from core.jobs.registry import Cancelled, Progress, handler_of, tell_abandoned

logger = logging.getLogger(__name__)

MOST_ATTEMPTS = 8
RESEND_AFTER = timedelta(seconds=20)


def enqueue(
    *, kind: str, title: str, user: User | None, params: dict[str, Any], result_url: str = "", hurry: bool = True
) -> Job:
    """Create a run and hand it to a worker once the surrounding transaction has committed.

    Without ``hurry`` the next ``rescue`` hands it over, seconds later: who creates it needs no broker.
    """
    handler_of(kind)
    job = Job.objects.create(kind=kind, title=title, created_by=user, params=params, result_url=result_url)
    if hurry:
        transaction.on_commit(lambda: send(job_id=job.id))
    return job


def send(*, job_id: UUID) -> bool:
    """Tell the workers about a queued run.

    A broker that is down loses nothing: the run stays queued and is sent again.
    """
    Job.objects.filter(id=job_id).update(sent_at=Now())
    try:
        current_app.send_task("core.jobs.run_job", [str(job_id)], retry=False)
    except Exception as error:  # noqa: BLE001 - kombu lets the transport's own exceptions through
        logger.warning("run %s not handed over (%s); it will be sent again", job_id, type(error).__name__)
        return False
    return True


def begin(*, kind: str, title: str, user: User | None, params: dict[str, Any], result_url: str = "") -> Job:
    """Create a run that the caller carries out itself, at once and inside ``at_work``."""
    handler_of(kind)
    held: dict[str, Any] = {"state": Job.State.RUNNING, "attempt": 1, "started_at": Now()}
    held["lease_until"] = timezone.now() + LEASE
    return Job.objects.create(kind=kind, title=title, created_by=user, params=params, result_url=result_url, **held)


@contextmanager
def at_work(job: Job) -> Iterator[Progress]:
    """Hold the lease of a claimed run around its work, and write down how that ended: ``job.result`` or the error.

    Whatever goes wrong is raised on; ``Conflict`` when somebody cancelled the run. When the database goes away, or this
    process dies, the run is left to its lease: ``rescue`` has a worker do it again from the start. So it has where
    others wrote the same rows and PostgreSQL chose this run to give way (``Overtaken``), and at once.
    """
    pulse = Pulse(job.id)
    try:
        with collisions_told(OperationalError):
            with pulse:
                yield pulse
            _finish(job, Job.State.DONE, pulse, result=job.result)
    except Cancelled as error:
        _finish(job, Job.State.CANCELLED, pulse)
        code, message = "cancelled", "任务已被取消。"
        raise Conflict(code, message) from error
    except KeyboardInterrupt:
        _finish(job, Job.State.CANCELLED, pulse)
        raise
    except Overtaken:
        _put_back(job)
        raise
    except DomainError as error:
        _finish(job, Job.State.FAILED, pulse, error=error.message)
        raise
    except (OperationalError, InterfaceError) as error:
        logger.warning("run %s lost the database (%s); it will be taken up again", job.id, type(error).__name__)
        connection.close()
        raise
    except Exception as error:
        # The text of an exception may quote personal data (a unique violation names the ID number): only its
        # type and place are kept.
        logger.error(  # noqa: TRY400 - see above
            "run %s failed: %s\n%s", job.id, type(error).__name__, "".join(traceback.format_tb(error.__traceback__))
        )
        _finish(job, Job.State.FAILED, pulse, error=f"程序出错（{type(error).__name__}），已记录，请联系管理员。")
        raise


def run(*, job_id: UUID) -> Job | None:
    """Claim and carry out one run; ``None`` when somebody else holds it or it has ended.

    The claim is one conditional UPDATE, so a task delivered twice does its work once.
    """
    job = _claim(job_id)
    if job is None:
        return None
    with suppress(Exception), at_work(job) as progress:  # however it ended stands on the run's row
        job.result = handler_of(job.kind)(job, progress) or {}
    return job


def cancel(*, job: Job, user: User) -> Job:
    """Ask a run to stop: a waiting one ends at once, a running one at its next report of progress."""
    waiting = Job.objects.filter(id=job.id, state=Job.State.QUEUED)
    with transaction.atomic():
        ended = waiting.update(state=Job.State.CANCELLED, finished_at=Now())
        if not ended and not Job.objects.filter(id=job.id, state=Job.State.RUNNING).update(cancel_requested=True):
            code, message = "ended", "任务已经结束，不能取消。"
            raise Conflict(code, message)
        job.refresh_from_db()
        if ended:
            tell_abandoned(job)
    logger.info("run %s cancelled by user %s", job.id, user.pk)
    return job


def rescue() -> int:
    """Send again what waits too long or whose worker died.

    Give up after too many attempts. Returns how many were sent.
    """
    lost = Q(state=Job.State.RUNNING, lease_until__lt=Now())
    for job in Job.objects.filter(lost, attempt__gte=MOST_ATTEMPTS):
        _finish(job, Job.State.FAILED, error="多次执行中断，已停止重试，请联系管理员。")
    unsent = Q(state=Job.State.QUEUED) & (Q(sent_at__isnull=True) | Q(sent_at__lt=timezone.now() - RESEND_AFTER))
    ids = list(Job.objects.filter(lost | unsent).order_by("created_at").values_list("id", flat=True)[:200])
    return sum(send(job_id=job_id) for job_id in ids)


def _claim(job_id: UUID) -> Job | None:
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    claimed = Job.objects.filter(free, id=job_id).update(
        state=Job.State.RUNNING,
        attempt=F("attempt") + 1,
        started_at=Now(),
        lease_until=timezone.now() + LEASE,
        done=0,
        total=0,
        phase="",
    )
    return Job.objects.get(id=job_id) if claimed else None


def _put_back(job: Job) -> None:
    """Let an overtaken attempt be followed by another; after too many of them the run has failed."""
    if job.attempt >= MOST_ATTEMPTS:
        _finish(job, Job.State.FAILED, error="多次与别人的改动相遇，已停止重试，请稍后再试。")
        return
    logger.info("run %s was overtaken by other writers; it will be done again", job.id)
    held = Job.objects.filter(id=job.id, state=Job.State.RUNNING, attempt=job.attempt)
    held.update(state=Job.State.QUEUED, lease_until=None, sent_at=None)
    job.refresh_from_db()


def _finish(
    job: Job, state: Job.State, pulse: Pulse | None = None, *, result: dict[str, Any] | None = None, error: str = ""
) -> Job:
    # The last progress goes with the end: a run of a moment needs no connection for its heartbeat.
    shown = dict(zip(("done", "total", "phase"), pulse.state, strict=True)) if pulse else {}
    # Only the attempt that still holds the run may end it: a worker that slept through its lease must not
    # overwrite its successor.
    held = Job.objects.filter(id=job.id, state=Job.State.RUNNING, attempt=job.attempt)
    with transaction.atomic():
        ended = held.update(
            state=state, result=result or {}, error=error[:500], finished_at=Now(), lease_until=None, **shown
        )
        job.refresh_from_db()
        if ended and state != Job.State.DONE:
            tell_abandoned(job)
    return job
