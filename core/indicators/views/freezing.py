"""What is published, and publishing more."""

from datetime import timedelta

from django import forms
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.divisions.queries import children_of, names_of
from core.indicators.forms import period_choices
from core.indicators.freezing import request_freeze
from core.indicators.models import Freeze
from core.indicators.registry import all_indicators
from core.indicators.scope import own_division
from core.indicators.screens import name_of
from core.web.fields import Suggesting
from core.web.forms import FormScreen, KitForm
from core.web.lists import Column, EmptyState, ListScreen, PageAction


def freezable_choices():
    """("CODE" or "CODE:variant", name) of everything that can be frozen."""
    for one in all_indicators():
        for variant in one.variants or [""]:
            label = f"{name_of(one)}（{__(one.variant_labels.get(variant, variant))}）" if variant else name_of(one)
            yield f"{one.code}:{variant}" if variant else one.code, label


class FreezeForm(KitForm):
    """Which figures of which period and area, and why."""

    period = forms.CharField(
        label=_("期间"),
        max_length=30,
        widget=Suggesting(period_choices, {"autocomplete": "off"}),
        help_text=_("已经结束的期间：2026、2026Q1、2026-03，或 2026-02-01..2026-03-31"),
    )
    division = forms.ChoiceField(label=_("区划"), required=False)
    codes = forms.MultipleChoiceField(label=_("指标"), widget=forms.CheckboxSelectMultiple)
    reason = forms.CharField(label=_("事由"), max_length=200, help_text=_("例如：九月月报"))
    confirmed = forms.BooleanField(label=_("我已核对这些数字，知道冻结后不能修改，也不能撤销"))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        own = own_division(self.user)
        self.fields["division"].choices = [("", names_of({own}).get(own, own)), *children_of(own)]
        self.fields["codes"].choices = list(freezable_choices())


class FreezeList(ListScreen):
    """/statistics/freezes/ — what is published, newest first."""

    key = "freezes"
    title = _("冻结的统计数")
    permission = "statistics.read"
    icon = "lock"
    default_sort = "-frozen_at"
    empty = EmptyState(
        _("还没有冻结的统计数。期间结束、数字核对无误后冻结：之后数据再变，这个期间的数字和背后的名单也不变。")
    )
    columns = (
        Column("name", _("指标"), value=lambda row: row["name"], fields=("indicator", "variant")),
        Column("period", _("期间"), value=lambda row: f"{row['period_from']} – {row['period_to']}",
               fields=("period_from", "period_to"), sort=("period_to",)),
        Column("area", _("区划"), value=lambda row: row["area"], fields=("division",)),
        Column("as_of", _("截至日期"), "date"),
        Column("frozen_at", _("冻结时间"), "date", sort=("frozen_at",)),
        Column("frozen_by", _("冻结人"), value="frozen_by__full_name"),
        Column("reason", _("事由")),
    )  # fmt: skip

    def page_actions(self, user):
        """Freeze more."""
        url = reverse("indicators:freeze")
        return [PageAction(_("冻结统计数"), url, permission="statistics.freeze", icon="lock", primary=True)]

    def rows(self, user):
        """Freezes whose numbers the person gets."""
        return Freeze.objects.visible_to(user)

    def prepare(self, rows, user):
        """Names of indicators and areas."""
        names, areas = dict(freezable_choices()), names_of({row["division"] for row in rows})
        for row in rows:
            code = f"{row['indicator']}:{row['variant']}" if row["variant"] else row["indicator"]
            row |= {"name": names.get(code, code), "area": areas.get(row["division"], row["division"])}

    def row_url(self, row):
        """The indicator with the frozen question."""
        asked = f"?period={row['period_from']}..{row['period_to']}&division={row['division']}"
        variant = f"&variant={row['variant']}" if row["variant"] else ""
        return reverse("indicators:indicator", args=[row["indicator"]]) + asked + variant


class FreezePage(FormScreen):
    """/statistics/freezes/new/ — publish figures for good."""

    title = _("冻结统计数")
    permission = "statistics.freeze"
    form_class = FreezeForm
    submit_label = _("冻结")

    def initial(self, thing):
        """The month that ended last."""
        last = timezone.localdate().replace(day=1) - timedelta(days=1)
        return {"period": f"{last:%Y-%m}"}

    def save(self, form, thing):
        """Hand it to a run."""
        asked = {name: form.cleaned_data[name] for name in ("period", "division") if form.cleaned_data[name]}
        return request_freeze(
            user=self.user, codes=form.cleaned_data["codes"], values=asked, reason=form.cleaned_data["reason"]
        )

    def success_url(self, saved):
        """The list."""
        return reverse("indicators:freezes")

    def success_message(self, saved):
        """Said above the list."""
        return __("已开始冻结，完成后出现在下面。")

    def leave_url(self, thing):
        """Back to the list."""
        return reverse("indicators:freezes")
