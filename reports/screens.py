"""What reports put into the frame."""

from django.utils.translation import gettext_lazy as _

from core.web.screens import MenuEntry, register

register(
    MenuEntry(
        section="reports",
        label=_("稳岗报告"),
        url_name="reports:list",
        permission="reports.view",
        icon="report-analytics",
        order=20,
    )
)
