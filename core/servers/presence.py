"""Who uses the embedded servers, and when they stop: the last one out turns off the light.

Every process that uses a server holds a shared ``flock`` on ``var/run/users.lock`` for its whole life; the kernel drops
it at any death, kill -9 included. On a clean exit a process gives up its lock and tries for the exclusive one: it gets
it only when nobody else is there, and then stops the servers before letting newcomers in. A process that is killed
stops nothing; the servers stay up and the next one to leave cleanly stops them.
"""

import atexit
import fcntl
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

_held: dict[Path, int] = {}


def join(var: Path, *, stop: Callable[[Path], None]) -> None:
    """Announce this process as a user of ``var``'s servers; ``stop`` is called at exit if it is then the last one.

    Waits while another process is just stopping them.
    """
    if var in _held:
        return
    if not _held:
        atexit.register(_leave_all, os.getpid(), stop)
    descriptor = _open(var, "users")
    fcntl.flock(descriptor, fcntl.LOCK_SH)
    _held[var] = descriptor


def leave(var: Path, *, stop: Callable[[Path], None]) -> bool:
    """Give up using ``var``'s servers; stop them and return True when nobody else uses them."""
    descriptor = _held.pop(var, None)
    if descriptor is None or not var.exists():
        return False
    os.close(descriptor)
    alone = _open(var, "users")
    try:
        fcntl.flock(alone, fcntl.LOCK_EX | fcntl.LOCK_NB)
        stop(var)
    except BlockingIOError:
        return False
    finally:
        os.close(alone)
    return True


@contextmanager
def starting(var: Path) -> Iterator[None]:
    """Hold the lock under which servers are started and stopped: one process at a time."""
    descriptor = _open(var, "start")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _open(var: Path, name: str) -> int:
    return os.open(var / "run" / f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _leave_all(pid: int, stop: Callable[[Path], None]) -> None:
    if os.getpid() != pid:
        return
    for var in list(_held):
        leave(var, stop=stop)


def _forget_in_child() -> None:
    # A forked child shares the parent's lock; closing its copy leaves the parent's untouched, and the child joins anew.
    for descriptor in _held.values():
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)
