"""The app's configuration."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class HistoryConfig(AppConfig):
    """Who changed what: operations and before-images of every business row."""

    name = "core.history"
    label = "history"
    verbose_name = "变更历史"

    def ready(self) -> None:
        """Connect what the app does when Django has started."""
        from core.history.triggers import install  # noqa: PLC0415 - models are not loaded at import time

        post_migrate.connect(install, sender=self, dispatch_uid="history_triggers")
