"""The statistics API (formats.md §3)."""

import hashlib
import json
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, cast

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from core.accounts.models import ApiToken, User
from core.accounts.services import log_access
from core.api.authentication import user_of
from core.api.paging import Cursor, limit_of
from core.api.permissions import RequireScope, may_see_people
from core.api.throttling import RateThrottle
from core.errors import DomainError
from core.formats.masking import mask_id, mask_phone
from core.indicators import memory, tables
from core.indicators.answers import answer
from core.indicators.declarations import Indicator
from core.indicators.people import people_behind
from core.indicators.questions import Question, read_question
from core.indicators.registry import all_indicators

SCOPE: Final = ApiToken.Scope.STATISTICS_READ
PERMISSION: Final = "statistics.read"
THROTTLE: Final = "statistics"
WORKBOOK: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def indicator_json(indicator: Indicator) -> dict[str, Any]:
    """An indicator as the catalogue lists it."""
    return {
        "code": indicator.code,
        "name_zh": indicator.name_zh,
        "name_en": indicator.name_en,
        "unit": indicator.unit,
        "kind": indicator.kind,
        "definition": indicator.say(indicator.definition),
        "numerator": indicator.say(indicator.numerator.text),
        "denominator": indicator.say(base) if (base := indicator.denominator_text) else None,
        "dedup": indicator.say(indicator.dedup),
        "dimensions": [dimension.name for dimension in indicator.dimensions],
        "variants": list(indicator.variants),
        "extras": list(indicator.in_variant(indicator.default_variant).extras),
        "county_level_only": indicator.county_level_only,
        "version": indicator.version,
    }


_CELL: dict[str, Any] = {
    "value": serializers.CharField(allow_null=True, help_text="十进制文本；率为百分数，两位小数；分母为0时为null"),
    "numerator": serializers.JSONField(help_text="整数；金额为两位小数的文本"),
    "denominator": serializers.JSONField(help_text="没有分母的指标为null"),
}
_ANSWER = inline_serializer(
    "Statistic",
    {
        "code": serializers.CharField(),
        "version": serializers.IntegerField(),
        "unit": serializers.CharField(),
        "period": inline_serializer(
            "StatisticPeriod", {"from": serializers.DateField(), "to": serializers.DateField()}
        ),
        "division": serializers.CharField(),
        "area": serializers.CharField(required=False, help_text="结对地区人社部门查询时，只计去往该地区的"),
        "as_of": serializers.DateField(),
        "computed_at": serializers.DateTimeField(),
        "frozen": serializers.BooleanField(),
        "variant": serializers.CharField(required=False),
        "additive": serializers.BooleanField(required=False, help_text="各行不能相加时为false，否则不出现"),
        "total": inline_serializer("StatisticTotal", _CELL),
        "rows": inline_serializer("StatisticRow", _CELL, many=True, help_text="另有每个分组维度：{code, name}"),
    },
)
_INDICATOR = inline_serializer(
    "Indicator",
    {
        **{
            name: serializers.CharField()
            for name in ("code", "name_zh", "name_en", "unit", "kind", "definition", "numerator")
        },
        "denominator": serializers.CharField(allow_null=True),
        "dedup": serializers.CharField(),
        **{name: serializers.ListField(child=serializers.CharField()) for name in ("dimensions", "variants", "extras")},
        "county_level_only": serializers.BooleanField(),
        "version": serializers.IntegerField(),
    },
)
_PERSON = inline_serializer(
    "StatisticPerson",
    {
        "id": serializers.IntegerField(),
        **{name: serializers.CharField() for name in ("name", "id_number", "phone", "sex")},
        "village": inline_serializer(
            "StatisticVillage", {"code": serializers.CharField(), "name": serializers.CharField()}
        ),
    },
)
_PEOPLE = inline_serializer(
    "StatisticPeople",
    {
        "next": serializers.CharField(allow_null=True),
        "previous": serializers.CharField(allow_null=True),
        "results": serializers.ListSerializer(child=_PERSON),
    },
)
_QUESTION: Sequence[OpenApiParameter] = (
    OpenApiParameter("period", str, required=True, description="2025、2025Q1、2025-03 或 2025-02-01..2025-02-28"),
    OpenApiParameter("division", str, description="区划代码，默认为本人的数据范围"),
    OpenApiParameter("as_of", OpenApiTypes.DATE, description="截至日期，默认期末与今天中较早的一天"),
    OpenApiParameter("variant", str, description="口径，见指标目录"),
)
_FILTERS = OpenApiParameter(
    "filters",
    OpenApiTypes.OBJECT,
    explode=True,
    style="form",
    description="以维度名作参数，如 mode=返岗专列、group=lifted_poverty",
)
_BY = OpenApiParameter("by", str, description="分组维度，逗号分隔，可用的见指标目录")
_FORMAT = OpenApiParameter("format", str, enum=["json", "csv", "xlsx"])


