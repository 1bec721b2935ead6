"""Filters for list pages: ranges of dates and amounts read as people type them, yes or no (used by the API alike)."""

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import ChoiceFilter, DateFromToRangeFilter, FilterSet, RangeFilter
from django_filters.fields import RangeField
from django_filters.widgets import DateRangeWidget

from core.web.fields import AmountField, DateField
from core.web.texts import Text

YES, NO = _("是"), _("否")


class DayRangeField(RangeField):
    """Two dates, each typed any way."""

    widget = DateRangeWidget

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((DateField(required=False), DateField(required=False)), *args, **kwargs)

    def compress(self, data_list: list[date | None]) -> slice | None:
        """Both ends, either of which may be open; days, not moments."""
        if not data_list or not any(data_list):
            return None
        return slice(data_list[0], data_list[1])


class DayRangeFilter(DateFromToRangeFilter):
    """Rows whose date lies in the range, both ends included. Parameters ``NAME_after`` and ``NAME_before``."""

    field_class = DayRangeField


class MomentRangeFilter(DayRangeFilter):
    """Rows whose moment lies on one of the days of the range, both ends included."""

    def filter(self, qs: Any, value: slice | None) -> Any:
        """The first day from midnight, the last to its end."""
        if value is None:
            return qs
        low, high = _moment(value.start, time.min), _moment(value.stop, time.max)
        return super().filter(qs, slice(low, high))


class AmountRangeField(RangeField):
    """Two amounts, with commas or 万元 if one likes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__((AmountField(required=False), AmountField(required=False)), *args, **kwargs)

    def compress(self, data_list: list[Decimal | None]) -> slice | None:
        """Both ends, either of which may be open."""
        if not data_list or all(value is None for value in data_list):
            return None
        return slice(data_list[0], data_list[1])


class AmountRangeFilter(RangeFilter):
    """Rows whose amount lies in the range, both ends included. Parameters ``NAME_min`` and ``NAME_max``."""

    field_class = AmountRangeField


class YesNoFilter(ChoiceFilter):
    """A fact that is so or is not; ``yes`` and ``no`` may have words of their own.

    The parameter is ``true`` or ``false``, and so is the value a ``method`` gets.
    """

    def __init__(self, *args: Any, yes: Text = YES, no: Text = NO, **kwargs: Any) -> None:
        super().__init__(*args, choices=[("true", yes), ("false", no)], **kwargs)

    def filter(self, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        """By the stored true or false."""
        return qs.filter(**{f"{self.field_name}__{self.lookup_expr}": value == "true"}) if value else qs


def give_choices(filterset: FilterSet, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """Set the choices of one filter of this filter set: those that depend on who asks, or on what is stored now."""
    chosen = filterset.filters[name]
    chosen.extra["choices"] = list(choices)
    # A field made of the class's filter before (the API's schema does) would be copied with its old choices.
    vars(chosen).pop("_field", None)


def _moment(day: date | None, at: time) -> datetime | None:
    return None if day is None else timezone.make_aware(datetime.combine(day, at))
