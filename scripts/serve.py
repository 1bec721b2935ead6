"""``python scripts/serve.py [--demo]``: bring the database up to date and run the site until Ctrl-C.

``--demo`` loads the demo county first, if it is not there yet.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MIGRATE = ("migrate", "--noinput", "--verbosity", "0")
STEPS = {"migrate": (MIGRATE, "更新数据库结构 / database schema")}
DEMO_STEPS = {
    "divisions": (("load_divisions",), "载入行政区划 / divisions"),
    "demo": (("load_demo",), "载入演示县 / demo county"),
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
    """Run one management command; tell what to do when it fails."""
    print(f"==> {title}", file=sys.stderr, flush=True)
    started = time.monotonic()
    status = subprocess.run([sys.executable, "manage.py", *command], check=False).returncode
    print(f"    {time.monotonic() - started:.1f} s", file=sys.stderr, flush=True)
    if status != 0:
        print(f"{title}没有完成。请按上面的提示处理后重新运行;数据在 var/ 中,不会丢失。", file=sys.stderr)
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
