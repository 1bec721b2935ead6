"""Settings of the test run: the project's own, on servers and files of this run alone."""

import os
import secrets
import tempfile
from pathlib import Path

# Named here and made by who starts the servers; the workers that xdist starts inherit the name.
RUN_FOLDER = "LABORCOOP_TEST_VAR"
if RUN_FOLDER not in os.environ:
    os.environ[RUN_FOLDER] = str(Path(tempfile.gettempdir()) / f"laborcoop-tests-{secrets.token_hex(6)}")
for _name in ("DATABASE_URL", "REDIS_URL", "ROOT_DIVISION", "DEBUG", "ALLOWED_HOSTS", "HTTPS", "TRUSTED_PROXIES"):
    os.environ.pop(_name, None)
os.environ["LABORCOOP_VAR"] = os.environ[RUN_FOLDER]
os.environ["SECRET_KEY"] = "of the tests only, it protects nothing"  # noqa: S105 - said by itself

from core.servers import redis_address  # noqa: E402
from laborcoop.settings import *  # noqa: E402, F403 - the environment above decides what they say
from laborcoop.settings import CACHES, STORAGES, VAR  # noqa: E402

# What a test counts of queries must not hang on what the one before it looked up.
DIVISION_NAMES_KEPT = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are rendered without collectstatic having run.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# The workers that xdist starts share one Redis, but each has a queue and a cache of its own (0 is the broker's).
_worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
CELERY_TASK_DEFAULT_QUEUE = f"tests-{_worker}"
_own = redis_address(VAR).url(database=1 + int(_worker.removeprefix("gw")) % 15 if _worker != "main" else 1)
CACHES = {"default": {**CACHES["default"], "LOCATION": _own}}
