"""Configuration of gunicorn (``--config python:laborcoop.gunicorn``)."""

import os
from pathlib import Path

from django.conf import settings

from laborcoop import env

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")
# Reading one setting reads them all: a wrong environment variable stops the start here, with its sentence alone.
_checked = settings.DEBUG

bind = env.text("BIND", "127.0.0.1:8000")
workers = env.integer("WEB_WORKERS", max(2, min(os.cpu_count() or 2, 8)), least=1, most=64)
worker_class = "gthread"
threads = env.integer("WEB_THREADS", 4, least=1, most=64)
timeout = 60
graceful_timeout = 10
keepalive = 5
# A heartbeat file on a slow disk would make a busy worker look dead.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - memory, not a temporary folder
control_socket_disable = True
accesslog = None
errorlog = "-"
loglevel = "info"
