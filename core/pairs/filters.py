"""Filters of a queue of pairs."""

from typing import Any, ClassVar

import django_filters as df
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.pairs.models import Pair
from core.pairs.register import Register
from core.pairs.tables import state_words
from core.web.filters import give_choices

State = Pair.State


class PairFilter(df.FilterSet):
    """Which pairs: those still to be judged unless another state is asked for."""

    register: ClassVar[Register[Any, Any, Any]]

    state = df.ChoiceFilter(label=_("状态"), empty_label=None, initial=State.OPEN)
    reason = df.ChoiceFilter(label=_("依据"), method="for_reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = state_words(self.register)
        give_choices(self, "state", [(state, word) for state, word in words.items() if state != State.MERGED])
        give_choices(self, "reason", self.register.reasons.items())

    def filter_queryset(self, queryset: QuerySet[Pair]) -> QuerySet[Pair]:
        """Without a state: those nobody has judged."""
        found: QuerySet[Pair] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=State.OPEN)

    def for_reason(self, queryset: QuerySet[Pair], _name: str, value: str) -> QuerySet[Pair]:
        """Pairs found for that reason, whatever else speaks for them."""
        return queryset.filter(reasons__contains=[value])
