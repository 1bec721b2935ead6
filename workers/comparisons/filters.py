"""Filters of a comparison's work-list, shared by page and export."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

import django_filters as df
from django.db.models import Q, QuerySet, TextField, Value
from django.db.models.functions import Length, Replace
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.formats.identity import OLD_LENGTH, upgraded
from core.formats.pinyin import NAME_DOT
from core.web.filters import YesNoFilter, give_choices
from workers.comparisons.models import Difference
from workers.comparisons.queries import owners_of
from workers.comparisons.sheet import HEADINGS
from workers.filters import townships_of
from workers.queries import TOWNSHIP
from workers.typed import words_of

State = Difference.State
NOBODY: Final = "none"
NOWHERE: Final = "none"
"""Differences of no township: of people the register does not know and whose village the list does not say."""


class DifferenceFilter(df.FilterSet):
    """Which differences: those still to be done unless another state is asked for."""

    state = df.ChoiceFilter(
        label=_("状态"), choices=State.choices, empty_label=None, initial=State.OPEN, method="in_state"
    )
    kind = df.ChoiceFilter(label=_("类型"), choices=Difference.Kind.choices)
    field = df.ChoiceFilter(label=_("栏目"), choices=[(field, _(word)) for field, word in HEADINGS.items()])
    township = df.ChoiceFilter(label=_("乡镇"), method="in_township")
    owner = df.ChoiceFilter(label=_("承办人"), method="taken_on_by")
    fresh = YesNoFilter(label=_("新出现"))

    class Meta:
        model = Difference
        fields = ()

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asker = user or getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", [(NOWHERE, _("未定乡镇")), *townships_of(asker)])
            give_choices(self, "owner", [(NOBODY, _("无人领办")), *owners_of(asker)])

    def filter_queryset(self, queryset: QuerySet[Difference]) -> QuerySet[Difference]:
        """Without a state: those still to be done."""
        found: QuerySet[Difference] = super().filter_queryset(queryset)
        return found if self.form.cleaned_data.get("state") else found.filter(state=State.OPEN)

    def in_township(self, queryset: QuerySet[Difference], _name: str, value: str) -> QuerySet[Difference]:
        """Those of a township, or of none."""
        if value == NOWHERE:
            return queryset.alias(digits=Length("village_code")).filter(digits__lt=TOWNSHIP)
        return queryset.filter(village_code__startswith=value)

    def taken_on_by(self, queryset: QuerySet[Difference], _name: str, value: str) -> QuerySet[Difference]:
        """Those somebody took on, or nobody."""
        return queryset.filter(owner=None) if value == NOBODY else queryset.filter(owner=int(value))

    def in_state(self, queryset: QuerySet[Difference], _name: str, value: str) -> QuerySet[Difference]:
        """Differences in that state."""
        return queryset.filter(state=value)


def listed(user: User, query: Mapping[str, Any]) -> QuerySet[Difference]:
    """The differences the work-list shows with those parameters; ``comparison`` names whose."""
    rows = Difference.objects.visible_to(user)
    text = str(query.get("q", "")).strip()
    found: QuerySet[Difference] = DifferenceFilter(query, queryset=rows, user=user).qs
    try:
        found = found.filter(comparison=UUID(str(query.get("comparison", ""))))
    except ValueError:
        found = found.none()
    return searched(found, text) if text else found


def searched(rows: QuerySet[Difference], text: str) -> QuerySet[Difference]:
    """Those of people whom every word means: the beginning of a name, an ID number or its last four."""
    words = words_of(text)
    if not words:
        return rows.none()
    rows = rows.alias(plain_name=Replace("name", Value(NAME_DOT), Value(""), output_field=TextField()))
    for word in words:
        rows = rows.filter(_meant(word.upper()))
    return rows


def _meant(word: str) -> Q:
    if not word[0].isdigit():
        # Names stand as the list or the register writes them, dots and all.
        return Q(plain_name__istartswith=word)
    if len(word) == len("123X"):
        return Q(id_number__endswith=word)
    number = upgraded(word) if len(word) == OLD_LENGTH and word.isdecimal() else word
    return Q(id_number__startswith=number)
