"""Organisers for programs: labour brokers, agencies, labour companies and co-operatives."""

from datetime import date
from typing import Any, ClassVar, cast

from django.db.models import QuerySet
from django.utils.timezone import localdate
from rest_framework import serializers
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView, RowView
from core.formats.masking import mask_phone
from core.formats.values import ORGANISER_KIND
from employment.models import Organiser
from employment.organisers.filters import OrganiserApiFilter
from employment.organisers.queries import Counts, counts_of, destinations_of
from employment.queries import place_names
from workers.models import Worker

FIELDS = (
    Field("id", int, path="pk", nullable=False),
    Field("name", nullable=False),
    Field("kind", nullable=False, note="broker agency company coop"),
    Field("level", nullable=False, note="省级 市级 县级，只有劳务经纪人有"),
    Field("credit_code"),
    Field("licence_no", nullable=False),
    Field("licence_until", date),
    Field("worker", int, path="worker_id", note="劳务经纪人本人的编号，不在数据范围内的不给"),
    Field("place_code", nullable=False),
    Field("phone", mask=mask_phone, nullable=False),
    Field("recognised_on", date),
    Field("ended_on", date, note="不再认定的第一天"),
)
EXTRA = {
    "kind_name": serializers.CharField(help_text="类型的名称"),
    "place": serializers.CharField(help_text="所在地"),
    "in_use": serializers.BooleanField(help_text="今天是否在用"),
    "taken_this_year": serializers.IntegerField(help_text="本年带出（人），只计数据范围内的人"),
    "taken_ever": serializers.IntegerField(help_text="累计带出（人）"),
    "at_work": serializers.IntegerField(help_text="目前仍在所带去的岗位上（人）"),
}


def finish_rows(rows: list[dict[str, Any]], user: User) -> list[dict[str, Any]]:
    """Words of kinds and places, who is in the user's scope, how many were taken out: one query each for the page."""
    today = localdate()
    places = place_names({row["place_code"] for row in rows})
    counts = counts_of(user, [row["id"] for row in rows], today)
    people = [row["worker"] for row in rows if row["worker"]]
    seen = set(Worker.objects.visible_to(user).filter(pk__in=people).values_list("pk", flat=True)) if people else set()
    for row in rows:
        found = counts.get(row["id"], Counts())
        row["worker"] = row["worker"] if row["worker"] in seen else None
        row["kind_name"], row["place"] = ORGANISER_KIND.label(row["kind"]), places.get(row["place_code"], "")
        row["in_use"] = row["ended_on"] is None or row["ended_on"] > today
        row["taken_this_year"], row["taken_ever"], row["at_work"] = found.year, found.ever, found.there
    return rows


class OrganisersView(ListView):
    """``/organisers/``: who takes people out, with the list page's filters."""

    summary = "劳务带头人和机构"
    permission = "employment.view"
    reveal = "workers.reveal.phone"
    filterset = OrganiserApiFilter
    orderings: ClassVar = {"id": "pk", "name": "name", "recognised_on": "recognised_on"}
    ordering = "id"
    fields = FIELDS
    extra = EXTRA

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Organisers the token's user sees."""
        return Organiser.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """What is not in the query."""
        return finish_rows(rows, cast("User", request.user))


class OrganiserView(RowView):
    """``/organisers/{id}/``: one organiser, and where it took people year by year."""

    summary = "一个带头人或机构"
    permission = "employment.view"
    reveal = "workers.reveal.phone"
    fields = FIELDS
    extra: ClassVar = {
        **EXTRA,
        "destinations": serializers.ListField(
            child=serializers.DictField(), help_text="各年去向：year、place_code（地级）、people、at_work"
        ),
    }

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Organisers the token's user sees."""
        return Organiser.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """What is not in the query, and the destinations."""
        user = cast("User", request.user)
        for row in finish_rows(rows, user):
            told = destinations_of(user, Organiser.objects.get(pk=row["id"]), localdate())
            row["destinations"] = [
                {"year": one.year, "place_code": one.place, "people": one.people, "at_work": one.there} for one in told
            ]
        return rows
