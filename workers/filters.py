"""Filters of the registry, shared by page, export and API."""

from datetime import date
from typing import Any, Final

import django_filters as df
from django import forms
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.queries import children_of
from core.formats.values import GROUP_TAGS, LABOUR_STATUS, SEX
from core.web.fields import DateField
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from workers.ages import AGE_BANDS, birth_days
from workers.labour import STATUSES, contradicted, has_status
from workers.models import Worker, WorkerQuerySet
from workers.queries import TOWNSHIP, area_of, search
from workers.skills.levels import LEVEL_PAIRS
from workers.skills.models import CERT_TYPE
from workers.skills.queries import skilled

COUNTY: Final = 6
LIFTED_OR_MONITORED: Final = "lifted_or_monitored"
GROUPS: Final = [*GROUP_TAGS.pairs, (LIFTED_OR_MONITORED, _("脱贫人口或监测对象"))]


def townships_of(user: User) -> list[tuple[str, str]]:
    """(code, name) of the townships a user may choose from."""
    area = area_of(user)
    if len(area) >= TOWNSHIP:
        return [pair for pair in children_of(area[:COUNTY]) if pair[0] == area[:TOWNSHIP]]
    return children_of(area)


class DayFilter(df.Filter):
    """One day, typed any way; ``method`` says what it means."""

    field_class = DateField


class WorkerFilter(df.FilterSet):
    """Whom a clerk asks for: where, which group on which day, what they do, can and want."""

    township = df.ChoiceFilter(label=_("乡镇"), field_name="village_code", lookup_expr="startswith")
    village = df.CharFilter(label=_("村代码"), field_name="village_code", lookup_expr="startswith")
    group = df.ChoiceFilter(label=_("人员类别"), choices=GROUPS, method="in_group")
    group_as_of = DayFilter(label=_("人员类别截至"), method="read_elsewhere")
    status = df.ChoiceFilter(label=_("推算就业状态"), choices=[(word, word) for word in STATUSES], method="with_status")
    status_as_of = DayFilter(label=_("推算就业状态截至"), method="read_elsewhere")
    status_differs = YesNoFilter(label=_("登记与推算不一致"), method="with_contradiction")
    labour_status = df.ChoiceFilter(label=_("登记的就业状态"), choices=LABOUR_STATUS.pairs)
    sex = df.ChoiceFilter(label=_("性别"), choices=SEX.pairs)
    age_band = df.ChoiceFilter(label=_("年龄段"), choices=[(band, band) for band in AGE_BANDS], method="in_age_band")
    education = df.CharFilter(label=_("文化程度"))
    skill = df.CharFilter(label=_("技能特长"), lookup_expr="contains")
    trade = df.CharFilter(label=_("登记的技能证书（工种）"), method="with_skill")
    cert_type = df.ChoiceFilter(label=_("证书类型"), choices=CERT_TYPE.pairs, method="with_skill")
    level_from = df.TypedChoiceFilter(label=_("技能等级不低于"), choices=LEVEL_PAIRS, coerce=int, method="with_skill")
    intention = df.CharFilter(label=_("就业意向"), lookup_expr="contains")
    intended_place = df.CharFilter(label=_("意向地区"), lookup_expr="contains")
    wanted_job = df.CharFilter(label=_("意向工种"), lookup_expr="contains")
    training_wish = df.CharFilter(label=_("培训意愿"), lookup_expr="contains")
    expected_wage = AmountRangeFilter(label=_("期望月薪（元）"))
    visited_on = DayRangeFilter(label=_("走访日期"))
    not_visited_since = DayFilter(label=_("此日以来未走访"), method="unvisited_since")
    household = df.NumberFilter(label=_("家庭户编号"), field_name="household_id", widget=forms.HiddenInput)

    class Meta:
        model = Worker
        fields = ()

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asker = user or getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", townships_of(asker))

    def in_group(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Those of the key group on the day of ``group_as_of``, today without one."""
        day = self.form.cleaned_data.get("group_as_of") or localdate()
        groups = ("lifted_poverty", "monitored") if value == LIFTED_OR_MONITORED else (value,)
        return queryset.in_any_group(groups, day)

    def read_elsewhere(self, queryset: WorkerQuerySet, _name: str, _value: date) -> WorkerQuerySet:
        """A day that other filters look at."""
        return queryset

    def with_skill(self, queryset: WorkerQuerySet, name: str, _value: object) -> WorkerQuerySet:
        """Those with one registered skill that is all of what is asked; judged once, by the first of the three filters."""
        asked = {key: self.form.cleaned_data.get(key) or None for key in ("trade", "cert_type", "level_from")}
        if name != next(key for key, value in asked.items() if value):
            return queryset
        return queryset.filter(
            skilled(name=asked["trade"] or "", cert_type=asked["cert_type"] or "", level_from=asked["level_from"])
        )

    def with_status(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Those to whom the rule of ``workers.labour`` gives the status on the day of ``status_as_of``, today without one."""
        return queryset.filter(has_status(value, self._status_day()))

    def with_contradiction(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Those of whom the roster says otherwise than the rule, or the others."""
        differs = contradicted(self._status_day())
        return queryset.filter(differs if value == "true" else ~differs)

    def _status_day(self) -> date:
        found: date | None = self.form.cleaned_data.get("status_as_of")
        return found or localdate()

    def in_age_band(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Those of that age in full years today."""
        after, by = birth_days(value, localdate())
        born = Q(birth_date__lte=by) if by else Q()
        return queryset.filter(born, birth_date__gt=after)

    def unvisited_since(self, queryset: WorkerQuerySet, _name: str, value: date | None) -> WorkerQuerySet:
        """Those whose last visit lies before the day, or who were never visited."""
        return queryset.filter(Q(visited_on__lt=value) | Q(visited_on__isnull=True)) if value else queryset


class WorkerApiFilter(WorkerFilter):
    """The page's filters and its search box as the parameter ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Name, initials, ID number or its last four, phone, village."""
        return search(queryset, value, area_of(self.request.user)) if value.strip() else queryset
