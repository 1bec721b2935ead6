"""The life of an import as pages (ui.md "Import"): hand in, see what was understood, decide, see it done, take back."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.services import log_access
from core.errors import Conflict, DomainError
from core.web.base import Screen
from core.web.details import Step
from core.web.forms import FormScreen
from core.web.htmx import go_to, is_fragment, render_part
from core.web.lists import Column, EmptyState, ListScreen, PageAction
from core.web.views.tasks import timing
from core.workbooks import marked, queries, services
from core.workbooks.forms import ImportFilter, NewImportForm
from core.workbooks.models import Import
from core.workbooks.sheets import sheet_of, sheets_for
from core.workbooks.tables import FAULTS, LIVE, STATES, count_tiles, kind_titles

MAY_LOOK = ("imports.write", "jobs.view_all")
PAGE = 50


def url_of(source_id: Any) -> str:
    """Address of one import's page."""
    return reverse("workbooks:import", args=[source_id])


class ImportList(ListScreen):
    """/imports/ — my imports and their state; colleagues' too with ``jobs.view_all``."""

    key = "imports"
    title = _("导入")
    permission = MAY_LOOK
    icon = "file-import"
    filterset_class = ImportFilter
    quick_filters = ("state", "kind")
    default_sort = "-created_at"
    empty = EmptyState(_("把花名册、台账交给系统检查，确认后写入登记库。"), import_url="/imports/new/")
    columns: ClassVar = (
        Column("file_name", _("文件")),
        Column("kind", _("表格种类"), value=lambda row: kind_titles().get(row["kind"], row["kind"]), fields=("kind",)),
        Column("state", _("状态"), "badge", badges=STATES),
        *(
            Column(name, label, "number", value=lambda row, name=name: row["counts"].get(name), fields=("counts",))
            for name, label in (
                ("rows", _("数据行")),
                ("created", _("新增")),
                ("updated", _("变更")),
                ("refused", _("不能导入")),
                ("warnings", _("提醒")),
            )
        ),
        Column("created_at", _("提交时间"), "date", sort=("created_at",)),
        Column(
            "created_by",
            _("导入人"),
            value=lambda row: row["created_by__full_name"] or row["created_by__username"],
            fields=("created_by__full_name", "created_by__username"),
        ),
        Column("error", _("失败原因"), default=False),
    )

    def rows(self, user):
        """Imports the person may see."""
        return Import.objects.visible_to(user)

    def row_url(self, row):
        """The import's own page."""
        return url_of(row["pk"])

    def page_actions(self, user):
        """A new one."""
        return [PageAction(_("导入表格"), reverse("workbooks:new"), "imports.write", "upload", primary=True)]


class NewImport(FormScreen):
    """/imports/new/?kind= — choose the kind, drop the file."""

    permission = "imports.write"
    title = _("导入表格")
    form_class = NewImportForm
    template = "workbooks/new.html"
    submit_label = _("上传并检查")

    def get(self, request, **key):
        """The form, or what is to be known about the chosen kind (htmx)."""
        if is_fragment(request, "kind-notes"):
            return render(request, "workbooks/kind_notes.html", {"sheet": self._sheet(request.GET.get("kind", ""))})
        return super().get(request, **key)

    def _sheet(self, kind):
        return next((sheet for sheet in sheets_for(self.user) if sheet.kind == kind), None)

    def initial(self, thing):
        """The kind the link named."""
        sheet = self._sheet(self.request.GET.get("kind", ""))
        return {"kind": sheet.kind if sheet else ""}

    def extra_context(self, thing):
        """The chosen kind's template and columns."""
        return {"sheet": self._sheet(self.request.POST.get("kind") or self.request.GET.get("kind", ""))}

    def save(self, form, thing):
        """Keep the file and queue its check."""
        file = form.cleaned_data["file"]
        return services.create_import(user=self.user, kind=form.cleaned_data["kind"], file=file, name=file.name)

    def success_message(self, saved):
        """What happens next."""
        return gettext("文件已收到，正在检查。")

    def success_url(self, saved):
        """The import's page."""
        return url_of(saved.id)

    def leave_url(self, thing):
        """The list."""
        return reverse("workbooks:imports")


class TemplateWorkbook(Screen):
    """/imports/templates/<kind>.xlsx"""

    permission = "imports.write"

    def get(self, request: HttpRequest, kind: str) -> HttpResponse:
        """The empty workbook of a kind the person may import."""
        sheet = sheet_of(kind)
        if sheet is None:
            raise Http404
        if not self.user.can(sheet.permission):
            raise PermissionDenied
        kind_of_file = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
        response = HttpResponse(marked.template(sheet=sheet), content_type=kind_of_file)
        name = content_disposition_header(as_attachment=True, filename=f"{sheet.title}.xlsx")
        response.headers["Content-Disposition"] = name
        return response


