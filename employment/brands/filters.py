"""Filters of labour brands and their members, shared by page and export."""

from collections.abc import Mapping
from typing import Any

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from employment.brands.queries import member_on
from employment.filters import PersonFilterSet, listed, of_person
from employment.models import Brand, BrandMember


class BrandFilter(df.FilterSet):
    """劳务品牌."""

    grade = df.ChoiceFilter(label=_("等级"))
    recognised_on = DayRangeFilter(label=pgettext_lazy("recognition", "认定日期"))

    class Meta:
        model = Brand
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        grades = Brand.objects.order_by("grade").values_list("grade", flat=True).distinct()
        give_choices(self, "grade", [(grade, grade) for grade in grades])


class BrandMemberFilter(PersonFilterSet):
    """劳务品牌人员."""

    brand = df.ChoiceFilter(label=_("劳务品牌"), field_name="brand_id")
    current = YesNoFilter(label=_("目前在册"), method="is_current")
    year = df.NumberFilter(label=_("年度"))
    income = AmountRangeFilter(label=_("年收入（元）"))
    joined_on = DayRangeFilter(label=_("加入日期"))
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    class Meta:
        model = BrandMember
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "brand", [(str(pk), name) for pk, name in Brand.objects.values_list("pk", "name")])

    def is_current(self, queryset: QuerySet[BrandMember], _name: str, value: str) -> QuerySet[BrandMember]:
        """Of memberships that cover today, or of others."""
        now = member_on(localdate())
        return queryset.filter(now if value == "true" else ~now)


def brand_called(text: str) -> Q:
    """Condition on brands: with the text in their name."""
    return Q(name__contains=text.replace("\x00", "").strip())


def brands(user: User, query: Mapping[str, Any]) -> QuerySet[Brand]:
    """Brands as the list page with those parameters shows them."""
    return listed(BrandFilter, Brand.objects.visible_to(user), query, brand_called)


def brand_members(user: User, query: Mapping[str, Any]) -> QuerySet[BrandMember]:
    """Rows of member lists as the list page with those parameters shows them."""
    return listed(BrandMemberFilter, BrandMember.objects.visible_to(user), query, of_person)
