"""Two column types of PostgreSQL that say what a transaction could see."""

from typing import Any

from django.db import models


class TransactionField(models.Field):  # type: ignore[type-arg]
    """``xid8``: the number of a transaction; it never comes round again."""

    description = "transaction"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401, ARG002 - Django's signature
        """The column's type."""
        return "xid8"


class SnapshotField(models.Field):  # type: ignore[type-arg]
    """``pg_snapshot``: which transactions had ended when a statement read; text on the Python side."""

    description = "snapshot"

    def db_type(self, connection: Any) -> str:  # noqa: ANN401, ARG002 - Django's signature
        """The column's type."""
        return "pg_snapshot"


class CurrentTransaction(models.Func):
    """The number of the transaction that runs the statement."""

    function = "pg_current_xact_id"
    output_field = TransactionField()
    arity = 0
