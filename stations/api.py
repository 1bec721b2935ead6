"""Stations and visits for programs; a visit sent twice is stored once (formats.md §3.2)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from django_filters import FilterSet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.api.views import Field, ListView
from core.candidates import Finder
from core.errors import DomainError, NotFound
from core.formats.masking import mask_id
from core.formats.values import VISIT_CHANNEL, VISIT_STATUS
from employment.queries import place_names
from stations.employer_visits.api import routes as employer_visits
from stations.employer_visits.api import station_coded
from stations.filters import StationApiFilter, VisitApiFilter
from stations.models import Station, Visit
from stations.services import LENGTHS, LONGEST_MILESTONE, VisitFacts, record_visit
from workers.doubles.queries import person_numbered
from workers.person_rows import person_rows

LARGEST_ID = 2**63 - 1


class StationsView(ListView):
    """``/stations/``: the stations of the token's scope."""

    summary = "协作站"
    permission = "stations.view"
    filterset = StationApiFilter
    orderings: ClassVar = {"id": "pk", "code": "code", "opened_on": "opened_on"}
    ordering = "code"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("code", nullable=False),
        Field("name", nullable=False),
        Field("kind", nullable=False),
        Field("place_code", nullable=False),
        Field("partner", nullable=False),
        Field("founding", nullable=False),
        Field("opened_on", date, nullable=False),
        Field("service_area", list, nullable=False, note="区划代码；为空时是所在地级市"),
        Field("head", nullable=False),
        Field("phone", nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Stations the token's user sees."""
        return Station.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Names of places: one query for the page."""
        names = place_names({row["place_code"] for row in rows})
        for row in rows:
            row["place"] = names.get(row["place_code"], "")
        return rows


class SentVisit(serializers.Serializer[Any]):
    """What a device sends: the person by number or by ID number."""

    worker = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, help_text="人员编号")
    id_number = serializers.CharField(required=False, max_length=18, help_text="身份证号码，没有人员编号时填")
    client_ref = serializers.UUIDField(
        required=False, allow_null=True, help_text="终端生成的流水号：同一个流水号重复发送只登记一次"
    )
    station = serializers.CharField(required=False, allow_blank=True, default="", max_length=40, help_text="站点编号")
    milestone = serializers.IntegerField(required=False, allow_null=True, min_value=1, max_value=LONGEST_MILESTONE)
    visited_on = serializers.DateField()
    channel = serializers.ChoiceField(choices=VISIT_CHANNEL.pairs)
    status = serializers.ChoiceField(choices=VISIT_STATUS.pairs)
    employer = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LENGTHS["employer_name"], help_text="当前单位的名称"
    )
    wage = serializers.DecimalField(
        required=False, allow_null=True, max_digits=9, decimal_places=2, min_value=Decimal(0), help_text="元/月"
    )
    contract = serializers.BooleanField(required=False, allow_null=True, default=None)
    insured = serializers.BooleanField(required=False, allow_null=True, default=None)
    problem = serializers.CharField(required=False, allow_blank=True, default="", max_length=LENGTHS["problem"])
    action_taken = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LENGTHS["action_taken"]
    )
    satisfaction = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LENGTHS["satisfaction"]
    )
    visitor = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LENGTHS["visitor"], help_text="默认为令牌用户的姓名"
    )
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class StoredVisit(serializers.ModelSerializer[Visit]):
    """What was stored, by the first sending."""

    station = serializers.CharField(source="station.code", default=None)
    employer = serializers.CharField(source="employer.name", default=None)

    class Meta:
        model = Visit
        fields = (
            "id", "worker", "station", "milestone", "visited_on", "channel", "status", "employer", "wage", "contract",
            "insured", "problem", "action_taken", "satisfaction", "visitor", "next_on", "client_ref", "created_at",
        )  # fmt: skip


class VisitsView(ListView):
    """``/visits/``: what visits found, of the persons in the token's scope; POST writes one down."""

    summary = "回访"
    filterset = VisitApiFilter
    orderings: ClassVar = {"id": "pk", "visited_on": "visited_on"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("worker", int, path="worker_id", nullable=False),
        Field("name", path="worker__name", nullable=False),
        Field("id_number", path="worker__id_number", mask=mask_id, nullable=False),
        Field("village_code", path="worker__village_code", nullable=False),
        Field("station", path="station__code", note="站点编号"),
        Field("station_name", path="station__name"),
        Field("milestone", int, note="到岗后的天数"),
        Field("visited_on", date, nullable=False),
        Field("channel", nullable=False),
        Field("status", nullable=False),
        Field("employer", path="employer__name"),
        Field("wage", Decimal, note="元/月"),
        Field("contract", bool),
        Field("insured", bool),
        Field("problem", nullable=False),
        Field("action_taken", nullable=False),
        Field("satisfaction", nullable=False),
        Field("visitor", nullable=False),
        Field("next_on", date),
        Field("client_ref", note="终端流水号"),
        Field("created_at", datetime, nullable=False),
    )

    def get_permissions(self) -> list[Any]:
        """Reading and writing ask for different things."""
        return [RequireScope("registry:read", "stations.view", write=("imports:write", "visits.write"))]

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Visits of the persons the token's user sees."""
        return Visit.objects.visible_to(user)

    def finder(self, user: User, bound: FilterSet) -> Finder | None:
        """As on the page."""
        return person_rows(user, bound.filter_queryset(Visit.objects.all()))

    @extend_schema(operation_id="visits_create", request=SentVisit, responses={201: StoredVisit, 200: StoredVisit})
    def post(self, request: Request) -> Response:
        """201 with the visit; 200 with the first one when ``client_ref`` was sent before."""
        user = request.user
        if not isinstance(user, User):
            raise TypeError("a visit without a signed-in user")
        sent = SentVisit(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)
        client_ref = given.pop("client_ref", None)
        worker = _person(user, given.pop("worker", None), given.pop("id_number", None))
        station = station_coded(user, given.pop("station"))
        given["visitor"] = given["visitor"] or user.full_name[: LENGTHS["visitor"]]
        facts = VisitFacts(employer_name=given.pop("employer"), **given)
        visit, new = record_visit(user=user, worker_id=worker, station=station, facts=facts, client_ref=client_ref)
        return Response(StoredVisit(visit).data, status=201 if new else 200)


def _person(user: User, worker: int | None, id_number: str | None) -> int:
    if worker is not None:
        return worker
    if not id_number:
        raise DomainError("required", "请给出人员编号（worker）或身份证号码（id_number）。", "worker")
    pk = person_numbered(user, id_number.strip().upper())
    if pk is None:
        raise NotFound("worker", "没有找到这个人，或此人不在您的服务范围内。", "id_number")
    return pk


routes = [
    path("stations/", StationsView.as_view(), name="api-stations"),
    path("visits/", VisitsView.as_view(), name="api-visits"),
    *employer_visits,
]
