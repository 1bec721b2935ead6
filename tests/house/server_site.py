"""A throw-away ``var`` and processes that use its servers, for the launcher's tests."""

import os
import pwd
import shutil
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import psycopg2
import pytest

from core.servers import destroy, postgres_address
from core.servers.account import Account
from core.servers.processes import processes_in

ROOT = Path(__file__).resolve().parents[2]
NOBODY = pwd.getpwnam("nobody")


class ServerSite:
    """One ``var`` folder and the Python programs run against it, as this user or as ``account``."""

    def __init__(self, var, account=None):
        self.var = Path(var)
        self.account = account

    @property
    def options(self):
        packages = Path(psycopg2.__file__).parents[1]
        environment = {"PATH": os.defpath, "PYTHONPATH": f"{ROOT}:{packages}", "PYTHONDONTWRITEBYTECODE": "1"}
        found = {"cwd": ROOT, "env": environment, "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        if self.account:
            found |= {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return found

    def start(self, code):
        """Start a program that has ``var`` and the launcher's names at hand; stdin is a pipe it may wait on."""
        prelude = "import sys\nfrom pathlib import Path\nfrom core.servers import *\nvar = Path(sys.argv[1])\n"
        command = [interpreter(self.account), "-c", prelude + textwrap.dedent(code), str(self.var)]
        return subprocess.Popen(command, stdin=subprocess.PIPE, **self.options)

    def run(self, code):
        """Run such a program to its end and return what it printed; its failure is this test's."""
        process = self.start(code)
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
        return output

    def ask(self, sql):
        """Answer of the running server, asked without starting one."""
        target = postgres_address(self.var)
        connection = psycopg2.connect(host=target.host, port=target.port, user=target.user, dbname=target.name)
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def postmasters(self):
        """Pids of the live postmasters of this ``var`` (its children name their task in the command line)."""
        data = (self.var / "postgres").resolve() / "data"
        return [pid for pid in processes_in(data) if _command(pid).split(" ")[0].endswith("/postgres")]

    def servers(self):
        """Pids of everything that works in the data folders."""
        homes = [(self.var / name).resolve() for name in ("postgres", "redis")]
        return processes_in(homes[0] / "data") + processes_in(homes[1])

    def destroy(self):
        destroy(self.var)


def interpreter(account):
    """A Python that ``account`` can run; the one of these tests may lie in somebody's home."""
    if account is None:
        return sys.executable
    person = Account(account.pw_name, account.pw_uid, account.pw_gid, switch=True)
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    candidates = [
        Path(sys.executable).resolve(),
        Path(shutil.which(version, path="/usr/local/bin:/usr/bin:/bin") or "/"),
    ]
    found = [path for path in candidates if path.is_file() and person.can_enter(path.parent)]
    if not found or not person.can_enter(ROOT):
        pytest.skip(f"{account.pw_name} can reach no {version} or not this clone")
    return str(found[0])


def _command(pid):
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except OSError:
        return ""


def wait_for(condition, seconds=60):
    """Wait until the condition holds; fail the test when it does not in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)
