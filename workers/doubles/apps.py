"""The app of doubles."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class DoublesConfig(AppConfig):
    """The same person registered twice: finding, deciding, merging, taking a merge back."""

    name = "workers.doubles"
    label = "doubles"
    verbose_name = "疑似重复"

    def ready(self) -> None:
        """Let every app say how the rows it keeps of a person come to another one."""
        autodiscover_modules("children")
