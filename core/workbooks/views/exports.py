"""The register of exports: who took out what, how many rows, for what purpose; the files stay their makers' own."""

from typing import ClassVar

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.services import log_access
from core.web.base import Screen
from core.web.details import Fact
from core.web.forms import FormScreen
from core.web.htmx import go_to
from core.web.lists import Column, EmptyState, ListScreen
from core.web.views.tasks import STATE_BADGES
from core.workbooks.approvals import DECIDE, decide, to_decide
from core.workbooks.forms import DecisionForm, ExportFilter
from core.workbooks.models import Export

MAY_LOOK = (
    "workers.export",
    "employment.export",
    "dispatch.export",
    "stations.export",
    "reports.export",
    "jobs.view_all",
)
APPROVAL_BADGES = {
    Export.Approval.ASKED.value: (_("待审批"), "orange"),
    Export.Approval.REFUSED.value: (_("不同意"), "red"),
}


class ExportList(ListScreen):
    """/exports/ — my exports; those of my division with ``jobs.view_all``."""

    key = "exports"
    title = _("导出登记")
    permission = MAY_LOOK
    icon = "file-export"
    filterset_class = ExportFilter
    quick_filters = ("kind", "approval")
    default_sort = "-created_at"
    empty = EmptyState(_("在任何一张列表上点“导出”，导出的文件和用途会登记在这里。"))
    columns: ClassVar = (
        Column("title", _("名称")),
        Column("number", _("导出编号")),
        Column("conditions", _("筛选条件")),
        Column(
            "state",
            _("状态"),
            "badge",
            value=lambda row: row["job__state"] or row["approval"],
            fields=("job__state", "approval"),
            badges=STATE_BADGES | APPROVAL_BADGES,
        ),
        Column("rows", _("行数"), "number"),
        Column("full_identity", _("含完整证件号")),
        Column("purpose", _("用途")),
        Column(
            "created_by",
            _("导出人"),
            value=lambda row: row["created_by__full_name"] or row["created_by__username"],
            fields=("created_by__full_name", "created_by__username"),
        ),
        Column("created_at", _("提交时间"), "date", sort=("created_at",)),
        Column("decided_by", _("审批人"), value="decided_by__full_name"),
        Column("decision_note", _("审批意见"), default=False),
        Column("finished_at", _("完成时间"), "date", default=False),
        Column(
            "file",
            _("文件"),
            "link",
            value=lambda row: gettext("下载") if row["own"] else "",
            fields=("file", "created_by_id", "finished_at"),
            href=lambda row: reverse("workbooks:export_file", args=[row["pk"]]),
        ),
    )

    def rows(self, user):
        """Exports the person may see."""
        return Export.objects.visible_to(user)

    def row_fields(self):
        """What tells whose file it is, whether it is ready, whether it waits for somebody's agreement."""
        return ("created_by_id", "finished_at", "approval")

    def prepare(self, rows, user):
        """A file is handed to its maker only, and when it is finished."""
        decides = user.can(DECIDE)
        for row in rows:
            own = row["created_by_id"] == user.pk
            row["own"] = own and row["finished_at"] is not None
            row["waits"] = decides and not own and row["approval"] == Export.Approval.ASKED

    def row_url(self, row):
        """The file itself; for who decides the decision."""
        if row["waits"]:
            return reverse("workbooks:decide_export", args=[row["pk"]])
        return reverse("workbooks:export_file", args=[row["pk"]]) if row["own"] else ""


class DecideExport(FormScreen):
    """/exports/<id>/decide/ — agree to an export somebody asked for, or refuse it."""

    permission = DECIDE
    form_class = DecisionForm
    body_template = "workbooks/decide_export.html"
    submit_label = _("确定")

    def rows(self, user):
        """Those that wait for this user."""
        return to_decide(user).select_related("created_by")

    def heading(self, thing):
        """Which."""
        return gettext("审批导出：%(title)s") % {"title": thing.title}

    def save(self, form, thing):
        """Decide."""
        given = form.cleaned_data
        return decide(user=self.user, export=thing, granted=given["granted"] == "yes", note=given["note"])

    def extra_context(self, thing):
        """What was asked for, by whom, what for."""
        asker = thing.created_by
        return {
            "facts": (
                Fact(_("申请人"), asker.full_name or asker.username),
                Fact(_("提交时间"), f"{localtime(thing.created_at):%Y-%m-%d %H:%M}"),
                Fact(_("筛选条件"), thing.conditions or gettext("全部")),
                Fact(_("列"), "、".join(thing.columns) or gettext("全部")),
                Fact(_("用途"), thing.purpose),
            )
        }

    def success_message(self, saved):
        """What was decided."""
        return gettext("已同意，正在导出。") if saved.job_id else gettext("已答复不同意。")

    def success_url(self, saved):
        """The register."""
        return reverse("workbooks:exports")

    def leave_url(self, thing):
        """The register."""
        return reverse("workbooks:exports")


class ExportFile(Screen):
    """/exports/<id>/file/ — the written workbook, for the person who asked for it."""

    def get(self, request, pk) -> HttpResponseBase:
        """The file; to the run's page while it is being written, to the register when its time is over."""
        export = Export.objects.filter(pk=pk, created_by=self.user).first()
        if export is None:
            raise Http404
        if export.approval in {Export.Approval.ASKED, Export.Approval.REFUSED}:
            messages.info(request, gettext("这次导出%(word)s。") % {"word": export.get_approval_display()})
            return go_to(request, reverse("workbooks:exports"))
        if export.finished_at is None:
            messages.info(request, gettext("文件还没有写好，完成后可在这里下载。"))
            return go_to(
                request, reverse("web:task", args=[export.job_id]) if export.job_id else reverse("workbooks:exports")
            )
        if not export.path.is_file():
            messages.error(request, gettext("文件已按期限删除，请重新导出。"))
            return go_to(request, reverse("workbooks:exports"))
        address = request.META.get("REMOTE_ADDR")
        log_access(
            user=self.user,
            action="export.download",
            object_type=export.kind,
            object_id=pk,
            count=export.rows or 0,
            reason=export.purpose,
            ip=address,
        )
        name = f"{export.title}_{export.number}.xlsx"
        return FileResponse(export.path.open("rb"), as_attachment=True, filename=name)
