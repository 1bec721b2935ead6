"""Asking for a report."""

from typing import Any

from django import forms
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.divisions.queries import children_of
from core.indicators.forms import period_choices
from core.indicators.scope import own_division
from core.web.fields import DateField, Suggesting
from core.web.forms import KitForm
from dispatch.models import Batch
from reports.sharing import partner_areas
from stations.filters import station_choices

MOST_BATCHES = 200
"""The newest; an older one is asked for by the API or the command."""


class ShareForm(KitForm):
    """To which partner bureaus a report is shown."""

    areas = forms.MultipleChoiceField(
        label=_("结对地区"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("勾选的地区的人社部门能打开、下载这份报告；报告里只有汇总数，没有个人信息"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].choices = partner_areas()  # type: ignore[attr-defined]


class RetentionForm(KitForm):
    """Which arrivals, of whom, on evidence up to when."""

    period = forms.CharField(
        label=_("到岗期间"),
        max_length=30,
        widget=Suggesting(period_choices, {"autocomplete": "off"}),
        help_text=_("2026、2026Q1、2026-03，或 2026-02-01..2026-03-31"),
    )
    division = forms.ChoiceField(label=_("区划"), required=False, help_text=_("按本人的户籍所在地"))
    station = forms.ChoiceField(label=_("协作站"), required=False, help_text=_("只统计这个站跟踪的人"))
    trip = forms.ChoiceField(label=_("批次"), required=False, help_text=_("只统计跟这一批走的人"))
    as_of = DateField(
        label=_("数据截止日"),
        required=False,
        help_text=_("不填为期末与今天中较早的一天；只采用这一天及以前的到岗、务工和回访记录"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        below = children_of(own_division(self.user))
        self._offer("division", __("您的全部范围"), below)
        self._offer("station", __("全部"), station_choices(self.user))
        batches = Batch.objects.visible_to(self.user).order_by("-pk").values_list("code", "name")[:MOST_BATCHES]
        self._offer("trip", __("全部"), [(code, f"{code} {name}") for code, name in batches])

    def _offer(self, name: str, blank: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", blank), *choices]  # type: ignore[attr-defined]
