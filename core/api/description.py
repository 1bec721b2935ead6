"""``/api/v1/schema/`` and ``/api/v1/docs/``: the same description for programs and for people."""

import json
from functools import lru_cache
from typing import Any

import yaml
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from core.api.errors import body


@lru_cache(maxsize=1)
def description() -> dict[str, Any]:
    """The OpenAPI document; it does not change while the program runs."""
    made: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)  # type: ignore[no-untyped-call]
    plain: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return plain


class SchemaView(APIView):
    """The OpenAPI document, as JSON or with ``?format=yaml``. It names no person: anyone may read it."""

    permission_classes = (AllowAny,)

    @extend_schema(exclude=True)
    def get(self, request: Request) -> HttpResponse:
        """The document."""
        if request.query_params.get("format") == "yaml":
            return HttpResponse(yaml.safe_dump(description(), allow_unicode=True, sort_keys=False), "application/yaml")
        return HttpResponse(json.dumps(description(), ensure_ascii=False), "application/vnd.oai.openapi+json")


@csrf_exempt
def nowhere(request: HttpRequest) -> JsonResponse:  # noqa: ARG001 - a view's signature
    """Any other address below ``/api/``, whoever asks and by whatever method."""
    return JsonResponse(body("没有这个接口地址。", code="not_found"), status=404)


def _resolved(schema: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    reference = schema.get("$ref", "").rpartition("/")[2]
    return document["components"]["schemas"].get(reference, schema) if reference else schema


def _members(schema: dict[str, Any], document: dict[str, Any], path: str = "") -> list[dict[str, str]]:
    """The members of an object as flat lines: name (dotted, [] for lists), kind, note."""
    schema = _resolved(schema, document)
    if schema.get("type") == "array":
        return _members(schema.get("items", {}), document, f"{path}[]")
    found = []
    for name, part in schema.get("properties", {}).items():
        inner = _resolved(part, document)
        here = f"{path}.{name}".strip(".")
        kind = inner.get("format") or inner.get("type") or ""
        found.append({"name": here, "kind": kind, "note": part.get("description", "") or inner.get("description", "")})
        if here.count(".") < 3:  # noqa: PLR2004 - deeper than that nobody reads a table
            found += _members(part, document, here)
    return found


def _content(message: dict[str, Any] | None) -> dict[str, Any]:
    kinds: dict[str, dict[str, Any]] = (message or {}).get("content", {})
    schema: dict[str, Any] = next(iter(kinds.values()), {}).get("schema", {})
    return schema


def operations() -> list[dict[str, Any]]:
    """Every operation as the page shows it, grouped by tag in the order of the addresses."""
    document = description()
    groups: dict[str, list[dict[str, Any]]] = {}
    for address, methods in document["paths"].items():
        for method, operation in methods.items():
            answers: dict[str, Any] = operation["responses"]
            good = next((answer for status, answer in answers.items() if status.startswith("2")), None)
            answered, sent = _content(good), _content(operation.get("requestBody"))
            parameters = [
                {
                    **part,
                    "kind": part["schema"].get("format") or part["schema"].get("type", ""),
                    "values": part["schema"].get("enum", []),
                }
                for part in operation.get("parameters", [])
            ]
            shown = {
                "id": operation["operationId"],
                "method": method.upper(),
                "address": address,
                "summary": operation.get("summary") or operation.get("description", "").partition("\n")[0],
                "parameters": parameters,
                "sent": _members(sent, document),
                "answered": _members(answered, document),
            }
            groups.setdefault(operation["tags"][0], []).append(shown)
    return [{"tag": tag, "operations": found} for tag, found in groups.items()]


def docs(request: HttpRequest) -> HttpResponse:
    """The description as a page."""
    from core.api.schema import REFUSALS  # noqa: PLC0415 - it imports the views

    context = {"groups": operations(), "refusals": REFUSALS.items(), "base": request.build_absolute_uri("/api/v1/")}
    return render(request, "api/docs.html", context)
