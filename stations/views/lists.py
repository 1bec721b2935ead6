"""Lists: stations, visits, the plan of visits."""

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.divisions.queries import names_of
from core.web.lists import EmptyState, ListScreen, PageAction
from employment.queries import place_names
from stations.filters import PlanFilter, StationFilter, VisitFilter, station_called
from stations.models import PlannedVisit, Station, Visit
from stations.queries import called, station_counts
from stations.tables import PLAN_COLUMNS, STATION_COLUMNS, VISIT_COLUMNS
from workers.person_rows import person_rows

TOWNSHIP = 9


class StationList(ListScreen):
    """/stations/ — the stations, how many each follows and has to ask."""

    key = "stations"
    title = _("协作站")
    permission = "stations.view"
    icon = "building-community"
    columns = STATION_COLUMNS
    filterset_class = StationFilter
    quick_filters = ("kind", "destination")
    default_sort = "code"
    search_hint = _("编号、名称、对口单位、负责人")
    export_kind = "stations"

    @property
    def empty(self):
        """Where stations come from."""
        text = _("登记或导入协作站后，到岗的人按服务范围自动分给各站回访。")
        return EmptyState(
            text, f"{reverse('workbooks:new')}?kind=stations", reverse("workbooks:template", args=["stations"])
        )

    def rows(self, user):
        """Stations the user sees."""
        return Station.objects.visible_to(user)

    def search(self, queryset, text):
        """By number, name, partner, head."""
        return queryset.filter(station_called(text))

    def row_url(self, row):
        """The station."""
        return reverse("stations:detail", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places, persons followed and due: one query each for the whole page."""
        codes = {code for row in rows for code in (row.get("place_code", ""), *row.get("service_area", ())) if code}
        names = place_names(codes)
        counts = station_counts([row["pk"] for row in rows], user, timezone.localdate())
        for row in rows:
            row["place"] = names.get(row.get("place_code", ""), "")
            row["area"] = "、".join(names.get(code, code).split()[-1] for code in row.get("service_area", ()))
            row["followed"], row["due"] = counts.get(row["pk"], (0, 0))

    def page_actions(self, user):
        """Register one, import many."""
        return (
            PageAction(_("登记协作站"), reverse("stations:new"), "stations.edit", primary=True),
            PageAction(
                _("导入"),
                f"{reverse('workbooks:new')}?kind=stations",
                "stations.edit",
                icon="file-import",
                kind="stations",
            ),
        )


class FollowUpList(ListScreen):
    """What the lists of visits and of planned visits have in common; a subclass says its ``model``."""

    quick_filters = ("station", "milestone")
    search_hint = _("姓名、首字母、证件号或后四位、电话、村")

    def search(self, queryset, text):
        """By the person."""
        return called(queryset, self.user, text)

    def finder(self):
        """Whom a station reaches is asked of a few rows at a time."""
        return person_rows(self.user, self.narrowed(self.model.objects.all()))

    def prepare(self, rows, user):
        """Names of townships: one query for the whole page."""
        names = names_of({row.get("worker__village_code", "")[:TOWNSHIP] for row in rows})
        for row in rows:
            row["township"] = names.get(row.get("worker__village_code", "")[:TOWNSHIP], "")


class VisitList(FollowUpList):
    """/stations/visits/ — what visits found."""

    key = "visits"
    model = Visit
    title = _("回访记录")
    permission = ("stations.view", "visits.write")
    icon = "phone-call"
    columns = VISIT_COLUMNS
    filterset_class = VisitFilter
    quick_filters = ("station", "milestone", "status")
    default_sort = "-visited_on"
    export_kind = "visits"

    @property
    def empty(self):
        """Where visits come from."""
        text = _("在手机上登记或导入回访台账后，每次回访都在这里；回访结果会接续或结束就业记录。")
        return EmptyState(
            text, f"{reverse('workbooks:new')}?kind=visits", reverse("workbooks:template", args=["visits"])
        )

    def rows(self, user):
        """Visits of persons the user sees."""
        return Visit.objects.visible_to(user)

    def row_url(self, row):
        """The visit."""
        return reverse("stations:visit", args=[row["pk"]])

    def page_actions(self, user):
        """Write one down, import many."""
        return (
            PageAction(_("登记回访"), reverse("stations:find"), "visits.write", primary=True),
            PageAction(
                _("导入"), f"{reverse('workbooks:new')}?kind=visits", "visits.write", icon="file-import", kind="visits"
            ),
        )


class PlanList(FollowUpList):
    """/stations/planned/ — who is to be asked when, and what became of it."""

    key = "planned-visits"
    model = PlannedVisit
    title = _("回访计划")
    permission = ("stations.view", "visits.write")
    icon = "calendar-due"
    columns = PLAN_COLUMNS
    filterset_class = PlanFilter
    quick_filters = ("station", "milestone", "state")
    default_sort = "due_on"
    empty = EmptyState(_("有人到岗后，到岗第7、30、90、180日的回访会自动列在这里。"))

    def rows(self, user):
        """Plans of persons the user sees."""
        return PlannedVisit.objects.visible_to(user)

    def row_fields(self):
        """For the address of a row."""
        return ("worker_id", "visit_id")

    def row_url(self, row):
        """The visit that answered, else the person's file."""
        if row["visit_id"] is not None:
            return reverse("stations:visit", args=[row["visit_id"]])
        return f"{reverse('workers:detail', args=[row['worker_id']])}?tab=visits"
