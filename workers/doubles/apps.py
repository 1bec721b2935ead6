"""The app of doubles."""

from django.apps import AppConfig


class DoublesConfig(AppConfig):
    """The same person registered twice: finding, deciding, merging, taking a merge back."""

    name = "workers.doubles"
    label = "doubles"
    verbose_name = "疑似重复"
