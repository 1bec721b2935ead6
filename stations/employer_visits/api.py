"""Visits to employers for programs; one sent twice is stored once (formats.md §3.2)."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.api.views import Field, ListView
from core.errors import DomainError
from employment.queries import place_names
from stations.employer_visits.filters import EmployerVisitApiFilter
from stations.employer_visits.services import (
    LENGTHS,
    MOST_PEOPLE,
    NAME_LENGTH,
    PERMISSION,
    EmployerVisitFacts,
    Firm,
    record_employer_visit,
)
from stations.models import EmployerVisit, Station

LARGEST_ID = 2**63 - 1


def _words(name: str, help_text: str = "") -> serializers.CharField:
    return serializers.CharField(
        required=False, allow_blank=True, default="", max_length=LENGTHS[name], help_text=help_text
    )


class SentEmployerVisit(serializers.Serializer[Any]):
    """What a device sends: the employer by number, else by credit code or name."""

    employer = serializers.IntegerField(required=False, min_value=1, max_value=LARGEST_ID, help_text="单位编号")
    name = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=NAME_LENGTH, help_text="企业名称，没有单位编号时填"
    )
    credit_code = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=18, help_text="统一社会信用代码，没有单位编号时填"
    )
    place_code = serializers.CharField(max_length=12, help_text="所在地的区划代码")
    client_ref = serializers.UUIDField(
        required=False, allow_null=True, help_text="终端生成的流水号：同一个流水号重复发送只登记一次"
    )
    station = serializers.CharField(required=False, allow_blank=True, default="", max_length=40, help_text="站点编号")
    visited_on = serializers.DateField()
    visitor = _words("visitor", "默认为令牌用户的姓名")
    people_here = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=MOST_PEOPLE, help_text="在岗本县人数"
    )
    note = _words("note", "情况")
    needs = _words("needs", "用工需求")
    next_step = _words("next_step", "下一步")
    next_on = serializers.DateField(required=False, allow_null=True, default=None)


class StoredEmployerVisit(serializers.ModelSerializer[EmployerVisit]):
    """What was stored, by the first sending."""

    station = serializers.CharField(source="station.code", default=None)
    name = serializers.CharField(source="employer.name")

    class Meta:
        model = EmployerVisit
        fields = (
            "id", "employer", "name", "station", "place_code", "visited_on", "visitor", "people_here", "note", "needs",
            "next_step", "next_on", "client_ref", "created_at",
        )  # fmt: skip


class EmployerVisitsView(ListView):
    """``/employer-visits/``: what visits to employers found, in the token's scope; POST writes one down."""

    summary = "访企拓岗"
    filterset = EmployerVisitApiFilter
    orderings: ClassVar = {"id": "pk", "visited_on": "visited_on"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("employer", int, path="employer_id", nullable=False),
        Field("name", path="employer__name", nullable=False),
        Field("credit_code", path="employer__credit_code"),
        Field("key_employer", bool, path="employer__key_employer", nullable=False),
        Field("place_code", nullable=False),
        Field("visited_on", date, nullable=False),
        Field("station", path="station__code", note="站点编号"),
        Field("station_name", path="station__name"),
        Field("visitor", nullable=False),
        Field("people_here", int, note="在岗本县人数"),
        Field("note", nullable=False),
        Field("needs", nullable=False),
        Field("next_step", nullable=False),
        Field("next_on", date),
        Field("client_ref", note="终端流水号"),
        Field("created_at", datetime, nullable=False),
    )

    def get_permissions(self) -> list[Any]:
        """Reading and writing ask for different things."""
        return [RequireScope("registry:read", "stations.view", write=("imports:write", PERMISSION))]

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Visits the token's user sees."""
        return EmployerVisit.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Names of places: one query for the page."""
        names = place_names({row["place_code"] for row in rows})
        for row in rows:
            row["place"] = names.get(row["place_code"], "")
        return rows

    @extend_schema(
        operation_id="employer_visits_create",
        request=SentEmployerVisit,
        responses={201: StoredEmployerVisit, 200: StoredEmployerVisit},
    )
    def post(self, request: Request) -> Response:
        """201 with the visit; 200 with the first one when ``client_ref`` was sent before."""
        user = request.user
        if not isinstance(user, User):
            raise TypeError("a visit without a signed-in user")
        sent = SentEmployerVisit(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)
        client_ref = given.pop("client_ref", None)
        firm = Firm(pk=given.pop("employer", None), name=given.pop("name"), credit_code=given.pop("credit_code"))
        station = station_coded(user, given.pop("station"))
        given["visitor"] = given["visitor"] or user.full_name[: LENGTHS["visitor"]]
        facts = EmployerVisitFacts(**given)
        visit, new = record_employer_visit(user=user, firm=firm, station=station, facts=facts, client_ref=client_ref)
        return Response(StoredEmployerVisit(visit).data, status=201 if new else 200)


def station_coded(user: User, code: str) -> Station | None:
    """The user's station of that number, ``None`` for ""; ``DomainError`` (``unknown_reference``) for none of theirs."""
    if not code:
        return None
    station = Station.objects.visible_to(user).filter(code=code).first()
    if station is None:
        raise DomainError("unknown_reference", f"没有编号为“{code}”的协作站，或它不是您的站。", "station")
    return station


routes = [path("employer-visits/", EmployerVisitsView.as_view(), name="api-employer-visits")]
