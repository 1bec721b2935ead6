"""Filters of the lists of organised journeys, shared by page, export and API."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import django_filters as df
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import DayRangeFilter, MomentRangeFilter, YesNoFilter, give_choices
from dispatch.models import Batch, Passenger, Trip
from dispatch.queries import overdue
from employment.filters import DivisionFilter, PersonFilterSet, employers_called, of_person, provinces

YES_NO_NONE = [("yes", _("是")), ("no", _("否")), ("none", _("未登记"))]


class ThreeWayFilter(df.ChoiceFilter):
    """A fact that is so, is not so, or was not said."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=YES_NO_NONE, **kwargs)

    def filter(self, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        """By the stored true, false or NULL."""
        if not value:
            return qs
        return qs.filter(**{self.field_name: {"yes": True, "no": False, "none": None}[value]})


class TripFilter(df.FilterSet):
    """车次."""

    batch = df.CharFilter(label=_("批次编号"), field_name="batch__code")
    mode = df.ChoiceFilter(label=_("出行方式"), choices=Trip.Mode.choices)
    departs_at = MomentRangeFilter(label=_("出发日期"))
    destination = df.ChoiceFilter(label=_("目的省"), field_name="destination_code", lookup_expr="startswith")
    destination_city = DivisionFilter(label=_("目的市、县"), field_name="destination_code")
    organiser = df.CharFilter(label=_("组织单位"), lookup_expr="contains")

    class Meta:
        model = Trip
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())


class BatchFilter(df.FilterSet):
    """批次."""

    mode = df.ChoiceFilter(label=_("出行方式"), choices=Trip.Mode.choices, method="with_vehicle")
    departs_at = MomentRangeFilter(label=_("出发日期"), method="departing")

    class Meta:
        model = Batch
        fields = ()

    def with_vehicle(self, queryset: QuerySet[Batch], _name: str, value: str) -> QuerySet[Batch]:
        """Batches with a vehicle of that mode."""
        return queryset.filter(Exists(Trip.objects.filter(batch=OuterRef("pk"), mode=value)))

    def departing(self, queryset: QuerySet[Batch], _name: str, value: slice | None) -> QuerySet[Batch]:
        """Batches with a vehicle that leaves on one of the days."""
        if value is None:
            return queryset
        days = MomentRangeFilter(field_name="departs_at").filter(Trip.objects.filter(batch=OuterRef("pk")), value)
        return queryset.filter(Exists(days))


class TripApiFilter(TripFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Trip], _name: str, value: str) -> QuerySet[Trip]:
        """Vehicles that the text means."""
        return queryset.filter(trip_called(value)) if value.strip() else queryset


class PassengerFilter(PersonFilterSet):
    """乘车人."""

    batch = df.CharFilter(label=_("批次编号"), field_name="trip__batch__code")
    vehicle = df.CharFilter(label=_("车次"), field_name="trip__vehicle")
    trip = df.NumberFilter(label=_("车次编号"), field_name="trip_id", widget=forms.HiddenInput)
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)
    mode = df.ChoiceFilter(label=_("出行方式"), field_name="trip__mode", choices=Trip.Mode.choices)
    departs_at = MomentRangeFilter(label=_("出发日期"), field_name="trip__departs_at")
    destination = df.ChoiceFilter(label=_("目的省"), method="bound_for")
    destination_city = DivisionFilter(label=_("目的市、县"), method="bound_for")
    employer = df.CharFilter(label=_("单位名称或信用代码"), method="at_employer")
    boarded = ThreeWayFilter(label=_("签到"))
    arrived = ThreeWayFilter(label=_("到达签收"))
    at_post = YesNoFilter(label=_("到岗"), yes=_("已到岗"), no=_("未到岗"), method="is_at_post")
    at_post_on = DayRangeFilter(label=_("到岗日期"))
    outcome = df.ChoiceFilter(label=_("状态"), choices=Passenger.Outcome.choices)
    waiting = df.NumberFilter(label=_("到达后未到岗满（天）"), method="waits", min_value=0, max_value=3650)

    class Meta:
        model = Passenger
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())

    def bound_for(self, queryset: QuerySet[Passenger], _name: str, value: str) -> QuerySet[Passenger]:
        """Those who go there: by their own destination, else the vehicle's."""
        own = Q(destination_code__startswith=value)
        return queryset.filter(own | Q(destination_code="", trip__destination_code__startswith=value))

    def at_employer(self, queryset: QuerySet[Passenger], _name: str, value: str) -> QuerySet[Passenger]:
        """Bound for an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def is_at_post(self, queryset: QuerySet[Passenger], _name: str, value: str) -> QuerySet[Passenger]:
        """Whether a 到岗日期 is known."""
        return queryset.filter(at_post_on__isnull=value != "true")

    def waits(self, queryset: QuerySet[Passenger], _name: str, value: Decimal) -> QuerySet[Passenger]:
        """Those who left that many days ago, boarded, and are not known to be at a post."""
        return queryset.filter(overdue(timedelta(days=int(value))))


class PassengerApiFilter(PassengerFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Passenger], _name: str, value: str) -> QuerySet[Passenger]:
        """Passengers that the text means."""
        return queryset.filter(of_person(value)) if value.strip() else queryset


def trips(user: User, query: Mapping[str, Any]) -> QuerySet[Trip]:
    """Vehicles as the list page with those parameters shows them."""
    found: QuerySet[Trip] = TripFilter(query, queryset=Trip.objects.visible_to(user).order_by("pk")).qs
    text = str(query.get("q", "")).strip()
    return found.filter(trip_called(text)) if text else found


def passengers(user: User, query: Mapping[str, Any]) -> QuerySet[Passenger]:
    """Passengers as the list page with those parameters shows them, vehicle by vehicle."""
    rows = Passenger.objects.visible_to(user).order_by("trip_id", "pk")
    found: QuerySet[Passenger] = PassengerFilter(query, queryset=rows).qs
    text = str(query.get("q", "")).strip()
    return found.filter(of_person(text)) if text else found


def trip_called(text: str) -> Q:
    """Condition on vehicles by their number, their batch's number or name, or their leader."""
    text = text.replace("\x00", "").strip()
    return Q(vehicle__contains=text) | Q(batch__code__startswith=text) | Q(batch__name__contains=text) | Q(leader=text)
