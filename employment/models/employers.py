"""Employers (用人单位)."""

from typing import ClassVar

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q

from core.history.models import BusinessRow


class Employer(BusinessRow):
    """A firm, workshop or household that employs people, wherever it is.

    Known by its credit code (统一社会信用代码) where one is written, else by its name. One that a roster merely named
    is a ``stub``: somebody completes it later.
    """

    name = models.CharField("单位名称", max_length=200)
    credit_code = models.CharField("统一社会信用代码", max_length=18, null=True, blank=True)
    place_code = models.CharField("所在地", max_length=12, blank=True, default="")
    industry = models.CharField("行业", max_length=60, blank=True, default="")
    size = models.IntegerField("规模（人）", null=True, blank=True)
    contact = models.CharField("联系人", max_length=60, blank=True, default="")
    phone = models.CharField("联系电话", max_length=20, blank=True, default="")
    key_employer = models.BooleanField("重点企业", default=False)
    stub = models.BooleanField("待完善", default=False)

    class Meta:
        verbose_name = "用人单位"
        verbose_name_plural = "用人单位"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["credit_code"],
                name="employer_credit_code_once",
                violation_error_message="该统一社会信用代码已登记。",
            ),
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(credit_code__isnull=True),
                name="employer_name_once_without_code",
                violation_error_message="已有同名单位，请填写统一社会信用代码加以区分。",
            ),
            models.CheckConstraint(
                condition=~Q(credit_code=""), name="employer_credit_code_not_blank", violation_error_message="信用代码为空时应留作未填。"
            ),
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(size__gte=0), name="employer_size_not_negative", violation_error_message="规模不能为负数。"
            ),
        ]
        indexes: ClassVar = [models.Index(OpClass("name", name="text_pattern_ops"), name="employer_by_name")]

    def __str__(self) -> str:
        return self.name
