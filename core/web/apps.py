"""The app ``web``."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """The page kit: frame, lists, details, forms, charts, tasks, search."""

    name = "core.web"
    label = "web"
    verbose_name = "页面"

    def ready(self) -> None:
        """Let every installed app register its menu entries, to-dos and search sources."""
        autodiscover_modules("screens")
