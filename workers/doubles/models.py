"""What is kept of doubles: possible pairs and what was decided, merges, the numbers merged persons had."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.pairs.models import TOLD, Alias, MergeQuerySet, Pair, PairQuerySet, once_merged, pair_constraints, pair_index
from core.pairs.models import Merge as AnyMerge

C = "C"


class PossibleDoubleQuerySet(PairQuerySet["PossibleDouble"]):
    """Pairs one may judge."""

    def visible_to(self, user: User) -> Self:
        """Those of whom the user sees both persons."""
        return self.filter(
            user.scope_q("first__village_code", person="first_id"),
            user.scope_q("second__village_code", person="second_id"),
        )


class PossibleDouble(Pair):
    """Two registered persons who may be one (疑似重复), and what somebody decided about them."""

    class Reason(models.TextChoices):
        NAME_BIRTH_VILLAGE = "name_birth_village", _("姓名、出生日期和村相同")
        NAME_BIRTH = "name_birth", _("姓名和出生日期相同")
        PINYIN_BIRTH = "pinyin_birth", _("姓名同音，出生日期和乡镇相同")
        NEAR_BIRTH = "near_birth", _("姓名差一个字，出生日期和村相同")
        NUMBER = "number", _("姓名同音，证件号码差一位或两位颠倒")
        NAME_PHONE = "name_phone", _("姓名同音，电话相同")
        PHONE_BIRTH = "phone_birth", _("电话和出生日期相同")
        TOLD = TOLD, _("人工指出")

    first = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("甲"), db_index=False
    )
    second = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="+", verbose_name=_("乙")
    )

    objects = PossibleDoubleQuerySet.as_manager()

    class Meta:
        verbose_name = "疑似重复"
        verbose_name_plural = "疑似重复"
        constraints: ClassVar = pair_constraints("possible_double", "两份档案")
        indexes: ClassVar = [pair_index("possible_double")]


class WorkerAliasQuerySet(models.QuerySet["WorkerAlias"]):
    """Former registrations of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Those of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class WorkerAlias(Alias):
    """A registration that was merged into another (曾用登记): its ID number and its old id lead to the person kept."""

    worker = models.ForeignKey("workers.Worker", models.PROTECT, related_name="aliases", verbose_name="劳动力")
    id_number = models.CharField("身份证号码", max_length=18, db_collation=C)
    name = models.TextField("姓名")

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


class WorkerMergeQuerySet(MergeQuerySet["Merge"]):
    """Merges one may see."""

    def visible_to(self, user: User) -> Self:
        """Those into persons in the user's scope."""
        return self.filter(user.scope_q("kept__village_code", person="kept_id"))


class Merge(AnyMerge):
    """Two registrations of a person made one (合并)."""

    kept = models.ForeignKey(
        "workers.Worker", models.DO_NOTHING, db_constraint=False, related_name="merges", verbose_name="保留的档案"
    )
    merged_id_number = models.CharField("并入的身份证号码", max_length=18)

    objects = WorkerMergeQuerySet.as_manager()

    class Meta:
        verbose_name = "合并"
        verbose_name_plural = "合并"
        constraints: ClassVar = [once_merged("merge_once_a_person", "这份档案已经并入另一份档案。")]
