"""The app's configuration."""

from django.apps import AppConfig


class DivisionsConfig(AppConfig):
    """The tree of administrative divisions, keyed by national code."""

    name = "core.divisions"
    label = "divisions"
    verbose_name = "行政区划"
