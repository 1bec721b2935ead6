"""Filters of visits to employers, shared by page, export and API; and what they narrow the list of employers by."""

from collections.abc import Mapping
from typing import Any

import django_filters as df
from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import DayRangeFilter, YesNoFilter, give_choices
from employment.filters import DivisionFilter, employers_called, listed, provinces
from stations.employer_visits.queries import come_again, not_visited_for, visits_called
from stations.filters import station_choices
from stations.models import EmployerVisit

LONGEST_DAYS = 10_000


class EmployerVisitFilter(df.FilterSet):
    """访企拓岗记录."""

    station = df.ChoiceFilter(label=_("协作站"), field_name="station__code")
    visited_on = DayRangeFilter(label=_("走访日期"))
    destination = df.ChoiceFilter(label=_("所在省"), field_name="place_code", lookup_expr="startswith")
    place = DivisionFilter(label=_("所在地"), field_name="place_code")
    employer = df.CharFilter(label=_("单位名称或信用代码"), method="at_employer")
    employer_id = df.NumberFilter(label=_("单位编号"), field_name="employer_id", widget=forms.HiddenInput)
    key_employer = YesNoFilter(label=_("重点企业"), field_name="employer__key_employer")
    needs = YesNoFilter(label=_("用工需求"), yes=_("有"), no=_("没有"), method="has_needs")
    visitor = df.CharFilter(label=_("走访人"), lookup_expr="contains")
    due = YesNoFilter(label=_("约定再访"), yes=_("已到期"), no=_("未到期或没有约定"), method="is_due")
    next_on = DayRangeFilter(label=_("下次走访日期"))

    class Meta:
        model = EmployerVisit
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        give_choices(self, "station", station_choices(user if isinstance(user, User) else None))
        give_choices(self, "destination", provinces())

    def at_employer(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """At an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def has_needs(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Whether the employer was looking for people."""
        return queryset.exclude(needs="") if value == "true" else queryset.filter(needs="")

    def is_due(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """Where the day agreed for the next visit has come and nobody was there since, or all others."""
        due = queryset.model.objects.filter(come_again(localdate())).values("pk")
        return queryset.filter(pk__in=due) if value == "true" else queryset.exclude(pk__in=due)


class EmployerVisitApiFilter(EmployerVisitFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="called")

    def called(self, queryset: QuerySet[Any, Any], _name: str, value: str) -> QuerySet[Any, Any]:
        """As the search box."""
        return queryset.filter(visits_called(value)) if value.strip() else queryset


class NotVisitedFor(df.NumberFilter):
    """Employers where nobody was in so many days."""

    def filter(self, qs: QuerySet[Any, Any], value: Any) -> QuerySet[Any, Any]:  # noqa: ANN401 - what the field cleaned
        """All without a number."""
        user = getattr(self.parent.request, "user", None)
        if value is None or not isinstance(user, User):
            return qs
        return qs.filter(not_visited_for(user, int(value), localdate()))


def employer_filters() -> dict[str, df.Filter]:
    """What visits narrow the list of employers by, by parameter."""
    return {"unvisited": NotVisitedFor(label=_("多少天没有走访"), min_value=1, max_value=LONGEST_DAYS)}


def employer_visits(user: User, query: Mapping[str, Any]) -> QuerySet[EmployerVisit]:
    """Visits as the list page with those parameters shows them, by primary key."""
    return listed(EmployerVisitFilter, EmployerVisit.objects.visible_to(user), query, visits_called)
