"""The app of the registry of people."""

from django.apps import AppConfig


class WorkersConfig(AppConfig):
    """The registry of people: workers, households, key groups."""

    name = "workers"
    verbose_name = "劳动力信息库"
