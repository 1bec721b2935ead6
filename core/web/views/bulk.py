"""Pages of bulk edits: what is to change, a sample of it, what became of it; the register of all."""

from http import HTTPStatus
from typing import Any, ClassVar
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import DomainError
from core.web.base import Screen
from core.web.bulk import services
from core.web.bulk.declarations import BulkKind, kind_named, known_kinds
from core.web.bulk.forms import BulkForm, bound
from core.web.bulk.queries import not_written, preview
from core.web.htmx import go_to, render_part
from core.web.lists import BulkAction, Column, EmptyState, ListScreen
from core.web.lists.columns import Row
from core.web.models import BulkEdit, BulkRow
from core.web.screens import allowed

State = BulkEdit.State
STATES = {
    State.DRAFT.value: (_("准备中"), "secondary"),
    State.QUEUED.value: (_("执行中"), "blue"),
    State.DONE.value: (_("已完成"), "green"),
    State.FAILED.value: (_("失败"), "red"),
    State.UNDOING.value: (_("撤销中"), "blue"),
    State.UNDONE.value: (_("已撤销"), "secondary"),
}
OUTCOMES = {
    BulkRow.Outcome.WRITTEN.value: _("已修改"),
    BulkRow.Outcome.SAME.value: _("本来就是"),
    BulkRow.Outcome.CHANGED.value: _("预览后已被别人修改"),
    BulkRow.Outcome.OUTSIDE.value: _("已不在您的管辖范围内"),
    BulkRow.Outcome.GONE.value: _("档案已不在"),
}


def bulk_edit(kind: BulkKind) -> BulkAction:
    """The act of a list that leads to a bulk edit of what was chosen there."""

    def begin(user: User, rows: QuerySet[Any, Any]) -> HttpResponse:
        edit = services.prepare(user=user, kind=kind, rows=rows)
        return redirect(reverse("web:bulk_edit", args=[edit.pk]))

    return BulkAction("bulk_edit", _("批量修改"), run=begin, permission=kind.permission, icon="edit")


class BulkEditScreen(Screen):
    """A page about one bulk edit."""

    def edit(self, pk: UUID) -> BulkEdit:
        """The edit, fetched and authorised at once."""
        found = BulkEdit.objects.visible_to(self.user).select_related("created_by", "job").filter(pk=pk).first()
        if found is None:
            raise Http404
        if not allowed(self.user, kind_named(found.kind).permission):
            raise PermissionDenied
        return found


class BulkEditPage(BulkEditScreen):
    """/bulk/<id>/ — the form, then the sample, then the result."""

    title = _("批量修改")

    def get(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A draft shows its form, or what it would do once that is said; any other what came of it."""
        edit = self.edit(pk)
        kind = kind_named(edit.kind)
        if edit.state != State.DRAFT:
            return self._result(edit, kind)
        if not edit.choice:
            return self._form(edit, kind, BulkForm(kind=kind, user=self.user))
        form = bound(kind, self.user, edit.choice, edit.reason)
        if request.GET.get("again") or not form.is_valid():
            return self._form(edit, kind, form)
        context = {"preview": preview(kind, self.user, edit, form), "labels": [field.label for field in form.chosen]}
        return self._page(edit, kind, **context)

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Keep what is to change and show the sample."""
        edit = self.edit(pk)
        kind = kind_named(edit.kind)
        form = BulkForm(request.POST, kind=kind, user=self.user)
        if not form.is_valid():
            return self._form(edit, kind, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            services.choose(edit=edit, form=form)
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, reverse("web:bulk_edit", args=[pk]))

    def _form(self, edit: BulkEdit, kind: BulkKind, form: BulkForm, status: int = 200) -> HttpResponse:
        return self._page(edit, kind, status=status, form=form)

    def _result(self, edit: BulkEdit, kind: BulkKind) -> HttpResponse:
        blocked = edit.counts.get("blocked", [])
        return self._page(
            edit,
            kind,
            live=edit.state in {State.QUEUED, State.UNDOING},
            badge=STATES[edit.state],
            counts=[(label, edit.counts[name]) for name, label in OUTCOMES.items() if edit.counts.get(name)],
            odd=not_written(kind, self.user, edit),
            blocked=list(kind.named(kind.rows(self.user), blocked).values()),
            may_undo=edit.state == State.DONE,
            records=f"{kind.list_url()}?operation={edit.operation_id}" if edit.operation_id else "",
        )

    def _page(self, edit: BulkEdit, kind: BulkKind, status: int = 200, **context: Any) -> HttpResponse:
        shown = {"title": kind.label, "edit": edit, "list_url": kind.list_url(), **context}
        return render_part(self.request, "web/bulk.html", {"bulk": "web/bulk_part.html"}, shown, status=status)


class CarryOut(BulkEditScreen):
    """POST /bulk/<id>/run/"""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Start the run and show its course."""
        edit = self.edit(pk)
        if edit.created_by_id != self.user.pk:
            raise Http404
        try:
            services.start(edit=edit, user=self.user)
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, reverse("web:bulk_edit", args=[pk]))


class TakeBack(BulkEditScreen):
    """POST /bulk/<id>/undo/"""

    def post(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """Start taking it back."""
        try:
            services.start_undo(edit=self.edit(pk), user=self.user)
            messages.success(request, __("正在撤销。"))
        except DomainError as error:
            messages.error(request, error.message)
        return go_to(request, reverse("web:bulk_edit", args=[pk]))


class BulkEditList(ListScreen):
    """/bulk/ — my bulk edits; those of my division with ``jobs.view_all``."""

    key = "bulk_edits"
    title = _("批量修改登记")
    icon = "edit"
    default_sort = "-created_at"
    empty = EmptyState(_("在列表上选中多条记录，点“批量修改”，改了什么、改了多少会登记在这里。"))
    columns: ClassVar = (
        Column("words", _("改动"), value=lambda row: "；".join(f"{label}：{word}" for label, word in row["words"])),
        Column("state", _("状态"), "badge", badges=STATES),
        Column("rows", _("选中"), "number"),
        Column("written", _("已修改"), "number", value=lambda row: row["counts"].get("written"), fields=("counts",)),
        Column("reason", _("事由")),
        Column("created_by", _("提交人"), value="created_by__full_name"),
        Column("created_at", _("提交时间"), "date", sort=("created_at",)),
    )

    @property
    def permission(self) -> tuple[str, ...]:  # type: ignore[override]
        """Who may change anything in bulk."""
        return tuple(name for kind in known_kinds() for name in _names(kind))

    def rows(self, user: User) -> QuerySet[BulkEdit]:
        """Those that were carried out, or are being."""
        kinds = [kind.name for kind in known_kinds() if allowed(user, kind.permission)]
        return BulkEdit.objects.visible_to(user).filter(kind__in=kinds).exclude(state=State.DRAFT)

    def row_fields(self) -> tuple[str, ...]:
        """For the words."""
        return ("words",)

    def row_url(self, row: Row) -> str:
        """The edit's own page."""
        return reverse("web:bulk_edit", args=[row["pk"]])


def _names(kind: BulkKind) -> tuple[str, ...]:
    return (kind.permission,) if isinstance(kind.permission, str) else kind.permission
