"""The question as a form: period, area, cut-off, how it is split, what it is limited to."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.divisions.queries import children_of, names_of
from core.formats.periods import quarter_around
from core.indicators.declarations import Dimension, Indicator
from core.indicators.dimensions import GEOGRAPHY
from core.indicators.questions import TOWNSHIP
from core.indicators.scope import own_division
from core.web.words import spoken_sex

ASKED = ("period", "division", "by", "then", "variant", "as_of")
"""Fields that stand in the bar; the others are limits and open under 筛选."""


class QuestionForm(forms.Form):
    """Words of ``read_question``; ``by`` and ``then`` together are its ``by``. What is wrong with them the reader says."""

    period = forms.CharField(required=False)
    division = forms.ChoiceField(required=False)
    by = forms.ChoiceField(required=False)
    then = forms.ChoiceField(required=False)
    as_of = forms.CharField(required=False)

    def __init__(self, *args: Any, indicator: Indicator, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.indicator = indicator
        self._word("period", _("期间"), {"placeholder": "2025、2025Q1、2025-03", "list": "periods", "size": 12})
        self._choice("division", _("区划"), _areas(indicator, user))
        splits = [("", _("不分组")), *[(one.name, _(one.label)) for one in indicator.dimensions]]
        self._choice("by", _("分组"), splits)
        self._choice("then", _("再分"), splits)
        if indicator.variants:
            self.fields["variant"] = forms.ChoiceField(required=False)
            self._choice(
                "variant",
                _("口径"),
                [(name, _(indicator.variant_labels.get(name, name))) for name in indicator.variants],
            )
        self._word("as_of", _("截至日期"), {"placeholder": "2025-03-31", "size": 10})
        for dimension in indicator.dimensions:
            self._limit(dimension)

    def _word(self, name: str, label: str, attrs: dict[str, Any]) -> None:
        self.fields[name].label = label
        self.fields[name].widget.attrs.update(attrs)

    def _choice(self, name: str, label: str, choices: Sequence[tuple[str, str]]) -> None:
        self.fields[name].label = label
        self.fields[name].choices = list(choices)  # type: ignore[attr-defined]

    def _limit(self, dimension: Dimension) -> None:
        if dimension in GEOGRAPHY:
            return
        label = _(dimension.label)
        if not dimension.labels:
            attrs = {"placeholder": _(dimension.hint) if dimension.hint else ""}
            self.fields[dimension.name] = forms.CharField(
                required=False, label=label, widget=forms.TextInput(attrs=attrs)
            )
            return
        listed = [(code, spoken_sex(said)) for code, said in dimension.labels.items()]
        choices = [("", _("全部")), *listed, *[(alias, _(alias)) for alias in dimension.aliases]]
        self.fields[dimension.name] = forms.ChoiceField(required=False, label=label, choices=choices)

    def words(self) -> dict[str, list[str]]:
        """The words for ``read_question``: what was given, the running year when no period was."""
        given = {name: self.data.get(name, "").strip() for name in self.fields}
        by = [name for name in dict.fromkeys([given.pop("by"), given.pop("then")]) if name]
        given["period"] = given["period"] or f"{timezone.localdate():%Y}"
        return {name: [value] for name, value in given.items() if value} | ({"by": [",".join(by)]} if by else {})

    @property
    def bar(self) -> list[forms.BoundField]:
        """The fields of the bar."""
        return [self[name] for name in ASKED if name in self.fields]

    @property
    def limits(self) -> list[forms.BoundField]:
        """The fields under 筛选."""
        return [self[name] for name in self.fields if name not in ASKED]


def period_choices() -> list[str]:
    """Periods one usually wants: this year and last, their quarters and months gone by, newest first."""
    today = timezone.localdate()
    months = [today.replace(day=1, month=month) for month in range(today.month, 0, -1)]
    quarters = dict.fromkeys(quarter_around(month).label for month in months)
    return [f"{today:%Y}", *quarters, *[f"{month:%Y-%m}" for month in months], f"{today.year - 1}"]


def _areas(indicator: Indicator, user: User) -> list[tuple[str, str]]:
    own = own_division(user)
    areas = [(own, names_of({own}).get(own, own))]
    finest = indicator.county_level_only or (indicator.fact.places and len(own) >= TOWNSHIP)
    return areas if finest else [*areas, *children_of(own)]
