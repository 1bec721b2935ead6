"""What is kept of doubles: possible pairs and what was decided, merges, the numbers merged persons had."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history.models import BusinessRow

C = "C"


class PossibleDoubleQuerySet(models.QuerySet["PossibleDouble"]):
    """Pairs one may judge."""

    def visible_to(self, user: User) -> Self:
        """Those of whom the user sees both persons."""
        return self.filter(
            user.scope_q("first__village_code", person="first_id"),
            user.scope_q("second__village_code", person="second_id"),
        )

    def undecided(self) -> Self:
        """Those somebody still has to judge."""
        return self.filter(state=PossibleDouble.State.OPEN)


class PossibleDouble(models.Model):
    """Two registered persons who may be one (疑似重复), and what somebody decided about them.

    ``first`` has the lower id. No foreign keys hold the two: a merge takes one away and the decision stays.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待判定")
        LATER = "later", _("以后再定")
        DIFFERENT = "different", _("不是同一人")
        MERGED = "merged", _("已合并")

    class Reason(models.TextChoices):
        NAME_BIRTH_VILLAGE = "name_birth_village", _("姓名、出生日期和村相同")
        NAME_BIRTH = "name_birth", _("姓名和出生日期相同")
        PINYIN_BIRTH = "pinyin_birth", _("姓名同音，出生日期和乡镇相同")
        NEAR_BIRTH = "near_birth", _("姓名差一个字，出生日期和村相同")
        NUMBER = "number", _("姓名同音，证件号码差一位或两位颠倒")
        NAME_PHONE = "name_phone", _("姓名同音，电话相同")
        PHONE_BIRTH = "phone_birth", _("电话和出生日期相同")
        TOLD = "told", _("人工指出")

    first = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("甲"), db_index=False
    )
    second = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("乙")
    )
    reasons = ArrayField(models.CharField(max_length=20, choices=Reason.choices), verbose_name=_("依据"))
    score = models.PositiveSmallIntegerField(_("相似度"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_default="open")
    found_at = models.DateTimeField(_("发现时间"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("判定时间"), null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="", db_default="")

    objects = PossibleDoubleQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复"
        verbose_name_plural = "疑似重复"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["first", "second"],
                name="possible_double_once",
                violation_error_message="这两个人已在疑似重复名单里。",
            ),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")),
                name="possible_double_in_order",
                violation_error_message="一对人按登记先后排列。",
            ),
            models.CheckConstraint(
                condition=Q(state="open") | Q(decided_at__isnull=False),
                name="possible_double_decided",
                violation_error_message="判定要有判定时间。",
            ),
        ]
        indexes: ClassVar = [models.Index("state", F("score").desc(), "id", name="possible_double_queue")]

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"


class WorkerAliasQuerySet(models.QuerySet["WorkerAlias"]):
    """Former registrations of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Those of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class WorkerAlias(BusinessRow):
    """A registration that was merged into another (曾用登记): its ID number and its old id lead to the person kept."""

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="aliases", verbose_name="劳动力")
    id_number = models.CharField("身份证号码", max_length=18, db_collation=C)
    name = models.TextField("姓名")
    former_id = models.BigIntegerField("原登记编号")

    objects = WorkerAliasQuerySet.as_manager()

    class Meta:
        verbose_name = "曾用登记"
        verbose_name_plural = "曾用登记"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id_number"],
                name="worker_alias_number_once",
                violation_error_message="这个身份证号码已并入另一份档案。",
            ),
            models.UniqueConstraint(
                fields=["former_id"],
                name="worker_alias_former_once",
                violation_error_message="这份档案已经并入另一份档案。",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MergeQuerySet(models.QuerySet["Merge"]):
    """Merges one may see."""

    def visible_to(self, user: User) -> Self:
        """Those into persons in the user's scope."""
        return self.filter(user.scope_q("kept__village_code", person="kept_id"))

    def standing(self) -> Self:
        """Those nobody took back."""
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """Two registrations made one (合并): which was kept, which went, what was settled, and whether it was taken back.

    ``settled`` lists what met on both sides: [{"label", "said"}].
    """

    kept = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="merges", verbose_name="保留的档案"
    )
    merged_id = models.BigIntegerField("并入的登记编号", db_index=True)
    merged_name = models.TextField("并入的姓名")
    merged_id_number = models.CharField("并入的身份证号码", max_length=18)
    pair = models.ForeignKey(PossibleDouble, models.SET_NULL, null=True, related_name="merges", verbose_name="疑似重复")
    operation = models.ForeignKey("history.Operation", models.PROTECT, related_name="+", verbose_name="操作")
    settled = models.JSONField("冲突处理", default=list)
    moved = models.JSONField("转入的记录", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="合并人")
    made_at = models.DateTimeField("合并时间", db_default=Now(), editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    objects = MergeQuerySet.as_manager()

    class Meta:
        verbose_name = "合并"
        verbose_name_plural = "合并"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["merged_id"],
                condition=Q(undone_at__isnull=True),
                name="merge_once_a_person",
                violation_error_message="这份档案已经并入另一份档案。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"
