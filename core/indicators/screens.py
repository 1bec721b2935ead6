"""Where the statistics stand in the menu."""

from django.utils.translation import gettext_lazy as _

from core.web.screens import MenuEntry, register

register(
    MenuEntry(
        section="reports",
        label=_("统计指标"),
        url_name="indicators:catalogue",
        permission="statistics.read",
        icon="chart-bar",
        order=10,
    )
)
