"""Pages read from a few rows that somebody names, where the planner would look through a table for them.

Whoever reads asks all conditions of those rows again: what a finder names may be too much, never too little.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Q, QuerySet
from django.db.models.options import Options
from django.db.models.sql.compiler import SQLCompiler
from django.db.models.sql.datastructures import BaseTable

from core.arrays import array_of


@dataclass(frozen=True)
class Attempt:
    """Candidates for a page: all rows of the list before ``reach`` (leading values of the order) are among them.

    Without a ``reach`` they are all there are.
    """

    ids: tuple[int, ...]
    reach: tuple[Any, ...] | None


@dataclass(frozen=True)
class CountHint:
    """``sure`` rows match and are not asked again; of the rows ``ids`` each must be asked."""

    sure: int
    ids: tuple[int, ...]


class Finder(Protocol):
    """Something that knows a list's rows better than the planner. What it names is always asked all conditions again."""

    def attempts(self, order: Sequence[tuple[str, bool]], edge: Sequence[Any] | None, most: int) -> Iterator[Attempt]:
        """Candidates for the ``most`` rows beyond ``edge`` in that order (path, descending), more with every attempt.

        None (left): the rows must be looked for in the table.
        """

    def count(self, cap: int) -> CountHint | None:
        """How many match, as far as it matters up to ``cap``; ``None`` when it cannot tell."""


class OnlyIds(BaseTable):
    """A table of which a query sees only a few rows, read by their ids before anything else is asked.

    The OFFSET keeps the planner from looking beyond it: as one condition among others, ids sometimes lost to an index
    on a surname that looked cheaper and was not.
    """

    def __init__(self, alias: str, ids: Sequence[int], *, of: "Options[Any]") -> None:
        super().__init__(of.db_table, alias)
        self.ids, self.of = ids, of

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, tuple[str | int, ...]]:
        """The rows under the table's name; a thousand numbers are one parameter."""
        table, key = map(connection.ops.quote_name, (self.of.db_table, str(self.of.pk.column)))
        name = compiler.quote_name_unless_alias(str(self.table_alias))
        return f"(SELECT * FROM {table} WHERE {key} = ANY(%s::bigint[]) OFFSET 0) {name}", (array_of(self.ids),)  # noqa: S608 - names of a model

    def relabeled_clone(self, change_map: Mapping[str | None, str]) -> "OnlyIds":
        """The same under another alias."""
        alias = str(self.table_alias)
        return type(self)(change_map.get(alias, alias), self.ids, of=self.of)


def among(rows: QuerySet[Any, Any], ids: Sequence[int]) -> QuerySet[Any, Any]:
    """Those of ``rows`` that have one of the ids."""
    found = rows.all()
    query = found.query
    alias = query.get_initial_alias()
    query.alias_map[alias] = OnlyIds(alias, ids, of=query.get_meta())
    return found


def beyond(order: Sequence[tuple[str, bool]], values: Sequence[Any], *, blanks: bool = True) -> Q:
    """Rows after the one with those values, in that order (path, descending); blanks stand where PostgreSQL puts them.

    ``blanks`` says whether a column of the order may be blank.
    """
    found, same = Q(pk__in=()), Q()
    for (path, descending), value in zip(order, values, strict=True):
        blank = Q(**{f"{path}__isnull": True})
        if value is None:
            after, level = Q(**{f"{path}__isnull": False}) if descending else Q(pk__in=()), blank
        else:
            after, level = Q(**{f"{path}__{'lt' if descending else 'gt'}": value}), Q(**{path: value})
            after = after | blank if blanks and not descending else after
        found |= same & after
        same &= level
    (first, descending), value = order[0], values[0]
    if value is None:
        return found
    # Said again for the first key alone: an index on it can then start at the right place.
    bound = Q(**{f"{first}__{'lte' if descending else 'gte'}": value})
    return found & (bound | Q(**{f"{first}__isnull": True}) if blanks and not descending else bound)


def first_rows(
    rows: QuerySet[Any, Any],
    most: int,
    order: Sequence[tuple[str, bool]],
    edge: Sequence[Any] | None,
    places: Mapping[str, Any],
    *,
    finder: Finder | None,
) -> list[Any]:
    """The first ``most`` of ``rows``, a queryset in that order (path, descending) that begins beyond ``edge``.

    Its rows are dicts or tuples; ``places`` says where in them each path of the order stands.
    """
    for attempt in finder.attempts(order, edge, most) if finder is not None else ():
        if attempt.reach is None:
            return list(among(rows, attempt.ids)[:most]) if attempt.ids else []
        if len(attempt.ids) < most:
            continue
        found = list(among(rows, attempt.ids)[:most])
        if len(found) == most:
            last = tuple(found[-1][places[path]] for path, _ in order[: len(attempt.reach)])
            if last > attempt.reach if order[0][1] else last < attempt.reach:
                return found
    return list(rows[:most])
