"""The test run's own PostgreSQL and Redis, from the installed wheels, in a folder that is deleted at the end.

The process that holds them ends when its standard input closes, which the kernel sees to however this run dies. The
workers that xdist starts share the servers of the run that started them.
"""

import gc
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.cache import cache
from hypothesis import HealthCheck, settings
from playwright.sync_api import expect

from tests.settings import RUN_FOLDER

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60_000  # ms: what a busy machine may take to show what a browser is asked to
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
HOLDER = pytest.StashKey[subprocess.Popen]()

# The same examples in every run, and as long as a busy machine takes; --hypothesis-profile=default draws others.
settings.register_profile("steady", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")


def pytest_configure(config):
    if hasattr(config, "workerinput"):
        return
    config.stash[HOLDER] = subprocess.Popen(
        [sys.executable, "-m", "core.servers", "hold", "--throwaway"],
        cwd=ROOT,
        env={**os.environ, "LABORCOOP_VAR": os.environ[RUN_FOLDER]},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


@pytest.hookimpl(tryfirst=True)
def pytest_sessionstart(session):
    holder = session.config.stash.get(HOLDER, None)
    if holder and not holder.stdout.readline().startswith("ready"):
        pytest.exit("the test servers did not start; the reason stands above", returncode=3)


def pytest_unconfigure(config):
    holder = config.stash.get(HOLDER, None)
    if holder:
        holder.stdin.close()
        holder.stdout.close()
        holder.wait(timeout=120)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """The files that drive browsers and processes come first: whoever ran one last would be waited for by the others."""
    long = {item.path for item in items if item.get_closest_marker("slow") or item.get_closest_marker("browser")}
    items.sort(key=lambda item: item.path not in long)


def pytest_collection_finish():
    """What is loaded by now stays: not to look through it again and again saves a tenth of the run."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@pytest.fixture(autouse=True)
def _nothing_kept(request):
    """A test that begins with a fresh database begins with an empty cache too: no page is kept from rows of another."""
    if request.node.get_closest_marker("django_db") or "transactional_db" in request.fixturenames:
        cache.clear()


@pytest.fixture(scope="session")
def browser_program():
    """Path of a Chromium; without one the test is left out, except where CI says that there must be one."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if found is None and os.environ.get("LABORCOOP_REQUIRE_BROWSER") == "1":
        pytest.fail("no Chromium: install it (apt-get install chromium fonts-noto-cjk) or name it in CHROMIUM")
    if found is None:
        pytest.skip("no Chromium on this machine; CI requires one")
    expect.set_options(timeout=PATIENCE)
    return found
