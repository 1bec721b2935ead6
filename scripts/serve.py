"""``python scripts/serve.py [--demo]``: bring the database up to date and run the site until Ctrl-C.

``--demo`` loads the demo county first, if it is not there yet, and prints its users.
"""

import json
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MIGRATE = ("migrate", "--noinput", "--verbosity", "0")
LOAD_DEMO = ("load_demo",)
STEPS = {"migrate": (MIGRATE, "更新数据库结构 / database schema")}
DEMO_STEPS = {
    "divisions": (("load_divisions",), "载入行政区划 / divisions"),
    "demo": (LOAD_DEMO, "载入演示县 / demo county"),
}


def main() -> int:
    """Check the address, run the steps, then become the supervisor."""
    sys.path.insert(0, str(ROOT))
    os.chdir(ROOT)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")
    from core.servers import ServerFault  # noqa: PLC0415 - found only after the line above
    from laborcoop.supervisor import ensure_servers, port_fault  # noqa: PLC0415

    try:
        fault = port_fault()
        if fault is None:
            # Held from here on, so that the servers do not stop and start between the steps.
            ensure_servers()
    except ServerFault as error:
        fault = str(error)
    if fault:
        print(fault, file=sys.stderr)
        return 1
    for command, title in {**STEPS, **(DEMO_STEPS if "--demo" in sys.argv[1:] else {})}.values():
        if not done(command, title):
            return 1
    print(f"==> http://{os.environ.get('BIND', '127.0.0.1:8000')}  (Ctrl-C 停止 / stops)", file=sys.stderr, flush=True)
    return os.execv(sys.executable, [sys.executable, "-m", "laborcoop.supervisor"])


def done(command: tuple[str, ...], title: str) -> bool:
    """Run one management command and show the users it made; tell what to do when it fails."""
    print(f"==> {title}", file=sys.stderr, flush=True)
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "manage.py", *command], stdout=subprocess.PIPE, text=True, check=False)
    print(f"    {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    if ended.returncode != 0:
        print(ended.stdout, file=sys.stderr)
        print(f"{title}没有完成。请按上面的提示处理后重新运行同一条命令;已有的数据不会丢失。", file=sys.stderr)
        return False
    if command == LOAD_DEMO:
        show_users(json.loads(ended.stdout))
    return True


def show_users(answer: dict[str, Any]) -> None:
    """The demo's accounts with their passwords, which are told this once; or why there are none to tell."""
    for user in answer["users"]:
        print(f"    {user['username']:<20} {user['password']:<16} {user['role']}", file=sys.stderr)
    if "detail" in answer:
        again = "账号在首次装入时已显示;要从头装入,请换一个 LABORCOOP_VAR,或停止后删除 var/。"
        print(f"    {answer['detail']}{again}", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
