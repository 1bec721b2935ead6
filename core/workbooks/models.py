"""Imports, their faults, and exports (formats.md §2)."""

import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Self, TypeVar

from django.conf import settings
from django.db import connection, models, transaction
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.utils.timezone import localdate, localtime
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.jobs.models import made_by_colleagues

COUNTS = ("rows", "created", "updated", "unchanged", "repeated", "refused", "warnings")


Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class OwnedQuerySet(models.QuerySet[Row_co]):
    """Things one person made."""

    def visible_to(self, user: User) -> Self:
        """Their own; with ``jobs.view_all`` those of everybody in their division too."""
        return self.filter(made_by_colleagues(user))


class Import(models.Model):
    """One workbook handed in (导入): checked as a whole, taken as a whole, taken back as a whole.

    ``state`` is the business state; the background run that works on it is ``job``. The checked rows wait in two
    tables of their own in the schema ``staging`` until the import ends.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        CHECKING = "checking", "检查中"
        READY = "ready", "待确认"
        IMPORTING = "importing", "写入中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"
        UNDONE = "undone", "已撤销"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("表格种类", max_length=40)
    file = models.CharField("文件", max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    file_digest = models.CharField("文件摘要", max_length=64)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    rows_wanted = models.CharField("取哪些行", max_length=4, blank=True, default="")
    counts = models.JSONField("计数", default=dict)
    layout = models.JSONField("识别结果", default=dict)
    skipped_sheets = models.JSONField("跳过的工作表", default=list)
    unknown_columns = models.JSONField("未识别的列", default=list)
    notes = models.JSONField("说明", default=list)
    doubts = models.JSONField("疑点", default=dict)
    error = models.CharField("失败原因", max_length=500, blank=True, default="")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, verbose_name="后台任务", related_name="+")
    operation = models.ForeignKey("history.Operation", models.PROTECT, null=True, verbose_name="操作", related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="导入人", db_index=False)
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = OwnedQuerySet["Import"].as_manager()

    class Meta:
        verbose_name = "导入"
        verbose_name_plural = "导入"
        indexes: ClassVar = [models.Index("created_by", models.F("created_at").desc(), name="import_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"

    @property
    def path(self) -> Path:
        """Where the sender's file lies."""
        return Path(settings.UPLOADS_DIR) / self.file

    @property
    def letters(self) -> dict[str, dict[str, str]]:
        """Sheet → official heading → the letter Excel gives that column in the sender's file."""
        return {sheet["name"]: sheet["columns"] for sheet in self.layout.get("sheets", [])}

    @property
    def full_counts(self) -> dict[str, int]:
        """All counts of formats.md §2, zero where nothing is known yet."""
        return {name: int(self.counts.get(name, 0)) for name in COUNTS}


class ImportFault(models.Model):
    """One thing said about one cell of an import: a refusal or a warning."""

    class Level(models.TextChoices):
        ERROR = "error", "错误"
        WARNING = "warning", "提醒"

    id = models.BigAutoField(primary_key=True)
    source = models.ForeignKey(Import, models.CASCADE, related_name="faults", db_column="import_id", db_index=False)
    seq = models.IntegerField("行序")
    sheet = models.CharField("工作表", max_length=100)
    row = models.IntegerField("行号")
    column = models.CharField("列", max_length=100)
    code = models.CharField("代码", max_length=20)
    message = models.TextField("说明")
    level = models.CharField("级别", max_length=7, choices=Level.choices, default=Level.ERROR)
    planned = models.BooleanField("比对时发现", default=False)

    class Meta:
        verbose_name = "导入问题"
        verbose_name_plural = "导入问题"
        indexes: ClassVar = [models.Index("source", "seq", "id", name="fault_in_file_order")]

    def __str__(self) -> str:
        return f"{self.sheet} {self.row} {self.code}"

    def as_dict(self, letters: Mapping[str, Mapping[str, str]]) -> dict[str, object]:
        """The object of the errors endpoint; ``cell`` is the address in the sender's file, "" for a column it lacks."""
        letter = letters.get(self.sheet, {}).get(self.column, "")
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "code": self.code,
            "message": self.message,
            "level": self.level,
            "cell": f"{letter}{self.row}" if letter else "",
        }


class Export(models.Model):
    """One workbook taken out (导出): who, which list, how many rows, for what purpose; kept as a register.

    ``number`` is the day and a running number, 20261122-0007; it stands on every printed page of the workbook.
    ``conditions`` says in words what the list was narrowed to; numbers that may be somebody's are left out of it.
    ``approval`` is blank where nobody has to be asked; else the run begins when somebody else agreed.
    """

    class Approval(models.TextChoices):
        NONE = "", _("不需审批")
        ASKED = "asked", _("待审批")
        GRANTED = "granted", _("已同意")
        REFUSED = "refused", _("不同意")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("导出编号", max_length=20, unique=True, editable=False)
    kind = models.CharField("表格种类", max_length=40)
    title = models.CharField("名称", max_length=100)
    query = models.JSONField("筛选条件", default=dict)
    conditions = models.CharField("筛选", max_length=500, blank=True, default="")
    columns = models.JSONField("列", default=list)
    full_identity = models.BooleanField("含完整证件号", default=False)
    purpose = models.CharField("用途", max_length=200, blank=True, default="")
    file = models.CharField("文件", max_length=200, blank=True, default="")
    rows = models.IntegerField("行数", null=True)
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, verbose_name="后台任务", related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="导出人", db_index=False)
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("完成时间", null=True)
    approval = models.CharField(
        "审批", max_length=8, choices=Approval.choices, blank=True, default=Approval.NONE, db_default=""
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="审批人"
    )
    decided_at = models.DateTimeField("审批时间", null=True)
    decision_note = models.CharField("审批意见", max_length=200, blank=True, default="", db_default="")

    objects = OwnedQuerySet["Export"].as_manager()

    class Meta:
        verbose_name = "导出"
        verbose_name_plural = "导出"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(full_identity=False) | ~Q(purpose=""),
                name="export_full_identity_has_purpose",
                violation_error_message="导出完整证件号必须写明用途。",
            ),
            models.CheckConstraint(
                condition=Q(approval__in=["", "asked"], decided_by=None)
                | Q(approval__in=["granted", "refused"], decided_by__isnull=False),
                name="export_decided_by_somebody",
                violation_error_message="审批过的导出必须有审批人。",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=models.F("created_by")),
                name="export_decided_by_another",
                violation_error_message="不能审批自己申请的导出。",
            ),
        ]
        indexes: ClassVar = [models.Index("created_by", models.F("created_at").desc(), name="export_by_user")]

    def __str__(self) -> str:
        return self.title

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Give the number out first: one after the other, without gaps."""
        if self.number:
            super().save(*args, **kwargs)
            return
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_xact_lock(hashtext('workbooks_export.number'))")
            day = f"{localdate():%Y%m%d}"
            given = Export.objects.filter(number__startswith=day).order_by(Length("number").desc(), "-number")
            last = given.values_list("number", flat=True).first()
            self.number = f"{day}-{int(last.partition('-')[2]) + 1 if last else 1:04d}"
            super().save(*args, **kwargs)

    @property
    def mark(self) -> str:
        """Who took it out, when and under which number: what its pages carry."""
        return f"{self.created_by.full_name or self.created_by.username} {localtime(self.created_at):%Y-%m-%d %H:%M} 导出编号 {self.number}"

    @property
    def path(self) -> Path:
        """Where the written workbook lies."""
        return Path(settings.RESULTS_DIR) / self.file
