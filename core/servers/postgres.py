"""PostgreSQL over its ``bin`` folder: create the cluster, start it, tell whether it answers, stop it."""

import enum
import os
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from core.servers.account import Account
from core.servers.binaries import postgres_folder
from core.servers.faults import ServerFault
from core.servers.places import home_of, open_home, open_sockets, socket_folder
from core.servers.processes import processes_in, wait_until_gone

NAME = "laborcoop"
PORT = 5432
START_SECONDS = 180
STOP_SECONDS = 60
LOG_LIMIT = 10 * 1024 * 1024
MEBIBYTE = 1024 * 1024


class State(enum.Enum):
    """What a connection attempt met."""

    UP = "up"
    NO_DATABASE = "no database"
    BUSY = "busy"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class PostgresAddress:
    """How to connect: ``host`` is the folder of the unix socket, which only its owner and root may enter."""

    host: str
    port: int
    name: str
    user: str


def address(var: Path) -> PostgresAddress:
    """Address of ``var``'s PostgreSQL; nothing is started."""
    return PostgresAddress(host=str(socket_folder(var)), port=PORT, name=NAME, user=NAME)


def state(var: Path, *, database: str = NAME) -> State:
    """Ask the server itself, by connecting."""
    target = address(var)
    try:
        connection = psycopg2.connect(
            host=target.host, port=target.port, user=target.user, dbname=database, connect_timeout=10
        )
    except psycopg2.OperationalError as error:
        return _read_refusal(str(error))
    connection.close()
    return State.UP


def start(var: Path) -> None:
    """Bring the server up, creating cluster and database when missing. The caller holds the start lock.

    Raises ServerFault with the end of the server's log when it does not come up.
    """
    home, account = open_home(var, "postgres")
    sockets = open_sockets(var, account)
    programs = postgres_folder(account, home)
    data = home / "data"
    if not data.exists():
        _create_cluster(home, account, programs)
    _check_version(data, account, programs)
    _configure(data, account, sockets)
    _clear_remains(data, account, programs, sockets)
    _trim_log(home / "server.log")
    done = account.run(
        [programs / "pg_ctl", "-D", data, "-l", home / "server.log", "-w", "-t", str(START_SECONDS), "start"],
        timeout=START_SECONDS + 10,
    )
    if _wait_for_answer(var) is State.DOWN:
        tail = "\n".join(_tail(home / "server.log"))
        raise ServerFault(f"PostgreSQL 没有启动。日志 / PostgreSQL did not start; its log ends:\n{done.stdout}{tail}")
    if state(var) is State.NO_DATABASE:
        _create_database(var)


def stop(var: Path) -> None:
    """Stop the server if one runs in ``var``: at once for its clients, cleanly for its data."""
    home = home_of(var, "postgres")
    data = home / "data"
    if not processes_in(data):
        return
    _, account = open_home(var, "postgres")
    _stop_in(data, account, postgres_folder(account, home))


def _read_refusal(message: str) -> State:
    if f'database "{NAME}" does not exist' in message:
        return State.NO_DATABASE
    # A server that says anything is alive: starting, recovering, stopping, or full.
    return State.BUSY if "FATAL" in message else State.DOWN


def _wait_for_answer(var: Path) -> State:
    deadline = time.monotonic() + START_SECONDS
    while (met := state(var)) is State.BUSY and time.monotonic() < deadline:
        time.sleep(0.05)
    return met


def _create_cluster(home: Path, account: Account, programs: Path) -> None:
    # Made aside and renamed, so that an initdb killed half-way leaves nothing that looks like a cluster.
    building = home / "data.new"
    shutil.rmtree(building, ignore_errors=True)
    # lc-ctype decides what pg_trgm takes for a letter; with C the Chinese characters would be separators.
    command: list[str | Path] = [
        programs / "initdb", "--pgdata", building, "--username", NAME, "--auth", "trust", "--encoding", "UTF8",
        "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--locale", "C", "--lc-ctype", "C.UTF-8",
        "--no-instructions",
    ]  # fmt: skip
    done = account.run(command, timeout=START_SECONDS)
    if done.returncode != 0:
        raise ServerFault(f"PostgreSQL 数据目录没有建成 / the PostgreSQL cluster could not be created:\n{done.stdout}")
    if not (home / "local.conf").exists():
        _write(home / "local.conf", "# Settings of this installation; they win over laborcoop.conf.\n", account)
    with (building / "postgresql.conf").open("a", encoding="utf-8") as file:
        file.write("\ninclude 'laborcoop.conf'\n")
    building.rename(home / "data")


