"""Which function does which kind of run; apps register theirs in ``jobs.py``."""

from collections.abc import Callable
from typing import Any, Protocol

from core.jobs.models import Job


class Progress(Protocol):
    """What a handler reports its advance to; ``at`` raises ``Cancelled`` when the person has asked to stop."""

    def at(self, done: int, total: int | None = None, phase: str | None = None) -> None:
        """``done`` of ``total`` units of the named phase are finished. Cheap: may be called per batch of rows."""


Handler = Callable[[Job, Progress], dict[str, Any] | None]

Abandoned = Callable[[Job], None]
"""Told that a run ended failed or cancelled: brings what it worked on to a state of its own. Safe to call again."""

_handlers: dict[str, Handler] = {}
_abandoned: dict[str, Abandoned] = {}


class Cancelled(Exception):
    """The person has asked the run to stop."""


def handler(kind: str, *, abandoned: Abandoned | None = None) -> Callable[[Handler], Handler]:
    """Register the decorated function for runs of ``kind``. It must be safe to run again from the start.

    ``abandoned`` hears of every run that ended failed or cancelled, be it one whose function never ran.
    """

    def register(function: Handler) -> Handler:
        if kind in _handlers:
            message = f"two handlers for {kind}"
            raise ValueError(message)
        _handlers[kind] = function
        if abandoned is not None:
            _abandoned[kind] = abandoned
        return function

    return register


def handler_of(kind: str) -> Handler:
    """The function for ``kind``; ``KeyError`` when no app registered one."""
    return _handlers[kind]


def tell_abandoned(job: Job) -> None:
    """Tell the app whose run this was that it ended without having done its work."""
    if job.kind in _abandoned:
        _abandoned[job.kind](job)
