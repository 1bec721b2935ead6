"""The statistics API from stored figures beside a bare application that does the same SELECT, under the same server."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from bench import databases, worlds
from bench.figures import Figure

FULL, QUICK = 120_000, 1_000
ROUNDS, SECONDS = 5, 4.0
START_SECONDS = 60


def measure(*, quick: bool) -> list[Figure]:
    """Both servers stand all the time and are loaded in turns."""
    database = worlds.county(QUICK if quick else FULL)
    prepared = json.loads(databases.run("bench.answering_prepare", database=database))
    token, paths = prepared["token"], prepared["paths"]
    with served("laborcoop.wsgi", database) as ours, served("bench.answering_floor:application", database) as floor:
        for path in paths:
            _must_agree(path, _answer(ours, path, token), _answer(floor, path, token))
        speeds: dict[str, list[float]] = {ours: [], floor: []}
        for turn in range(1 if quick else ROUNDS + 1):
            for address, found in speeds.items():
                speed = _load(address, 0.3 if quick else SECONDS, token, paths)
                if turn or quick:
                    found.append(speed)
    return [
        Figure(
            title="统计接口 / statistics API",
            unit="/s",
            ours=median(speeds[ours]),
            floor=median(speeds[floor]),
            least=0.5,
        )
    ]


@contextmanager
def served(application: str, database: str) -> Iterator[str]:
    """``host:port`` of gunicorn with two sync workers; stopped at the end of the block."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    command = ["gunicorn", "--workers", "2", "--worker-class", "sync", "--bind", address, "--log-level", "warning"]
    process = subprocess.Popen(
        [sys.executable, "-m", *command, "--no-control-socket", application],
        cwd=databases.ROOT,
        env={
            **databases.environment(database, "laborcoop.settings"),
            "BENCH_DATABASE": database,
            "LOG_LEVEL": "WARNING",
        },
    )
    try:
        _wait(address)
        yield address
    finally:
        process.terminate()
        process.wait(timeout=60)


def _wait(address: str) -> None:
    host, _, port = address.partition(":")
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            socket.create_connection((host, int(port)), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    sys.exit(f"gunicorn does not listen on {address}")


def _answer(address: str, path: str, token: str) -> dict[str, Any]:
    request = urllib.request.Request(f"http://{address}{path}", headers={"Authorization": f"Bearer {token}"})
    try:
        with urllib.request.urlopen(request, timeout=60) as response:  # noqa: S310 - as above
            found: dict[str, Any] = json.load(response)
    except urllib.error.HTTPError as error:
        sys.exit(f"{path} answered {error.code}: {error.read()[:300].decode(errors='replace')}")
    return found


def _must_agree(path: str, ours: dict[str, Any], floor: dict[str, Any]) -> None:
    if ours != floor:
        sys.exit(f"the two servers answer {path} differently:\n{ours}\n{floor}")


def _load(address: str, seconds: float, token: str, paths: list[str]) -> float:
    done = subprocess.run(
        [sys.executable, "-m", "bench.loading", address, str(seconds), token, *paths],
        cwd=databases.ROOT,
        env=dict(os.environ),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return float(done.stdout)
