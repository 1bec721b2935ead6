"""``python -m laborcoop.supervisor``: web, worker and beat from one process, until Ctrl-C.

A child that dies is started again after a pause that doubles with each early death. Ctrl-C or SIGTERM stops all of
them, then the embedded servers nobody else uses. Should the supervisor itself be killed, the kernel tells its children
to end.
"""

import ctypes
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from types import FrameType

from django.conf import settings

from core.servers import ServerFault, ensure_postgres, ensure_redis
from laborcoop import env
from laborcoop.processes import COMMANDS

TICK_SECONDS = 0.5
HEALTH_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 1.0
LONGEST_PAUSE_SECONDS = 30.0
# A child that lived this long was well; its next death is a new story.
HEALTHY_SECONDS = 60.0
STOP_SECONDS = 25.0
PR_SET_PDEATHSIG = 1

_libc = ctypes.CDLL(None, use_errno=True)


@dataclass(slots=True)
class Child:
    """One supervised process and when it may start next."""

    name: str
    command: tuple[str, ...]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    not_before: float = 0.0
    pause: float = field(default=FIRST_PAUSE_SECONDS)

    def start(self) -> None:
        """Start it in a process group of its own: Ctrl-C reaches the supervisor alone, and the group ends as one."""
        command = [sys.executable if part == "python" else part for part in self.command]
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_die_with_parent,  # noqa: PLW1509 - the supervisor has one thread when it forks
        )
        self.started = time.monotonic()

    def watch(self) -> None:
        """Start it when it is due; note its death."""
        now = time.monotonic()
        if self.process is None:
            if now >= self.not_before:
                self.start()
            return
        status = self.process.poll()
        if status is None:
            return
        self.end_group()
        if now - self.started > HEALTHY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        _say(f"{self.name} 退出(状态 {status}),{self.pause:.0f} 秒后重新启动 / exited, restart in {self.pause:.0f} s")
        self.not_before = now + self.pause
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)
        self.process = None

    def ask_to_stop(self) -> None:
        """Send SIGTERM: each of the three ends in order."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def end_group(self) -> None:
        """Kill whatever of its group is left, such as workers of a master that was killed."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return


class Supervisor:
    """Keeps the three processes and the embedded servers alive until told to stop."""

    def __init__(self) -> None:
        self._stopping = threading.Event()
        self._children = [Child(name, command) for name, command in COMMANDS.items()]

    def run(self) -> None:
        """Run until a signal; on return nothing it started is left. Raises ServerFault when a server cannot start."""
        ensure_servers()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        checked = time.monotonic()
        try:
            while not self._stopping.is_set():
                for child in self._children:
                    child.watch()
                self._stopping.wait(TICK_SECONDS)
                if time.monotonic() - checked > HEALTH_SECONDS:
                    _ensure_again()
                    checked = time.monotonic()
        finally:
            self._stop_children()

    def _stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping.set()

    def _stop_children(self) -> None:
        _say("正在停止 / stopping")
        for child in self._children:
            child.ask_to_stop()
        deadline = time.monotonic() + STOP_SECONDS
        for child in self._children:
            if child.process is not None:
                try:
                    child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
                except subprocess.TimeoutExpired:
                    _say(f"{child.name} 没有按时结束,强制停止 / killed after {STOP_SECONDS:.0f} s")
                child.end_group()
                child.process.wait()


def ensure_servers() -> None:
    """Start or join the embedded servers the settings ask for. Raises ServerFault."""
    if settings.EMBEDDED_POSTGRES:
        ensure_postgres(settings.VAR)
    if settings.EMBEDDED_REDIS:
        ensure_redis(settings.VAR)


def port_fault() -> str | None:
    """One sentence when the address of the site cannot be bound; None when it is free."""
    address = env.text("BIND", "127.0.0.1:8000")
    host, _, port = address.rpartition(":")
    if not host or not port.isdecimal():
        raise env.EnvironmentFault(
            "BIND", f"“{address}”不是“地址:端口”", f"'{address}' is not address:port", "127.0.0.1:8001"
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
        except OSError as error:
            return (
                f"地址 {address} 不能使用({error.strerror})。请停掉占用它的程序,"
                "或换一个端口:make demo BIND=127.0.0.1:8001\n"
                f"Address {address} cannot be used: stop the program that holds it or choose another one with BIND."
            )
    return None


def _ensure_again() -> None:
    # A server that was killed comes back here; one that does not come back now is tried again at the next check.
    try:
        ensure_servers()
    except ServerFault as fault:
        _say(str(fault))


def _die_with_parent() -> None:
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _say(sentence: str) -> None:
    print(f"[laborcoop] {sentence}", file=sys.stderr, flush=True)  # noqa: T201 - the supervisor speaks to its terminal


def main() -> int:
    """Check the address, then supervise; return the exit status."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")
    fault = port_fault()
    if fault:
        _say(fault)
        return 1
    try:
        Supervisor().run()
    except ServerFault as failure:
        _say(str(failure))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
