"""The reports API (formats.md §3.2)."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, inline_serializer
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.models import User
from core.api.permissions import RequireScope
from core.errors import Conflict, DomainError
from core.jobs.models import Job
from reports import services
from reports.models import ReportRun

_REPORT = inline_serializer(
    "Report",
    {
        "id": serializers.UUIDField(),
        "kind": serializers.CharField(),
        "state": serializers.ChoiceField(Job.State.choices),
        "progress": serializers.IntegerField(min_value=0, max_value=100),
        "parameters": serializers.DictField(),
        "result": serializers.DictField(allow_null=True),
        "digest": serializers.CharField(),
        "file_url": serializers.CharField(allow_null=True),
        "detail": serializers.CharField(),
        "created_at": serializers.DateTimeField(),
        "finished_at": serializers.DateTimeField(allow_null=True),
    },
)
_REQUEST = inline_serializer(
    "ReportRequest",
    {"kind": serializers.ChoiceField(list(services.TITLES)), "parameters": serializers.DictField(required=False)},
)
_QUEUED = inline_serializer("ReportQueued", {"id": serializers.UUIDField(), "state": serializers.CharField()})


def report_json(run: ReportRun) -> dict[str, Any]:
    """The report as programs see it; ``result`` is null until it is done."""
    job = run.job
    done = run.result is not None
    return {
        "id": str(run.id),
        "kind": run.kind,
        "state": Job.State.DONE if done or job is None else job.state,
        "progress": 100 if done or job is None else job.percent,
        "parameters": run.params,
        "result": run.result,
        "digest": run.digest,
        "file_url": reverse("api-report-file", args=[run.id]) if run.file else None,
        "detail": job.error if job else "",
        "created_at": run.created_at.isoformat(),
        "finished_at": run.finished_at.isoformat() if run.finished_at else None,
    }


class ReportView(APIView):
    """Base of the report routes: only reports the asker may open are found."""

    permission_classes: Sequence[Any] = (RequireScope("statistics:read", "reports.view"),)

    def run_of(self, request: Request, report_id: UUID) -> ReportRun:
        """The report, else 404."""
        return get_object_or_404(self.visible(request), id=report_id)

    def visible(self, request: Request) -> QuerySet[ReportRun]:
        """Reports the asker may open."""
        return ReportRun.objects.visible_to(self.user(request)).select_related("job")

    def user(self, request: Request) -> User:
        """Who asks."""
        if not isinstance(request.user, User):
            message = "a report route without a signed-in user"
            raise TypeError(message)
        return request.user


class ReportsView(ReportView):
    """Ask for a report; list the newest."""

    @extend_schema(operation_id="reports_create", request=_REQUEST, responses={202: _QUEUED})
    def post(self, request: Request) -> Response:
        """202 with the id. Parameters stand under ``parameters`` or beside ``kind``."""
        data = request.data if isinstance(request.data, Mapping) else {}
        given = data.get("parameters")
        if given is None:
            given = {name: data[name] for name in data if name not in {"kind", "csrfmiddlewaretoken"}}
        if not isinstance(given, dict):
            code, message = "parameters", "parameters 应为对象。"
            raise DomainError(code, message, "parameters")
        run = services.request_report(user=self.user(request), kind=str(data.get("kind", "")), parameters=given)
        return Response({"id": str(run.id), "state": Job.State.QUEUED}, 202)

    @extend_schema(operation_id="reports_list", responses={200: serializers.ListSerializer(child=_REPORT)})
    def get(self, request: Request) -> Response:
        """The newest 50 without their results."""
        runs = self.visible(request).defer("result").order_by("-created_at")[:50]
        return Response([{**report_json(run), "result": None} for run in runs])


class ReportDetailView(ReportView):
    """Progress and result of one report."""

    @extend_schema(operation_id="reports_retrieve", responses={200: _REPORT})
    def get(self, request: Request, report_id: UUID) -> Response:
        """The report as it stands."""
        return Response(report_json(self.run_of(request, report_id)))


class ReportFileView(ReportView):
    """The workbook of one report."""

    @extend_schema(operation_id="reports_file", responses={200: OpenApiTypes.BINARY})
    def get(self, request: Request, report_id: UUID) -> HttpResponseBase:
        """409 while it is not written."""
        run = self.run_of(request, report_id)
        if not run.file:
            code, message = "not_ready", "报告还没有生成完。"
            raise Conflict(code, message)
        return FileResponse(run.path.open("rb"), as_attachment=True, filename=f"{services.TITLES[run.kind]}.xlsx")


routes = [
    path("reports/", ReportsView.as_view(), name="api-reports"),
    path("reports/<uuid:report_id>/", ReportDetailView.as_view(), name="api-report"),
    path("reports/<uuid:report_id>/file/", ReportFileView.as_view(), name="api-report-file"),
]
