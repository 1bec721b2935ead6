"""Filters of the list of households, shared by page and whoever asks for the same."""

from datetime import date
from typing import Any

import django_filters as df
from django.db.models import Exists, OuterRef, Q
from django.db.models.expressions import RawSQL
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import YesNoFilter, give_choices
from workers.filters import GROUPS, LIFTED_OR_MONITORED, DayFilter, townships_of
from workers.households.queries import without_work
from workers.models import Household, HouseholdQuerySet, Worker


class HouseholdFilter(df.FilterSet):
    """Which households: where, with nobody at work on which day, with members of which key group."""

    township = df.ChoiceFilter(label=_("乡镇"), field_name="village_code", lookup_expr="startswith")
    village = df.CharFilter(label=_("村代码"), field_name="village_code", lookup_expr="startswith")
    zero = YesNoFilter(label=_("零就业家庭"), method="with_nobody_at_work")
    as_of = DayFilter(label=_("截至日期"), method="read_elsewhere")
    group = df.ChoiceFilter(label=_("有人属于"), choices=GROUPS, method="with_member_in")
    inhabited = YesNoFilter(label=_("有人登记在户"), method="with_people")

    class Meta:
        model = Household
        fields = ()

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asker = user or getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", townships_of(asker))

    @property
    def day(self) -> date:
        """The day the list tells of."""
        self.form.is_valid()
        found: date | None = self.form.cleaned_data.get("as_of")
        return found or localdate()

    def read_elsewhere(self, queryset: HouseholdQuerySet, _name: str, _value: date) -> HouseholdQuerySet:
        """A day that other filters look at."""
        return queryset

    def with_nobody_at_work(self, queryset: HouseholdQuerySet, _name: str, value: str) -> HouseholdQuerySet:
        """Zero-employment households of the day, or the others."""
        # Found once for the rows, their count and every page; an array is one parameter, however many there are.
        found = Q(pk__in=RawSQL("SELECT unnest(%s::bigint[])", [without_work(queryset, self.day)]))
        return queryset.filter(found if value == "true" else ~found)

    def with_member_in(self, queryset: HouseholdQuerySet, _name: str, value: str) -> HouseholdQuerySet:
        """Those with somebody who belonged to the key group on the day."""
        groups = ("lifted_poverty", "monitored") if value == LIFTED_OR_MONITORED else (value,)
        tagged = Worker.objects.filter(household=OuterRef("pk")).in_any_group(groups, self.day)
        return queryset.filter(Exists(tagged))

    def with_people(self, queryset: HouseholdQuerySet, _name: str, value: str) -> HouseholdQuerySet:
        """Those somebody lives in, or the empty ones."""
        found = Exists(Worker.objects.filter(household=OuterRef("pk")))
        return queryset.filter(found if value == "true" else ~found)
