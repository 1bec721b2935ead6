"""The app's configuration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    """Reports over all facts: retention first."""

    name = "reports"
    verbose_name = "统计报表"

    def ready(self) -> None:
        """Who shows reports to partner bureaus, and what the log calls it."""
        from core.accounts.actions import name_action  # noqa: PLC0415 - apps are ready
        from core.accounts.roles import grant  # noqa: PLC0415 - apps are ready

        grant("dispatch_officer", "reports.share")
        name_action("reports.share", _("把报告给结对地区看"))
