"""Lists of batches, vehicles and passengers."""

from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.errors import DomainError
from core.web.lists import BulkAction, EmptyState, ListScreen, PageAction
from dispatch.filters import BatchFilter, PassengerFilter, TripFilter, trip_called
from dispatch.models import Batch, Passenger, Trip
from dispatch.queries import Convoy, Tally, convoys, tallies
from dispatch.tables import BATCH_COLUMNS, PASSENGER_COLUMNS, TRIP_COLUMNS
from employment.filters import of_person
from employment.tables import add_homes, add_places

MOST_REPORTED = 500


def importing(kind):
    """Where a workbook of that kind is handed in."""
    return f"{reverse('workbooks:new')}?kind={kind}"


class TripList(ListScreen):
    """/dispatch/ — vehicles and how far they have come."""

    key = "trips"
    title = _("车次")
    permission = "dispatch.view"
    icon = "bus"
    columns = TRIP_COLUMNS
    filterset_class = TripFilter
    quick_filters = ("mode", "destination")
    default_sort = "-departs_at"
    search_hint = _("车次、批次编号或名称、领队")
    export_kind = "trips"

    @property
    def empty(self):
        """Where vehicles come from."""
        text = _("导入出行计划，或新增车次；每一辆车、每一趟专列在这里占一行。")
        return EmptyState(text, importing("trips"), reverse("workbooks:template", args=["trips"]))

    def rows(self, user):
        """Vehicles the user sees."""
        return Trip.objects.visible_to(user)

    def search(self, queryset, text):
        """By vehicle, batch or leader."""
        return queryset.filter(trip_called(text))

    def row_fields(self):
        """For the names of places and the progress."""
        return ("destination_code", "departs_at")

    def row_url(self, row):
        """The vehicle."""
        return reverse("dispatch:trip", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of places and the passengers counted: one query each."""
        add_places(rows, "destination_code")
        counted = tallies(user, [row["pk"] for row in rows])
        for row in rows:
            row["tally"] = counted.get(row["pk"], Tally())

    def page_actions(self, user):
        """Plan one, import many."""
        return (
            PageAction(_("新增车次"), reverse("dispatch:new_trip"), "dispatch.edit", primary=True),
            PageAction(_("导入出行计划"), importing("trips"), "dispatch.edit", icon="file-import", kind="trips"),
            PageAction(
                _("导入乘车花名册"), importing("passengers"), "dispatch.edit", icon="file-import", kind="passengers"
            ),
        )


class BatchList(ListScreen):
    """/dispatch/batches/ — journeys of one or many vehicles."""

    key = "batches"
    title = _("批次")
    permission = "dispatch.view"
    icon = "route"
    columns = BATCH_COLUMNS
    filterset_class = BatchFilter
    quick_filters = ("mode",)
    default_sort = "-code"
    search_hint = _("批次编号或名称")
    empty = EmptyState(_("导入出行计划后，每个批次的人数、签到和到岗情况汇总在这里。"))

    def rows(self, user):
        """Batches the user sees."""
        return Batch.objects.visible_to(user)

    def search(self, queryset, text):
        """By number or name."""
        return queryset.filter(code__startswith=text) | queryset.filter(name__contains=text)

    def row_url(self, row):
        """Its vehicles."""
        return f"{reverse('dispatch:trips')}?batch={row['code']}"

    def row_fields(self):
        """For the way to its vehicles."""
        return ("code",)

    def prepare(self, rows, user):
        """Vehicles and passengers counted: two queries."""
        counted = convoys(user, [row["pk"] for row in rows])
        for row in rows:
            row["convoy"] = counted.get(row["pk"], Convoy())


def report_for_work(_user, rows):
    """To the form that asks for the day."""
    ids = list(rows.order_by("pk").values_list("pk", flat=True)[: MOST_REPORTED + 1])
    if len(ids) > MOST_REPORTED:
        raise DomainError("too_many", __("一次最多登记%(n)d人，请先用筛选缩小范围。") % {"n": MOST_REPORTED})
    return redirect(f"{reverse('dispatch:report')}?ids={','.join(map(str, ids))}")


class PassengerList(ListScreen):
    """/dispatch/passengers/ — everybody on any roster."""

    key = "passengers"
    title = _("乘车人")
    permission = "dispatch.view"
    icon = "users-group"
    columns = PASSENGER_COLUMNS
    filterset_class = PassengerFilter
    quick_filters = ("township", "boarded", "at_post")
    search_hint = _("姓名、拼音、首字母、证件号或后四位、电话、村")
    export_kind = "passengers"
    bulk_actions = (
        BulkAction("report", _("登记到岗"), run=report_for_work, permission="dispatch.board", icon="user-check"),
    )

    @property
    def empty(self):
        """Where passengers come from."""
        text = _("导入乘车花名册，或在车次里逐个报名。")
        return EmptyState(text, importing("passengers"), reverse("workbooks:template", args=["passengers"]))

    def rows(self, user):
        """Passengers the user sees."""
        return Passenger.objects.visible_to(user)

    def search(self, queryset, text):
        """By person."""
        return queryset.filter(of_person(text))

    def row_fields(self):
        """For the names of places."""
        return ("worker__village_code", "destination_code", "trip__destination_code")

    def row_url(self, row):
        """The passenger."""
        return reverse("dispatch:passenger", args=[row["pk"]])

    def prepare(self, rows, user):
        """Names of villages and places: one query each."""
        add_homes(rows)
        add_places(rows, "destination_code", "trip__destination_code")
