"""The Tasks page: long runs with their state, rate and end time (design.md "Work that takes long")."""

from datetime import datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import DomainError
from core.jobs.models import Job
from core.jobs.services import cancel
from core.web.base import Screen
from core.web.frame import MOST_RUNNING, running_jobs, url_of
from core.web.htmx import go_to, render_part
from core.web.lists import Column, EmptyState, ListScreen
from core.web.lists.columns import Row

STATE_BADGES = {
    Job.State.QUEUED.value: (_("排队中"), "secondary"),
    Job.State.RUNNING.value: (_("进行中"), "blue"),
    Job.State.DONE.value: (_("已完成"), "green"),
    Job.State.FAILED.value: (_("失败"), "red"),
    Job.State.CANCELLED.value: (_("已取消"), "secondary"),
}


def _progress(row: Row) -> str:
    if row["state"] != Job.State.RUNNING:
        return ""
    return f"{min(99, row['done'] * 100 // row['total'])}%" if row["total"] else ""


class Tasks(ListScreen):
    """/tasks/ — my runs; everybody's with ``jobs.view_all``."""

    key = "tasks"
    title = _("任务")
    icon = "progress"
    default_sort = "-created_at"
    empty = EmptyState(_("导入、导出、报表等需要一段时间的工作会出现在这里。"))
    columns: ClassVar = (
        Column("title", _("名称")),
        Column("state", _("状态"), "badge", badges=STATE_BADGES),
        Column("progress", _("进度"), "number", value=_progress, fields=("state", "done", "total")),
        Column("phase", _("阶段")),
        Column("created_at", _("提交时间"), "date", sort=("created_at",)),
        Column("finished_at", _("结束时间"), "date"),
        Column("created_by", _("提交人"), value="created_by__full_name", default=False),
        Column("error", _("失败原因"), default=False),
    )

    def rows(self, user: User) -> QuerySet[Job]:
        """Runs the person may see."""
        return Job.objects.visible_to(user)

    def row_url(self, row: Row) -> str:
        """The run's own page."""
        return url_of_task(row["pk"])


def url_of_task(pk: UUID) -> str:
    """Address of one run's page."""
    return f"{url_of('web:tasks')}{pk}/"


def timing(job: Job, now: datetime) -> dict[str, Any]:
    """Rate (units a second), time spent and expected end of a run; absent where they cannot be told yet."""
    if job.started_at is None:
        return {}
    spent = (job.finished_at or now) - job.started_at
    found: dict[str, Any] = {"spent": timedelta(seconds=round(spent.total_seconds()))}
    rate = job.done / spent.total_seconds() if spent.total_seconds() > 0 else 0
    if rate > 0:
        found["rate"] = f"{rate:,.0f}" if rate >= 1 else f"{rate:.2f}"
    if rate > 0 and job.state == Job.State.RUNNING and job.total > job.done:
        found["ends_at"] = now + timedelta(seconds=(job.total - job.done) / rate)
    return found


def visible_job(user: User, pk: UUID) -> Job:
    """The run, fetched and authorised at once; 404 outside the person's scope."""
    job = Job.objects.visible_to(user).select_related("created_by").filter(pk=pk).first()
    if job is None:
        raise Http404
    return job


class TaskDetail(Screen):
    """/tasks/<id>/ — one run; the page asks again every 2 s while it runs."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The page, or its live part alone."""
        job = visible_job(self.user, pk)
        live = job.state in {Job.State.QUEUED, Job.State.RUNNING}
        context = {
            "title": job.title,
            "job": job,
            "live": live,
            "badge": STATE_BADGES[job.state],
            **timing(job, timezone.now()),
            "may_cancel": live and not job.cancel_requested,
        }
        return render_part(request, "web/task.html", {"task": "web/task_part.html"}, context)


class CancelTask(Screen):
    """POST /tasks/<id>/cancel/"""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Ask the run to stop and go back to its page."""
        job = visible_job(self.user, pk)
        try:
            cancel(job=job, user=self.user)
            messages.success(request, __("已要求取消，任务会在安全的地方停下。"))
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, url_of_task(pk))


class RunningJobs(Screen):
    """/tasks/running/ — the piece of the top bar that polls."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """My running tasks as a fragment, and those the page was watching that have ended meanwhile."""
        watched = [UUID(text) for text in request.GET.getlist("watch")[:MOST_RUNNING] if _is_uuid(text)]
        ended = Job.objects.filter(created_by=self.user, finished_at__isnull=False, pk__in=watched).order_by(
            "finished_at"
        )
        context = {"jobs": running_jobs(self.user), "ended": [(job, STATE_BADGES[job.state]) for job in ended]}
        return render(request, "web/running_jobs.html", context)


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
