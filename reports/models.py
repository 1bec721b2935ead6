"""Reports: a question asked once, its answer kept (domain.md §5)."""

import uuid
from pathlib import Path
from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Now

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.jobs.models import made_by_colleagues


class ReportRunQuerySet(models.QuerySet["ReportRun"]):
    """Reports one may open."""

    def visible_to(self, user: User) -> Self:
        """Their own; with ``jobs.view_all`` those of everybody in their division too; a partner those shown to its area."""
        mine = made_by_colleagues(user)
        if user.scope_kind is ScopeKind.DESTINATION and user.scope_division:
            mine |= Q(shared_with__contains=[user.scope_division])
        return self.filter(mine)


class ReportRun(models.Model):
    """One computed report (统计报告): what was asked, the answer as it came out, its workbook and that file's digest.

    ``state`` is that of its background run; the answer never changes afterwards: asking again makes another report.
    ``shared_with`` are the areas whose bureaus read it too.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("种类", max_length=40)
    params = models.JSONField("参数", default=dict)
    result = models.JSONField("结果", null=True)
    file = models.CharField("文件", max_length=200, blank=True, default="")
    digest = models.CharField("文件摘要", max_length=64, blank=True, default="")
    job = models.ForeignKey("jobs.Job", models.SET_NULL, null=True, verbose_name="后台任务", related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="提交人", db_index=False)
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    finished_at = models.DateTimeField("完成时间", null=True)
    shared_with = ArrayField(
        models.CharField(max_length=12), verbose_name="给结对地区看", blank=True, default=list, db_default=Value([])
    )

    objects = ReportRunQuerySet.as_manager()

    class Meta:
        verbose_name = "报告"
        verbose_name_plural = "报告"
        indexes: ClassVar = [models.Index(fields=["created_by", "-created_at"], name="report_by_user")]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def path(self) -> Path:
        """Where its workbook lies."""
        return Path(settings.RESULTS_DIR) / self.file
