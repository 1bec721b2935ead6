"""Operations and the before-images of every business row (domain.md §6.9: who, when, before, after, result)."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
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
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="操作人")
    action = models.CharField("动作", max_length=60)
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    started_at = models.DateTimeField("时间", db_default=Now(), editable=False)

    class Meta:
        verbose_name = "操作"
        verbose_name_plural = "操作"
        indexes: ClassVar = [models.Index(fields=["user", "-started_at"], name="operation_by_user")]

    def __str__(self) -> str:
        return f"{self.action} {self.id}"


class Event(models.Model):
    """One row of one table inserted (I), updated (U) or deleted (D), with its image before; written by triggers only.

    The image after an event is the before-image of the row's next event, or the row as it stands.
    """

    id = models.BigAutoField(primary_key=True)
    table = models.CharField("表", max_length=63)
    row_id = models.BigIntegerField("行")
    kind = models.CharField("类型", max_length=1)
    before = models.JSONField("变更前", null=True)
    operation = models.ForeignKey(Operation, models.DO_NOTHING, null=True, db_constraint=False, db_index=False)
    at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = "变更"
        verbose_name_plural = "变更"
        indexes: ClassVar = [
            models.Index("table", "row_id", name="event_of_row"),
            models.Index("operation", name="event_of_operation"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id} {self.kind}"
