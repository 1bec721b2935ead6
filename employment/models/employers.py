"""Employers (用人单位)."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.history.models import BusinessRow
from employment.names import Bare


def serves_whole_county(user: User) -> bool:
    """Whether the user looks after the whole area this installation serves."""
    return user.scope_kind is ScopeKind.DIVISION and str(settings.ROOT_DIVISION).startswith(user.division_prefix)


def serves_part_of_county(user: User) -> bool:
    """Whether the user looks after a township or village of it, or all."""
    inside = user.division_prefix.startswith(str(settings.ROOT_DIVISION))
    return user.scope_kind is ScopeKind.DIVISION and (inside or serves_whole_county(user))


class EmployerQuerySet(models.QuerySet["Employer"]):
    """Employers, which belong to no area: everybody of the county and its stations may look one up."""

    def visible_to(self, user: User) -> Self:
        """All; a user of some other county sees the employers in its own area."""
        if user.scope_kind is ScopeKind.DIVISION and not serves_part_of_county(user):
            return self.filter(place_code__startswith=user.division_prefix)
        return self


class Employer(BusinessRow):
    """A firm, workshop or household that employs people, wherever it is.

    Known by its credit code (统一社会信用代码) where one is written, else by its name. One that a roster merely named
    is a ``stub``: somebody completes it later.
    """

    name = models.CharField("单位名称", max_length=200)
    credit_code = models.CharField("统一社会信用代码", max_length=60, null=True, blank=True)
    place_code = models.CharField("所在地", max_length=12, blank=True, default="")
    industry = models.CharField("行业", max_length=200, blank=True, default="")
    size = models.IntegerField("规模（人）", null=True, blank=True)
    contact = models.CharField("联系人", max_length=200, blank=True, default="")
    phone = models.CharField("联系电话", max_length=100, blank=True, default="")
    key_employer = models.BooleanField("重点企业", default=False)
    stub = models.BooleanField("待完善", default=False)

    objects = EmployerQuerySet.as_manager()

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
                condition=~Q(credit_code=""),
                name="employer_credit_code_not_blank",
                violation_error_message="信用代码为空时应留作未填。",
            ),
            models.CheckConstraint(
                condition=Q(size__isnull=True) | Q(size__gte=0),
                name="employer_size_not_negative",
                violation_error_message="规模不能为负数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(OpClass("name", name="text_pattern_ops"), name="employer_by_name"),
            models.Index(Bare("name"), name="employer_by_bare_name"),
        ]

    def __str__(self) -> str:
        return self.name
