"""Filters of the list of households to visit, shared by page and export."""

from collections.abc import Mapping
from typing import Any, Final

import django_filters as df
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.filters import DayRangeFilter, YesNoFilter, give_choices
from workers.filters import townships_of
from workers.models import Worker
from workers.queries import area_of, search
from workers.surveys.models import TO_VISIT, Campaign, DoorVisit, SurveyClash, VisitTask, VisitTaskQuerySet

STATES: Final = {
    "assigned": (_("已派"), "secondary"),
    "visited": (_("已入户"), "blue"),
    "absent": (_("未遇"), "orange"),
    "moved": (_("迁出或死亡"), "secondary"),
    "submitted": (_("已提交"), "azure"),
    "town_checked": (_("乡镇已核对"), "teal"),
    "accepted": (_("已验收"), "green"),
    "returned": (_("退回"), "red"),
}
REVISITED: Final = [("yes", _("抽中、已复访")), ("no", _("抽中、待复访"))]


class TaskFilter(df.FilterSet):
    """Which households: of what campaign, where, how far, whose."""

    campaign = df.ChoiceFilter(label=_("走访活动"), field_name="campaign_id")
    township = df.ChoiceFilter(label=_("乡镇"), field_name="village_code", lookup_expr="startswith")
    village = df.CharFilter(label=_("村代码"), field_name="village_code", lookup_expr="startswith")
    group = df.CharFilter(label=_("组"), field_name="group_name")
    state = df.ChoiceFilter(label=_("状态"), choices=[(code, word) for code, (word, _colour) in STATES.items()])
    surveyor = df.CharFilter(label=_("走访人账号"), field_name="surveyor__username")
    unassigned = YesNoFilter(label=_("待派"), field_name="surveyor", lookup_expr="isnull")
    clash = YesNoFilter(label=_("有冲突待选定"), method="with_clash")
    revisit = df.ChoiceFilter(label=_("复访"), choices=REVISITED, method="to_revisit")
    relocated = YesNoFilter(label=_("已登记在别的村"), method="elsewhere")
    late = YesNoFilter(label=_("有迟到的走访待核对"), method="with_late")
    visited_on = DayRangeFilter(label=_("入户日期"))

    class Meta:
        model = VisitTask
        fields = ()

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asker = user or getattr(self.request, "user", None)
        if isinstance(asker, User):
            give_choices(self, "township", townships_of(asker))
            campaigns = Campaign.objects.visible_to(asker).order_by("-starts_on", "-pk")
            give_choices(self, "campaign", [(str(pk), name) for pk, name in campaigns.values_list("pk", "name")])

    def with_clash(self, queryset: VisitTaskQuerySet, _name: str, value: str) -> VisitTaskQuerySet:
        """Those with a field somebody must choose."""
        waiting = Exists(SurveyClash.objects.filter(survey__task=OuterRef("pk"), choice=""))
        return queryset.filter(waiting if value == "true" else ~waiting)

    def with_late(self, queryset: VisitTaskQuerySet, _name: str, value: str) -> VisitTaskQuerySet:
        """Those with a visit that came too late to be written down and waits for a look."""
        waiting = Exists(DoorVisit.objects.held().filter(task=OuterRef("pk")))
        return queryset.filter(waiting if value == "true" else ~waiting)

    def elsewhere(self, queryset: VisitTaskQuerySet, _name: str, value: str) -> VisitTaskQuerySet:
        """Those still to visit that were given out in a village where the contact is not registered any more, or all others."""
        moved = Q(state__in=TO_VISIT, campaign__state=Campaign.State.OPEN) & ~Q(contact__village_code=F("village_code"))
        return queryset.filter(moved if value == "true" else ~moved)

    def to_revisit(self, queryset: VisitTaskQuerySet, _name: str, value: str) -> VisitTaskQuerySet:
        """Those drawn for a second visit, done or not."""
        return queryset.filter(sampled=True, revisit__isnull=value == "no")


def called(rows: VisitTaskQuerySet, user: User, text: str) -> VisitTaskQuerySet:
    """Those of the households in which somebody is called or numbered so."""
    people = search(Worker.objects.visible_to(user), text, area_of(user))
    homes = people.filter(household__isnull=False).values("household")
    return rows.filter(Q(contact__in=people.values("pk")) | Q(household__in=homes))


def listed(user: User, query: Mapping[str, Any]) -> VisitTaskQuerySet:
    """Households as the list page with those parameters shows them, in no order."""
    found: VisitTaskQuerySet = TaskFilter(query, queryset=VisitTask.objects.visible_to(user), user=user).qs
    text = str(query.get("q", "")).strip()
    return called(found, user, text) if text else found