class CatalogueView(APIView):
    """What can be asked."""

    permission_classes: Sequence[Any] = (RequireScope(SCOPE, PERMISSION),)
    throttle_scope = THROTTLE

    @extend_schema(
        operation_id="statistics_list", tags=["statistics"], responses=serializers.ListSerializer(child=_INDICATOR)
    )
    def get(self, request: Request) -> Response:  # noqa: ARG002 - DRF's signature
        """Every indicator with its definition and dimensions."""
        return Response([indicator_json(indicator) for indicator in all_indicators()])


class StatisticView(APIView):
    """One number, split as asked."""

    permission_classes: Sequence[Any] = (RequireScope(SCOPE, PERMISSION),)
    throttle_scope = THROTTLE

    @extend_schema(
        operation_id="statistics_retrieve", tags=["statistics"], parameters=[*_QUESTION, _BY, _FILTERS, _FORMAT],
        responses={200: OpenApiResponse(_ANSWER, "答案；format=csv、xlsx 时为文件")},
    )  # fmt: skip
    def get(self, request: Request, code: str) -> HttpResponse:
        """The answer; it reflects the facts stored now, unless its period is frozen."""
        user = _user(request)
        question = read_question(code, _values(request, "format"), user)
        found = answer(question)
        kind = request.query_params.get("format", "") or "json"
        body, content_type = _rendered(question, found.document, kind)
        told = {key: value for key, value in found.document.items() if key != "computed_at"}
        etag = f'W/"{hashlib.blake2b(f"{kind} {told}".encode(), digest_size=16).hexdigest()}"'
        disposition = (
            "" if kind == "json" else f'attachment; filename="{question.indicator.code}-{question.period.label}.{kind}"'
        )
        if found.watch is not None:
            ready = memory.Remembered(body, content_type, etag, disposition, found.watch)
            memory.answers.keep(_key(request, code, user), ready)
        return _response(body, content_type, etag, disposition)


class PeopleView(APIView):
    """The people behind a number."""

    permission_classes: Sequence[Any] = (RequireScope(SCOPE, "statistics.people"),)
    throttle_scope = THROTTLE

    @extend_schema(
        operation_id="statistics_people", tags=["statistics"], responses=_PEOPLE,
        parameters=[
            *_QUESTION, _FILTERS, OpenApiParameter("part", str, description="numerator（默认）、denominator 或附带的计数，如 left"),
            OpenApiParameter("limit", int), OpenApiParameter("cursor", str),
        ],
    )  # fmt: skip
    def get(self, request: Request, code: str) -> Response:
        """One page of persons, by id; identities are masked unless the token may see people."""
        user = _user(request)
        question = read_question(code, _values(request, "part", "limit", "cursor"), user)
        text = request.query_params.get("cursor", "")
        cursor = Cursor.decode(text, ordering="id", size=1) if text else None
        found = people_behind(
            question,
            part=request.query_params.get("part", "") or "numerator",
            limit=limit_of(request),
            beyond=_beyond(cursor),
            backwards=cursor.backwards if cursor else False,
        )
        if may_see_people(request):
            ip = request.META.get("REMOTE_ADDR") or None
            detail = {"code": code, "ids": [row["id"] for row in found.rows]}
            log_access(
                user=user,
                action="api.people",
                object_type="statistics",
                object_id=code,
                count=len(found.rows),
                ip=ip,
                detail=detail,
            )
        else:
            for row in found.rows:
                row |= {"id_number": mask_id(row["id_number"]), "phone": mask_phone(row["phone"])}
        ends = [row["id"] for row in (found.rows[:1] + found.rows[-1:])]
        return Response(
            {
                "next": _page(request, ends[-1], backwards=False) if found.after and ends else None,
                "previous": _page(request, ends[0], backwards=True) if found.before and ends else None,
                "results": found.rows,
            }
        )


