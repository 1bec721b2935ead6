"""Endpoints made of the kit, over the accounts table, which every installation has."""

from datetime import datetime
from typing import ClassVar

import django_filters
from django.urls import include, path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.api.views import Field, ListView
from core.errors import Conflict, DomainError, NotAllowed, NotFound


class People(django_filters.FilterSet):
    role = django_filters.CharFilter()
    created = django_filters.DateFromToRangeFilter(field_name="created_at")
    is_active = django_filters.BooleanFilter()

    class Meta:
        model = User
        fields = ()


class PeopleView(ListView):
    summary = "人员"
    permission = "workers.view"
    filterset = People
    fields = (
        Field("id", int),
        Field("name", path="full_name"),
        Field("phone", mask=lambda phone: f"{phone[:3]}****{phone[-4:]}"),
        Field("role", text=lambda code: code.upper()),
        Field("seen", datetime, path="last_seen"),
    )
    orderings: ClassVar = {"id": "id", "name": "full_name", "seen": "last_seen", "role": "role"}
    ordering = "name"

    def rows(self, user):
        return User.objects.filter(user.scope_q("scope_division", person="pk")).exclude(full_name="")


class Numbers(serializers.Serializer):
    count = serializers.IntegerField()
    note = serializers.CharField(max_length=3)


class Said(serializers.Serializer):
    said = serializers.CharField()


class EchoView(APIView):
    permission_classes = (RequireScope("statistics:read", "statistics.read", write=("imports:write", "imports.write")),)

    @extend_schema(responses=Said)
    def get(self, request):
        return Response({"said": request.query_params.get("say", "")})

    @extend_schema(request=Numbers, responses={201: Numbers})
    def post(self, request):
        checked = Numbers(data=request.data)
        checked.is_valid(raise_exception=True)
        return Response(checked.validated_data, status=201)


@extend_schema(exclude=True)
class FaultyView(APIView):
    permission_classes = (RequireScope("statistics:read"),)

    def get(self, _request, kind):
        faults = {
            "domain": DomainError("amount", "金额不正确。", "amount"),
            "conflict": Conflict("changed", "已被他人修改。", details=[{"row": 3}]),
            "forbidden": NotAllowed("own", "不能审核自己提交的申请。"),
            "missing": NotFound("missing", "没有这个批次。"),
            "unforeseen": ZeroDivisionError("秘密"),
        }
        raise faults[kind]


@extend_schema(exclude=True)
class ForgottenView(APIView):
    def get(self, _request):
        return Response({})


urlpatterns = [
    path("api/v1/people/", PeopleView.as_view()),
    path("api/v1/echo/", EchoView.as_view()),
    path("api/v1/faults/<str:kind>/", FaultyView.as_view()),
    path("api/v1/forgotten/", ForgottenView.as_view()),
    path("", include("laborcoop.urls")),
]
