"""Filters of the lists of stations, visits and planned visits, shared by page, export and API."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters as df
from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.formats.values import STATION_FOUNDING, STATION_KIND
from core.web.filters import AmountRangeFilter, DayRangeFilter, YesNoFilter, give_choices
from employment.filters import DivisionFilter, PersonFilterSet, employers_called, provinces
from stations.models import PlannedVisit, Station, Visit
from stations.planning import WINDOWS
from stations.queries import PlanState, called, in_state, with_window

STATUSES: Final = [
    ("原岗位在岗", _("原岗位在岗")),
    ("转岗在岗", _("转岗在岗")),
    ("离岗求职", _("离岗求职")),
    ("返乡", _("返乡")),
    ("失联", _("失联")),
]
CHANNELS: Final = [
    ("电话", _("电话")),
    ("微信", _("微信")),
    ("上门", _("上门")),
    ("到企", _("到企")),
    ("到站", _("到站")),
]
MILESTONES: Final = [(str(days), _("%(days)s日") % {"days": days}) for days in WINDOWS]


PLAN_STATES: Final = {
    PlanState.AHEAD: (_("未到期"), "secondary"),
    PlanState.DUE: (_("该回访"), "blue"),
    PlanState.OVERDUE: (_("已逾期"), "red"),
    PlanState.ANSWERED: (_("已回访"), "green"),
    PlanState.CLOSED: (_("已关闭"), "secondary"),
}


def station_choices(user: User | None) -> list[tuple[str, str]]:
    """(number, name) of the stations a user may choose from."""
    rows = Station.objects.visible_to(user) if user else Station.objects.all()
    return list(rows.order_by("code").values_list("code", "name"))


class StationFilter(df.FilterSet):
    """协作站."""

    kind = df.ChoiceFilter(label=_("类型"), choices=STATION_KIND.pairs)
    founding = df.ChoiceFilter(label=_("设立方式"), choices=STATION_FOUNDING.pairs)
    destination = df.ChoiceFilter(label=_("所在省"), field_name="place_code", lookup_expr="startswith")
    destination_city = DivisionFilter(label=_("所在市、县"), field_name="place_code")
    name = df.CharFilter(label=_("名称"), lookup_expr="contains")
    opened_on = DayRangeFilter(label=_("挂牌日期"))

    class Meta:
        model = Station
        fields = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        give_choices(self, "destination", provinces())


class StationApiFilter(StationFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Station], _name: str, value: str) -> QuerySet[Station]:
        """Stations that the text means."""
        return queryset.filter(station_called(value)) if value.strip() else queryset


class FollowUpFilter(PersonFilterSet):
    """What visits and planned visits are filtered by alike."""

    station = df.ChoiceFilter(label=_("协作站"), field_name="station__code")
    milestone = df.ChoiceFilter(label=_("回访节点"), choices=MILESTONES)
    worker = df.NumberFilter(label=_("人员编号"), field_name="worker_id", widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        user = getattr(self.request, "user", None)
        give_choices(self, "station", station_choices(user if isinstance(user, User) else None))


class VisitFilter(FollowUpFilter):
    """回访记录."""

    visited_on = DayRangeFilter(label=_("回访日期"))
    channel = df.ChoiceFilter(label=_("回访方式"), choices=CHANNELS)
    status = df.ChoiceFilter(label=_("就业状态"), choices=STATUSES)
    employer = df.CharFilter(label=_("当前单位"), method="at_employer")
    wage = AmountRangeFilter(label=_("月工资（元）"))
    problem = YesNoFilter(label=_("反映问题"), yes=_("有"), no=_("没有"), method="has_problem")
    next_on = DayRangeFilter(label=_("下次回访日期"))

    class Meta:
        model = Visit
        fields = ()

    def at_employer(self, queryset: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """At an employer of that credit code, or whose name holds the text."""
        return queryset.filter(employer__in=employers_called(value))

    def has_problem(self, queryset: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Whether a problem was written down."""
        return queryset.exclude(problem="") if value == "true" else queryset.filter(problem="")


class VisitApiFilter(VisitFilter):
    """The page's filters, and its search box as ``q``."""

    q = df.CharFilter(label=_("搜索"), method="searched")

    def searched(self, queryset: QuerySet[Visit], _name: str, value: str) -> QuerySet[Visit]:
        """Visits of the people whom the text means."""
        return called(queryset, self.request.user, value)


class PlanFilter(FollowUpFilter):
    """回访计划."""

    state = df.ChoiceFilter(
        label=_("状态"),
        choices=[(state.value, word) for state, (word, _colour) in PLAN_STATES.items()],
        method="stands",
    )
    due_on = DayRangeFilter(label=_("应回访日期"))
    arrived_on = DayRangeFilter(label=_("到岗日期"))

    class Meta:
        model = PlannedVisit
        fields = ()

    def stands(self, queryset: QuerySet[PlannedVisit], _name: str, value: str) -> QuerySet[PlannedVisit]:
        """Those in that state today."""
        return with_window(queryset).filter(in_state(PlanState(value), timezone.localdate()))


def stations(user: User, query: Mapping[str, Any]) -> QuerySet[Station]:
    """Stations as the list page with those parameters shows them."""
    found: QuerySet[Station] = StationFilter(query, queryset=Station.objects.visible_to(user).order_by("code")).qs
    text = str(query.get("q", "")).strip()
    return found.filter(station_called(text)) if text else found


def visits(user: User, query: Mapping[str, Any]) -> QuerySet[Visit]:
    """Visits as the list page with those parameters shows them."""
    found: QuerySet[Visit] = VisitFilter(query, queryset=Visit.objects.visible_to(user).order_by("pk")).qs
    text = str(query.get("q", "")).strip()
    return called(found, user, text)


def station_called(text: str) -> Q:
    """Condition on stations by number, name, head or partner."""
    text = text.replace("\x00", "").strip()
    return Q(code__istartswith=text) | Q(name__contains=text) | Q(partner__contains=text) | Q(head=text)
