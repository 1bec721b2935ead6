"""Every refusal as ``{"detail", "field", "code"}`` in Chinese (formats.md §3.2)."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.exceptions import ValidationError as ModelValidationError
from django.db import DatabaseError
from django.http import Http404
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.collisions import collision

SENTENCES: dict[type[Exception], str] = {
    exceptions.NotAuthenticated: "请先登录，或在请求头提供令牌。",
    exceptions.MethodNotAllowed: "该地址不支持这种请求方法。",
    exceptions.NotAcceptable: "无法按请求的格式返回。",
    exceptions.UnsupportedMediaType: "不支持请求的内容类型。",
    exceptions.ParseError: "请求内容无法解析。",
    exceptions.NotFound: "没有找到。",
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
    match error:
        case DomainError():
            more = {} if error.details is None else {"details": error.details}
            made = body(error.message, error.field, error.code, **more), domain_status(error)
        case DatabaseError():
            refusal = collision(error)
            return None if refusal is None else _answer(refusal)
        case Http404():
            made = body("没有找到。", code="not_found"), status.HTTP_404_NOT_FOUND
        case PermissionDenied():
            made = body("您没有进行此操作的权限。", code="permission_denied"), status.HTTP_403_FORBIDDEN
        case ModelValidationError():
            made = _faults(_by_field(error)), status.HTTP_422_UNPROCESSABLE_ENTITY
        case exceptions.ValidationError():
            made = _faults(_flatten(error.detail)), status.HTTP_422_UNPROCESSABLE_ENTITY
        case exceptions.APIException():
            return _refusal(error)
        case _:
            return None
    return Response(made[0], made[1])


def _refusal(error: exceptions.APIException) -> Response:
    sentence = SENTENCES.get(type(error), str(error.detail))
    headers = {}
    if isinstance(error, exceptions.Throttled):
        wait = max(1, round(getattr(error, "wait", None) or 1))
        sentence, headers["Retry-After"] = f"请求过于频繁，请{wait}秒后再试。", str(wait)
    challenge = getattr(error, "auth_header", None)
    if challenge:
        headers["WWW-Authenticate"] = challenge
    code = error.get_codes()
    shown = body(sentence, code=code if isinstance(code, str) else "error")
    return Response(shown, error.status_code, headers=headers)


def _faults(faults: list[tuple[str | None, str, str]]) -> dict[str, object]:
    field, message, code = faults[0]
    more = {"errors": [body(*fault) for fault in [(m, f, c) for f, m, c in faults]]} if len(faults) > 1 else {}
    return body(message, field, code, **more)


def _by_field(error: ModelValidationError) -> list[tuple[str | None, str, str]]:
    if not hasattr(error, "error_dict"):
        return [(None, message, "invalid") for message in error.messages]
    by_field = error.message_dict.items()
    return [
        (None if name == "__all__" else name, message, "invalid") for name, messages in by_field for message in messages
    ]


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
