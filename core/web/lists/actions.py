"""What a list page does on POST: columns, saved views, bulk actions, export; and its print view."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from core.errors import DomainError
from core.formats.masking import holds_number
from core.history.collisions import collisions_told
from core.web.htmx import go_to
from core.web.lists.chips import chips_of, without
from core.web.lists.layouts import choose_columns, delete_view, save_view
from core.web.screens import ExportRequest

if TYPE_CHECKING:
    from core.web.lists.screen import ListScreen

MOST_PICKED = 1000
NOT_SHOWN = frozenset({"after", "before", "view", "sort", "saved"})


def perform(screen: "ListScreen", request: HttpRequest) -> HttpResponse:
    """Do what the posted ``action`` names and come back to the same list; a refusal is said on the page."""
    action = request.POST.get("action", "")
    known = {"columns": _columns, "save_view": _save_view, "delete_view": _delete_view, "export": _export}
    try:
        with collisions_told():
            response = known[action](screen, request) if action in known else _bulk(screen, request, action)
    except DomainError as error:
        messages.error(request, error.message)
        response = None
    return response or go_to(request, request.get_full_path())


def picked(screen: "ListScreen", request: HttpRequest) -> QuerySet[Any, Any]:
    """The rows ticked, or all that match when the person asked for all; never outside scope and filters."""
    if request.POST.get("all") == "1":
        return screen.matching
    ids = request.POST.getlist("ids")[:MOST_PICKED]
    key = screen.matching.model._meta.pk  # noqa: SLF001 - Django's documented model API
    return screen.matching.filter(pk__in=[key.to_python(one) for one in ids if _readable(key, one)])


def _readable(key: Any, text: str) -> bool:
    try:
        key.to_python(text)
    except Exception:  # noqa: BLE001 - each key type raises its own; anything unreadable is simply not a row
        return False
    return True


def _columns(screen: "ListScreen", request: HttpRequest) -> HttpResponse | None:
    names = {column.name for column in screen.columns}
    chosen = [name for name in request.POST.getlist("columns") if name in names]
    view = screen.saved_view
    if view is not None and view.user_id == screen.user.pk:
        view.columns = chosen
        view.save(update_fields=["columns"])
        return None
    choose_columns(user=screen.user, list_key=screen.key, columns=chosen)
    # A colleague's view keeps its columns; the person's own choice shows on the list without it.
    return go_to(request, f"{request.path}?{without(request.GET, ['saved'])}") if view is not None else None


def _save_view(screen: "ListScreen", request: HttpRequest) -> None:
    view = save_view(
        user=screen.user,
        list_key=screen.key,
        name=request.POST.get("name", ""),
        query=request.GET,
        columns=[column.name for column in screen.shown_columns],
        shared=request.POST.get("shared") == "1",
    )
    messages.success(request, _("已保存常用筛选“%(name)s”。") % {"name": view.name})


def _delete_view(screen: "ListScreen", request: HttpRequest) -> None:
    number = request.POST.get("view_id", "")
    if number.isdecimal() and delete_view(user=screen.user, list_key=screen.key, view_id=int(number)):
        messages.success(request, _("已删除常用筛选。"))
    else:
        messages.error(request, _("只能删除自己保存的常用筛选。"))


def _export(screen: "ListScreen", request: HttpRequest) -> HttpResponse | None:
    exporter = screen.exporter
    if exporter is None:
        raise PermissionDenied
    with override(settings.LANGUAGE_CODE):
        # Headings of workbooks are Chinese whatever language the page is in, and so is the register.
        shown = [column.in_workbook for column in screen.shown_columns]
        form = screen.filterset.form if screen.filterset is not None else None
        text = "…" if holds_number(screen.search_text) else screen.search_text
        said = "；".join(f"{chip.label}：{chip.text}" for chip in chips_of(form, request.GET, text))
    wanted = ExportRequest(
        kind=screen.export_kind,
        query={
            name: values if len(values) > 1 else values[0]
            for name, values in request.GET.lists()
            if name not in {*NOT_SHOWN, "q"}
        }
        | ({"q": screen.search_text} if screen.searchable and screen.search_text else {})
        | screen.export_query(),
        headings=() if request.POST.get("all_columns") == "1" else tuple(shown),
        full_identity=request.POST.get("full_identity") == "1",
        purpose=request.POST.get("purpose", ""),
        conditions=said,
    )
    address, said = exporter.start(screen.user, wanted)
    messages.success(request, said)
    return go_to(request, address)


def _bulk(screen: "ListScreen", request: HttpRequest, name: str) -> HttpResponse | None:
    action = next((one for one in screen.permitted_bulk_actions if one.name == name), None)
    if action is None:
        return HttpResponseBadRequest(_("没有这个操作。"))
    rows = picked(screen, request)
    if not rows.exists():
        messages.warning(request, _("没有选中任何记录。"))
        return None
    said = request.POST.get("said", "").strip()
    if action.asks and not said:
        messages.warning(request, str(action.asks))
        return None
    outcome = action.run(screen.user, rows, said) if action.asks else action.run(screen.user, rows)
    if isinstance(outcome, HttpResponse):
        return outcome
    messages.success(request, outcome)
    return None


def print_view(screen: "ListScreen") -> HttpResponse:
    """The list on A4: what is shown, up to ``print_size`` rows; says so when it was cut."""
    page = screen.page(screen.print_size)
    context = {
        "title": screen.title,
        "columns": screen.shown_columns,
        "lines": [[(column.css, column.text(row)) for column in screen.shown_columns] for row in page.rows],
        "count": screen.count,
        "cut": bool(page.after),
        "printed_at": timezone.localtime(),
        "printed_by": screen.user,
    }
    return render(screen.request, "web/list_print.html", context)
