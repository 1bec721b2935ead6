"""Job spells (就业记录): derived from evidence, rebuilt and never edited (formats.md §1.4)."""

from typing import ClassVar, Self, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from employment.expressions import SEASONAL
from employment.models.employers import Employer
from workers.expressions import DateRange
from workers.models import Worker

Row_co = TypeVar("Row_co", bound=models.Model, covariant=True)


class PersonQuerySet(models.QuerySet[Row_co]):
    """Derived rows of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class SpellRow(models.Model):
    """One person at one employer and place from ``start_on`` to the day before ``end_on`` (null: still there).

    ``confirmed_days`` are the days evidence speaks for, ascending; ``known_from`` is the date of the evidence that made
    the spell what it is. ``origin_kind``/``origin_id`` name the evidence row it began with,
      ``arrival_kind``/``arrival_id``
    the 到岗 that opened or drew it, if one did.
    """

    worker = models.ForeignKey(Worker, models.CASCADE, verbose_name="劳动力", related_name="+", db_index=False)
    start_on = models.DateField("开始日期")
    end_on = models.DateField("结束日期", null=True)
    end_reason = models.CharField("结束原因", max_length=12, blank=True, default="")
    place_code = models.CharField("务工地", max_length=12, blank=True, default="")
    employer = models.ForeignKey(
        Employer, models.DO_NOTHING, null=True, db_constraint=False, verbose_name="务工单位", related_name="+"
    )
    job_title = models.CharField("工种（岗位）", max_length=200, blank=True, default="")
    wage = models.DecimalField("月工资（元）", max_digits=14, decimal_places=2, null=True)
    channel = models.CharField("组织方式", max_length=20, blank=True, default="")
    organised = models.BooleanField("有组织", default=False)
    contract = models.BooleanField("签订合同", null=True)
    insured = models.BooleanField("参保", null=True)
    confirmed_days = ArrayField(models.DateField(), verbose_name="确认日期")
    confirmed_to = models.DateField("最近确认日期")
    origin_kind = models.CharField("来源", max_length=10)
    origin_id = models.BigIntegerField("来源记录")
    arrival_kind = models.CharField("到岗来源", max_length=10, blank=True, default="")
    arrival_id = models.BigIntegerField("到岗记录", null=True)
    known_from = models.DateField("何日起可知")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.worker_id} {self.start_on}"


class Spell(SpellRow):
    """A job spell as all evidence there is tells it; at most one covers any day of a person."""

    worker = models.ForeignKey(Worker, models.CASCADE, verbose_name="劳动力", related_name="spells", db_index=False)
    employer = models.ForeignKey(
        Employer,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        verbose_name="务工单位",
        related_name="+",
        db_index=False,
    )

    objects = PersonQuerySet["Spell"].as_manager()

    class Meta:
        verbose_name = "就业记录"
        verbose_name_plural = "就业记录"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="spell_not_empty",
                violation_error_message="就业记录的结束日期应晚于开始日期。",
            ),
            ExclusionConstraint(
                name="spell_no_overlap",
                expressions=[
                    (F("worker"), RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                violation_error_message="同一个人的就业记录不能重叠。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("worker", "start_on", name="spell_of_worker"),
            models.Index("start_on", "id", name="spell_by_start"),
            models.Index(OpClass("place_code", name="text_pattern_ops"), name="spell_by_place"),
            models.Index("employer", name="spell_by_employer", condition=Q(employer__isnull=False)),
            models.Index("id", name="spell_seasonal", condition=Q(job_title__regex=SEASONAL)),
        ]


class PastSpell(SpellRow):
    """A spell as it stood for every "as of D" with ``known_from`` ≤ D < ``known_to``: later evidence changed it."""

    known_to = models.DateField("何日止")

    objects = PersonQuerySet["PastSpell"].as_manager()

    class Meta:
        verbose_name = "曾经的就业记录"
        verbose_name_plural = "曾经的就业记录"
        indexes: ClassVar = [
            models.Index("worker", name="past_spell_of_worker"),
            models.Index("known_to", name="past_spell_known"),
        ]


class SpellTask(models.Model):
    """Evidence that fits no spell: the township finds out what happened and mends the evidence."""

    worker = models.ForeignKey(Worker, models.CASCADE, verbose_name="劳动力", related_name="spell_tasks")
    kind = models.CharField("来源", max_length=10)
    code = models.CharField("类型", max_length=12)
    day = models.DateField("日期")
    source_id = models.BigIntegerField("来源记录")
    reason = models.CharField("说明", max_length=300)

    objects = PersonQuerySet["SpellTask"].as_manager()

    class Meta:
        verbose_name = "待核实的务工情况"
        verbose_name_plural = "待核实的务工情况"

    def __str__(self) -> str:
        return self.reason
