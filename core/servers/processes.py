"""What really runs in a data folder, read from the kernel instead of from a pid file that may lie."""

import os
import signal
import time
from pathlib import Path


def processes_in(folder: Path) -> list[int]:
    """Pids of the processes whose working folder is ``folder``; both servers change to their data folder at start."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if (entry / "cwd").readlink() == folder:
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def wait_until_gone(folder: Path, *, seconds: float) -> bool:
    """Wait until no process works in ``folder``; return whether that came true in time."""
    deadline = time.monotonic() + seconds
    while processes_in(folder):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def signal_all(folder: Path, number: signal.Signals) -> None:
    """Send a signal to every process that works in ``folder``; one that has just gone is no error."""
    for pid in processes_in(folder):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue
