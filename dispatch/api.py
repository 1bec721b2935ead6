"""Journeys for programs: vehicles, passengers, and ticks at the coach door (formats.md §3.2)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.api.views import Field, ListView
from core.formats.masking import mask_id, mask_phone
from dispatch.filters import PassengerApiFilter, TripApiFilter
from dispatch.models import CheckIn, Passenger, Trip
from dispatch.queries import Tally, tallies
from dispatch.services import check_in
from employment.queries import place_names


def _user(request: Request) -> User:
    user = request.user
    if not isinstance(user, User):
        raise TypeError("a dispatch route without a signed-in user")
    return user


class TripsView(ListView):
    """``/trips/``: vehicles, each with the passengers of the token's scope counted."""

    summary = "车次"
    permission = "dispatch.view"
    filterset = TripApiFilter
    orderings: ClassVar = {"id": "pk", "departs_at": "departs_at"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("batch_code", path="batch__code", nullable=False),
        Field("batch_name", path="batch__name", nullable=False),
        Field("vehicle", nullable=False),
        Field("mode", nullable=False),
        Field("departs_at", datetime, nullable=False),
        Field("from_place", nullable=False),
        Field("destination_code", nullable=False),
        Field("seats", int, nullable=False),
        Field("organiser", nullable=False),
        Field("leader", nullable=False),
        Field("leader_phone", nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Vehicles the token's user sees."""
        return Trip.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        """Names of places and the passengers counted: one query each for the page."""
        names = place_names({row["destination_code"] for row in rows})
        counted = tallies(_user(request), [row["id"] for row in rows])
        for row in rows:
            tally = counted.get(row["id"], Tally())
            row["destination"] = names.get(row["destination_code"], "")
            row["registered"], row["boarded"] = tally.registered, tally.boarded
            row["arrived"], row["at_post"] = tally.arrived, tally.at_post
        return rows


class PassengersView(ListView):
    """``/passengers/``: who travels on which vehicle, of the token's scope."""

    summary = "乘车人"
    permission = "dispatch.view"
    filterset = PassengerApiFilter
    orderings: ClassVar = {"id": "pk", "trip": "trip_id"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("trip", int, path="trip_id", nullable=False),
        Field("batch_code", path="trip__batch__code", nullable=False),
        Field("vehicle", path="trip__vehicle", nullable=False),
        Field("departs_at", datetime, path="trip__departs_at", nullable=False),
        Field("worker", int, path="worker_id", nullable=False),
        Field("name", path="worker__name", nullable=False),
        Field("id_number", path="worker__id_number", mask=mask_id, nullable=False),
        Field("village_code", path="worker__village_code", nullable=False),
        Field("seat", nullable=False),
        Field("phone", mask=mask_phone, nullable=False),
        Field("boarding_point", nullable=False),
        Field("destination_code", nullable=False, note="为空时与车次相同"),
        Field("employer", path="employer__name"),
        Field("job_title", nullable=False),
        Field("emergency_name", nullable=False),
        Field("emergency_phone", mask=mask_phone, nullable=False),
        Field("boarded", bool),
        Field("arrived", bool),
        Field("at_post_on", date),
        Field("outcome", nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Passengers the token's user sees."""
        return Passenger.objects.visible_to(user)


class Tick(serializers.Serializer[Any]):
    """What a device sends."""

    passenger = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    client_ref = serializers.UUIDField(help_text="终端生成的流水号：同一个流水号重复发送只登记一次")
    boarded = serializers.BooleanField(allow_null=True, default=True, help_text="true 签到，false 未到，null 撤销")
    happened_at = serializers.DateTimeField(required=False, help_text="终端记下的时间，默认为收到的时间")


class StoredTick(serializers.ModelSerializer[CheckIn]):
    """What was stored, by the first sending."""

    trip = serializers.IntegerField(source="passenger.trip_id", read_only=True)
    user = serializers.CharField(source="user.username", read_only=True)

    class Meta:
        model = CheckIn
        fields = ("id", "trip", "passenger", "boarded", "happened_at", "client_ref", "user")


class CheckInsView(APIView):
    """``POST /trips/{id}/check-ins/``: one tick; sent twice it is stored once."""

    permission_classes: Sequence[Any] = (
        RequireScope("registry:read", "dispatch.view", write=("imports:write", "dispatch.board")),
    )

    @extend_schema(operation_id="check_ins_create", request=Tick, responses={201: StoredTick, 200: StoredTick})
    def post(self, request: Request, trip_id: int) -> Response:
        """201 with the tick; 200 with the first one when ``client_ref`` was sent before."""
        user = _user(request)
        trip = get_object_or_404(Trip.objects.visible_to(user), pk=trip_id)
        sent = Tick(data=request.data)
        sent.is_valid(raise_exception=True)
        given = dict(sent.validated_data)
        tick, new = check_in(user=user, trip=trip, passenger_id=given.pop("passenger"), **given)
        return Response(StoredTick(tick).data, status=201 if new else 200)


routes = [
    path("trips/", TripsView.as_view(), name="api-trips"),
    path("trips/<int:trip_id>/check-ins/", CheckInsView.as_view(), name="api-check-ins"),
    path("passengers/", PassengersView.as_view(), name="api-passengers"),
]
