"""The roof: settings, urls, Celery, supervisor. It wires the rooms together and holds no business rule."""

from laborcoop.celery import app as celery_app

__all__ = ["celery_app"]
