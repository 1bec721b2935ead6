"""Filters of the queue of possible doubles."""

from typing import Any

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.pairs.filters import PairFilter
from core.web.filters import give_choices
from workers.doubles.models import PossibleDouble
from workers.doubles.services import PERSONS
from workers.filters import townships_of


class PossibleDoubleFilter(PairFilter):
    """Which pairs, by township too."""

    register = PERSONS

    township = df.ChoiceFilter(label=_("乡镇"), method="of_township")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asker = getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", townships_of(asker))

    def of_township(self, queryset: QuerySet[PossibleDouble], _name: str, value: str) -> QuerySet[PossibleDouble]:
        """Pairs of whom at least one lives there."""
        return queryset.filter(Q(first__village_code__startswith=value) | Q(second__village_code__startswith=value))
