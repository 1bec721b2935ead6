"""The imports API (formats.md §2)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.utils import OpenApiParameter, extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.parsers import FormParser, JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.errors import Conflict, DomainError
from core.workbooks import marked, services
from core.workbooks.models import Import
from core.workbooks.uploads import too_large

MOST_ERRORS = 500
MOST_UNDONE_AT_ONCE = 2000
"""Rows taken back while the asker waits, a second or so; more of them are left to a run."""


def import_json(source: Import, *, errors: bool = False) -> dict[str, Any]:
    """The import as programs see it; ``errors`` adds all faults, unpaged (the command line's form)."""
    job = source.job
    ended = source.state in services.ENDED or source.state == Import.State.READY
    found: dict[str, Any] = {
        "id": str(source.id),
        "kind": source.kind,
        "state": source.state,
        "progress": 100 if ended or job is None else job.percent,
        "counts": source.full_counts,
        "skipped_sheets": source.skipped_sheets,
        "unknown_columns": source.unknown_columns,
        "notes": source.notes,
        "detail": source.error or (job.error if job is not None and source.state == Import.State.DONE else ""),
        "errors_url": reverse("api-import-errors", args=[source.id]),
        "created_by": source.created_by.username,
        "created_at": source.created_at.isoformat(),
        "finished_at": source.finished_at.isoformat() if source.finished_at else None,
    }
    if source.doubts:
        found["doubts"] = source.doubts
    if errors:
        letters = source.letters
        found["errors"] = [fault.as_dict(letters) for fault in source.faults.order_by("seq", "id").iterator()]
    return found


class ImportView(APIView):
    """Base of the import routes: only one's own imports are found."""

    permission_classes: Sequence[Any] = (RequireScope("imports:write", "imports.write"),)

    def source(self, request: Request, import_id: UUID) -> Import:
        """The import if the asker may see it, else 404."""
        visible = Import.objects.visible_to(_user(request)).select_related("created_by", "job")
        return get_object_or_404(visible, id=import_id)


def _user(request: Request) -> User:
    user = request.user
    if not isinstance(user, User):
        message = "an import route without a signed-in user"
        raise TypeError(message)
    return user


_CREATED = inline_serializer("ImportCreated", {"id": serializers.UUIDField(), "state": serializers.CharField()})
_IMPORT = inline_serializer(
    "Import",
    {
        "id": serializers.UUIDField(),
        "kind": serializers.CharField(),
        "state": serializers.ChoiceField(Import.State.choices),
        "progress": serializers.IntegerField(min_value=0, max_value=100),
        "counts": serializers.DictField(child=serializers.IntegerField()),
        "skipped_sheets": serializers.ListField(),
        "unknown_columns": serializers.ListField(),
        "notes": serializers.ListField(),
        "doubts": serializers.DictField(required=False),
        "detail": serializers.CharField(),
        "errors_url": serializers.CharField(),
        "created_by": serializers.CharField(),
        "created_at": serializers.DateTimeField(),
        "finished_at": serializers.DateTimeField(allow_null=True),
    },
)
_UPLOAD = inline_serializer("ImportUpload", {"kind": serializers.CharField(), "file": serializers.FileField()})
_ROWS = inline_serializer(
    "ImportConfirm",
    {
        "rows": serializers.ChoiceField(["good", "all"]),
        "doubts_weighed": serializers.BooleanField(required=False, default=False),
    },
)


class ImportsView(ImportView):
    """Hand in a workbook; list one's own imports."""

    @property
    def throttle_scope(self) -> str:
        """Files are counted apart from questions."""
        return "imports" if self.request.method == "POST" else "default"

    parser_classes = (MultiPartParser, FormParser, JSONParser)

    @extend_schema(operation_id="imports_create", request={"multipart/form-data": _UPLOAD}, responses={202: _CREATED})
    def post(self, request: Request) -> Response:
        """202 with the id; the check runs in the background."""
        announced = str(request.META.get("CONTENT_LENGTH") or "0")
        if announced.isdecimal() and too_large(int(announced)):
            code, message = "too_large", f"文件超过{settings.MOST_UPLOAD_BYTES // 2**20}MB，请分开导入。"
            raise DomainError(code, message, "file")
        file = request.FILES.get("file")
        if file is None:
            code, message = "required", "请在 file 字段上传工作簿文件。"
            raise DomainError(code, message, "file")
        kind = str(request.data.get("kind", "")) if isinstance(request.data, Mapping) else ""
        source = services.create_import(user=_user(request), kind=kind, file=file, name=file.name or "")
        return Response({"id": str(source.id), "state": source.state}, 202)

    @extend_schema(operation_id="imports_list", responses={200: serializers.ListSerializer(child=_IMPORT)})
    def get(self, request: Request) -> Response:
        """The newest imports the asker may see, at most 50."""
        visible = Import.objects.visible_to(_user(request)).select_related("created_by", "job")
        return Response([import_json(source) for source in visible.order_by("-created_at")[:50]])


class ImportDetailView(ImportView):
    """State, progress and counts of one import."""

    @extend_schema(operation_id="imports_retrieve", responses={200: _IMPORT})
    def get(self, request: Request, import_id: UUID) -> Response:
        """The import as it stands."""
        return Response(import_json(self.source(request, import_id)))


class ImportErrorsView(ImportView):
    """What is wrong with which cell: paged JSON, or the sender's own workbook with the cells coloured."""

    def perform_content_negotiation(self, request: Request, force: bool = False) -> tuple[Any, str]:  # noqa: FBT001, FBT002 - DRF's signature
        """``format`` here chooses the document, not the renderer: ``xlsx`` must not end as 404."""
        del force
        renderer = self.get_renderers()[0]
        return renderer, renderer.media_type

    @extend_schema(
        operation_id="imports_errors",
        parameters=[
            OpenApiParameter("format", enum=["json", "xlsx"]),
            OpenApiParameter("offset", int),
            OpenApiParameter("limit", int),
        ],
        responses={
            200: inline_serializer(
                "ImportErrors",
                {
                    "count": serializers.IntegerField(),
                    "next": serializers.CharField(allow_null=True),
                    "results": serializers.ListField(),
                },
            )
        },
    )
    def get(self, request: Request, import_id: UUID) -> HttpResponseBase:
        """``?format=json|xlsx``, ``?offset=`` and ``?limit=`` (at most 500)."""
        source = self.source(request, import_id)
        wanted = request.query_params.get("format", "json")
        if wanted == "xlsx":
            path_ = marked.error_workbook(source=source)
            return FileResponse(
                path_.open("rb"), as_attachment=True, filename=f"{source.file_name.rsplit('.', 1)[0]}_错误.xlsx"
            )
        if wanted != "json":
            code, message = "format", "format 只能是 json 或 xlsx。"
            raise DomainError(code, message, "format")
        offset, limit = _number(request, "offset", 0), min(_number(request, "limit", 100, least=1), MOST_ERRORS)
        faults = source.faults.order_by("seq", "id")
        count, url = faults.count(), request.build_absolute_uri(reverse("api-import-errors", args=[source.id]))
        after = offset + limit
        return Response(
            {
                "count": count,
                "next": f"{url}?offset={after}&limit={limit}" if after < count else None,
                "results": [fault.as_dict(source.letters) for fault in faults[offset:after]],
            }
        )


def _number(request: Request, name: str, default: int, *, least: int = 0) -> int:
    text = request.query_params.get(name, str(default))
    # Ten digits leave the integer range.
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text) >= least):  # noqa: PLR2004
        code, message = "number", f"{name} 应为不小于{least}的整数。"
        raise DomainError(code, message, name)
    return int(text)


