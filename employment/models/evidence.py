"""Declared work: the rows of 务工台账."""

from typing import ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.history.models import BusinessRow
from employment.expressions import SEASONAL
from employment.models.employers import Employer
from employment.models.organisers import Organiser
from workers.expressions import DateRange
from workers.models import Worker


class DeclaredJobQuerySet(models.QuerySet["DeclaredJob"]):
    """Declared work of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class DeclaredJob(BusinessRow):
    """A row of 务工台账: somebody says that a person works at a place from ``start_on``, no longer on ``end_on``.

    Evidence, not the job spell itself: spells are derived from this, from arrivals and from visits (formats.md §1.4).
    """

    worker = models.ForeignKey(
        Worker, models.PROTECT, verbose_name="劳动力", related_name="declared_jobs", db_index=False
    )
    start_on = models.DateField("外出时间")
    end_on = models.DateField("返回时间", null=True, blank=True)
    end_reason = models.CharField("返回原因", max_length=500, blank=True, default="")
    place_code = models.CharField("务工地", max_length=12)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, blank=True, verbose_name="务工单位")
    job_title = models.CharField("工种（岗位）", max_length=200, blank=True, default="")
    wage = models.DecimalField("月工资（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    channel = models.CharField("组织方式", max_length=20, blank=True, default="")
    organiser = models.ForeignKey(
        Organiser, models.PROTECT, null=True, blank=True, verbose_name="带出人", related_name="jobs", db_index=False
    )
    contract = models.BooleanField("签订合同", null=True, blank=True)
    insured = models.BooleanField("参保", null=True, blank=True)
    confirmed_on = models.DateField("最近确认日期", null=True, blank=True)
    # Came by merging two registrations and meets another row of the person: stands until somebody mends one of them.
    overlapping = models.BooleanField("与另一条重叠", default=False, db_default=False, editable=False)

    objects = DeclaredJobQuerySet.as_manager()

    class Meta:
        verbose_name = "务工台账"
        verbose_name_plural = "务工台账"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "start_on"],
                name="declared_job_once_a_start",
                violation_error_message="此人同一外出时间已有记录。",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="declared_job_dates_in_order",
                violation_error_message="返回时间应晚于外出时间。",
            ),
            models.CheckConstraint(
                condition=Q(wage__isnull=True) | Q(wage__gte=0),
                name="declared_job_wage_not_negative",
                violation_error_message="月工资不能为负数。",
            ),
            # A row without a written end runs until the next one begins: only written intervals can overlap.
            ExclusionConstraint(
                name="declared_job_no_overlap",
                expressions=[
                    (F("worker"), RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(end_on__isnull=False, overlapping=False),
                violation_error_message="此人在这段时间已有另一条务工记录。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("start_on", "id", name="declared_job_by_start"),
            models.Index(
                "organiser", "start_on", name="declared_job_by_organiser", condition=Q(organiser__isnull=False)
            ),
            models.Index(
                "id",
                name="declared_job_seasonal",
                condition=Q(job_title__regex=SEASONAL) | Q(end_reason__regex=SEASONAL),
            ),
            models.Index(
                fields=["id"], include=["end_reason"], name="declared_job_reason", condition=Q(end_reason__gt="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.start_on}"
