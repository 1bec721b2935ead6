"""Filters of organisers, shared by page, export and API, and the words of their kinds and states."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import django_filters as df
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.accounts.models import User
from core.web.filters import DayRangeFilter, YesNoFilter, give_choices
from employment.filters import listed
from employment.models import Organiser
from employment.organisers.queries import in_use
from workers.filters import townships_of

KIND_BADGES: Final = {
    "broker": (_("劳务经纪人"), "green"),
    "agency": (_("人力资源服务机构"), "blue"),
    "company": (_("劳务公司"), "purple"),
    "coop": (_("劳务合作社"), "orange"),
}
LEVEL_WORDS: Final = {"省级": _("省级"), "市级": _("市级"), "县级": _("县级")}
SOON: Final = timedelta(days=60)
"""How long before a licence runs out its holder is asked for the new one."""


class OrganiserFilter(df.FilterSet):
    """劳务带头人和机构台账."""

    kind = df.ChoiceFilter(label=_("类型"), choices=[(code, word) for code, (word, _colour) in KIND_BADGES.items()])
    level = df.ChoiceFilter(label=_("级别"), choices=list(LEVEL_WORDS.items()))
    township = df.ChoiceFilter(label=_("所在乡镇"), field_name="place_code", lookup_expr="startswith")
    current = YesNoFilter(label=_("状态"), yes=_("在用"), no=_("已终止"), method="is_current")
    licence = df.ChoiceFilter(
        label=_("许可证"),
        choices=[("valid", _("有效")), ("due", _("60天内到期")), ("expired", _("已过期"))],
        method="licensed",
    )
    recognised_on = DayRangeFilter(label=pgettext_lazy("recognition", "认定日期"))

    class Meta:
        model = Organiser
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        if isinstance(user, User):
            give_choices(self, "township", townships_of(user))

    def is_current(self, queryset: QuerySet[Organiser], _name: str, value: str) -> QuerySet[Organiser]:
        """Recognised today, or ended."""
        now = in_use(localdate())
        return queryset.filter(now if value == "true" else ~now)

    def licensed(self, queryset: QuerySet[Organiser], _name: str, value: str) -> QuerySet[Organiser]:
        """By the day until which the licence is good."""
        return queryset.filter(licence_q(value, localdate()))


class OrganiserApiFilter(OrganiserFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Organiser], _name: str, value: str) -> QuerySet[Organiser]:
        """Organisers that the text means."""
        return queryset.filter(organiser_called(value)) if value.strip() else queryset


def licence_q(standing: str, today: date) -> Q:
    """Condition on organisers: their licence is ``valid`` today, ``due`` to run out soon, or ``expired``."""
    if standing == "expired":
        return Q(licence_until__lt=today)
    found = Q(licence_until__gte=today)
    return found & Q(licence_until__lte=today + SOON) if standing == "due" else found


def organiser_called(text: str) -> Q:
    """Condition on organisers: of that credit code or licence, or with the text in their name."""
    text = text.replace("\x00", "").strip()
    return Q(name__icontains=text) | Q(credit_code=text.upper()) | Q(licence_no=text)


def organisers(user: User, query: Mapping[str, Any]) -> QuerySet[Organiser]:
    """Organisers as the list page with those parameters shows them."""
    return listed(OrganiserFilter, Organiser.objects.visible_to(user), query, organiser_called)
