"""``python -m core.servers start|stop|status|hold``: the embedded servers of ``LABORCOOP_VAR``, by hand.

``start`` leaves them running; ``hold`` keeps them until its standard input closes, which happens at any death of the
process that started it, kill -9 included — the tests stand on that.
"""

import argparse
import os
import signal
import sys
from pathlib import Path

from core.servers import destroy, ensure_postgres, ensure_redis, postgres, redis, stop
from core.servers.faults import ServerFault
from core.servers.places import open_home, open_var

UNSAFE_BUT_FAST = "fsync = off\nsynchronous_commit = off\nfull_page_writes = off\n"


def main() -> int:
    """Run one command; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m core.servers", description=__doc__)
    parser.add_argument("command", choices=("start", "stop", "status", "hold"))
    parser.add_argument(
        "--throwaway", action="store_true", help="hold: data need not survive; delete everything at the end"
    )
    arguments = parser.parse_args()
    var = Path(os.environ.get("LABORCOOP_VAR", "var")).absolute()
    try:
        return {"start": _start, "stop": _stop, "status": _status, "hold": _hold}[arguments.command](
            var, throwaway=arguments.throwaway
        )
    except ServerFault as fault:
        print(fault, file=sys.stderr)
        return 1


def _start(var: Path, *, throwaway: bool) -> int:
    if throwaway:
        open_var(var)
        home, _ = open_home(var, "postgres")
        (home / "local.conf").write_text(UNSAFE_BUT_FAST, encoding="utf-8")
        (home / "local.conf").chmod(0o644)
    ensure_postgres(var)
    ensure_redis(var)
    print(f"ready {var}", flush=True)
    # os._exit: a starter by hand means them to stay, so the rule of the last one out must not run.
    sys.stdout.flush()
    return 0


def _hold(var: Path, *, throwaway: bool) -> int:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    try:
        _start(var, throwaway=throwaway)
        sys.stdin.read()
    finally:
        (destroy if throwaway else stop)(var)
    return 0


def _stop(var: Path, *, throwaway: bool) -> int:
    del throwaway
    stop(var)
    return 0


def _status(var: Path, *, throwaway: bool) -> int:
    del throwaway
    states = {"PostgreSQL": postgres.state(var).value, "Redis": redis.state(var).value}
    for name, state in states.items():
        print(f"{name}: {state}")
    return 0 if set(states.values()) == {"up"} else 3


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    if sys.argv[1:2] == ["start"]:
        os._exit(status)
    sys.exit(status)
