"""Keyset paging: a page begins after (or ends before) a known row, so page 2,000 costs what page 1 costs."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.exceptions import EmptyResultSet, FieldDoesNotExist, ValidationError
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Field, Func, Q, QuerySet, Value
from django.db.models.expressions import OrderBy
from django.db.models.lookups import Exact
from django.db.models.sql.compiler import SQLCompiler

from core.candidates import Finder, among, first_rows
from core.web.lists.columns import Row

COUNT_CAP = 5_000
DEAR_CAP = 1_000
MOST_COST = 6_000
"""What counting to ``COUNT_CAP`` may cost in the planner's units, some 6 ms: a page does not wait longer for its heading."""


class RowComparison(Func):
    """``(a, b) > (x, y)``: the one form of the condition that an index answers without reading what lies before."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, fields: list[str], operator: str, values: list[Any]) -> None:
        super().__init__(*[F(name) for name in fields], *[Value(value) for value in values])
        self.operator = operator

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        function: str | None = None,
        template: str | None = None,
        arg_joiner: str | None = None,
        **extra_context: Any,
    ) -> tuple[str, tuple[str | int, ...]]:
        """Compile both sides; parameters keep their order."""
        compiled = [compiler.compile(part) for part in self.get_source_expressions()]
        half = len(compiled) // 2
        left, right = (", ".join(sql for sql, _ in side) for side in (compiled[:half], compiled[half:]))
        return f"({left}) {self.operator} ({right})", tuple(value for _, values in compiled for value in values)


@dataclass(frozen=True)
class SortKey:
    """One field of the order."""

    path: str
    descending: bool
    field: "Field[Any, Any]"
    nullable: bool


@dataclass(frozen=True)
class Page:
    """Rows of one page and the cursors of its neighbours ("" where there is none)."""

    rows: list[Row]
    before: str
    after: str


class Keyset:
    """The order of one list, always ended by the primary key, and the pages along it."""

    def __init__(
        self, queryset: QuerySet[Any, Any], paths: tuple[str, ...], *, descending: bool, finder: Finder | None = None
    ) -> None:
        self.queryset = queryset
        self.finder = finder
        names = [*paths, *(["pk"] if "pk" not in paths and "id" not in paths else [])]
        self.keys = [_sort_key(queryset, path, descending=descending) for path in names]

    @property
    def paths(self) -> tuple[str, ...]:
        """Field paths a row must hold for its cursor to be made."""
        return tuple(key.path for key in self.keys)

    def page(self, fields: tuple[str, ...], size: int, *, after: str = "", before: str = "") -> Page:
        """One query, with a finder seldom a second. A cursor that cannot be read, or of another order: the first page."""
        edge = self._decode(after or before)
        backwards = bool(before) and edge is not None
        found = self.queryset.order_by(*[_order(key, backwards=backwards) for key in self.keys])
        if edge is not None:
            found = found.filter(self._beyond(edge, backwards=backwards))
        rows = self._read(found.values(*dict.fromkeys((*fields, *self.paths))), size + 1, edge, backwards=backwards)
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        has_before, has_after = (more, True) if backwards else (edge is not None, more)
        return Page(
            rows,
            self._encode(rows[0]) if rows and has_before else "",
            self._encode(rows[-1]) if rows and has_after else "",
        )

    def _read(self, found: QuerySet[Any, Any], most: int, edge: list[Any] | None, *, backwards: bool) -> list[Row]:
        order = [(key.path, key.descending != backwards) for key in self.keys]
        return first_rows(found, most, order, edge, {key.path: key.path for key in self.keys}, finder=self.finder)

    def _beyond(self, edge: list[Any], *, backwards: bool) -> Q | RowComparison:
        directions = {key.descending for key in self.keys}
        if len(directions) == 1 and not any(key.nullable for key in self.keys):
            operator = "<" if directions.pop() != backwards else ">"
            return RowComparison([key.path for key in self.keys], operator, edge)
        condition, equal = Q(pk__in=()), Q()
        for key, value in zip(self.keys, edge, strict=True):
            condition |= equal & _past(key, value, backwards=backwards)
            equal &= Q(**{f"{key.path}__isnull": True}) if value is None else Q(Exact(F(key.path), value))
        return condition

    def _encode(self, row: Row) -> str:
        parts = [self._signature(), *(row[key.path] for key in self.keys)]
        text = json.dumps(parts, ensure_ascii=False, separators=(",", ":"), default=_as_text)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def _decode(self, cursor: str) -> list[Any] | None:
        if not cursor:
            return None
        try:
            text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
            signature, *values = json.loads(text)
            if "\\u0000" in text or signature != self._signature() or len(values) != len(self.keys):
                return None
            return [
                None if value is None else key.field.to_python(value)
                for key, value in zip(self.keys, values, strict=True)
            ]
        except (ValueError, TypeError, binascii.Error, ValidationError):
            return None

    def _signature(self) -> str:
        return ",".join(("-" if key.descending else "") + key.path for key in self.keys)


def _as_text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _sort_key(queryset: QuerySet[Any, Any], path: str, *, descending: bool) -> SortKey:
    flipped = path.startswith("-")
    name = path.removeprefix("-")
    annotation = queryset.query.annotations.get(name)
    if annotation is not None:
        return SortKey(name, descending != flipped, annotation.output_field, nullable=True)
    model, nullable = queryset.model, False
    *relations, last = name.split("__")
    for relation in relations:
        link = model._meta.get_field(relation)  # noqa: SLF001 - Django's documented model API
        nullable |= bool(link.null)
        model = link.related_model
    field = model._meta.pk if last == "pk" else model._meta.get_field(last)  # noqa: SLF001 - as above
    if field is None:
        raise FieldDoesNotExist(name)
    return SortKey(name, descending != flipped, field, nullable or bool(field.null))


def _order(key: SortKey, *, backwards: bool) -> OrderBy:
    # Blank values come last in both directions; walking backwards they come first.
    nulls = {} if not key.nullable else {"nulls_first": True} if backwards else {"nulls_last": True}
    return OrderBy(F(key.path), descending=key.descending != backwards, **nulls)


def _past(key: SortKey, value: Any, *, backwards: bool) -> Q:
    blank = Q(**{f"{key.path}__isnull": True})
    if value is None:
        return ~blank if backwards else Q(pk__in=())
    beyond = Q(**{f"{key.path}__{'lt' if key.descending != backwards else 'gt'}": value})
    return beyond | blank if key.nullable and not backwards else beyond


@dataclass(frozen=True)
class Count:
    """How many rows match, counted up to a cap."""

    value: int
    capped: bool

    def __str__(self) -> str:
        return f"{self.value:,}+" if self.capped else f"{self.value:,}"


def capped_count(queryset: QuerySet[Any, Any], cap: int = COUNT_CAP, finder: Finder | None = None) -> Count:
    """Count at most ``cap`` + 1 rows, so that a list of a million is not counted for its heading.

    Where no finder can tell and the planner finds even that dear (a rare condition on a large table), at most
    ``DEAR_CAP`` + 1, which a finder is asked anew.
    """
    hint = finder.count(cap) if finder is not None else None
    if hint is not None:
        more = among(queryset.order_by(), hint.ids).count() if hint.ids and hint.sure <= cap else 0
        return Count(min(hint.sure + more, cap), capped=hint.sure + more > cap)
    rows = queryset.order_by().values("pk")
    if cap > DEAR_CAP and _cost(rows[: cap + 1]) > MOST_COST:
        return capped_count(queryset, DEAR_CAP, finder)
    found = rows[: cap + 1].count()
    return Count(min(found, cap), capped=found > cap)


def _cost(rows: QuerySet[Any, Any]) -> float:
    """The planner's estimate of the whole query; 0 for one that cannot have rows."""
    try:
        sql, values = rows.query.get_compiler(rows.db).as_sql()
    except EmptyResultSet:
        return 0
    with connections[rows.db].cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
        found = cursor.fetchone()[0]
    plan = json.loads(found) if isinstance(found, str) else found
    return float(plan[0]["Plan"]["Total Cost"])
