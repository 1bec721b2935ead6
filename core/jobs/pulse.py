"""The heartbeat of a run: renews its lease and publishes its progress on a connection of its own.

A handler may sit in one long transaction; what it reports must be seen outside all the same, so a thread writes it.
"""

import threading
import time
from datetime import timedelta
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import DatabaseError, connection
from django.utils import timezone

from core.jobs.models import Job
from core.jobs.registry import Cancelled

LEASE = timedelta(seconds=15)
BEAT_SECONDS = 0.7
LOOK_SECONDS = 0.2
"""How soon news is published; without any the lease is renewed every ``BEAT_SECONDS``."""


class Pulse:
    """Progress of one attempt; a context manager around the handler."""

    def __init__(self, job_id: UUID) -> None:
        self._job_id = job_id
        self.state: tuple[int, int, str] = (0, 0, "")
        """Done, total and phase as last reported; what a beat has not published yet, the end of the run writes."""
        self._cancelled = threading.Event()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"pulse-{job_id}", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join(timeout=10)

    def at(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """Keep the latest progress for the next beat; raises ``Cancelled`` when asked to stop."""
        self.state = (done, self.state[1] if total is None else total, self.state[2] if phase is None else phase)
        if self._cancelled.is_set():
            raise Cancelled

    def _beat(self) -> None:
        try:
            shown, since = (0, 0, ""), time.monotonic()
            while not self._stop.wait(LOOK_SECONDS):
                if self.state != shown or time.monotonic() - since >= BEAT_SECONDS:
                    shown, since = self.state, time.monotonic()
                    self._publish()
        finally:
            connection.close()

    def _publish(self) -> None:
        done, total, phase = self.state
        try:
            Job.objects.filter(id=self._job_id, state=Job.State.RUNNING).update(
                done=done, total=total, phase=phase, lease_until=timezone.now() + LEASE
            )
            if Job.objects.filter(id=self._job_id, cancel_requested=True).exists():
                self._cancelled.set()
        except DatabaseError:
            connection.close()  # the next beat connects anew; the handler meets the same outage itself
