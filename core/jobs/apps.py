"""The app's configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class JobsConfig(AppConfig):
    """Long work: one row a run, with a lease, progress and resumption."""

    name = "core.jobs"
    label = "jobs"
    verbose_name = "后台任务"

    def ready(self) -> None:
        """Connect what the app does when Django has started."""
        autodiscover_modules("jobs")
