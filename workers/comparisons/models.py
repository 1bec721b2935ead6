"""Comparisons and their differences."""

import uuid
from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.jobs.models import made_by_colleagues
from workers.comparisons.kinds import CHOICES, KINDS, ListKind

C = "C"


class ComparisonQuerySet(models.QuerySet["Comparison"]):
    """Comparisons one has to do with."""

    def visible_to(self, user: User) -> Self:
        """One's own and one's colleagues', and those that left work in one's scope."""
        work = Difference.objects.visible_to(user).filter(comparison=OuterRef("pk"))
        return self.filter(made_by_colleagues(user) | Exists(work))


class Comparison(models.Model):
    """One list of another system beside the register (比对), as of the day the list was drawn up.

    ``previous`` is the comparison of the same kind and area before: what this one shows anew, what has gone. The list itself
    is not kept: when the run ends, file and staged rows go.
    """

    class State(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("比对中")
        DONE = "done", _("已完成")
        FAILED = "failed", _("失败")
        WITHDRAWN = "withdrawn", _("已撤回")

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("名单种类", max_length=20, choices=CHOICES)
    title = models.CharField("名单名称", max_length=100)
    document = models.CharField("文号", max_length=100, blank=True, default="")
    as_of = models.DateField("名单截至日期")
    division = models.CharField("比对范围", max_length=12, db_collation=C)
    file = models.CharField("文件", max_length=200)
    file_name = models.CharField("文件名", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    counts = models.JSONField("计数", default=dict)
    columns = models.JSONField("比对的列", default=list)
    unknown_columns = models.JSONField("未识别的列", default=list)
    faults = models.JSONField("不能比对的行", default=list)
    error = models.CharField("失败原因", max_length=500, blank=True, default="")
    previous = models.ForeignKey("self", models.SET_NULL, null=True, related_name="+", verbose_name="上一次比对")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, related_name="+", verbose_name="后台任务")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="提交人")
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("完成时间", null=True)

    objects = ComparisonQuerySet.as_manager()

    class Meta:
        verbose_name = "名单比对"
        verbose_name_plural = "名单比对"
        indexes: ClassVar = [models.Index("kind", "division", models.F("created_at").desc(), name="comparison_of_kind")]

    def __str__(self) -> str:
        return self.title

    @property
    def list_kind(self) -> ListKind:
        """What the list says of those on it."""
        return KINDS[self.kind]

    @property
    def path(self) -> Path:
        """Where the list lies until it is compared."""
        return Path(settings.UPLOADS_DIR) / self.file


class DifferenceQuerySet(models.QuerySet["Difference"]):
    """Differences one settles."""

    def visible_to(self, user: User) -> Self:
        """Those of one's villages; of somebody nobody knows the village of, the county's."""
        return self.filter(user.scope_q("village_code", person="worker_id"))


class Difference(models.Model):
    """One thing in which list and register differ (差异), and what its township made of it.

    ``id_number`` is the list's, of those only here the register's. ``village_code`` says whose work it is: the person's
    village, of the unknown the list's, else the area compared. ``since`` is the day of the list on which it stood first.
    ``owner`` is who of them took it on; the next comparison carries that with it.
    ``accepted_in`` is the operation that took it into the register, by which it can be taken back.
    """

    class Kind(models.TextChoices):
        THERE = "there", _("名单有，登记库未记载")
        UNKNOWN = "unknown", _("名单有，登记库没有此人")
        HERE = "here", _("登记库有，名单没有")
        COLUMN = "column", _("两边内容不同")

    class State(models.TextChoices):
        OPEN = "open", _("待办")
        DONE = "done", _("已采纳")
        REJECTED = "rejected", _("不采纳")
        GONE = "gone", _("不再出现")
        CARRIED = "carried", _("转入下一次")

    comparison = models.ForeignKey(
        Comparison, models.CASCADE, related_name="differences", verbose_name="比对", db_index=False
    )
    kind = models.CharField("类型", max_length=8, choices=Kind.choices)
    field = models.CharField("栏目", max_length=20, blank=True, default="", db_default="")
    worker = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, null=True, db_constraint=False, related_name="+", verbose_name="劳动力"
    )
    id_number = models.CharField("身份证号码", max_length=18, db_collation=C)
    name = models.TextField("姓名", blank=True, default="", db_default="")
    village_code = models.CharField("村", max_length=12, db_collation=C)
    list_value = models.TextField("名单", blank=True, default="", db_default="")
    registry_value = models.TextField("登记库", blank=True, default="", db_default="")
    dated = models.DateField("名单所载日期", null=True)
    since = models.DateField("何时起")
    fresh = models.BooleanField("新出现", default=True)
    state = models.CharField("状态", max_length=8, choices=State.choices, default=State.OPEN, db_default="open")
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField("办理时间", null=True)
    note = models.CharField("说明", max_length=200, blank=True, default="", db_default="")
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="承办人"
    )
    accepted_in = models.UUIDField("采纳的操作", null=True, editable=False)

    objects = DifferenceQuerySet.as_manager()

    class Meta:
        verbose_name = "比对差异"
        verbose_name_plural = "比对差异"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["comparison", "id_number", "kind", "field"],
                name="difference_once",
                violation_error_message="这一差异已在清单里。",
            ),
            models.CheckConstraint(
                condition=Q(kind="unknown") | Q(worker__isnull=False),
                name="difference_of_a_person",
                violation_error_message="差异应属于登记库里的一个人。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("comparison", "state", "id", name="difference_to_do"),
            models.Index("village_code", name="difference_open", condition=Q(state="open")),
            models.Index("accepted_in", name="difference_accepted", condition=Q(accepted_in__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.comparison_id} {self.kind} {self.field}"