def _beyond(cursor: Cursor | None) -> int | None:
    if cursor is None:
        return None
    value = cursor.values[0]
    if not isinstance(value, int) or isinstance(value, bool) or abs(value) >= 2**63:
        raise DomainError("cursor", "翻页标记不正确，请从第一页重新读取。", "cursor")
    return value


def _page(request: Request, person: int, *, backwards: bool) -> str:
    cursor = Cursor("id", backwards, (person,)).encode()
    return replace_query_param(request.build_absolute_uri(), "cursor", cursor)


def _user(request: Request) -> User:
    return cast("User", request.user)


def _values(request: Request, *besides: str) -> dict[str, list[str]]:
    return {name: values for name, values in request.query_params.lists() if name not in besides}


def _rendered(question: Question, document: dict[str, Any], kind: str) -> tuple[bytes, str]:
    if kind == "json":
        return json.dumps(document, ensure_ascii=False).encode(), "application/json"
    if kind == "csv":
        return tables.as_csv(question, document), "text/csv; charset=utf-8"
    if kind == "xlsx":
        return tables.as_workbook(question, document), WORKBOOK
    raise DomainError("format", f"没有“{kind}”这种格式，可用：json、csv、xlsx。", "format")


def _response(body: bytes, content_type: str, etag: str, disposition: str) -> HttpResponse:
    response = HttpResponse(body, content_type)
    response["ETag"] = etag
    if disposition:
        response["Content-Disposition"] = disposition
    return response


def _key(request: HttpRequest | Request, code: str, user: User) -> Hashable:
    # The user's own scope is part of it: a changed scope must not find the answers of the old one.
    scope = (user.pk, user.role, user.scope_division, *user.scope_villages)
    return code, request.META.get("QUERY_STRING", ""), scope, timezone.localdate()


@dataclass(frozen=True, slots=True)
class _Asker:
    """What the throttle looks at."""

    user: User
    auth: ApiToken


def _recalled(request: HttpRequest, code: str) -> HttpResponse | None:
    """The remembered answer for a token that may have it, None when the long way must be gone."""
    kind, _blank, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    if request.method != "GET" or kind.lower() != "bearer":
        return None
    try:
        user, token = user_of(text.strip())
    except APIException:
        return None
    if SCOPE not in token.scopes or not user.can(PERMISSION):
        return None
    found = memory.answers.recall(_key(request, code, user))
    if found is None or not RateThrottle().allow_request(
        cast("Request", _Asker(user, token)), cast("APIView", StatisticView)
    ):
        return None
    return _response(found.body, found.content_type, found.etag, found.disposition)


_long_way = StatisticView.as_view()


@wraps(_long_way)
def statistic(request: HttpRequest, code: str) -> HttpResponse:
    """The remembered answer when it still stands, else the view."""
    return _recalled(request, code) or cast("HttpResponse", _long_way(request, code=code))


routes = [
    path("statistics/", CatalogueView.as_view(), name="api-statistics"),
    path("statistics/<str:code>/", statistic, name="api-statistic"),
    path("statistics/<str:code>/people/", PeopleView.as_view(), name="api-statistic-people"),
]
