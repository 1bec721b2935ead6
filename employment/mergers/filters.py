"""Filters of the queue of employers that may be one."""

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from employment.models import EmployerPair

State = EmployerPair.State


class EmployerPairFilter(df.FilterSet):
    """Which pairs: those still to be judged unless another state is asked for."""

    state = df.ChoiceFilter(
        label=_("状态"),
        choices=[pair for pair in State.choices if pair[0] != State.MERGED],
        empty_label=None,
        initial=State.OPEN,
    )
    reason = df.ChoiceFilter(label=_("依据"), choices=EmployerPair.Reason.choices, method="for_reason")

    class Meta:
        model = EmployerPair
        fields = ()

    def filter_queryset(self, queryset: QuerySet[EmployerPair]) -> QuerySet[EmployerPair]:
        """Without a state: those nobody has judged."""
        found: QuerySet[EmployerPair] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=State.OPEN)

    def for_reason(self, queryset: QuerySet[EmployerPair], _name: str, value: str) -> QuerySet[EmployerPair]:
        """Pairs found for that reason, whatever else speaks for them."""
        return queryset.filter(reasons__contains=[value])
