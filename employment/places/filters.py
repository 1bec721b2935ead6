"""Filters of workplaces and of the posts at them, shared by page, export and API."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.formats.values import WORKPLACE_KIND, WORKPLACE_STATE
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from employment.filters import PersonFilterSet, listed, of_person
from employment.models import Placement, Workplace
from employment.models.places import APPLYING
from employment.places.queries import Review, applying, in_post_on, standing_as, with_review
from workers.filters import townships_of

REVIEW_WORDS: Final = {
    Review.OVERDUE: (_("年检逾期"), "red"),
    Review.DUE: (_("该年检"), "orange"),
    Review.MENDING: (_("整改中"), "yellow"),
    Review.MEND_OVERDUE: (_("整改逾期"), "red"),
    Review.AHEAD: (_("未到期"), "secondary"),
    Review.APPLYING: (_("认定中"), "blue"),
    Review.CLOSED: (_("不用年检"), "secondary"),
}


STATES: Final = [(word, word) for word in APPLYING] + list(WORKPLACE_STATE.pairs)
"""Every state a workplace may stand in."""


class WorkplaceFilter(df.FilterSet):
    """就业载体台账."""

    kind = df.ChoiceFilter(label=_("类型"), choices=WORKPLACE_KIND.pairs)
    township = df.ChoiceFilter(label=_("乡镇"), field_name="township_code")
    standing = df.ChoiceFilter(label=_("状态"), choices=STATES, method="stands")
    applying = YesNoFilter(label=_("认定进度"), yes=_("认定中"), no=_("已办结"), method="is_applying")
    review = df.ChoiceFilter(
        label=_("年检"),
        choices=[(code.value, word) for code, (word, _colour) in REVIEW_WORDS.items()],
        method="reviewed",
    )
    operator = df.CharFilter(label=_("运营单位"), field_name="operator__name", lookup_expr="contains")
    recognised_on = DayRangeFilter(label=pgettext_lazy("recognition", "认定日期"))
    operator_id = df.NumberFilter(label=_("单位编号"), field_name="operator_id", widget=forms.HiddenInput)

    class Meta:
        model = Workplace
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if isinstance(user, User):
            give_choices(self, "township", townships_of(user))

    def is_applying(self, queryset: QuerySet[Workplace], _name: str, value: str) -> QuerySet[Workplace]:
        """On their way to be recognised, or not."""
        return queryset.filter(applying() if value == "true" else ~applying())

    def stands(self, queryset: QuerySet[Workplace], _name: str, value: str) -> QuerySet[Workplace]:
        """As they stand today: a 撤销日期 that has come withdraws, whatever the ledger's word."""
        return queryset.annotate(standing=standing_as(localdate())).filter(standing=value)

    def reviewed(self, queryset: QuerySet[Workplace], _name: str, value: str) -> QuerySet[Workplace]:
        """Where they are with their yearly review today."""
        return with_review(queryset, localdate()).filter(review=value)


class WorkplaceApiFilter(WorkplaceFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Workplace], _name: str, value: str) -> QuerySet[Workplace]:
        """Workplaces that the text means."""
        return queryset.filter(workplace_called(value)) if value.strip() else queryset


class PlacementFilter(PersonFilterSet):
    """载体用工花名册."""

    kind = df.ChoiceFilter(label=_("载体类型"), field_name="workplace__kind", choices=WORKPLACE_KIND.pairs)
    current = YesNoFilter(label=_("目前在岗"), method="is_current")
    code = df.CharFilter(label=_("载体编号"), field_name="workplace__code")
    start_on = DayRangeFilter(label=_("上岗时间"))
    end_on = DayRangeFilter(label=_("离岗时间"))
    wage = AmountRangeFilter(label=_("月工资（元）"))
    workplace = df.NumberFilter(label=_("载体"), field_name="workplace_id", widget=forms.HiddenInput)
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    class Meta:
        model = Placement
        fields = ()

    def is_current(self, queryset: QuerySet[Placement], _name: str, value: str) -> QuerySet[Placement]:
        """Held today, or not."""
        now = in_post_on(localdate())
        return queryset.filter(now if value == "true" else ~now)


def workplace_called(text: str) -> Q:
    """Condition on workplaces by number, name or operator."""
    text = text.replace("\x00", "").strip()
    return Q(code__istartswith=text) | Q(name__contains=text) | Q(operator__name__contains=text)


def workplaces(user: User, query: Mapping[str, Any]) -> QuerySet[Workplace]:
    """Workplaces as the list page with those parameters shows them."""
    return listed(WorkplaceFilter, Workplace.objects.visible_to(user), query, workplace_called)


def placements(user: User, query: Mapping[str, Any]) -> QuerySet[Placement]:
    """Posts as the list page with those parameters shows them."""
    return listed(PlacementFilter, Placement.objects.visible_to(user), query, of_person)
