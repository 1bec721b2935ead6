"""Filters of the registry, shared by page, export and API."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final, cast

import django_filters as df
from django import forms
from django.db.models import Count, IntegerField, OuterRef, Q, Subquery
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django_filters.fields import RangeField

from core.accounts.models import User
from core.divisions.queries import children_of
from core.formats.values import LABOUR_STATUS
from core.web.fields import Autocomplete, DateField
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from workers.ages import AGE_BANDS, OLDEST, birth_days, born_between
from workers.bitmaps.filters import Meaning, register_meaning
from workers.labour import STATUSES, contradicted, has_status
from workers.models import Worker, WorkerQuerySet
from workers.queries import TOWNSHIP, area_of, search
from workers.skills.levels import LEVEL_PAIRS
from workers.skills.models import CERT_TYPE
from workers.skills.queries import skilled
from workers.words import GROUP_CHOICES, SEX_WORDS, STATUS_WORDS

COUNTY: Final = 6
LIFTED_OR_MONITORED: Final = "lifted_or_monitored"
GROUPS: Final = [*GROUP_CHOICES, (LIFTED_OR_MONITORED, _("脱贫人口或监测对象"))]


def townships_of(user: User) -> list[tuple[str, str]]:
    """(code, name) of the townships a user may choose from."""
    area = area_of(user)
    if len(area) >= TOWNSHIP:
        return [pair for pair in children_of(area[:COUNTY]) if pair[0] == area[:TOWNSHIP]]
    return children_of(area)


class DayFilter(df.Filter):
    """One day, typed any way; ``method`` says what it means."""

    field_class = DateField


class YearsField(RangeField):
    """Two whole numbers, either of which may be left open."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        ends = tuple(forms.IntegerField(required=False, min_value=0, max_value=OLDEST) for _end in range(2))
        super().__init__(ends, *args, **kwargs)

    def compress(self, data_list: list[int | None]) -> slice | None:
        """Both ends."""
        if not data_list or all(value is None for value in data_list):
            return None
        return slice(data_list[0], data_list[1])


class YearsFilter(df.RangeFilter):
    """A whole number from–to, both included. Parameters ``NAME_min`` and ``NAME_max``."""

    field_class = YearsField


class WorkerFilter(df.FilterSet):
    """Whom a clerk asks for: where, which group on which day, what they do, can and want."""

    township = df.ChoiceFilter(label=_("乡镇"), field_name="village_code", lookup_expr="startswith")
    village = df.CharFilter(
        label=_("村（社区）"), field_name="village_code", lookup_expr="startswith", widget=Autocomplete("villages")
    )
    group = df.ChoiceFilter(label=_("人员类别"), choices=GROUPS, method="in_group")
    group_as_of = DayFilter(label=_("人员类别截至"), method="read_elsewhere")
    status = df.ChoiceFilter(
        label=_("推算就业状态"), choices=[(word, STATUS_WORDS[word]) for word in STATUSES], method="with_status"
    )
    status_as_of = DayFilter(label=_("推算就业状态截至"), method="read_elsewhere")
    status_differs = YesNoFilter(label=_("登记与推算不一致"), method="with_contradiction")
    labour_status = df.ChoiceFilter(
        label=_("登记的就业状态"), choices=[(word, STATUS_WORDS[word]) for word in LABOUR_STATUS.codes]
    )
    sex = df.ChoiceFilter(label=_("性别"), choices=list(SEX_WORDS.items()))
    age_band = df.ChoiceFilter(label=_("年龄段"), choices=[(band, band) for band in AGE_BANDS], method="in_age_band")
    age = YearsFilter(label=_("年龄（周岁）"), method="of_age")
    education = df.CharFilter(label=_("文化程度"))
    skill = df.CharFilter(label=_("技能特长"), lookup_expr="contains")
    trade = df.CharFilter(label=_("登记的技能证书（工种）"), method="with_skill")
    cert_type = df.ChoiceFilter(label=_("证书类型"), choices=CERT_TYPE.pairs, method="with_skill")
    level_from = df.TypedChoiceFilter(
        label=_("技能等级不低于"), choices=[("", _("全部")), *LEVEL_PAIRS], coerce=int, method="with_skill"
    )
    intention = df.CharFilter(label=_("就业意向"), lookup_expr="contains")
    intended_place = df.CharFilter(label=_("意向地区"), lookup_expr="contains")
    wanted_job = df.CharFilter(label=_("意向工种"), lookup_expr="contains")
    training_wish = df.CharFilter(label=_("培训意愿"), lookup_expr="contains")
    startup_wish = df.CharFilter(label=_("创业意愿"), lookup_expr="contains")
    resettlement_site = df.CharFilter(label=_("安置点"), lookup_expr="contains")
    has_phone = YesNoFilter(label=_("有联系电话"), method="reachable")
    household_size = YearsFilter(label=_("家庭户人数"), method="in_household_of")
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
            cast("Autocomplete", self.form.fields["village"].widget).user = asker

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

    def of_age(self, queryset: WorkerQuerySet, _name: str, value: slice) -> WorkerQuerySet:
        """Those of at least so many and at most so many full years today."""
        after, by = born_between(int(value.start or 0), int(OLDEST if value.stop is None else value.stop), localdate())
        return queryset.filter(birth_date__gt=after, birth_date__lte=by)

    def reachable(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Those with a phone, or those without."""
        return queryset.filter(phone__isnull=value != "true")

    def in_household_of(self, queryset: WorkerQuerySet, _name: str, value: slice) -> WorkerQuerySet:
        """Those in whose household so many persons are registered; nobody without a household."""
        # Counted for the few rows a page looks at: grouping the whole register would cost half a second each time.
        members = Worker.objects.filter(household=OuterRef("household_id")).order_by().values("household")
        size = Subquery(members.annotate(size=Count("pk")).values("size"), output_field=IntegerField())
        found = queryset.filter(household__isnull=False)
        if value.start is not None:
            found = found.filter(GreaterThanOrEqual(size, int(value.start)))
        return found if value.stop is None else found.filter(LessThanOrEqual(size, int(value.stop)))

    def unvisited_since(self, queryset: WorkerQuerySet, _name: str, value: date | None) -> WorkerQuerySet:
        """Those whose last visit lies before the day, or who were never visited."""
        return queryset.filter(Q(visited_on__lt=value) | Q(visited_on__isnull=True)) if value else queryset


class WorkerApiFilter(WorkerFilter):
    """The page's filters and its search box as the parameter ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: WorkerQuerySet, _name: str, value: str) -> WorkerQuerySet:
        """Name, initials, ID number or its last four, phone, village."""
        return search(queryset, value, area_of(self.request.user)) if value.strip() else queryset


def register_filters(filters: Mapping[str, df.Filter], meanings: Mapping[str, Meaning]) -> None:
    """Let an app above narrow the register's list by facts of its own: on the page, in exports and in the API.

    ``filters`` by parameter, and what each means to the bitmaps (``workers.bitmaps.filters``); ``ValueError`` for a
    parameter that is taken. They stand after the registry's own.
    """
    for declared in (WorkerFilter, WorkerApiFilter):
        for name, made in filters.items():
            if name in declared.base_filters:
                message = f"two filters of the register are named {name}"
                raise ValueError(message)
            made.field_name = made.field_name or name
            declared.base_filters[name] = made
    for name, meaning in meanings.items():
        register_meaning(name, meaning)
