"""The list page: a screen is a declaration, this base does the rest (design.md "Pages", ui.md "List")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import QuerySet
from django.forms.boundfield import BoundField
from django.http import HttpRequest, HttpResponse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django_filters import FilterSet

from core.accounts.models import User
from core.candidates import Finder
from core.history.queries import touched_by
from core.web.base import Screen
from core.web.htmx import go_to, render_part
from core.web.lists import actions
from core.web.lists.chips import chips_of, with_values, without
from core.web.lists.columns import Column, Row
from core.web.lists.layouts import NOT_KEPT, chosen_columns, view_named, views_of
from core.web.lists.paging import Count, Keyset, Page, capped_count
from core.web.lists.table import Heading, TableBody, headings_of, table_rows
from core.web.models import SavedView
from core.web.screens import ListExporter, ListImporter, Permission, allowed, named
from core.web.sought import sought
from core.web.texts import Text


@dataclass(frozen=True)
class BulkAction:
    """Something done to many rows at once.

    ``run(user, queryset)`` gets scoped rows and answers a sentence or a page to go to; an action that ``asks`` something gets
    what the person said to that besides.
    """

    name: str
    label: Text
    run: Callable[..., str | HttpResponse]
    permission: Permission = ""
    icon: str = "check"
    confirm: Text = ""
    asks: Text = ""


@dataclass(frozen=True)
class EmptyState:
    """What an empty list would hold and the ways to fill it, shown to who may import ``kind``, the list's own if blank."""

    text: Text
    import_url: str = ""
    template_url: str = ""
    kind: str = ""


@dataclass(frozen=True)
class PageAction:
    """A button in the heading of the list; one that imports a ``kind`` is there for who may."""

    label: Text
    url: str
    permission: Permission = ""
    icon: str = "plus"
    primary: bool = False
    kind: str = ""


