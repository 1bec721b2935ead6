"""The benchmark's own PostgreSQL and Redis, as an installation has them (fsync on), in a folder that is deleted."""

import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.databases import ROOT
from core.servers import ServerFault, destroy

OURS = ("DATABASE_URL", "REDIS_URL", "ROOT_DIVISION", "DEBUG", "ALLOWED_HOSTS", "HTTPS", "TRUSTED_PROXIES", "BIND")
"""Variables that would point at, or describe, a real installation."""


@contextmanager
def own_servers() -> Iterator[None]:
    """Servers for the time of the block; this process's environment names them. Raises ServerFault.

    They are held by a process that ends when its standard input closes, however this one dies.
    """
    folder = Path(tempfile.gettempdir()) / f"laborcoop-bench-{secrets.token_hex(4)}"
    for name in OURS:
        os.environ.pop(name, None)
    os.environ["LABORCOOP_VAR"] = str(folder)
    os.environ["SECRET_KEY"] = secrets.token_urlsafe(50)
    holder = subprocess.Popen(
        [sys.executable, "-m", "core.servers", "hold"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        if holder.stdout is None or not holder.stdout.readline().startswith("ready"):
            raise ServerFault("the benchmark's servers did not start; the reason stands above")
        yield
    finally:
        if holder.stdin is not None:
            holder.stdin.close()
        holder.wait(timeout=180)
        destroy(folder)
