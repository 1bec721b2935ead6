"""The supervisor keeps web, worker and beat alive and leaves nothing behind, however it ends."""

import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from contextlib import closing, suppress
from pathlib import Path

import psutil
import pytest

from core.servers import destroy
from core.servers.processes import processes_in
from tests.house.server_site import wait_for

ROOT = Path(__file__).resolve().parents[2]
STARTED = "gunicorn", "worker", "beat"


def free_port():
    """One that nobody has, and nobody is given meanwhile: below those the kernel hands out."""
    for port in random.sample(range(20_000, 32_000), k=100):
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise AssertionError


class Site:
    """A supervisor on a folder and port of its own."""

    def __init__(self, var):
        self.var = Path(var)
        self.port = free_port()
        self.environment = {
            "PATH": os.defpath,
            "LABORCOOP_VAR": str(var),
            "BIND": f"127.0.0.1:{self.port}",
            "LOG_LEVEL": "WARNING",
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "laborcoop.supervisor"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def family(self):
        """Living processes of this site, known by the variable only they carry; the servers do not inherit it."""
        found = []
        for process in psutil.process_iter():
            try:
                if process.status() != psutil.STATUS_ZOMBIE and process.environ().get("LABORCOOP_VAR") == str(self.var):
                    found.append(process)
            except psutil.Error:
                continue
        return [process for process in found if process.pid != os.getpid()]

    def masters(self):
        """Name → process of the three children."""
        found = {}
        for child in self.family():
            with suppress(psutil.Error):
                command = child.cmdline() if child.ppid() == self.process.pid else []
                found |= {name: child for name in STARTED if name in command}
        return found

    def answers(self):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/health", timeout=2) as response:
                return response.read() == b"ok\n"
        except OSError:
            return False

    def servers(self):
        return processes_in(self.var / "postgres/data") + processes_in(self.var / "redis")


@pytest.fixture
def site():
    folder = Path(tempfile.mkdtemp(prefix="lc-"))
    folder.chmod(0o755)
    made = Site(folder / "var")
    try:
        wait_for(lambda: set(made.masters()) == set(STARTED) and made.answers(), seconds=180)
        yield made
    finally:
        for process in made.family():
            with suppress(psutil.Error):
                process.kill()
        sys.stderr.write(made.process.communicate(timeout=60)[0])
        destroy(made.var)
        folder.rmdir()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_everything(site, number):
    assert site.servers() != []
    site.process.send_signal(number)
    assert site.process.wait(timeout=120) == 0
    assert site.family() == []
    assert site.servers() == []


def test_a_killed_child_comes_back_and_the_others_stay(site):
    before = site.masters()
    before["gunicorn"].kill()
    wait_for(lambda: set(site.masters()) == set(STARTED) and site.answers(), seconds=120)
    after = site.masters()
    assert after["gunicorn"].pid != before["gunicorn"].pid
    assert {name: after[name].pid for name in ("worker", "beat")} == {
        name: before[name].pid for name in ("worker", "beat")
    }


def test_killed_servers_come_back(site):
    for pid in site.servers():
        with suppress(ProcessLookupError):  # a backend that ended with its postmaster
            os.kill(pid, signal.SIGKILL)
    wait_for(lambda: processes_in(site.var / "postgres/data") and processes_in(site.var / "redis"), seconds=120)
    wait_for(site.answers)


def test_children_do_not_outlive_a_killed_supervisor(site):
    site.process.kill()
    site.process.wait(timeout=60)
    wait_for(lambda: site.family() == [], seconds=120)


def test_a_busy_port_is_told_before_anything_starts(tmp_path):
    with closing(socket.socket()) as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        bind = f"127.0.0.1:{holder.getsockname()[1]}"
        ended = subprocess.run(
            [sys.executable, "-m", "laborcoop.supervisor"],
            cwd=ROOT,
            env={"PATH": os.defpath, "LABORCOOP_VAR": str(tmp_path / "var"), "BIND": bind},
            capture_output=True,
            text=True,
            check=False,
        )
    assert ended.returncode == 1
    assert "make demo BIND=" in ended.stderr
    assert not (tmp_path / "var").exists()
