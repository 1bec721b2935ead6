"""Administrative divisions (行政区划): the code is the key and the tree (design.md "Division codes are the tree")."""

from typing import ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length

LEVEL_BY_LENGTH = {2: "province", 4: "prefecture", 6: "county", 9: "township", 12: "village"}

models.CharField.register_lookup(Length)


class DivisionQuerySet(models.QuerySet["Division"]):
    """Prefix conditions over the code."""

    def within(self, prefix: str) -> "DivisionQuerySet":
        """The division ``prefix`` itself and everything below it."""
        return self.filter(code__startswith=prefix)

    def in_force(self) -> "DivisionQuerySet":
        """Those that have not been replaced or abolished."""
        return self.filter(effective_to__isnull=True)


class Division(models.Model):
    """A province, prefecture, county, township or village.

    2, 4, 6, 9 or 12 digits, every ancestor a prefix (domain.md §6.3).
    """

    class Level(models.TextChoices):
        PROVINCE = "province", "省"
        PREFECTURE = "prefecture", "市（州）"
        COUNTY = "county", "县（区）"
        TOWNSHIP = "township", "乡镇（街道）"
        VILLAGE = "village", "村（社区）"

    # Collated as the plain code columns of the registry are: otherwise a look-up by one of those reads the whole table.
    code = models.CharField("代码", max_length=12, primary_key=True, db_collation="C")
    name = models.CharField("名称", max_length=100)
    level = models.CharField("级别", max_length=10, choices=Level.choices)
    effective_from = models.DateField("启用日期", null=True, blank=True)
    effective_to = models.DateField("停用日期", null=True, blank=True)
    successor = models.CharField("继承代码", max_length=12, blank=True, default="")

    objects = DivisionQuerySet.as_manager()

    class Meta:
        verbose_name = "行政区划"
        verbose_name_plural = "行政区划"
        ordering: ClassVar = ["code"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^(\d{2}|\d{4}|\d{6}|\d{9}|\d{12})$"),
                name="division_code_shape",
                violation_error_message="区划代码应为2、4、6、9或12位数字。",
            ),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True)
                | Q(effective_from__isnull=True)
                | Q(effective_to__gte=models.F("effective_from")),
                name="division_dates_in_order",
                violation_error_message="停用日期不能早于启用日期。",
            ),
        ]
        indexes: ClassVar = [models.Index(OpClass("code", name="text_pattern_ops"), name="division_code_prefix")]

    def __str__(self) -> str:
        return self.name
