"""The app of households' pages; the table is the registry's."""

from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    """One file per household."""

    name = "workers.households"
    label = "households"
    verbose_name = "家庭户"
