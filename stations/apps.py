"""The app's configuration."""

from django.apps import AppConfig


class StationsConfig(AppConfig):
    """Stations in the receiving places and their follow-up visits."""

    name = "stations"
    verbose_name = "协作站"
