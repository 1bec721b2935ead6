"""What is kept of employers registered twice: possible pairs, merges, the names and codes merged ones had."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.pairs.models import (
    TOLD,
    Alias,
    Merge,
    MergeQuerySet,
    Pair,
    PairQuerySet,
    once_merged,
    pair_constraints,
    pair_index,
)
from employment.models.employers import Employer, serves_part_of_county
from employment.names import Bare


class EmployerPairQuerySet(PairQuerySet["EmployerPair"]):
    """Pairs one may judge."""

    def visible_to(self, user: User) -> Self:
        """Those of which the user sees both employers."""
        seen = Employer.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)


class EmployerPair(Pair):
    """Two employers that may be one, and what somebody decided."""

    class Reason(models.TextChoices):
        NAME = "name", _("名称相近，所在地相符")
        PHONE = "phone", _("联系电话相同")
        TOLD = TOLD, _("人工指出")

    first = models.ForeignKey(
        Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("甲"), db_index=False
    )
    second = models.ForeignKey(Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("乙"))

    objects = EmployerPairQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复单位"
        verbose_name_plural = "疑似重复单位"
        constraints: ClassVar = pair_constraints("employer_pair", "两家单位")
        indexes: ClassVar = [pair_index("employer_pair")]


class EmployerAlias(Alias):
    """A registration that was merged into another: files that give its name or code mean the employer kept."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="aliases", verbose_name="用人单位")
    name = models.CharField("曾用名称", max_length=200)
    credit_code = models.CharField("曾用统一社会信用代码", max_length=60, null=True, blank=True)

    class Meta:
        verbose_name = "单位曾用名"
        verbose_name_plural = "单位曾用名"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["former_id"],
                name="employer_alias_former_once",
                violation_error_message="这家单位已经并入另一家。",
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                name="employer_alias_code_once",
                violation_error_message="这个统一社会信用代码已并入另一家单位。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("name", name="employer_alias_by_name"),
            models.Index(Bare("name"), name="employer_alias_by_bare_name"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployerMergeQuerySet(MergeQuerySet["EmployerMerge"]):
    """Merges one may see."""

    def visible_to(self, user: User) -> Self:
        """Employers belong to the county: who serves it sees every merge."""
        return self if serves_part_of_county(user) else self.none()


class EmployerMerge(Merge):
    """Two registrations of an employer made one."""

    kept = models.ForeignKey(
        Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="保留的单位"
    )
    merged_code = models.CharField("并入的信用代码", max_length=60, blank=True, default="")

    objects = EmployerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "单位合并"
        verbose_name_plural = "单位合并"
        constraints: ClassVar = [once_merged("employer_merge_once", "这家单位已经并入另一家。")]
