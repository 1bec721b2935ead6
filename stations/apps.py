"""The app's configuration."""

from importlib import import_module

from django.apps import AppConfig

from core.accounts.roles import grant


class StationsConfig(AppConfig):
    """Stations in the receiving places and their follow-up visits."""

    name = "stations"
    verbose_name = "协作站"

    def ready(self) -> None:
        """Declare whom station and partner users reach, once models can be imported, and who visits employers."""
        import_module("stations.reach")
        for role in ("registry_officer", "dispatch_officer", "township_officer", "station_staff"):
            grant(role, "employer_visits.edit")
