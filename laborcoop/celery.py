"""The Celery application: ``celery -A laborcoop.celery worker|beat``."""

import os
import warnings
from typing import Any

from celery import Celery
from celery.exceptions import SecurityWarning
from celery.signals import beat_init
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")


# Celery warns every root user because of pickled messages; ours are JSON and nothing else is accepted.
warnings.filterwarnings("ignore", category=SecurityWarning)


class Application(Celery):
    """Celery that makes sure the embedded Redis runs before it connects, as the database engine does for PostgreSQL."""

    def connection_for_write(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - Celery's signature
        """Connection that sends messages."""
        _ensure_broker()
        return super().connection_for_write(*args, **options)

    def connection_for_read(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401 - Celery's signature
        """Connection that receives messages."""
        _ensure_broker()
        return super().connection_for_read(*args, **options)


def _ensure_broker() -> None:
    if settings.EMBEDDED_REDIS:
        from core.servers import ensure_redis  # noqa: PLC0415 - an installation with its own Redis never needs it

        ensure_redis(settings.VAR)


app = Application("laborcoop")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@beat_init.connect
def make_schedule_folder(**_options: Any) -> None:
    """Beat keeps its schedule in a file; with servers of one's own nothing else has made the folder."""
    (settings.VAR / "run").mkdir(parents=True, exist_ok=True)
