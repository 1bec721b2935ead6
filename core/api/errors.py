"""Every refusal as ``{"detail", "field", "code"}`` in Chinese (formats.md §3.2)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Conflict, DomainError, NotAllowed, NotFound

SENTENCES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "请先登录，或在请求头提供令牌。",
    exceptions.MethodNotAllowed: "该地址不支持这种请求方法。",
    exceptions.NotAcceptable: "无法按请求的格式返回。",
    exceptions.UnsupportedMediaType: "不支持请求的内容类型。",
    exceptions.ParseError: "请求内容无法解析。",
}


def body(detail: str, field: str | None = None, code: str = "error", **more: object) -> dict[str, object]:
    """The one shape of a refusal; ``field`` names the input at fault or is null."""
    return {"detail": detail, "field": field, "code": code, **more}


def domain_status(error: DomainError) -> int:
    """The HTTP status of a business refusal."""
    if isinstance(error, NotFound):
        return status.HTTP_404_NOT_FOUND
    if isinstance(error, NotAllowed):
        return status.HTTP_403_FORBIDDEN
    return status.HTTP_409_CONFLICT if isinstance(error, Conflict) else status.HTTP_422_UNPROCESSABLE_ENTITY


def answer(error: Exception, context: dict[str, Any]) -> Response | None:  # noqa: ARG001 - DRF's signature
    """DRF's exception handler; None for what nobody foresaw, which becomes a logged 500."""
    response = _answer(error)
    if response is not None:
        set_rollback()
    return response


def _answer(error: Exception) -> Response | None:
    if isinstance(error, DomainError):
        more = {} if error.details is None else {"details": error.details}
        return Response(body(error.message, error.field, error.code, **more), domain_status(error))
    if isinstance(error, Http404):
        return Response(body("没有找到。", code="not_found"), status.HTTP_404_NOT_FOUND)
    if isinstance(error, PermissionDenied):
        return Response(body("您没有进行此操作的权限。", code="permission_denied"), status.HTTP_403_FORBIDDEN)
    if isinstance(error, ModelValidationError):
        return Response(_faults(_by_field(error)), status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, exceptions.ValidationError):
        return Response(_faults(_flatten(error.detail)), status.HTTP_422_UNPROCESSABLE_ENTITY)
    if isinstance(error, exceptions.Throttled):
        wait = max(1, round(error.wait or 1))
        return Response(body(f"请求过于频繁，请{wait}秒后再试。", code="throttled"), error.status_code, headers={"Retry-After": str(wait)})
    if isinstance(error, exceptions.APIException):
        return _refusal(error)
    return None


def _refusal(error: exceptions.APIException) -> Response:
    sentence = SENTENCES.get(type(error), str(error.detail))
    if isinstance(error, exceptions.NotFound):
        sentence = "没有找到。"
    code = error.get_codes()
    challenge = getattr(error, "auth_header", None)
    headers = {"WWW-Authenticate": challenge} if challenge else None
    return Response(body(sentence, code=code if isinstance(code, str) else "error"), error.status_code, headers=headers)


def _faults(faults: list[tuple[str | None, str, str]]) -> dict[str, object]:
    field, message, code = faults[0]
    more = {"errors": [body(*fault) for fault in [(m, f, c) for f, m, c in faults]]} if len(faults) > 1 else {}
    return body(message, field, code, **more)


def _by_field(error: ModelValidationError) -> list[tuple[str | None, str, str]]:
    if not hasattr(error, "error_dict"):
        return [(None, message, "invalid") for message in error.messages]
    by_field = error.message_dict.items()
    return [(None if name == "__all__" else name, message, "invalid") for name, messages in by_field for message in messages]


def _flatten(detail: Any, path: str = "") -> list[tuple[str | None, str, str]]:  # noqa: ANN401 - DRF nests dicts, lists and strings
    if isinstance(detail, dict):
        found = []
        for key, value in detail.items():
            own = key not in {"non_field_errors", "__all__"}
            found += _flatten(value, f"{path}.{key}".strip(".") if own else path)
        return found
    if isinstance(detail, list):
        return [fault for part in detail for fault in _flatten(part, path)]
    return [(path or None, str(detail), getattr(detail, "code", "invalid"))]
