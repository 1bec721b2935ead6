"""``python -m bench [--only NAME]… [--quick]``: measure the lines and print the table; exit 1 when a bound is missed.

Every line runs in a process of its own on databases of its own, so that none profits from another's memory.
"""

import argparse
import json
import subprocess
import sys
import time

from bench import databases
from bench.figures import Figure, table
from bench.lines import LINES
from bench.servers import own_servers
from core.servers import ServerFault


def main() -> int:
    """Parse the command, measure, print."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="性能测试,每项附下限。")
    parser.add_argument("--only", action="append", choices=sorted(LINES), help="measure this line; may be repeated")
    parser.add_argument("--quick", action="store_true", help="tiny sizes: shows that it runs, proves no ratio")
    arguments = parser.parse_args()
    wanted = [name for name in LINES if not arguments.only or name in arguments.only]
    try:
        with own_servers():
            figures, failed = measured(wanted, quick=arguments.quick)
    except ServerFault as fault:
        print(fault, file=sys.stderr)
        return 2
    print(table(figures))
    if arguments.quick:
        return 2 if failed else 0
    return 2 if failed else int(not all(figure.holds for figure in figures))


def measured(names: list[str], *, quick: bool) -> tuple[list[Figure], list[str]]:
    """The figures of the lines, and the lines that broke off."""
    _say("空库和区划 / an empty database and the divisions")
    databases.make_model()
    figures: list[Figure] = []
    failed: list[str] = []
    for name in names:
        started = time.monotonic()
        _say(f"{name}: {LINES[name].title}")
        try:
            told = databases.run("bench.lines", name, *(["--quick"] if quick else []), database=databases.MODEL)
        except subprocess.CalledProcessError as error:
            failed.append(name)
            print(f"✗ {name}: exit status {error.returncode}", file=sys.stderr)
            continue
        figures += [Figure.of(one) for one in json.loads(told)]
        _say(f"    {time.monotonic() - started:.0f} s")
    return figures, failed


def _say(text: str) -> None:
    print(f"==> {text}" if not text.startswith(" ") else text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
