"""Where an embedded server keeps its files: everything under ``var``, except what cannot work there.

Two things may have to live elsewhere. A socket path must stay below 107 bytes, so a deep ``var`` gets a short folder
in ``/tmp`` named by the hash of its path. And when root starts the servers below a folder that the unprivileged account
cannot enter (a clone in ``/root``), the data goes to ``/var/lib/laborcoop`` and ``var`` holds a link to it:
permissions of other people's folders are never changed.
"""

import hashlib
import os
import pwd
import secrets
import shutil
import stat
from pathlib import Path

from core.servers.account import UNPRIVILEGED, Account, account_for
from core.servers.faults import ServerFault

SOCKET_NAME_LONGEST = "/.s.PGSQL.5432.lock"
SOCKET_PATH_LIMIT = 107
SHORT_ROOT = Path("/tmp")  # noqa: S108 - a fixed short root every process of the machine agrees on; owner and mode are checked
AWAY_ROOT = Path("/var/lib/laborcoop")


def socket_folder(var: Path) -> Path:
    """Folder of the sockets: a function of ``var``'s path alone, known before anything starts."""
    near = var / "sockets"
    short_enough = len(os.fsencode(near)) + len(SOCKET_NAME_LONGEST) < SOCKET_PATH_LIMIT
    if short_enough and _parents_open(var):
        return near
    digest = hashlib.sha256(os.fsencode(var)).hexdigest()[:12]
    return SHORT_ROOT / f"laborcoop-{digest}"


def home_of(var: Path, server: str) -> Path:
    """Real folder of a server's files (``var/postgres``, ``var/redis``), a link followed."""
    return (var / server).resolve()


def open_var(var: Path) -> None:
    """Create ``var`` and its ``run`` folder; let the server account pass through ``var`` itself, which is ours to open.

    Raises ServerFault when the folder cannot be made.
    """
    try:
        (var / "run").mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0 and not var.stat().st_mode & stat.S_IXOTH:
            var.chmod(stat.S_IMODE(var.stat().st_mode) | stat.S_IXOTH)
    except OSError as error:
        message = f"不能使用文件夹 {var}:{error.strerror}。请换一个可写的 LABORCOOP_VAR。 / Cannot use {var}: {error}."
        raise ServerFault(message) from error


def open_home(var: Path, server: str) -> tuple[Path, Account]:
    """Create the server's folder with the right owner and return it with the account to run as."""
    link = var / server
    if os.geteuid() == 0 and not _parents_open(var) and not link.exists():
        away = AWAY_ROOT / f"{server}-{secrets.token_hex(6)}"
        away.mkdir(parents=True)
        (AWAY_ROOT / f"{away.name}.origin").write_text(f"{link}\n", encoding="utf-8")
        link.unlink(missing_ok=True)
        link.symlink_to(away)
        _give_unprivileged(away)
    home = home_of(var, server)
    account = account_for(home)
    _own(home, account)
    if not account.can_enter(home):
        message = f"账户 {account.name} 进不了 {home}。请把 LABORCOOP_VAR 换到它能进入的位置。"
        raise ServerFault(f"{message} / Account {account.name} cannot enter {home}; choose another LABORCOOP_VAR.")
    return home, account


def open_sockets(var: Path, account: Account) -> Path:
    """Create the socket folder, private to the server account. Raises ServerFault when someone else holds the name."""
    folder = socket_folder(var)
    _own(folder, account)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode) or status.st_uid != account.uid or stat.S_IMODE(status.st_mode) != stat.S_IRWXU:
        message = f"套接字文件夹 {folder} 属于别人,不能使用。请删除它或更换 LABORCOOP_VAR。"
        raise ServerFault(
            f"{message} / Socket folder {folder} belongs to someone else; remove it or change LABORCOOP_VAR."
        )
    return folder


def remove_everything(var: Path) -> None:
    """Delete ``var``, data kept away from it and its socket folder. The servers must be stopped."""
    for server in ("postgres", "redis"):
        home = home_of(var, server)
        shutil.rmtree(home, ignore_errors=True)
        if home.parent == AWAY_ROOT:
            (AWAY_ROOT / f"{home.name}.origin").unlink(missing_ok=True)
    shutil.rmtree(socket_folder(var), ignore_errors=True)
    shutil.rmtree(var, ignore_errors=True)


def _own(folder: Path, account: Account) -> None:
    if not folder.exists():
        folder.mkdir(mode=stat.S_IRWXU)
        if account.switch:
            os.chown(folder, account.uid, account.gid)


def _give_unprivileged(folder: Path) -> None:
    entry = pwd.getpwnam(UNPRIVILEGED)
    folder.chmod(stat.S_IRWXU)
    os.chown(folder, entry.pw_uid, entry.pw_gid)


def _parents_open(var: Path) -> bool:
    """Tell whether the account the servers run as could reach ``var``: always, unless root has to step down."""
    return os.geteuid() != 0 or account_for(var / "postgres").can_enter(var.parent)
