"""What reports put into the frame and on the home page."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.timezone import localtime
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.indicators.answers import at_once, document_of
from core.indicators.pictures import chart_of
from core.indicators.questions import read_question
from core.indicators.screens import name_of
from core.web.charts import Chart
from core.web.details import DetailScreen, Tab
from core.web.screens import HomeCharts, MenuEntry, register
from employment.models import Organiser
from employment.organisers.tabs import OrganiserTab, register_tab
from reports.retention.takers import retention_of

PICTURES = (("OUT_STOCK", "destination"), ("ORG_P", "destination_city"), ("OUT_STOCK", "month"))
"""What the home page draws: where people work outside the province, where they were carried, how many there were."""


def pictures(user: User) -> Iterator[Chart]:
    """The home page's pictures of the user's area in the running year, out of the same figures as the statistics.

    A page that everybody opens first does not wait: the last kept figure is drawn, and says until when it is true.
    """
    period = f"{timezone.localdate():%Y}"
    for code, dimension in PICTURES:
        asked = {"period": [period], "by": [dimension]}
        question = read_question(code, asked, user)
        found = at_once(question)
        if found is None:
            continue
        result, fresh = found
        document = document_of(question, result)
        page = reverse("indicators:indicator", args=[code])
        urls = [
            f"{page}?{urlencode({'period': period, dimension: row[dimension]['code']})}" for row in document["rows"]
        ]
        chart = chart_of(question, document, urls)
        if chart is not None and len(chart.points) > 1:
            note = (
                ""
                if fresh
                else _("数据截至 %(moment)s，正在更新。")
                % {"moment": f"{localtime(result.computed_at):%Y-%m-%d %H:%M}"}
            )
            yield replace(chart, title=f"{name_of(question.indicator)}：{chart.title}", note=note)


def taken_out(screen: DetailScreen, organiser: Organiser) -> dict[str, Any]:
    """How many of those an organiser took out are still at work after 30, 90 and 180 days."""
    lines = retention_of(screen.user, organiser, timezone.localdate())
    return {"lines": lines, "milestones": lines[0].milestones if lines else []}


register_tab(
    OrganiserTab(
        tab=Tab("retention", _("稳岗"), "reports/taken_out.html", taken_out, permission="reports.view"),
        order=30,
    )
)
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
register(HomeCharts(name="reports", source=pictures, permission="statistics.read", order=20))
