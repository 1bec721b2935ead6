"""``python scripts/check.py lint|all``: every static check, and with ``all`` the tests; the same at home and in CI.

All checks run even if one fails, so that one run shows everything; the summary says what to do about each failure.
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Check:
    """One command, its name and what mends its failure."""

    title: str
    command: tuple[str, ...]
    remedy: str
    anew: tuple[str, ...] = ()
    """Arguments that ask again what failed, where today became yesterday in the middle of the command."""


TEMPLATES = ("templates",)
LINT = (
    Check(
        "代码规范 / ruff",
        ("ruff", "check", "--quiet", "--output-format", "concise", "."),
        "改正上面列出的行;能自动改的用 make format。",
    ),
    Check(
        "代码格式 / ruff format", ("ruff", "format", "--check", "--output-format", "concise", "."), "运行 make format。"
    ),
    Check("分层 / import contracts", ("lint-imports", "--no-cache"), "依赖只能向下,见 docs/architecture.md。"),
    Check("类型 / mypy", ("mypy", "--no-error-summary", "."), "改正上面列出的类型。"),
    Check("模板 / djlint", ("djlint", "--lint", "--quiet", *TEMPLATES), "改正上面列出的模板。"),
    Check("迁移 / migrations", ("python", "scripts/check_migrations.py"), "运行 manage.py makemigrations 并提交。"),
    Check(
        "翻译 / translations", ("python", "scripts/messages.py", "check"), "运行 scripts/messages.py update 并补译。"
    ),
)
TESTS = Check(
    "测试 / tests",
    # Files in the order of tests/conftest.py, the long ones first; else xdist leaves files of few tests for the end.
    ("pytest", "-n", "2", "--dist", "loadfile", "--no-loadscope-reorder"),
    "看上面第一个失败;单独运行它:.venv/bin/pytest 路径::名称。",
    anew=("--last-failed",),
)


def main() -> int:
    """Run the checks; print each with its time, then the failures with their remedies."""
    checks = {"lint": LINT, "all": (*LINT, TESTS)}[sys.argv[1]]
    failed = [check for check in checks if not passes(check)]
    for check in failed:
        print(f"✗ {check.title}:{check.remedy}")
    if not failed:
        print("✓ 全部通过 / all green")
    return 1 if failed else 0


def passes(check: Check) -> bool:
    """Run one check and show what it says."""
    print(f"==> {check.title}", flush=True)
    started = time.monotonic()
    status = within_a_day(check, run, today)
    print(f"    {time.monotonic() - started:.1f} s", flush=True)
    return status == 0


def within_a_day(check: Check, run: Callable[[tuple[str, ...]], int], today: Callable[[], date]) -> int:
    """The check's exit status; what failed in a run over midnight is asked again, for tests name the day they began on."""
    began = today()
    status = run(check.command)
    if status and check.anew and today() != began:
        print("    运行中日期变了,失败的再查一遍 / the day changed meanwhile: what failed is asked again", flush=True)
        status = run((*check.command, *check.anew))
    return status


def today() -> date:
    """The county's day."""
    return datetime.now(ZoneInfo("Asia/Shanghai")).date()


def run(command: tuple[str, ...]) -> int:
    """Exit status of a program of the virtual environment."""
    return subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment(), check=False).returncode


def environment() -> dict[str, str]:
    """The caller's environment without what would point the checks at a real installation."""
    return {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "REDIS_URL"}}


if __name__ == "__main__":
    sys.exit(main())
