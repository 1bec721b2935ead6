"""Redis over its one program: start it, tell whether it answers, stop it. It listens on a unix socket only."""

import enum
import signal
import socket
import time
from dataclasses import dataclass
from pathlib import Path

from core.servers.binaries import redis_program
from core.servers.faults import ServerFault
from core.servers.places import home_of, open_home, open_sockets, socket_folder
from core.servers.processes import processes_in, signal_all, wait_until_gone

START_SECONDS = 60
STOP_SECONDS = 15


class State(enum.Enum):
    """What a PING met."""

    UP = "up"
    LOADING = "loading"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class RedisAddress:
    """How to connect: the path of the unix socket."""

    socket: str

    def url(self, database: int) -> str:
        """URL for redis-py."""
        return f"unix://{self.socket}?db={database}"

    def broker_url(self, database: int) -> str:
        """URL for Celery's transport."""
        return f"redis+socket://{self.socket}?virtual_host={database}"


def address(var: Path) -> RedisAddress:
    """Address of ``var``'s Redis; nothing is started."""
    return RedisAddress(socket=str(socket_folder(var) / "redis.sock"))


def state(var: Path) -> State:
    """Send a PING and read the answer."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(address(var).socket)
            client.sendall(b"PING\r\n")
            answer = client.recv(64)
        except OSError:
            return State.DOWN
    if answer.startswith(b"+PONG"):
        return State.UP
    return State.LOADING if answer.startswith(b"-LOADING") else State.DOWN


def start(var: Path) -> None:
    """Bring the server up. The caller holds the start lock. Raises ServerFault with the end of its log otherwise."""
    home, account = open_home(var, "redis")
    open_sockets(var, account)
    program = redis_program(account, home)
    # One that lives without a reachable socket must go first: two servers on one append-only file would ruin it.
    _stop_in(home)
    log = home / "server.log"
    options: dict[str, str | Path] = {
        "port": "0", "unixsocket": address(var).socket, "unixsocketperm": "700", "dir": home, "logfile": log,
        "appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "daemonize": "yes",
    }  # fmt: skip
    command: list[str | Path] = [program]
    for name, value in options.items():
        command += [f"--{name}", value]
    # An empty value switches the periodic dump off: the append-only file alone is the data.
    done = account.run([*command, "--save", ""], timeout=START_SECONDS)
    deadline = time.monotonic() + START_SECONDS
    while (met := state(var)) is not State.UP:
        # After the daemon's fork a server that failed has left the folder; before its first answer it is still there.
        if time.monotonic() > deadline or (met is State.DOWN and not wait_for_start(home)):
            tail = log.read_text(encoding="utf-8", errors="replace")[-1500:] if log.exists() else ""
            raise ServerFault(f"Redis 没有启动。日志 / Redis did not start; its log ends:\n{done.stdout}{tail}")
        time.sleep(0.01)


def wait_for_start(home: Path, seconds: float = 5) -> bool:
    """Wait until a process works in ``home``; return whether one came."""
    deadline = time.monotonic() + seconds
    while not processes_in(home):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True


def stop(var: Path) -> None:
    """Stop the server if one runs in ``var``; it writes what it holds first."""
    _stop_in(home_of(var, "redis"))


def _stop_in(home: Path) -> None:
    signal_all(home, signal.SIGTERM)
    if not wait_until_gone(home, seconds=STOP_SECONDS):
        signal_all(home, signal.SIGKILL)
        wait_until_gone(home, seconds=STOP_SECONDS)
