"""A browser in front of the live site, and a Celery worker behind it on the same test database."""

import os
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import current_app
from django.db import connection

from tests.browsing import AT_WORK, wait_for_the_server_to_let_go

ROOT = Path(__file__).resolve().parents[2]
READY_WITHIN = 180


def database_url():
    """The test database as a worker is told about it."""
    known = connection.settings_dict
    return f"postgres://{quote(known['USER'])}@{quote(str(known['HOST']), safe='')}:{known['PORT']}/{known['NAME']}"


@pytest.fixture(scope="module")
def worker(django_db_setup, django_db_blocker, tmp_path_factory):
    """A Celery worker as ``make run`` starts it, listening where this test process sends its runs."""
    with django_db_blocker.unblock():
        address = database_url()
    queue = current_app.conf.task_default_queue
    command = [sys.executable, "-m", "celery", "--app", "laborcoop.celery", "worker", "--pool", "solo", "--purge"]
    log = tmp_path_factory.mktemp("worker") / "worker.log"
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "laborcoop.settings"}
    with log.open("w") as told:
        process = subprocess.Popen(
            [*command, "--queues", queue, "--without-mingle", "--without-gossip", "--loglevel", "INFO"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=told,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        wait_for_the_word("ready.", log, process)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=120)


def wait_for_the_word(word, log, process):
    deadline = time.monotonic() + READY_WITHIN
    while word not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.1)


@pytest.fixture
def site(worker, live_server, transactional_db, monkeypatch):
    """Address of the running site; afterwards nobody holds the tables that the next test empties."""
    # Playwright keeps an event loop in this thread, which Django would take for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    yield live_server.url
    # The worker keeps its connection, but must not be in the middle of anything.
    wait_for_the_server_to_let_go(AT_WORK)