class ListScreen(Screen):
    """Declare ``key title permission columns`` and ``rows(user)``; the rest has defaults.

    Filters, search (``q``), sorting (``sort``) and page (``after``/``before``) live in the URL. Rows are dicts of the
    fields the columns name: one query a page, one capped count, whatever the number of rows.
    """

    key: ClassVar[str] = ""
    columns: ClassVar[Sequence[Column]] = ()
    filterset_class: ClassVar[type[FilterSet] | None] = None
    quick_filters: ClassVar[Sequence[str]] = ()
    default_sort: ClassVar[str] = ""
    page_size: ClassVar[int] = 50
    print_size: ClassVar[int] = 1000
    bulk_actions: ClassVar[Sequence[BulkAction]] = ()
    export_kind: ClassVar[str] = ""
    search_hint: ClassVar[Text] = ""
    note: ClassVar[Text] = ""
    empty: ClassVar[EmptyState | None] = None
    icon: ClassVar[str] = "list"
    template: ClassVar[str] = "web/list.html"

    # What a screen says for itself.

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """The rows the user may see: always through ``visible_to(user)``."""
        raise NotImplementedError

    def search(self, queryset: QuerySet[Any, Any], text: str) -> QuerySet[Any, Any]:
        """Rows that match the text of the search box. A list without a ``search`` has no box."""
        raise NotImplementedError

    def finder(self) -> Finder | None:
        """What finds the rows of ``matching`` faster than the planner would, where a screen has such a thing."""
        return None

    def row_url(self, row: Row) -> str:
        """Where a row leads; "" makes rows that do not open."""
        return ""

    def row_fields(self) -> tuple[str, ...]:
        """Fields read besides the columns' (for ``row_url`` and ``prepare``)."""
        return ()

    def prepare(self, rows: list[Row], user: User) -> None:
        """Add to the page's rows what takes one query for all of them: names of codes, counts."""

    def page_actions(self, user: User) -> Sequence[PageAction]:
        """Buttons of the heading."""
        return ()

    def export_query(self) -> dict[str, str]:
        """What an export must know beside the list's parameters: whose rows a page below something shows."""
        return {}

    def extra_context(self) -> dict[str, Any]:
        """More for a template of one's own."""
        return {}

    # What the base makes of it.

    @property
    def searchable(self) -> bool:
        """Whether the screen declares a search."""
        return type(self).search is not ListScreen.search

    @property
    def search_text(self) -> str:
        """The text of the search box."""
        return sought(self.request)

    @cached_property
    def filterset(self) -> FilterSet | None:
        """The bound filter, ``None`` when the screen has none."""
        if self.filterset_class is None:
            return None
        return self.filterset_class(self.request.GET, queryset=self.rows(self.user), request=self.request)

    @cached_property
    def matching(self) -> QuerySet[Any, Any]:
        """Scoped rows that pass filters and search, unordered."""
        found = self.narrowed(self.rows(self.user))
        operation = self.request.GET.get("operation")
        return touched_by(found, operation) if operation else found

    def narrowed(self, rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
        """Those of ``rows`` that pass filters and search."""
        if self.filterset is not None:
            self.filterset.is_valid()
            rows = self.filterset.filter_queryset(rows)
        return self.search(rows, self.search_text) if self.searchable and self.search_text else rows

    @cached_property
    def saved_view(self) -> SavedView | None:
        """The saved view the address names, if the person sees it."""
        return view_named(self.user, self.key, self.request.GET.get("saved", ""))

    @cached_property
    def shown_columns(self) -> list[Column]:
        """The columns of the saved view, or else those this person chose, in the declared order."""
        chosen = set(self.saved_view.columns if self.saved_view else ()) or set(chosen_columns(self.user, self.key))
        return [column for column in self.columns if (column.name in chosen if chosen else column.default)]

    @cached_property
    def sort(self) -> tuple[Column | None, bool]:
        """The column that orders the list and whether it descends."""
        by_name = {column.name: column for column in self.columns if column.sort}
        for asked in (self.request.GET.get("sort", ""), self.default_sort):
            if asked.removeprefix("-") in by_name:
                return by_name[asked.removeprefix("-")], asked.startswith("-")
        return None, False

    @cached_property
    def keyset(self) -> Keyset:
        """The order of the list."""
        column, descending = self.sort
        paths = column.sort if column else ("pk",)
        return Keyset(self.matching, paths, descending=descending, finder=self.known_finder)

    @cached_property
    def known_finder(self) -> Finder | None:
        """The screen's finder, asked once; none for the rows of one operation, of which it knows nothing."""
        return None if self.request.GET.get("operation") else self.finder()

    @property
    def fields(self) -> tuple[str, ...]:
        """Field paths read for a page."""
        paths = [path for column in self.shown_columns for path in column.paths]
        return tuple(dict.fromkeys(("pk", *paths, *self.row_fields())))

    def page(self, size: int = 0) -> Page:
        """The page the URL asks for."""
        query = self.request.GET
        page = self.keyset.page(
            self.fields, size or self.page_size, after=query.get("after", ""), before=query.get("before", "")
        )
        self.prepare(page.rows, self.user)
        return page

    @cached_property
    def count(self) -> Count:
        """How many rows match, capped."""
        return capped_count(self.matching, finder=self.known_finder)

    def counted(self, page: Page) -> Count:
        """The same without asking, where everything that matches stands on the page."""
        return self.count if page.before or page.after else Count(len(page.rows), capped=False)

    def headings(self) -> list[Heading]:
        """Heading cells with the addresses that sort by them."""
        return headings_of(self.shown_columns, self.sort, self.request.GET)

    def table_rows(self, page: Page) -> TableBody:
        """Rows ready for the template."""
        return table_rows(page.rows, self.shown_columns, self.row_url, picks=bool(self.permitted_bulk_actions))

    @cached_property
    def permitted_bulk_actions(self) -> list[BulkAction]:
        """Bulk actions this person may take."""
        return [action for action in self.bulk_actions if allowed(self.user, action.permission)]

    @cached_property
    def exporter(self) -> ListExporter | None:
        """What writes this list as a workbook, ``None`` when there is none or this person may not."""
        found = named(ListExporter, "workbooks") if self.export_kind else None
        return found if found is not None and found.may(self.user, self.export_kind) else None

    @property
    def may_fill(self) -> bool:
        """Whether this person may hand in the workbook that fills the list."""
        return self.empty is not None and self.may_import(self.empty.kind or self.export_kind)

    def may_import(self, kind: str) -> bool:
        """Whether this person may hand in workbooks of that kind, of any where it is blank."""
        importer = named(ListImporter, "workbooks")
        return importer is not None and importer.may(self.user, kind)

    def permitted(self, action: PageAction) -> bool:
        """Whether this person sees that button."""
        return allowed(self.user, action.permission) and (not action.kind or self.may_import(action.kind))

    @property
    def asks_purpose(self) -> bool:
        """Whether who takes these rows out must say what for."""
        return self.exporter is not None and (self.exporter.asks_purpose(self.export_kind) or self.export_waits)

    @property
    def not_exported(self) -> list[str]:
        """What the columns are called that the list shows and its workbook does not have."""
        known = set(self.exporter.headings(self.export_kind)) if self.exporter is not None else set()
        return [str(column.label) for column in self.shown_columns if column.in_workbook not in known]

    @property
    def export_waits(self) -> bool:
        """Whether somebody else has to agree before this person takes the rows out."""
        return self.exporter is not None and self.exporter.waits(self.user, self.export_kind)

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, its table region alone (htmx), or the print view."""
        if (named_alone := self._saved_alone()) is not None:
            return named_alone
        if request.GET.get("view") == "print":
            return actions.print_view(self)
        response = render_part(request, self.template, {"list": "web/list_region.html"}, self.context())
        if request.headers.get("HX-Target") == "list":
            address = f"{request.path}?{clean}" if (clean := without_blanks(request)) else request.path
            typing = request.headers.get("HX-Trigger-Name") == "q"
            response["HX-Replace-Url" if typing else "HX-Push-Url"] = address
        return response

    def _saved_alone(self) -> HttpResponse | None:
        """An address that names a saved view and nothing else leads to the list as that view shows it."""
        if "saved" not in self.request.GET or any(name != "saved" for name in self.request.GET):
            return None
        view = self.saved_view
        if view is None:
            messages.warning(self.request, _("这个常用筛选已不在，或没有共享给您。"))
            return go_to(self.request, self.request.path)
        return go_to(self.request, f"{self.request.path}?{address_of(view)}") if view.query else None

    def context(self) -> dict[str, Any]:
        """What the list's templates show."""
        query, page = self.request.GET, self.page()
        form = self.filterset.form if self.filterset is not None else None
        chips = chips_of(form, query, self.search_text)
        return {
            "screen": self,
            "title": self.title,
            "count": self.counted(page),
            "headings": self.headings(),
            "table": self.table_rows(page),
            "page": page,
            "next_query": with_values(query, after=page.after) if page.after else "",
            "previous_query": with_values(query, before=page.before) if page.before else "",
            "chips": chips,
            "filter_form": form,
            "quick": quick_fields(form, self.quick_filters),
            "panel": [field for field in form if field.name not in self.quick_filters] if form is not None else [],
            "query": without(query, NOT_KEPT),
            "print_query": with_values(query, view="print"),
            "typing": self.request.headers.get("HX-Trigger-Name") == "q",
            "views": self.tabs(),
            "column_choices": [(column, column in self.shown_columns) for column in self.columns],
            "may_reveal": self.user.can("workers.reveal"),
            "actions": [action for action in self.page_actions(self.user) if self.permitted(action)],
            **self.extra_context(),
        }

    def tabs(self) -> list[tuple[SavedView, bool, str]]:
        """Saved views, whether each is what the list shows, and its address."""
        shown = without(self.request.GET, NOT_KEPT)
        named = self.saved_view.pk if self.saved_view else None
        return [
            (view, view.query == shown and named in (None, view.pk), address_of(view))
            for view in views_of(self.user, self.key)
        ]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Choose columns, save or delete a view, export, or a bulk action: named by ``action``."""
        return actions.perform(self, request)


def address_of(view: SavedView) -> str:
    """The query string of a saved view: its conditions, and its number for the columns."""
    return f"{view.query}&saved={view.pk}" if view.query else f"saved={view.pk}"


def quick_fields(form: forms.Form | None, names: Sequence[str]) -> list[BoundField]:
    """The filters that stand in the bar itself; having no room for a label, their empty choice says what they are."""
    found = [form[name] for name in names if form is not None and name in form.fields]
    for bound in found:
        widget = bound.field.widget
        if isinstance(widget, forms.Select) and not widget.allow_multiple_selected:
            everything = _("%(label)s：全部") % {"label": bound.label}
            widget.choices = [(value, text if value else everything) for value, text in widget.choices]
    return found


def without_blanks(request: HttpRequest) -> str:
    """The query string as it should stand in the address bar: no blank values, the page kept."""
    kept = [(name, value) for name, values in request.GET.lists() for value in values if value]
    return urlencode(kept)
