"""What is kept of employers registered twice: possible pairs, merges, the names and codes merged ones had."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history.models import BusinessRow
from employment.models.employers import Employer, serves_part_of_county


class EmployerPairQuerySet(models.QuerySet["EmployerPair"]):
    """Pairs one may judge."""

    def visible_to(self, user: User) -> Self:
        """Those of which the user sees both employers."""
        seen = Employer.objects.visible_to(user).values("pk")
        return self.filter(first__in=seen, second__in=seen)


class EmployerPair(models.Model):
    """Two employers that may be one, and what somebody decided; ``first`` has the lower id.

    No foreign keys hold the two: a merge takes one away and the decision stays.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待判定")
        LATER = "later", _("以后再定")
        DIFFERENT = "different", _("不是同一家")
        MERGED = "merged", _("已合并")

    class Reason(models.TextChoices):
        NAME = "name", _("名称相近，所在地相符")
        PHONE = "phone", _("联系电话相同")
        TOLD = "told", _("人工指出")

    first = models.ForeignKey(
        Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("甲"), db_index=False
    )
    second = models.ForeignKey(Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("乙"))
    reasons = ArrayField(models.CharField(max_length=10, choices=Reason.choices), verbose_name=_("依据"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_default="open")
    found_at = models.DateTimeField(_("发现时间"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("判定时间"), null=True)

    objects = EmployerPairQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复单位"
        verbose_name_plural = "疑似重复单位"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="employer_pair_once",
                violation_error_message="这两家单位已在疑似重复名单里。",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="employer_pair_in_order",
                violation_error_message="一对单位按登记先后排列。",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False),
                name="employer_pair_decided",
                violation_error_message="判定要有判定时间。",
            ),
        ]
        indexes: ClassVar = [models.Index("state", "id", name="employer_pair_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class EmployerAlias(BusinessRow):
    """A registration that was merged into another: files that give its name or code mean the employer kept."""

    employer = models.ForeignKey(Employer, models.PROTECT, related_name="aliases", verbose_name="用人单位")
    name = models.CharField("曾用名称", max_length=200)
    credit_code = models.CharField("曾用统一社会信用代码", max_length=60, null=True, blank=True)
    former_id = models.BigIntegerField("原登记编号")

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
            models.Index("employer", name="employer_alias_by_employer"),
        ]

    def __str__(self) -> str:
        return self.name


class EmployerMergeQuerySet(models.QuerySet["EmployerMerge"]):
    """Merges one may see."""

    def visible_to(self, user: User) -> Self:
        """Employers belong to the county: who serves it sees every merge."""
        return self if serves_part_of_county(user) else self.none()

    def standing(self) -> Self:
        """Those nobody took back."""
        return self.filter(undone_at__isnull=True)


class EmployerMerge(models.Model):
    """Two registrations of an employer made one: which was kept, which went, whether it was taken back.

    ``settled`` lists what met on both sides: [{"label", "said"}]; ``moved`` how many rows of which kind came along.
    """

    kept = models.ForeignKey(
        Employer, models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name="保留的单位"
    )
    merged_id = models.BigIntegerField("并入的登记编号", db_index=True)
    merged_name = models.CharField("并入的单位", max_length=200)
    merged_code = models.CharField("并入的信用代码", max_length=60, blank=True, default="")
    operation = models.ForeignKey("history.Operation", models.PROTECT, related_name="+", verbose_name="操作")
    settled = models.JSONField("冲突处理", default=list)
    moved = models.JSONField("转入的记录", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="合并人")
    made_at = models.DateTimeField("合并时间", db_default=Now(), editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = EmployerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "单位合并"
        verbose_name_plural = "单位合并"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merged_id"],
                condition=Q(undone_at__isnull=True),
                name="employer_merge_once",
                violation_error_message="这家单位已经并入另一家。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