class ImportScreen(Screen):
    """Base of the pages of one import: fetched and authorised at once."""

    permission = MAY_LOOK

    def fetch(self, pk: UUID) -> Import:
        """The import, 404 when it is somebody else's."""
        source = Import.objects.visible_to(self.user).select_related("created_by", "job").filter(pk=pk).first()
        if source is None:
            raise Http404
        return source


class ImportDetail(ImportScreen):
    """/imports/<id>/ — asks again every second while the program works on it."""

    def get(self, request, pk):
        """The page, or its live part alone."""
        return self.page(request, self.fetch(pk))

    def page(self, request, source, status=HTTPStatus.OK, **more):
        """The page at the point the import has reached; ``more`` goes to the template."""
        context = {**context_of(source), "may_act": self.user.can("imports.write"), **more}
        part = {"import": "workbooks/import_part.html"}
        return render_part(request, "workbooks/import.html", part, context, status=status)


def context_of(source: Import) -> dict[str, Any]:
    """What the page of an import shows: what was understood, counts, a sample, faults by kind."""
    undo = source.job if source.job is not None and source.job.kind == "imports.undo" else None
    undoing = undo is not None and undo.state in {undo.State.QUEUED, undo.State.RUNNING}
    live = source.state in LIVE or undoing
    checked = source.state in marked.MARKABLE
    to_write = source.full_counts["created"] + source.full_counts["updated"]
    return {
        "title": source.file_name,
        "source": source,
        "sheet": sheet_of(source.kind),
        "badge": STATES[source.state],
        "live": live,
        "checked": checked,
        "ready": source.state == Import.State.READY,
        "done": source.state == Import.State.DONE and not undoing,
        "refusal": undo.error if undo is not None and source.state == Import.State.DONE else "",
        "steps": steps_of(source),
        "timing": timing(source.job, timezone.now()) if live and source.job else {},
        "records_url": records_url(source),
        "tiles": count_tiles(source) if checked else [],
        "to_write": to_write,
        "understood": understood(source) if checked else [],
        "changes": queries.changed_sample(source),
        "groups": [(FAULTS.get(group.code, group.code), group) for group in _groups(source, shown=checked)],
    }


def records_url(source: Import) -> str:
    """Where the written rows are shown: the kind's own list with this import as a filter, else a list of their names."""
    sheet = sheet_of(source.kind)
    if sheet is None or not sheet.list_url_name or source.operation_id is None:
        return reverse("workbooks:records", args=[source.pk])
    return f"{reverse(sheet.list_url_name)}?operation={source.operation_id}"


def _groups(source: Import, *, shown: bool) -> list[queries.FaultGroup]:
    return queries.fault_groups(source) if shown else []


def understood(source: Import) -> list[dict[str, Any]]:
    """Sheets of the same columns together: rows, the columns with their letters, the kind's columns not found."""
    sheet = sheet_of(source.kind)
    wanted = [column.heading for column in sheet.columns if not column.extra] if sheet else []
    alike: dict[tuple[tuple[str, str], ...], list[dict[str, Any]]] = {}
    for found in source.layout.get("sheets", []):
        columns = sorted(found["columns"].items(), key=lambda pair: (len(pair[1]), pair[1]))
        alike.setdefault(tuple(columns), []).append(found)
    return [
        {
            "sheets": sheets,
            "matched": matched,
            "absent": [heading for heading in wanted if heading not in dict(matched)],
            "footers": sum(found["footers"] for found in sheets),
        }
        for matched, sheets in alike.items()
    ]


def steps_of(source: Import) -> list[Step]:
    """The way from the file to the register, and where this import stands on it."""
    names = (_("上传"), _("检查"), _("确认"), _("写入"), _("完成"))
    reached = {"queued": 1, "checking": 1, "ready": 2, "importing": 3, "done": 5, "undone": 5}.get(source.state)
    if reached is None:
        at = 3 if source.rows_wanted else 1 if not source.counts else 2
        why = source.error or STATES[source.state][0]
        return [Step(name, "done" if n < at else "refused" if n == at else "todo", why=why if n == at else "")
                for n, name in enumerate(names)]  # fmt: skip
    return [
        Step(name, "done" if n < reached else "current" if n == reached else "todo") for n, name in enumerate(names)
    ]


