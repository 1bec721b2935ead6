"""The OpenAPI description of every endpoint, made from its declarations."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django import forms
from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, inline_serializer
from rest_framework import serializers

from core.api.filtering import parameters_of
from core.api.paging import MOST
from core.api.views import Field, ListView, RowView, TableView

REFUSAL = {
    "type": "object",
    "description": "拒绝：detail 是原因，field 是出错的参数或字段（没有时为 null），code 供程序判断。",
    "required": ["detail", "field"],
    "properties": {
        "detail": {"type": "string"},
        "field": {"type": "string", "nullable": True},
        "code": {"type": "string"},
    },
}
REFUSALS = {
    "401": "没有令牌，或令牌不正确、已过期、已吊销",
    "403": "缺少权限范围或权限",
    "404": "不存在，或不在数据范围内",
    "422": "参数或内容不正确",
    "429": "请求过于频繁，Retry-After 给出应等待的秒数",
}
_SERIALIZERS: dict[type, type[serializers.Field[Any, Any, Any, Any]]] = {
    str: serializers.CharField,
    int: serializers.IntegerField,
    bool: serializers.BooleanField,
    float: serializers.FloatField,
    date: serializers.DateField,
    datetime: serializers.DateTimeField,
    dict: serializers.DictField,
    list: serializers.ListField,
}
_PARAMETERS: list[tuple[type[forms.Field], Any]] = [
    (forms.DateTimeField, OpenApiTypes.DATETIME),
    (forms.DateField, OpenApiTypes.DATE),
    (forms.IntegerField, OpenApiTypes.INT),
    (forms.DecimalField, OpenApiTypes.DECIMAL),
    (forms.NullBooleanField, OpenApiTypes.BOOL),
    (forms.BooleanField, OpenApiTypes.BOOL),
]


class BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How a token is sent."""

    target_class = "core.api.authentication.BearerAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:  # noqa: ARG002 - the library's signature
        """HTTP bearer."""
        return {"type": "http", "scheme": "bearer", "description": "在“我的账号”页或用 create_token 命令签发。"}


class BrowserScheme(SessionScheme):  # type: ignore[no-untyped-call]
    """The signed-in browser."""

    target_class = "core.api.authentication.BrowserAuthentication"
    name = "session"


def _member(field: Field) -> serializers.Field[Any, Any, Any, Any]:
    if field.kind is Decimal:
        return serializers.DecimalField(
            max_digits=14, decimal_places=2, allow_null=field.nullable, help_text=field.note
        )
    return _SERIALIZERS[field.kind](allow_null=field.nullable, help_text=field.note)


def _parameter(name: str, field: forms.Field) -> OpenApiParameter:
    kind = next((known for form, known in _PARAMETERS if isinstance(field, form)), OpenApiTypes.STR)
    choices = getattr(field, "choices", None)
    enum = [str(value) for value, _label in choices if value] if isinstance(choices, list | tuple) else None
    return OpenApiParameter(name, kind, description=str(field.label or field.help_text or ""), enum=enum or None)


class Schema(AutoSchema):
    """As the library's, and it reads a ListView's declaration."""

    @property
    def table(self) -> ListView | None:
        """The view when the operation reads its table; what else such a view takes describes itself."""
        return self.view if isinstance(self.view, ListView) and self.method == "GET" else None

    def get_response_serializers(self) -> Any:  # noqa: ANN401 - the library's signature
        """The declared fields of a row, or a page of such rows."""
        if not isinstance(self.view, TableView) or self.method != "GET":
            return super().get_response_serializers()
        name = type(self.view).__name__.removesuffix("View")
        members = {**{field.name: _member(field) for field in self.view.fields}, **self.view.extra}
        if self.table is None:
            return inline_serializer(name, members)
        row = inline_serializer(f"{name}Row", members, many=True)
        neighbours = {part: serializers.CharField(allow_null=True) for part in ("next", "previous")}
        return inline_serializer(f"{name}Page", {**neighbours, "results": row})

    def get_override_parameters(self) -> list[Any]:
        """The page's filters, and paging; what a single row is asked with."""
        if isinstance(self.view, RowView):
            return [OpenApiParameter(name, description=said) for name, said in self.view.parameters.items()]
        if (table := self.table) is None:
            return list(super().get_override_parameters())
        names = "、".join(table.orderings)
        return [
            *[_parameter(name, field) for name, field in parameters_of(table.filterset)],
            *(
                [OpenApiParameter("saved", OpenApiTypes.INT, description="页面上保存的常用筛选的编号")]
                if table.opens_saved
                else []
            ),
            OpenApiParameter("limit", OpenApiTypes.INT, description=f"每页行数，1至{MOST}，默认{table.page_size}"),
            OpenApiParameter("cursor", OpenApiTypes.STR, description="next 或 previous 中的翻页标记"),
            OpenApiParameter("ordering", OpenApiTypes.STR, description=f"排序，前加 - 为倒序：{names}"),
        ]

    def get_summary(self) -> str | None:
        """The view's own Chinese line."""
        return getattr(self.view, "summary", "") or super().get_summary()

    def get_operation_id(self) -> str:
        """``workers_list`` for the list, so that it differs from ``workers_retrieve``."""
        made = str(super().get_operation_id())
        return f"{made.removesuffix('_retrieve')}_list" if self.table else made

    def get_tags(self) -> list[str]:
        """The first part of the address after the version."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]


def add_refusals(result: dict[str, Any], generator: object, request: object, public: bool) -> dict[str, Any]:  # noqa: ARG001, FBT001 - a hook's signature
    """Give every operation the refusals that any may answer with."""
    result.setdefault("components", {}).setdefault("schemas", {})["Refusal"] = REFUSAL
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/Refusal"}}}
    for path in result["paths"].values():
        for operation in path.values():
            for status, description in REFUSALS.items():
                operation["responses"].setdefault(status, {"description": description, "content": content})
    return result
