"""What is kept of things registered twice: pairs and what was decided, merges, former registrations.

All are abstract: an app whose things may stand twice makes three tables of them (docs/doubles.md "The kit").
"""

from typing import Final, Self, TypeVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.constraints import BaseConstraint
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.history.models import BusinessRow

TOLD: Final = "told"
"""The reason of a pair that somebody pointed out."""

Pair_co = TypeVar("Pair_co", bound="Pair", covariant=True)
Merge_co = TypeVar("Merge_co", bound="Merge", covariant=True)


class PairQuerySet(models.QuerySet[Pair_co]):
    """Pairs one may judge."""

    def visible_to(self, user: User) -> Self:
        """Those of which the user sees both."""
        raise NotImplementedError

    def undecided(self) -> Self:
        """Those somebody still has to judge."""
        return self.filter(state=Pair.State.OPEN)


class Pair(models.Model):
    """Two registrations that may be of one thing (疑似重复), and what somebody decided about them.

    ``first`` has the lower id; both are foreign keys of the app's. No constraint holds the two: a merge takes one away and
    the decision stays. ``reasons`` are codes that the register has words for, the weightiest first; ``score`` is how sure.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待判定")
        LATER = "later", _("以后再定")
        DIFFERENT = "different", _("不是重复")
        MERGED = "merged", _("已合并")

    first_id: int
    second_id: int
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("依据"))
    score = models.PositiveSmallIntegerField(_("相似度"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN, db_default="open")
    found_at = models.DateTimeField(_("发现时间"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(_("判定时间"), null=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="", db_default="")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.first_id} {self.second_id}"

    @staticmethod
    def of(one: int, other: int) -> Q:
        """Condition on the pair of the two, whichever is named first."""
        return Q(first=min(one, other), second=max(one, other))


def pair_constraints(name: str, both: str) -> list[BaseConstraint]:
    """The constraints of a table of pairs, named after ``name``; ``both`` is what two of them are called."""
    return [
        models.UniqueConstraint(
            fields=["first", "second"],
            name=f"{name}_once",
            violation_error_message=f"这{both}已在疑似重复名单里。",
        ),
        models.CheckConstraint(
            condition=Q(first__lt=F("second")),
            name=f"{name}_in_order",
            violation_error_message=f"{both}按登记先后排列。",
        ),
        models.CheckConstraint(
            condition=Q(state="open") | Q(decided_at__isnull=False),
            name=f"{name}_decided",
            violation_error_message="判定要有判定时间。",
        ),
    ]


def pair_index(name: str) -> models.Index:
    """The order of the queue, surest first."""
    return models.Index("state", F("score").desc(), "id", name=f"{name}_queue")


class Alias(BusinessRow):
    """A registration that was merged into another (曾用登记): its old id leads to the one kept, a foreign key of the app's."""

    former_id = models.BigIntegerField("原登记编号")

    class Meta:
        abstract = True


class MergeQuerySet(models.QuerySet[Merge_co]):
    """Merges one may see."""

    def visible_to(self, user: User) -> Self:
        """Those into registrations the user sees."""
        raise NotImplementedError

    def standing(self) -> Self:
        """Those nobody took back."""
        return self.filter(undone_at__isnull=True)


class Merge(models.Model):
    """Two registrations made one (合并): which was kept, which went, what was settled, and whether it was taken back.

    ``kept`` is a foreign key of the app's, without a constraint. ``settled`` lists what met on both sides:
    [{"label", "said"}]; ``moved`` how many rows of which kind came along.
    """

    kept_id: int
    merged_id = models.BigIntegerField("并入的登记编号", db_index=True)
    merged_name = models.TextField("并入的名称")
    operation = models.ForeignKey("history.Operation", models.PROTECT, related_name="+", verbose_name="操作")
    settled = models.JSONField("冲突处理", default=list)
    moved = models.JSONField("转入的记录", default=dict)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name="合并人")
    made_at = models.DateTimeField("合并时间", db_default=Now(), editable=False)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name="撤销人"
    )
    undone_at = models.DateTimeField("撤销时间", null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.merged_id} → {self.kept_id}"

    @staticmethod
    def of(one: int, other: int) -> Q:
        """Condition on merges of the two, whichever was kept."""
        return Q(kept=one, merged_id=other) | Q(kept=other, merged_id=one)


def once_merged(name: str, said: str) -> models.UniqueConstraint:
    """The constraint of a table of merges: what went, went into one other."""
    return models.UniqueConstraint(
        fields=["merged_id"], condition=Q(undone_at__isnull=True), name=name, violation_error_message=said
    )
