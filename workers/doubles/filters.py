"""Filters of the queue of possible doubles."""

from typing import Any

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import give_choices
from workers.doubles.models import PossibleDouble
from workers.filters import townships_of

State = PossibleDouble.State


class PossibleDoubleFilter(df.FilterSet):
    """Which pairs: those still to be judged unless another state is asked for."""

    state = df.ChoiceFilter(
        label=_("状态"),
        choices=[pair for pair in State.choices if pair[0] != State.MERGED],
        empty_label=None,
        initial=State.OPEN,
        method="in_state",
    )
    reason = df.ChoiceFilter(label=_("依据"), choices=PossibleDouble.Reason.choices, method="for_reason")
    township = df.ChoiceFilter(label=_("乡镇"), method="of_township")

    class Meta:
        model = PossibleDouble
        fields = ()

    def __init__(self, data: Any = None, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(data, *args, **kwargs)
        asker = getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", townships_of(asker))

    def filter_queryset(self, queryset: QuerySet[PossibleDouble]) -> QuerySet[PossibleDouble]:
        """Without a state: those nobody has judged."""
        found: QuerySet[PossibleDouble] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=State.OPEN)

    def in_state(self, queryset: QuerySet[PossibleDouble], _name: str, value: str) -> QuerySet[PossibleDouble]:
        """Pairs in that state."""
        return queryset.filter(state=value)

    def for_reason(self, queryset: QuerySet[PossibleDouble], _name: str, value: str) -> QuerySet[PossibleDouble]:
        """Pairs found for that reason, whatever else speaks for them."""
        return queryset.filter(reasons__contains=[value])

    def of_township(self, queryset: QuerySet[PossibleDouble], _name: str, value: str) -> QuerySet[PossibleDouble]:
        """Pairs of whom at least one lives there."""
        return queryset.filter(Q(first__village_code__startswith=value) | Q(second__village_code__startswith=value))
