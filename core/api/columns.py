"""Many columns of a table read as one expression.

Django resolves and compiles each column anew for every page; thirty of a person take as long as reading fifty people.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, QuerySet, TextField
from django.db.models.options import Options
from django.db.models.sql.compiler import SQLCompiler


class Columns(Expression):
    """Columns of the query's own table as they come from the driver. What else is selected stands before them."""

    def __init__(self, columns: tuple[str, ...]) -> None:
        super().__init__(output_field=TextField())
        self.columns = columns

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,  # noqa: ARG002 - Django's signature
    ) -> tuple[str, tuple[str | int, ...]]:
        """The columns, one behind the other."""
        return _text(self.columns, str(compiler.query.get_initial_alias())), ()


def plain_columns(rows: QuerySet[Any, Any], paths: Iterable[str]) -> dict[str, str]:
    """Which of the paths are columns of the rows' own table that need nothing done to them: {path: column}."""
    known = _plain(rows.query.get_meta())
    return {path: known[path] for path in paths if path in known and path not in rows.query.annotations}


@lru_cache(maxsize=64)
def _plain(meta: "Options[Any]") -> dict[str, str]:
    own = (field for field in meta.concrete_fields if not field.is_relation)
    return {field.name: str(field.column) for field in own if not field.get_db_converters(connection)}


@lru_cache(maxsize=256)
def _text(columns: tuple[str, ...], alias: str) -> str:
    quote = connection.ops.quote_name
    return ", ".join(f"{quote(alias)}.{quote(column)}" for column in columns)
