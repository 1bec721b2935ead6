"""Asking for a report."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.web.fields import DateField
from core.web.forms import KitForm


class RetentionForm(KitForm):
    """Which arrivals, of whom, on evidence up to when."""

    period = forms.CharField(
        label=_("到岗期间"), max_length=30, help_text=_("2026、2026Q1、2026-03，或 2026-02-01..2026-03-31")
    )
    division = forms.CharField(
        label=_("区划代码"), max_length=12, required=False, help_text=_("乡镇或村的代码；不填为您的全部范围")
    )
    as_of = DateField(
        label=_("数据截止日"),
        required=False,
        help_text=_("不填为期末与今天中较早的一天；只采用这一天及以前的到岗、务工和回访记录"),
    )
