"""What is kept about a list page: the columns a person chose, the filters they saved, what they changed in bulk."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Now

from core.accounts.models import User
from core.jobs.models import made_by_colleagues


class ListLayout(models.Model):
    """The columns one person chose to see on one list page (显示列)."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户", db_index=False
    )
    list_key = models.CharField("列表", max_length=60)
    columns = models.JSONField("显示列", default=list)

    class Meta:
        verbose_name = "显示列"
        verbose_name_plural = "显示列"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "list_key"],
                name="list_layout_once",
                violation_error_message="每人每个列表只有一份显示列设置。",
            )
        ]

    def __str__(self) -> str:
        return self.list_key


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Whose saved filters one sees."""

    def visible_to(self, user: User) -> Self:
        """Their own, and those shared by somebody whose division is theirs or holds it."""
        mine = Value(user.scope_division, output_field=models.CharField())
        return self.alias(mine=mine).filter(Q(user=user) | Q(shared=True, mine__startswith=F("user__scope_division")))


class SavedView(models.Model):
    """A named set of filters, sorting and columns of one list (常用筛选).

    A shared one is seen by the maker's unit: by everybody of the maker's division and of those inside it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name="用户", db_index=False
    )
    list_key = models.CharField("列表", max_length=60)
    name = models.CharField("名称", max_length=30)
    query = models.CharField("条件", max_length=2000)
    columns = models.JSONField("显示列", default=list)
    shared = models.BooleanField("共享", default=False)

    objects = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name = "常用筛选"
        verbose_name_plural = "常用筛选"
        ordering: ClassVar = ["name", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "list_key", "name"],
                name="saved_view_name_once",
                violation_error_message="已有同名的常用筛选。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="saved_view_named", violation_error_message="请给常用筛选起个名称。"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["list_key"], name="saved_view_by_list")]

    def __str__(self) -> str:
        return self.name


class BulkEditQuerySet(models.QuerySet["BulkEdit"]):
    """Whose bulk edits one sees."""

    def visible_to(self, user: User) -> Self:
        """Their own; with ``jobs.view_all`` those of everybody in their division too, once they were carried out."""
        return self.filter(made_by_colleagues(user)).filter(Q(created_by=user) | ~Q(state=BulkEdit.State.DRAFT))


class BulkEdit(models.Model):
    """Many rows of one list changed alike (批量修改): prepared, looked at, carried out by one run, taken back as a unit.

    ``choice`` is what the form was sent with: ``{"fields": […], "inputs": {…}}``; ``words`` says the same to people,
    ``counts`` how many rows were written and why others were not.
    """

    class State(models.TextChoices):
        DRAFT = "draft", "准备中"
        QUEUED = "queued", "执行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        UNDOING = "undoing", "撤销中"
        UNDONE = "undone", "已撤销"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.DRAFT)
    rows = models.IntegerField("选中")
    choice = models.JSONField("改什么", default=dict)
    words = models.JSONField("改动", default=list)
    reason = models.CharField("事由", max_length=200, blank=True, default="")
    counts = models.JSONField("计数", default=dict)
    error = models.CharField("失败原因", max_length=500, blank=True, default="")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, verbose_name="后台任务", related_name="+")
    operation = models.ForeignKey("history.Operation", models.PROTECT, null=True, verbose_name="操作", related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", db_index=False)
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = BulkEditQuerySet.as_manager()

    class Meta:
        verbose_name = "批量修改"
        verbose_name_plural = "批量修改"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state="draft") | ~Q(reason=""),
                name="bulk_edit_has_reason",
                violation_error_message="批量修改必须写明事由。",
            ),
        ]
        indexes: ClassVar = [models.Index("created_by", models.F("created_at").desc(), name="bulk_edit_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class BulkRow(models.Model):
    """One row chosen for a bulk edit; ``seen`` is a digest of what it said when the person looked at the sample."""

    class Outcome(models.TextChoices):
        WRITTEN = "written", "已修改"
        SAME = "same", "本来就是"
        CHANGED = "changed", "预览后已被别人修改"
        OUTSIDE = "outside", "已不在您的管辖范围内"
        GONE = "gone", "档案已不在"

    id = models.BigAutoField(primary_key=True)
    # Fifty thousand rows at once: the key of each is known to be there, so the database is not asked.
    edit = models.ForeignKey(BulkEdit, models.CASCADE, related_name="+", db_constraint=False, db_index=False)
    row_id = models.BigIntegerField("行")
    seen = models.CharField("预览时", max_length=32, blank=True, default="", db_default="")
    outcome = models.CharField(
        "结果", max_length=8, choices=Outcome.choices, default=Outcome.WRITTEN, db_default=Outcome.WRITTEN
    )

    class Meta:
        verbose_name = "批量修改的行"
        verbose_name_plural = "批量修改的行"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["edit", "row_id"], name="bulk_row_once", violation_error_message="这一行已经选中。"
            )
        ]

    def __str__(self) -> str:
        return f"{self.row_id} {self.outcome}"
