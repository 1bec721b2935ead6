"""Filters of returns, shared by page and export."""

from collections.abc import Mapping
from typing import Any

import django_filters as df
from django import forms
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import DayRangeFilter, YesNoFilter
from employment.filters import PersonFilterSet, listed, of_person
from employment.models import Returnee
from employment.returnees.queries import last_of_festival, with_back, with_festival


class ReturneeFilter(PersonFilterSet):
    """节前返乡监测表."""

    festival = df.NumberFilter(label=_("春节年份"), method="for_festival")
    plans_out = YesNoFilter(label=_("计划外出"))
    back = YesNoFilter(label=_("目前返岗"), yes=_("已返岗"), no=_("未返岗"), method="is_back")
    last = YesNoFilter(label=_("同一春节"), yes=_("只看最后一次返乡"), no=_("较早的返乡"), method="is_last")
    overdue = YesNoFilter(label=_("计划外出日期"), yes=_("已过"), no=_("未到或未填"), method="is_overdue")
    returned_on = DayRangeFilter(label=_("返乡日期"))
    leaves_on = DayRangeFilter(label=_("计划外出日期"))
    from_place = df.CharFilter(label=_("原务工地"), lookup_expr="contains")
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    class Meta:
        model = Returnee
        fields = ()

    def for_festival(self, queryset: QuerySet[Returnee], _name: str, value: int) -> QuerySet[Returnee]:
        """Returns for the festival of that year."""
        return with_festival(queryset).filter(festival=value)

    def is_back(self, queryset: QuerySet[Returnee], _name: str, value: str) -> QuerySet[Returnee]:
        """In a job outside the county today, since the return."""
        return with_back(queryset, localdate()).filter(back=value == "true")

    def is_last(self, queryset: QuerySet[Returnee], _name: str, value: str) -> QuerySet[Returnee]:
        """The person's last return for the festival, or an earlier one."""
        last = last_of_festival(queryset)
        return last if value == "true" else queryset.exclude(pk__in=last.values("pk"))

    def is_overdue(self, queryset: QuerySet[Returnee], _name: str, value: str) -> QuerySet[Returnee]:
        """The day they meant to leave has gone by."""
        today = localdate()
        return queryset.filter(leaves_on__lt=today) if value == "true" else queryset.exclude(leaves_on__lt=today)


def returnees(user: User, query: Mapping[str, Any]) -> QuerySet[Returnee]:
    """Returns as the list page with those parameters shows them."""
    return listed(ReturneeFilter, Returnee.objects.visible_to(user), query, of_person)
