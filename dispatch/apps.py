"""The app's configuration."""

from django.apps import AppConfig


class DispatchConfig(AppConfig):
    """Organised dispatch: batches, vehicles, passengers."""

    name = "dispatch"
    verbose_name = "组织输出"
