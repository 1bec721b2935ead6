"""Figures kept, what makes them stale, and the frozen ones with the people behind them (design.md "How a number is made").

How freshness is known: the triggers of the fact tables leave a ``FigureMark`` in the transaction that wrote. A kept figure
remembers the snapshot it was computed in. It is fresh exactly when every mark that touches it was visible in that snapshot:
no clock, no order of ids and no lock decides, so a write that commits during a refresh cannot be missed.
"""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField, DateRangeField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from core.accounts.models import User
from core.indicators.fields import CurrentTransaction, SnapshotField, TransactionField


class FreezeQuerySet(models.QuerySet["Freeze"]):
    """Freezes whose answers one gets."""

    def visible_to(self, user: User) -> Self:
        """Those of one's own area, of places in it, and of areas it lies in."""
        own = user.division_prefix
        return self.filter(division__in=[own[:length] for length in range(len(own) + 1)]) | self.filter(
            division__startswith=own
        )


class Freeze(models.Model):
    """A published figure (冻结): one indicator for one period and area, never computed again, with the identities behind it."""

    indicator = models.CharField("指标代码", max_length=40)
    variant = models.CharField("口径", max_length=20, blank=True, default="")
    version = models.PositiveSmallIntegerField("定义版本")
    period_from = models.DateField("期间起")
    period_to = models.DateField("期间止")
    as_of = models.DateField("截至日期")
    division = models.CharField("区划", max_length=12)
    computed_at = models.DateTimeField("计算时间")
    frozen_at = models.DateTimeField("冻结时间", db_default=Now(), editable=False)
    frozen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="冻结人", related_name="+"
    )
    reason = models.CharField("事由", max_length=200, blank=True, default="")

    objects = FreezeQuerySet.as_manager()

    class Meta:
        verbose_name = "冻结"
        verbose_name_plural = "冻结"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["indicator", "variant", "period_from", "period_to", "division"],
                name="freeze_once",
                violation_error_message="该指标在此期间已经冻结。",
            ),
            models.CheckConstraint(
                condition=Q(period_to__gte=models.F("period_from")),
                name="freeze_period_in_order",
                violation_error_message="期间的终点不能早于起点。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_from}..{self.period_to} {self.division}"


class FrozenUnit(models.Model):
    """One unit behind a frozen figure: whose, in which parts it counts, under which codes. Never changed."""

    id = models.BigAutoField(primary_key=True)
    freeze = models.ForeignKey(Freeze, models.PROTECT, related_name="units", db_index=False)
    unit = models.TextField("单元")
    day = models.DateField("日期")
    person_id = models.BigIntegerField("人员", null=True)
    name = models.TextField("姓名", blank=True, default="")
    id_number = models.TextField("身份证号码", blank=True, default="")
    village = models.CharField("村", max_length=12, blank=True, default="")
    counted = models.BooleanField("计入分子", default=False)
    based = models.BooleanField("计入分母", default=False)
    amount = models.DecimalField("分子金额", max_digits=20, decimal_places=2, null=True)
    base_amount = models.DecimalField("分母金额", max_digits=20, decimal_places=2, null=True)
    extras = models.JSONField("其中", default=dict)
    dims = models.JSONField("维度", default=dict)

    class Meta:
        verbose_name = "冻结明细"
        verbose_name_plural = "冻结明细"
        indexes: ClassVar = [models.Index("freeze", "person_id", name="frozen_unit_of_freeze")]

    def __str__(self) -> str:
        return f"{self.freeze_id} {self.unit}"


class FigureSet(models.Model):
    """The answer to one plain question, as kept: its total, and by ``figures`` its rows of one dimension ("": none).

    ``facts`` and ``days`` say which marks can touch it, ``snapshot`` what its computation saw. A set with a ``freeze`` is
    published and never changes.
    """

    indicator = models.CharField("指标代码", max_length=40)
    variant = models.CharField("口径", max_length=20, blank=True, default="")
    version = models.PositiveSmallIntegerField("定义版本")
    period_from = models.DateField("期间起")
    period_to = models.DateField("期间止")
    as_of = models.DateField("截至日期")
    division = models.CharField("区划", max_length=12)
    dimension = models.CharField("维度", max_length=30, blank=True, default="")
    numerator = models.DecimalField("分子", max_digits=20, decimal_places=2)
    denominator = models.DecimalField("分母", max_digits=20, decimal_places=2, null=True)
    extras = ArrayField(models.BigIntegerField(), verbose_name="其中", default=list)
    facts = ArrayField(models.CharField(max_length=60), verbose_name="事实")
    days = DateRangeField("涉及日期")
    snapshot = SnapshotField("快照")
    computed_at = models.DateTimeField("计算时间")
    asked_on = models.DateField("最近查询")
    freeze = models.ForeignKey(
        Freeze, models.PROTECT, null=True, verbose_name="冻结", related_name="sets", db_index=False
    )

    class Meta:
        verbose_name = "统计数"
        verbose_name_plural = "统计数"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=[
                    "indicator",
                    "variant",
                    "version",
                    "period_from",
                    "period_to",
                    "as_of",
                    "division",
                    "dimension",
                ],
                condition=Q(freeze__isnull=True),
                name="figure_set_once",
                violation_error_message="这个统计数已经保存。",
            ),
            models.UniqueConstraint(
                fields=["freeze", "dimension"],
                condition=Q(freeze__isnull=False),
                name="figure_set_once_frozen",
                violation_error_message="这个统计数已经冻结。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator} {self.period_from}..{self.period_to} {self.division} {self.dimension}"


class Figure(models.Model):
    """One row of a kept answer: a value of the dimension with its numerator and denominator."""

    id = models.BigAutoField(primary_key=True)
    figure_set = models.ForeignKey(FigureSet, models.CASCADE, related_name="figures")
    code = models.TextField("维度值", blank=True)
    numerator = models.DecimalField("分子", max_digits=20, decimal_places=2)
    denominator = models.DecimalField("分母", max_digits=20, decimal_places=2, null=True)
    extras = ArrayField(models.BigIntegerField(), verbose_name="其中", default=list)

    class Meta:
        verbose_name = "统计数明细"
        verbose_name_plural = "统计数明细"

    def __str__(self) -> str:
        return f"{self.figure_set_id} {self.code}"


class FigureMark(models.Model):
    """What a transaction touched: a kind of fact, a township ("" unknown or many), the days whose figures may differ."""

    id = models.BigAutoField(primary_key=True)
    fact = models.CharField("事实", max_length=60)
    township = models.CharField("乡镇", max_length=9, blank=True, default="")
    days = DateRangeField("日期")
    transaction = TransactionField("事务", db_default=CurrentTransaction())
    marked_at = models.DateTimeField("时间", db_default=Now())

    class Meta:
        verbose_name = "变动标记"
        verbose_name_plural = "变动标记"
        indexes: ClassVar = [models.Index("transaction", name="figure_mark_by_transaction")]

    def __str__(self) -> str:
        return f"{self.fact} {self.township}"


class MarkHorizon(models.Model):
    """Marks of transactions before ``transaction`` are gone; a figure whose snapshot reaches further back is stale.

    One row. ``cluster`` is the database server the numbers belong to: on another one (a restored dump) they mean nothing.
    """

    id = models.PositiveSmallIntegerField(primary_key=True)
    transaction = TransactionField("事务")
    cluster = models.CharField("数据库", max_length=40)

    class Meta:
        verbose_name = "标记起点"
        verbose_name_plural = "标记起点"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(id=1), name="mark_horizon_one_row", violation_error_message="标记起点只有一行。"
            )
        ]

    def __str__(self) -> str:
        return str(self.transaction)
