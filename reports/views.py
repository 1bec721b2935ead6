"""Pages of reports."""

from collections.abc import Sequence
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.divisions.queries import names_of
from core.jobs.models import Job
from core.web.base import Screen
from core.web.forms import FormScreen, KitForm
from core.web.htmx import render_part
from core.web.lists import Column, EmptyState, ListScreen, PageAction
from core.web.lists.columns import Row
from core.web.views.tasks import STATE_BADGES
from dispatch.models import Batch
from reports import services
from reports.charts import retention_charts
from reports.forms import RetentionForm, ShareForm
from reports.models import ReportRun
from reports.retention.workbook import DEFINITIONS, LIMITS, TITLES
from reports.sharing import SHARE, share_report
from stations.models import Station


class ReportList(ListScreen):
    """/reports/ — reports asked for, newest first."""

    key = "reports"
    title = _("稳岗报告")
    permission = "reports.view"
    icon = "report-analytics"
    default_sort = "-created_at"
    columns: ClassVar = (
        Column("first", _("到岗自"), value=lambda row: row["params"].get("first", ""), fields=("params",)),
        Column("last", _("到岗至"), value=lambda row: row["params"].get("last", "")),
        Column("as_of", _("数据截止日"), value=lambda row: row["params"].get("as_of", "")),
        Column("state", _("状态"), "badge", value="job__state", badges=STATE_BADGES),
        Column("created_by", _("提交人"), value="created_by__full_name"),
        Column("created_at", _("提交时间"), "date", sort=("created_at",)),
    )

    @property
    def empty(self) -> EmptyState:  # type: ignore[override]
        """How a report comes about; for who cannot ask for one, who shows it."""
        if self.user.can("reports.run"):
            text = _("还没有报告。选定到岗期间，系统会统计30、90、180日的在岗、离岗和情况不明，并画出留存曲线。")
        else:
            text = _("还没有报告。县里给您看的报告会出现在这里。")
        return EmptyState(text)

    def page_actions(self, user: User) -> Sequence[PageAction]:
        """Ask for another."""
        return [PageAction(_("新报告"), reverse("reports:new"), permission="reports.run", primary=True)]

    def rows(self, user: User) -> QuerySet[ReportRun]:
        """Reports the person may open."""
        return ReportRun.objects.visible_to(user)

    def row_url(self, row: Row) -> str:
        """The report."""
        return reverse("reports:report", args=[row["pk"]])


class NewReport(FormScreen):
    """/reports/new/ — ask for a retention report."""

    title = _("新的稳岗报告")
    permission = "reports.run"
    form_class = RetentionForm
    submit_label = _("生成报告")

    def initial(self, thing: Any) -> dict[str, Any]:
        """This year's arrivals, by what is known today."""
        today = timezone.localdate()
        return {"period": str(today.year), "as_of": today}

    def save(self, form: KitForm, thing: Any) -> ReportRun:
        """Queue it."""
        asked = {name: str(value) for name, value in form.cleaned_data.items() if value}
        return services.request_report(user=self.user, kind=services.RETENTION, parameters=asked)

    def success_url(self, saved: ReportRun) -> str:
        """Its page, which shows the progress."""
        return reverse("reports:report", args=[saved.pk])

    def success_message(self, saved: ReportRun) -> str:
        """Said on the next page."""
        return __("报告已开始生成。")

    def leave_url(self, thing: Any) -> str:
        """Back to the list."""
        return reverse("reports:list")


class ReportScreen(Screen):
    """A page of one report."""

    permission = "reports.view"

    def run_of(self, pk: UUID) -> ReportRun:
        """The report if the person may open it, else 404."""
        run = ReportRun.objects.visible_to(self.user).select_related("job", "created_by").filter(pk=pk).first()
        if run is None:
            raise Http404
        return run


class ReportPage(ReportScreen):
    """/reports/<id>/ — progress while it is computed, then tables and curves."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """The whole page, or its moving part; ``?view=print`` for A4."""
        run = self.run_of(pk)
        context = {
            "run": run,
            "job": run.job,
            "title": self._title(run),
            "printed_at": timezone.localtime(),
            "printed_by": self.user,
            "may_share": run.result is not None and self.user.can(SHARE),
            "shared_with": "、".join(names_of(set(run.shared_with)).values()),
        }
        if run.result is not None:
            context |= report_context(run.result, request.GET.get("by", "month"))
        else:
            context["live"] = run.job is not None and run.job.state in {Job.State.QUEUED, Job.State.RUNNING}
        if request.GET.get("view") == "print" and run.result is not None:
            return render(request, "reports/retention_print.html", context)
        return render_part(request, "reports/report.html", {"report": "reports/report_part.html"}, context)

    def _title(self, run: ReportRun) -> str:
        return __("稳岗报告 %(first)s 至 %(last)s") % run.params


def report_context(result: dict[str, Any], by: str) -> dict[str, Any]:
    """What the templates of a finished report show; ``by`` names the open table."""
    by = by if by in TITLES else "month"
    division = result["question"]["division"]
    return {
        "result": result,
        "charts": retention_charts(result),
        "tables": [(name, title, len(result["tables"][name])) for name, title in TITLES.items()],
        "by": by,
        "by_title": TITLES[by],
        "rows": result["tables"][by],
        "definitions": DEFINITIONS,
        "division": names_of({division}).get(division, division),
        "limits": _limits(result["question"]),
    }


def _limits(question: dict[str, str]) -> list[tuple[str, str]]:
    """The station and the batch the report is narrowed to, by name."""
    found = []
    for name, things in (("station", Station.objects), ("trip", Batch.objects)):
        if code := question.get(name):
            thing = things.filter(code=code).first()
            found.append((__(LIMITS[name]), f"{code} {thing.name}" if thing else code))
    return found


class ShareReport(FormScreen):
    """/reports/<id>/share/ — show a report to partner bureaus."""

    permission = SHARE
    title = _("给结对地区看")
    form_class = ShareForm

    def rows(self, user: User) -> QuerySet[ReportRun]:
        """Finished reports the person may open."""
        return ReportRun.objects.visible_to(user).filter(result__isnull=False)

    def initial(self, thing: Any) -> dict[str, Any]:
        """Who reads it now."""
        return {"areas": thing.shared_with}

    def save(self, form: KitForm, thing: Any) -> ReportRun:
        """Show it to those chosen."""
        return share_report(user=self.user, run=thing, areas=form.cleaned_data["areas"])

    def success_url(self, saved: ReportRun) -> str:
        """The report."""
        return reverse("reports:report", args=[saved.pk])

    def leave_url(self, thing: Any) -> str:
        """The report."""
        return reverse("reports:report", args=[thing.pk])


class ReportFile(ReportScreen):
    """/reports/<id>/file/ — the workbook."""

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        """404 until it is written."""
        run = self.run_of(pk)
        if not run.file or not run.path.exists():
            raise Http404
        return FileResponse(run.path.open("rb"), as_attachment=True, filename=f"{services.TITLES[run.kind]}.xlsx")
