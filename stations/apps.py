"""The app's configuration."""

from importlib import import_module

from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Stations in the receiving places and their follow-up visits."""

    name = "stations"
    verbose_name = "协作站"

    def ready(self) -> None:
        """Declare whom station and partner users reach, once models can be imported."""
        import_module("stations.reach")
