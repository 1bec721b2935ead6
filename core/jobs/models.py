"""Runs of long work: the background state, kept apart from the business state of what they work on."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.accounts.models import User
from core.accounts.roles import ScopeKind


def made_by_colleagues(user: User) -> Q:
    """Condition on rows with ``created_by``.

    One's own, and with ``jobs.view_all`` those made by people of one's division.
    """
    own = Q(created_by=user)
    if not (user.can("jobs.view_all") and user.scope_kind is ScopeKind.DIVISION):
        return own
    if not user.scope_division:
        return Q()
    return own | Q(created_by__scope_division__startswith=user.scope_division)


class JobQuerySet(models.QuerySet["Job"]):
    """Whose runs a person may see."""

    def visible_to(self, user: User) -> Self:
        """Their own; with the permission ``jobs.view_all`` those of everybody in their division too."""
        return self.filter(made_by_colleagues(user))

    def active(self) -> Self:
        """Waiting or running."""
        return self.filter(state__in=[Job.State.QUEUED, Job.State.RUNNING])


class Job(models.Model):
    """One run (后台任务).

    An import being checked, a report being computed. Claimed by compare-and-set, held by a lease.
    """

    class State(models.TextChoices):
        QUEUED = "queued", "排队中"
        RUNNING = "running", "进行中"
        DONE = "done", "已完成"
        FAILED = "failed", "失败"
        CANCELLED = "cancelled", "已取消"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("类型", max_length=60)
    title = models.CharField("名称", max_length=200)
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.QUEUED)
    params = models.JSONField("参数", default=dict)
    result = models.JSONField("结果", default=dict)
    result_url = models.CharField("结果页", max_length=200, blank=True, default="")
    phase = models.CharField("阶段", max_length=60, blank=True, default="")
    done = models.BigIntegerField("已处理", default=0)
    total = models.BigIntegerField("总数", default=0)
    error = models.CharField("失败原因", max_length=500, blank=True, default="")
    attempt = models.PositiveSmallIntegerField("尝试次数", default=0)
    cancel_requested = models.BooleanField("要求取消", default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="提交人", db_index=False
    )
    created_at = models.DateTimeField("提交时间", db_default=Now(), editable=False)
    sent_at = models.DateTimeField("派发时间", null=True)
    started_at = models.DateTimeField("开始时间", null=True)
    lease_until = models.DateTimeField("租约到期", null=True)
    finished_at = models.DateTimeField("结束时间", null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = "后台任务"
        verbose_name_plural = "后台任务"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(done__gte=0, total__gte=0),
                name="job_progress_not_negative",
                violation_error_message="进度不能为负数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("created_by", models.F("created_at").desc(), name="job_by_user"),
            models.Index("state", "lease_until", name="job_to_rescue", condition=Q(state__in=["queued", "running"])),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def percent(self) -> int:
        """Progress in whole percent; 100 only when done."""
        if self.state == self.State.DONE:
            return 100
        return min(99, self.done * 100 // self.total) if self.total else 0
