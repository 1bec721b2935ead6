"""The operating-system account a server runs as, and what that account can reach.

PostgreSQL refuses to run as root. Started by root, the servers therefore run as an unprivileged account; started by
anyone else they run as that person.
"""

import os
import pwd
import stat
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """Who the server processes belong to; ``switch`` is true when a process must change to it first (we are root)."""

    name: str
    uid: int
    gid: int
    switch: bool

    def popen_options(self) -> dict[str, Any]:
        """Keyword arguments that make ``subprocess`` start a program as this account, in a folder it can enter."""
        options: dict[str, Any] = {"cwd": "/"}
        if self.switch:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return options

    def run(self, command: Sequence[str | Path], *, timeout: float) -> subprocess.CompletedProcess[str]:
        """Run a program as this account with a clean environment and return its output, standard error included."""
        return subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            timeout=timeout,
            check=False,
            env=server_environment(),
            **self.popen_options(),
        )

    def can_enter(self, folder: Path) -> bool:
        """Tell whether this account can pass through every existing folder of the path, judged by the mode bits."""
        return all(self._may_search(part) for part in (folder, *folder.parents) if part.exists())

    def _may_search(self, folder: Path) -> bool:
        status = folder.stat()
        if status.st_uid == self.uid:
            return bool(status.st_mode & stat.S_IXUSR)
        if status.st_gid == self.gid:
            return bool(status.st_mode & stat.S_IXGRP)
        return bool(status.st_mode & stat.S_IXOTH)


def server_environment() -> dict[str, str]:
    """Environment of a server process: nothing of the caller's settings, secrets or ``PG*`` variables leaks into it."""
    return {"PATH": os.defpath, "HOME": "/", "LC_ALL": "C", "TZ": "Asia/Shanghai"}


def account_for(home: Path) -> Account:
    """Return the account for the server whose files are in ``home``.

    Not root: the caller. Root: the owner of an existing ``home``, so that root joins what a person started; else
    ``nobody``.
    """
    if os.geteuid() != 0:
        return Account(name=_name(os.geteuid()), uid=os.geteuid(), gid=os.getegid(), switch=False)
    if home.exists() and (owner := home.stat()).st_uid != 0:
        return Account(name=_name(owner.st_uid), uid=owner.st_uid, gid=owner.st_gid, switch=True)
    entry = pwd.getpwnam(UNPRIVILEGED)
    return Account(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid, switch=True)


def _name(uid: int) -> str:
    # A container may run as a number that /etc/passwd does not know.
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)