class ImportFaults(ImportScreen):
    """/imports/<id>/faults/?code=&column=&level=&after= — more rows of one group, for htmx and without."""

    def get(self, request, pk):
        """The next rows; a page of its own when the browser asks for it."""
        source, asked = self.fetch(pk), request.GET
        after = asked.get("after", "-1")
        if not after.removeprefix("-").isdecimal() or len(after) > 9:  # noqa: PLR2004 - the largest row number has ten digits
            raise Http404
        group = {name: asked.get(name, "").replace("\x00", "") for name in ("code", "column", "level")}
        faults = queries.faults_after(source, **group, seq=int(after), size=PAGE + 1)
        context = {
            "title": FAULTS.get(group["code"], group["code"]),
            "source": source,
            "group": group,
            "faults": faults[:PAGE],
            "after": faults[PAGE - 1].seq if len(faults) > PAGE else None,
        }
        htmx = request.headers.get("HX-Request") == "true"
        return render(request, "workbooks/fault_rows.html" if htmx else "workbooks/faults.html", context)


class MarkedWorkbook(ImportScreen):
    """/imports/<id>/marked.xlsx — the sender's own workbook, faulty cells coloured, reasons beside them."""

    permission = "imports.write"

    def get(self, request, pk) -> HttpResponseBase:
        """The file; back to the page with a sentence when there is none."""
        source = self.fetch(pk)
        try:
            path = marked.error_workbook(source=source)
        except DomainError as error:
            messages.error(request, error.message)
            return go_to(request, url_of(pk))
        if source.created_by_id != self.user.pk:
            log_access(user=self.user, action="imports.marked", object_type="import", object_id=pk)
        name = f"{source.file_name.rsplit('.', 1)[0]}_错误.xlsx"
        return FileResponse(path.open("rb"), as_attachment=True, filename=name)


class ImportAct(ImportDetail):
    """Base of what is done with an import by POST; a refusal is said on its page."""

    permission = "imports.write"
    http_method_names: ClassVar = ["post"]

    def act(self, source: Import) -> str:
        """Do it and answer with the sentence that says so."""
        raise NotImplementedError

    def post(self, request, pk):
        """Do it and go back to the page; 409 with the page and its reason when that is impossible now."""
        source = self.fetch(pk)
        try:
            messages.success(request, self.act(source))
        except Conflict as error:
            source = self.fetch(pk)
            rows = error.details if isinstance(error.details, list) else []
            names = queries.names_of_rows((row["table"], row["id"]) for row in rows)
            obstacles = [
                (_table_name(row["table"]), row["id"], names.get((row["table"], row["id"]), "")) for row in rows
            ]
            more = {"refusal": error.message, "obstacles": obstacles}
            return self.page(request, source, status=HTTPStatus.CONFLICT, **more)
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, url_of(pk))


def _table_name(table: str) -> str:
    model = queries.model_of(table)
    return str(model._meta.verbose_name) if model is not None else table  # noqa: SLF001 - Django's documented model API


class ConfirmImport(ImportAct):
    """POST /imports/<id>/confirm/ with rows=good|all"""

    def act(self, source):
        """Take the rows."""
        given = self.request.POST
        services.confirm_import(
            source=source, rows=given.get("rows", ""), doubts_weighed=given.get("doubts_weighed") == "1"
        )
        return gettext("已确认，正在写入。")


class CancelImport(ImportAct):
    """POST /imports/<id>/cancel/"""

    def act(self, source):
        """Give the import up."""
        services.cancel_import(source=source, user=self.user)
        return gettext("已取消，登记库没有任何变化。")


class UndoImport(ImportAct):
    """POST /imports/<id>/undo/"""

    def act(self, source):
        """Take it back."""
        services.start_undo(source=source, user=self.user)
        return gettext("正在撤销，登记库将恢复到导入之前。")


class ImportRecords(ListScreen):
    """/imports/<id>/records/ — the rows this import stored or changed."""

    key = "import-records"
    permission = MAY_LOOK
    icon = "list"
    columns: ClassVar = (
        Column("name", _("记录"), value=lambda row: row["name"], fields=("row_id", "table")),
        Column("kind", _("动作"), "badge", badges={"I": (_("新增"), "green"), "U": (_("变更"), "blue")}),
    )

    @property
    def title(self):
        """Names the file."""
        return gettext("导入的记录：%(file)s") % {"file": self.source.file_name}

    @property
    def source(self) -> Import:
        """The import, 404 when it is somebody else's."""
        if not hasattr(self, "_source"):
            self._source = Import.objects.visible_to(self.user).filter(pk=self.kwargs["pk"]).first()
        if self._source is None:
            raise Http404
        return self._source

    def rows(self, user):
        """What the import wrote."""
        return queries.written_events(self.source)

    def prepare(self, rows, user):
        """The rows' names, in one query."""
        names = queries.names_of_rows((row["table"], row["row_id"]) for row in rows)
        for row in rows:
            row["name"] = names.get((row["table"], row["row_id"])) or gettext("（已删除）")
