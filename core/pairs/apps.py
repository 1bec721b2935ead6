"""The app of pairs."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class PairsConfig(AppConfig):
    """What every register has in which one thing may stand twice."""

    name = "core.pairs"
    label = "pairs"
    verbose_name = "重复登记"

    def ready(self) -> None:
        """Let every app say how the rows it keeps of a thing come to another one."""
        autodiscover_modules("children")