def _check_version(data: Path, account: Account, programs: Path) -> None:
    stored = (data / "PG_VERSION").read_text(encoding="ascii").strip()
    program = account.run([programs / "postgres", "--version"], timeout=30).stdout.split()[-1].split(".")[0]
    if stored != program:
        message = (
            f"{data} 由 PostgreSQL {stored} 建立,现有程序是 {program}。请用 pg_upgrade 升级或换一个 LABORCOOP_VAR。"
        )
        raise ServerFault(
            f"{message} / The cluster is version {stored}, the program {program}: upgrade it or change LABORCOOP_VAR."
        )


def _configure(data: Path, account: Account, sockets: Path) -> None:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // MEBIBYTE
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{sockets}'",
        "unix_socket_permissions": "0700",
        "max_connections": "100",
        "shared_buffers": f"{max(64, min(512, memory // 8))}MB",
        "effective_cache_size": f"{max(256, memory // 2)}MB",
        "work_mem": "64MB",
        "maintenance_work_mem": "256MB",
        "random_page_cost": "1.1",
        "jit": "off",
        # One server, no standby: the least WAL, so that a bulk load into a new table writes none.
        "wal_level": "minimal",
        "max_wal_senders": "0",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "timezone": "'Asia/Shanghai'",
        "log_timezone": "'Asia/Shanghai'",
        "include_if_exists": "'../local.conf'",
    }
    lines = ["# Written at every start. Your own settings belong into local.conf beside the data folder."]
    lines += [
        f"{name} = {value}" if name != "include_if_exists" else f"{name} {value}" for name, value in settings.items()
    ]
    _write(data / "laborcoop.conf", "\n".join(lines) + "\n", account)


def _write(file: Path, text: str, account: Account) -> None:
    file.write_text(text, encoding="utf-8")
    if account.switch:
        os.chown(file, account.uid, account.gid)


def _clear_remains(data: Path, account: Account, programs: Path, sockets: Path) -> None:
    """Make room for a start: wait for the children of a killed postmaster, stop one that lost its socket.

    With no process left in the folder the lock files are stale even if their pid lives again as someone else or is
    a zombie nobody reaps (both common in containers); PostgreSQL alone would refuse to start then.
    """
    if _postmaster(data) in processes_in(data) or not wait_until_gone(data, seconds=10):
        _stop_in(data, account, programs)
    for remains in (data / "postmaster.pid", sockets / f".s.PGSQL.{PORT}", sockets / f".s.PGSQL.{PORT}.lock"):
        remains.unlink(missing_ok=True)


def _postmaster(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text(encoding="utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _stop_in(data: Path, account: Account, programs: Path) -> None:
    for mode in ("fast", "immediate"):
        account.run(
            [programs / "pg_ctl", "-D", data, "-m", mode, "-w", "-t", str(STOP_SECONDS), "stop"],
            timeout=STOP_SECONDS + 10,
        )
        if wait_until_gone(data, seconds=5):
            return
    raise ServerFault(
        f"PostgreSQL 停不下来,请查看 {data.parent / 'server.log'}。 / PostgreSQL in {data} does not stop."
    )


def _create_database(var: Path) -> None:
    target = address(var)
    connection = psycopg2.connect(host=target.host, port=target.port, user=target.user, dbname="postgres")
    try:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {NAME}")
    finally:
        connection.close()


def _trim_log(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))


def _tail(log: Path, lines: int = 15) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:] if log.exists() else []
