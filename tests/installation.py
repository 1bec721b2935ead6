"""A whole installation of the program in a folder of its own: servers, database, worker processes that may be killed."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest

from core.servers import destroy, postgres_address
from core.servers.processes import processes_in
from tests.house.server_site import ROOT, ServerSite, wait_for

PRELUDE = """
import contextlib, io, json, sys
import django
django.setup()
from django.db import connection
from core.accounts.models import User
from core.jobs import services as jobs
"""
DRIVER = """
for line in sys.stdin:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(json.loads(line))
    connection.close()
    print(json.dumps(said.getvalue().strip()), flush=True)
"""
DIVISIONS = "code,name\n44,广东省\n4401,广州市\n440113,番禺区\n52,贵州省\n5205,毕节市\n520527,赫章县\n"


class Installation(ServerSite):
    """Servers, a migrated database with one county administrator, and Celery workers started and killed at will.

    ``names`` are the imports whose names the code given to ``do`` and ``python`` has at hand besides ``User`` and ``jobs``.
    """

    names = ""

    def __init__(self):
        self.folder = Path(tempfile.mkdtemp(prefix="lc-"))
        self.folder.chmod(0o755)
        super().__init__(self.folder / "var")
        self.workers = []
        self.holding = []
        self.driver = None
        self.holder = subprocess.Popen(
            [sys.executable, "-m", "core.servers", "hold", "--throwaway"], **{**self.process, "stdin": subprocess.PIPE}
        )
        try:
            self._fill()
        except BaseException:
            self.close()
            raise

    def _fill(self):
        assert self.holder.stdout.readline().startswith("ready")
        csv = self.folder / "divisions.csv"
        csv.write_text(DIVISIONS, encoding="utf-8")
        self._finished([sys.executable, "manage.py", "migrate", "--verbosity", "0"])
        self.driver = subprocess.Popen(
            [sys.executable, "-c", PRELUDE + self.names + DRIVER], **{**self.process, "stdin": subprocess.PIPE}
        )
        self.do(f"from django.core.management import call_command; call_command('load_divisions', {str(csv)!r})")
        self.do("User.objects.create(username='xian', role='county_admin', scope_division='520527')")

    @property
    def process(self):
        kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}
        environment = {**kept, "LABORCOOP_VAR": str(self.var), "DJANGO_SETTINGS_MODULE": "laborcoop.settings"}
        environment |= {"SECRET_KEY": "of the tests only, it protects nothing", "ROOT_DIVISION": "520527"}
        return {
            "cwd": ROOT,
            "env": environment,
            "text": True,
            "stdin": subprocess.DEVNULL,
            "stdout": subprocess.PIPE,
            "stderr": subprocess.DEVNULL,
            "start_new_session": True,
        }

    def do(self, code):
        """Run a line of code in which the services are at hand, in a process that stays; what it printed."""
        self.driver.stdin.write(json.dumps(code) + "\n")
        self.driver.stdin.flush()
        return json.loads(self.driver.stdout.readline())

    def python(self, code):
        """Run code in which the services are at hand, in a process of its own; what it printed."""
        return self._finished([sys.executable, "-c", PRELUDE + self.names + textwrap.dedent(code)])

    def _finished(self, command):
        done = subprocess.run(command, **{**self.process, "stderr": subprocess.PIPE}, timeout=300, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start_worker(self, pool="solo"):
        """A worker that takes runs in its own process; with ``prefork``, as on a real site, in a child of it."""
        command = [sys.executable, "-m", "celery", "--quiet", "--app", "laborcoop.celery", "worker", "--pool", pool]
        self.workers.append(subprocess.Popen(command, **{**self.process, "stdout": subprocess.DEVNULL}))
        return self.workers[-1]

    def rescue(self):
        """What beat asks for every few seconds, after the lease and the patience of sending have run out."""
        self.ask("UPDATE jobs_job SET lease_until = now() - interval '1 second' WHERE state = 'running'")
        self.ask("UPDATE jobs_job SET sent_at = now() - interval '1 minute' WHERE state = 'queued'")
        self.do("jobs.rescue()")

    def ask(self, sql, *params):
        """Answer of the database, asked on a connection of its own."""
        connection = self._connected()
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql, params or None)
                return cursor.fetchall() if cursor.description else None
        finally:
            connection.close()

    def _connected(self):
        target = postgres_address(self.var)
        return psycopg2.connect(host=target.host, port=target.port, user=target.user, dbname=target.name)

    def rescue_until(self, condition):
        """Rescue as beat does, again and again, until the condition holds.

        Once is not always enough: the last heartbeat of a worker that lost its database may renew its lease.
        """
        for _ in range(40):
            self.rescue()
            with suppress(AssertionError):
                return wait_for(condition, seconds=3)
        pytest.fail("rescued forty times in vain")

    def hold(self, table, *, reading=False):
        """Keep everybody from writing to the table, with ``reading`` from reading it too, until ``release``."""
        connection = self._connected()
        connection.cursor().execute(f"LOCK TABLE {table} IN {'ACCESS ' if reading else ''}EXCLUSIVE MODE")
        self.holding.append(connection)

    def release(self):
        """Let the writers go on, and those whose worker is dead find out."""
        while self.holding:
            self.holding.pop().close()

    def wait_for_somebody_at(self, table):
        """Until somebody stands before the held table in the middle of a transaction."""
        waiting = "SELECT count(*) FROM pg_locks WHERE relation = %s::regclass AND NOT granted"
        wait_for(lambda: self.ask(waiting, table)[0][0], seconds=180)

    def kill_workers(self):
        for worker in self.workers:
            with suppress(ProcessLookupError):
                os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.workers.clear()

    def redis_processes(self):
        return processes_in((self.var / "redis").resolve())

    def kill_redis(self):
        for pid in self.redis_processes():
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not self.redis_processes())

    def close(self):
        self.release()
        self.kill_workers()
        for process in (self.driver, self.holder):
            if process is not None:
                process.stdin.close()
                process.stdout.close()
                process.wait(timeout=180)
        destroy(self.var)
        shutil.rmtree(self.folder, ignore_errors=True)
