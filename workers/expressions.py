"""Database expressions of the registry: what its tables are made with (migrations import them), and who belongs to a key group."""

from datetime import date
from typing import Any

from django.contrib.postgres.fields import DateRangeField
from django.core.exceptions import EmptyResultSet
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler


class DateRange(Func):
    """``daterange(from, to)``: the first day counts, the last does not; a side that is NULL is open."""

    function = "DATERANGE"
    output_field = DateRangeField()
    arity = 2


class BirthDate(Func):
    """The birth date inside an ID number, immutable, so that the database can store it."""

    template = (
        "make_date(substr(%(expressions)s, 7, 4)::int,"
        " substr(%(expressions)s, 11, 2)::int, substr(%(expressions)s, 13, 2)::int)"
    )
    output_field = models.DateField()
    arity = 1


def holds_on(day: str) -> str:
    """SQL: the membership ``g`` holds on the day that this parameter stands for; as ``GroupMembershipQuerySet.on``."""
    return f"(g.valid_from IS NULL OR g.valid_from <= {day}) AND (g.valid_to IS NULL OR g.valid_to > {day})"


class InGroup(Func):
    """Whether the person whose id an expression or a field holds belongs to a key group on a day.

    In one piece: a query set inside another takes a page of fifty people a good part of its time to put together.
    """

    template = (
        'EXISTS (SELECT FROM workers_groupmembership g WHERE g.worker_id = %(expressions)s AND g."group" IN (%(groups)s)'
        f" AND {holds_on('%%s')})"
    )
    output_field = models.BooleanField()
    arity = 1

    def __init__(self, person: str, groups: tuple[str, ...], day: date) -> None:
        super().__init__(person)
        self.groups, self.day = groups, day

    def as_sql(
        self,
        compiler: SQLCompiler,
        connection: BaseDatabaseWrapper,
        *args: Any,
        **kwargs: Any,
    ) -> tuple[str, Any]:
        """One condition; nobody belongs to no group."""
        if not self.groups:
            raise EmptyResultSet
        kwargs["groups"] = ", ".join(["%s"] * len(self.groups))
        text, parameters = super().as_sql(compiler, connection, *args, **kwargs)
        return text, (*parameters, *self.groups, self.day, self.day)
