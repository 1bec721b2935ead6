"""Settings of the test run: the project's own, on servers and files of this run alone."""

import os
import tempfile
from pathlib import Path

# The workers that xdist starts inherit the folder of the run that started them.
RUN_FOLDER = "LABORCOOP_TEST_VAR"
if RUN_FOLDER not in os.environ:
    os.environ[RUN_FOLDER] = tempfile.mkdtemp(prefix="laborcoop-tests-")
for _name in ("DATABASE_URL", "REDIS_URL", "ROOT_DIVISION", "DEBUG", "ALLOWED_HOSTS", "HTTPS", "TRUSTED_PROXIES"):
    os.environ.pop(_name, None)
os.environ["LABORCOOP_VAR"] = os.environ[RUN_FOLDER]
os.environ["SECRET_KEY"] = "of the tests only, it protects nothing"  # noqa: S105 - said by itself

from laborcoop.settings import *  # noqa: E402, F403 - the environment above decides what they say
from laborcoop.settings import STORAGES  # noqa: E402

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Pages are rendered without collectstatic having run.
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
# WhiteNoise warns of a folder that is not there.
STATIC_ROOT = Path(os.environ[RUN_FOLDER]) / "static"
STATIC_ROOT.mkdir(exist_ok=True)
