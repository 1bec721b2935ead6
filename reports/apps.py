"""The app's configuration."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports over all facts: retention first."""

    name = "reports"
    verbose_name = "统计报表"
