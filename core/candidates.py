"""Pages read from a few rows that somebody names, where the planner would look through a table for them.

Whoever reads asks all conditions of those rows again: what a finder names may be too much, never too little.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func, QuerySet
from django.db.models.sql.compiler import SQLCompiler


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


class AmongIds(Func):
    """``id = ANY(…)``: a thousand numbers in one parameter, which no plan reads the whole table for."""

    output_field = BooleanField()
    conditional = True

    def __init__(self, ids: Sequence[int]) -> None:
        super().__init__(F("pk"))
        self.ids = f"{{{','.join(map(str, ids))}}}"

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
        function: str | None = None,  # noqa: ARG002 - as above
        template: str | None = None,  # noqa: ARG002 - as above
        arg_joiner: str | None = None,  # noqa: ARG002 - as above
        **extra_context: Any,  # noqa: ARG002 - as above
    ) -> tuple[str, tuple[str | int, ...]]:
        """Compile the key; the numbers are one parameter."""
        sql, values = compiler.compile(self.get_source_expressions()[0])
        return f"{sql} = ANY(%s::bigint[])", (*values, self.ids)


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
            return list(rows.filter(AmongIds(attempt.ids))[:most]) if attempt.ids else []
        if len(attempt.ids) < most:
            continue
        found = list(rows.filter(AmongIds(attempt.ids))[:most])
        if len(found) == most:
            last = tuple(found[-1][places[path]] for path, _ in order[: len(attempt.reach)])
            if last > attempt.reach if order[0][1] else last < attempt.reach:
                return found
    return list(rows[:most])
