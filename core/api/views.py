"""``ListView``: a table read page by page; ``RowView``: one row of it. Other endpoints are DRF's own APIView with a RequireScope.

Tokens, refusals, throttle, ETag and schema come by the settings: an endpoint adds nothing to have them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import F, QuerySet
from django.http import QueryDict
from django_filters import FilterSet
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.accounts.models import User
from core.accounts.services import log_access
from core.api.filtering import parameters_of, read_filters
from core.api.paging import DEFAULT_LIMIT, page_of
from core.api.permissions import RequireScope, may_see_people
from core.candidates import Finder
from core.errors import DomainError, NotFound


@dataclass(frozen=True, slots=True)
class Field:
    """One member of each row: its name, where its value comes from, how it is hidden.

    ``path`` is a path of the ORM or of an annotation (the name itself when ""); ``mask`` hides an identity from who
    may not see it; ``text`` of a value makes what goes out (a code's name, an enumeration's word).
    """

    name: str
    kind: type = str
    path: str = ""
    note: str = ""
    mask: Callable[[Any], Any] | None = None
    text: Callable[[Any], Any] | None = None
    nullable: bool = True


class TableView(APIView):
    """Rows of a table for programs, as declared fields: what a page of them and a single one have in common.

    Declare ``fields``, ``scope``, ``permission`` and ``rows``; the rest has defaults. Identities (fields with ``mask``)
    go out in full only to a token with people:read whose user holds ``reveal``; such an answer leaves one line in the
    access log. ``extra`` describes the members that ``finish`` adds.
    """

    fields: ClassVar[Sequence[Field]] = ()
    extra: ClassVar[Mapping[str, Any]] = {}
    scope: ClassVar[str] = "registry:read"
    permission: ClassVar[str] = ""
    reveal: ClassVar[str] = "workers.reveal"
    summary: ClassVar[str] = ""

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """The rows the user sees: ``Model.objects.visible_to(user)``."""
        raise NotImplementedError

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - for subclasses
        """Add to the page's rows what is not in the query (names of codes), a page at a time."""
        return rows

    def get_permissions(self) -> list[Any]:
        """From ``scope`` and ``permission``, unless the class declares a RequireScope for its writing methods."""
        declared = [made for made in super().get_permissions() if isinstance(made, RequireScope)]
        return declared or [RequireScope(self.scope, self.permission)]

    def _shown(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:
        masked = [(field.name, field.mask) for field in self.fields if field.mask]
        if masked and rows and may_see_people(request, self.reveal):
            ids = [row["id"] for row in rows if "id" in row]
            name = type(self).__name__
            address = request.META.get("REMOTE_ADDR") or None
            log_access(
                user=request.user,
                action="api.people",
                object_type=name,
                count=len(rows),
                ip=address,
                detail={"ids": ids},
            )
            masked = []
        # DRF's encoder would make a float of a Decimal; the schema promises a string.
        texts = [(field.name, field.text or (str if field.kind is Decimal else None)) for field in self.fields]
        made = [*masked, *[(name, text) for name, text in texts if text]]
        for name, make in made:
            for row in rows:
                if row[name] is not None:
                    row[name] = make(row[name])
        return rows


class ListView(TableView):
    """A table read page by page: the page's own filters, cursor paging, one query whatever the page holds."""

    filterset: ClassVar[type[FilterSet] | None] = None
    orderings: ClassVar[Mapping[str, str]] = {"id": "pk"}
    ordering: ClassVar[str] = "id"
    page_size: ClassVar[int] = DEFAULT_LIMIT

    def saved(self, user: User, number: str) -> QueryDict | None:
        """What a filter saved on the page stands for (``?saved=``); ``None`` for one the user does not see."""
        raise NotImplementedError

    @property
    def opens_saved(self) -> bool:
        """Whether the table's page has saved filters that a program may name."""
        return type(self).saved is not ListView.saved

    def finder(self, user: User, bound: FilterSet) -> Finder | None:  # noqa: ARG002 - for subclasses
        """What names the rows of a page where the table is large; ``bound`` are the filters as asked."""
        return None

    def get(self, request: Request) -> Response:
        """One page."""
        self._open_saved(request)
        rows = self.rows(request.user)
        bound = read_filters(rows, self.filterset, request)
        page = page_of(
            request,
            rows if bound is None else bound.qs,
            {field.name: field.path or field.name for field in self.fields},
            orderings=self.orderings,
            default=self.ordering,
            limit=self.page_size,
            finder=None if bound is None else self.finder(request.user, bound),
        )
        results = self.finish(self._shown(page.rows, request), request)
        return Response({"next": page.next, "previous": page.previous, "results": results})

    def _open_saved(self, request: Request) -> None:
        """Put the parameters of a saved filter in place of ``saved``; those the request names itself come first.

        What only a page knows of the filter (its sorting) is left out. The addresses of other pages keep ``saved``.
        """
        if not self.opens_saved or "saved" not in request.query_params:
            return
        kept = self.saved(request.user, request.query_params["saved"])
        if kept is None:
            message = "没有这个常用筛选，或没有共享给您。"
            raise DomainError("saved_unknown", message, "saved")
        asked = request.query_params.copy()
        del asked["saved"]
        known = {name for name, _field in parameters_of(self.filterset)}
        for name, values in kept.lists():
            if name in known and name not in asked:
                asked.setlist(name, values)
        request._request.GET = asked  # noqa: SLF001 - where DRF's query_params are read from


class RowView(TableView):
    """One row of a table, found by its id at ``/<int:pk>/``; 404 outside the scope.

    ``parameters`` names the query parameters it reads and says what they mean; any other is refused.
    """

    parameters: ClassVar[Mapping[str, str]] = {}

    def now(self, pk: int) -> int:
        """The id under which a row stands now, where rows are merged."""
        return pk

    def get(self, request: Request, pk: int) -> Response:
        """The row."""
        unknown = next((name for name in request.query_params if name not in {*self.parameters, "format"}), None)
        if unknown is not None:
            message = f"没有“{unknown}”这个参数，可用：{'、'.join(sorted(self.parameters)) or '无'}。"
            raise DomainError("parameter_unknown", message, unknown)
        wanted = {f"v_{field.name}": F(field.path or field.name) for field in self.fields}
        rows = self.rows(request.user).values(**wanted)
        found = rows.filter(pk=pk).first()
        if found is None and (now := self.now(pk)) != pk:
            found = rows.filter(pk=now).first()
        if found is None:
            raise NotFound("row", "没有这条记录，或不在您的数据范围内。")
        row = {field.name: found[f"v_{field.name}"] for field in self.fields}
        return Response(self.finish(self._shown([row], request), request)[0])