class ImportConfirmView(ImportView):
    """Take the good rows, or all."""

    @extend_schema(operation_id="imports_confirm", request=_ROWS, responses={202: _IMPORT})
    def post(self, request: Request, import_id: UUID) -> Response:
        """Idempotent; 409 when "all" meets refused rows, or nobody has weighed the ``doubts`` of the check."""
        given = request.data if isinstance(request.data, Mapping) else {}
        source = services.confirm_import(
            source=self.source(request, import_id),
            rows=str(given.get("rows", "")),
            doubts_weighed=str(given.get("doubts_weighed", "")).lower() in {"true", "1"},
        )
        return Response(import_json(source), 200 if source.state == Import.State.DONE else 202)


class ImportUndoView(ImportView):
    """Take one import back as a unit."""

    @extend_schema(operation_id="imports_undo", request=None, responses={200: _IMPORT, 202: _IMPORT})
    def post(self, request: Request, import_id: UUID) -> Response:
        """200 when it is taken back; a large one is by a run: 202, and ``state`` becomes undone.

        409 lists the rows changed since under ``rows``.
        """
        source = self.source(request, import_id)
        written = source.counts.get("created", 0) + source.counts.get("updated", 0)
        undo = services.undo_import if written <= MOST_UNDONE_AT_ONCE else services.start_undo
        try:
            undo(source=source, user=_user(request))
        except Conflict as error:
            return Response(
                {"detail": error.message, "field": None, "code": error.code, "rows": error.details or []}, 409
            )
        source = self.source(request, import_id)
        return Response(import_json(source), 200 if source.state == Import.State.UNDONE else 202)


class ImportCancelView(ImportView):
    """Give up an import before it is written."""

    @extend_schema(operation_id="imports_cancel", request=None, responses={200: _IMPORT})
    def post(self, request: Request, import_id: UUID) -> Response:
        """Idempotent."""
        services.cancel_import(source=self.source(request, import_id), user=_user(request))
        return Response(import_json(self.source(request, import_id)))


routes = [
    path("imports/", ImportsView.as_view(), name="api-imports"),
    path("imports/<uuid:import_id>/", ImportDetailView.as_view(), name="api-import"),
    path("imports/<uuid:import_id>/errors/", ImportErrorsView.as_view(), name="api-import-errors"),
    path("imports/<uuid:import_id>/confirm/", ImportConfirmView.as_view(), name="api-import-confirm"),
    path("imports/<uuid:import_id>/undo/", ImportUndoView.as_view(), name="api-import-undo"),
    path("imports/<uuid:import_id>/cancel/", ImportCancelView.as_view(), name="api-import-cancel"),
]
