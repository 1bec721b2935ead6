"""Labour brands (劳务品牌) and who works under them (domain.md §1.2)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.history.models import BusinessRow
from employment.models.employers import serves_part_of_county
from workers.models import Worker


class BrandQuerySet(models.QuerySet["Brand"]):
    """Brands, which belong to the county as a whole."""

    def visible_to(self, user: User) -> Self:
        """All, for everybody of the county; none for others."""
        return self if serves_part_of_county(user) else self.none()


class Brand(BusinessRow):
    """A labour brand: a region's name for a skill (赫章模架工匠), of a grade (省级, 市级, 县级)."""

    name = models.CharField("品牌名称", max_length=200, unique=True)
    grade = models.CharField("等级", max_length=50)
    recognised_on = models.DateField("认定日期", null=True, blank=True)

    objects = BrandQuerySet.as_manager()

    class Meta:
        verbose_name = "劳务品牌"
        verbose_name_plural = "劳务品牌"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(grade=""),
                name="brand_named_and_graded",
                violation_error_message="请填写品牌名称和等级。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class BrandMemberQuerySet(models.QuerySet["BrandMember"]):
    """Members one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class BrandMember(BusinessRow):
    """A row of a brand's member list: who, since when, until when, and what they earned in ``year``.

    A person has a row for each year told, and may have one without a year. Rows of one person with the same
    ``joined_on`` tell of one membership: it ends on the day any of them gives (the first day no longer).
    """

    brand = models.ForeignKey(Brand, models.PROTECT, verbose_name="劳务品牌", related_name="members", db_index=False)
    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="brand_rows")
    joined_on = models.DateField("加入日期")
    left_on = models.DateField("退出日期", null=True, blank=True)
    year = models.IntegerField("年度", null=True, blank=True)
    income = models.DecimalField("年收入（元）", max_digits=14, decimal_places=2, null=True, blank=True)

    objects = BrandMemberQuerySet.as_manager()

    class Meta:
        verbose_name = "品牌人员"
        verbose_name_plural = "品牌人员"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["brand", "worker", "year"],
                nulls_distinct=False,
                name="brand_member_once_a_year",
                violation_error_message="此人在该品牌的这个年度已有记录。",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gt=F("joined_on")),
                name="brand_member_dates_in_order",
                violation_error_message="退出日期应晚于加入日期。",
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=(1900, 2100)),
                name="brand_member_year_exists",
                violation_error_message="年度应在1900至2100年之间。",
            ),
            models.CheckConstraint(
                condition=Q(income__isnull=True) | Q(income__gte=0),
                name="brand_member_income_not_negative",
                violation_error_message="年收入不能为负数。",
            ),
        ]
        indexes: ClassVar = [models.Index("joined_on", "id", name="brand_member_by_joined")]

    def __str__(self) -> str:
        return f"{self.brand_id} {self.worker_id} {self.year or ''}"
