"""The Celery application: ``celery -A laborcoop.celery worker|beat``."""

import os
from typing import Any

from celery import Celery
from django.conf import settings

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "laborcoop.settings")


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
