"""Operations and the before-images of every business row (domain.md §6.9: who, when, before, after, result)."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import BigIntegerRangeField
from django.contrib.postgres.indexes import GistIndex
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Now


class BusinessRow(models.Model):
    """Base of every table that holds facts: its changes are written to ``history_event`` by the database itself."""

    created_at = models.DateTimeField("建立时间", db_default=Now(), editable=False)
    updated_at = models.DateTimeField("更新时间", db_default=Now(), editable=False)

    class Meta:
        abstract = True


class Operation(models.Model):
    """One business act by one person: an import, a merge, a saved form. Every event it caused carries its id."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="操作人", db_index=False)
    action = models.CharField("动作", max_length=60)
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    started_at = models.DateTimeField("时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "操作"
        verbose_name_plural = "操作"
        indexes: ClassVar = [models.Index(fields=["user", "-started_at"], name="operation_by_user")]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class RowIds(Func):
    """The ids an event speaks of, as a range of PostgreSQL."""

    function = "int8range"
    output_field = BigIntegerRangeField()

    def __init__(self, *bounds: str | Value) -> None:
        super().__init__(*(bounds or ("row_id", "last_id", Value("[]"))))


class RowIdsHold(Func):
    """``range @> id``: the form of the condition that the index of ranges answers."""

    template = "%(expressions)s::bigint"
    arg_joiner = " @> "
    output_field = models.BooleanField()
    conditional = True


MANY_ROWS = Q(last_id__gt=F("row_id"))


class EventQuerySet(models.QuerySet["Event"]):
    """Events of rows."""

    def of_row(self, table: str, row_id: int) -> Self:
        """What happened to one row. Its insertion may be told together with that of its neighbours."""
        return self.filter(
            Q(row_id=row_id, last_id=row_id) | (MANY_ROWS & Q(RowIdsHold(RowIds(), Value(row_id)))), table=table
        )


class Event(models.Model):
    """Rows of one table inserted (I), or one row updated (U) or deleted (D) with its image before; written by triggers only.

    The image after an event is the before-image of the row's next event, or the row as it stands. An insertion needs no
    image, so one statement's insertions are told together: an event for each run of ids ``row_id`` to ``last_id`` without
    a gap. ``RowEvent`` shows them row by row.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField("表", max_length=63)
    row_id = models.BigIntegerField("行")
    last_id = models.BigIntegerField("末行")
    kind = models.CharField("类型", max_length=1)
    before = models.JSONField("变更前", null=True)
    operation = models.ForeignKey(Operation, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    at = models.DateTimeField("时间", db_default=Now())

    objects = EventQuerySet.as_manager()

    class Meta:
        verbose_name = "变更"
        verbose_name_plural = "变更"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(last_id=F("row_id")) | Q(last_id__gt=F("row_id"), kind="I"), name="event_rows_in_order"
            ),
        ]
        indexes: ClassVar = [
            models.Index("table", "row_id", name="event_of_row"),
            # Ranges may overlap: a row that was deleted and put back is inserted twice.
            GistIndex("table", RowIds(), name="event_of_rows", condition=MANY_ROWS),
            models.Index("operation", name="event_of_operation"),
        ]

    def __str__(self) -> str:
        rows = f"{self.row_id}" if self.last_id == self.row_id else f"{self.row_id}–{self.last_id}"
        return f"{self.table} {rows} {self.kind}"


class RowEvent(models.Model):
    """What happened to each row, one event of one row a line: the view ``history_row_event``.

    For the rows of an operation: a condition on ``operation`` and ``table`` is answered by an index, one on ``row_id`` is
    not (``Event.objects.of_row``). ``row_id`` stands as the key because Django wants one; it is one within an operation
    that touches a row once.
    """

    row_id = models.BigIntegerField("行", primary_key=True)
    event = models.ForeignKey(Event, models.DO_NOTHING, db_constraint=False, related_name="+")
    table = models.CharField("表", max_length=63)
    kind = models.CharField("类型", max_length=1)
    before = models.JSONField("变更前", null=True)
    operation = models.ForeignKey(Operation, models.DO_NOTHING, null=True, db_constraint=False, related_name="+")
    at = models.DateTimeField("时间")

    class Meta:
        managed = False
        db_table = "history_row_event"
        verbose_name = "逐行变更"
        verbose_name_plural = "逐行变更"

    def __str__(self) -> str:
        return f"{self.table} {self.row_id} {self.kind}"
