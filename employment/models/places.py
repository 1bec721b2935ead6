"""Places of work the county recognises (就业载体): workshops, bases, welfare posts, gig markets (domain.md §3.11)."""

from itertools import combinations
from typing import ClassVar, Final, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import ExtractYear

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.values import WORKPLACE_KIND, WORKPLACE_STATE
from core.history.models import BusinessRow
from employment.models.employers import Employer
from workers.expressions import DateRange
from workers.models import Worker

TOWNSHIP = 9
"""Digits of a township's code."""


class WorkplaceQuerySet(models.QuerySet["Workplace"]):
    """Workplaces of the townships one looks after; a village sees those of its township."""

    def visible_to(self, user: User) -> Self:
        """Stations, institutions and partner bureaus have none."""
        if user.scope_kind is not ScopeKind.DIVISION:
            return self.none()
        return self.filter(township_code__startswith=user.division_prefix[:TOWNSHIP])

    def changeable_by(self, user: User) -> Self:
        """Those of the user's own area: a village looks after none."""
        seen = self.visible_to(user)
        return seen if all(len(division) <= TOWNSHIP for division in user.divisions) else self.none()


APPLYING: Final = ("申报中", "已核查", "公示中", "不予认定")
"""States of a place on its way to be recognised, or refused; the ledger's words begin once it is (domain.md §3.11)."""

RECOGNITION: Final = ("applied_on", "inspected_on", "noticed_on", "noticed_until", "recognised_on")
"""The days of a recognition in their order (domain.md §3.11)."""


class Workplace(BusinessRow):
    """A place of work (就业载体) in a township of the county, by its number: recognised, or applied for (``APPLYING``).

    One that waits for its recognition has no ``recognised_on`` and counts nowhere. After it ``state`` is what the ledger
    says; on ``withdrawn_on`` itself the place counts no longer, whatever the state.
    How it came to be recognised (申报, 现场核查, 公示, the document) is kept as far as somebody told it.
    """

    code = models.CharField("载体编号", max_length=100, unique=True)
    name = models.CharField("名称", max_length=200)
    kind = models.CharField("类型", max_length=10, choices=WORKPLACE_KIND.pairs)
    township_code = models.CharField("所在乡镇", max_length=9, db_collation="C")
    recognised_on = models.DateField("认定日期", null=True, blank=True)
    applied_on = models.DateField("申报日期", null=True, blank=True)
    inspected_on = models.DateField("现场核查日期", null=True, blank=True)
    noticed_on = models.DateField("公示开始日期", null=True, blank=True)
    noticed_until = models.DateField("公示结束日期", null=True, blank=True)
    document = models.CharField("认定文号", max_length=100, blank=True, default="", db_default="")
    operator = models.ForeignKey(
        Employer, models.PROTECT, null=True, blank=True, verbose_name="运营单位", related_name="workplaces"
    )
    posts = models.IntegerField("岗位数", null=True, blank=True)
    withdrawn_on = models.DateField("撤销日期", null=True, blank=True)
    state = models.CharField("状态", max_length=4, default="正常", db_default="正常")

    objects = WorkplaceQuerySet.as_manager()

    class Meta:
        verbose_name = "就业载体"
        verbose_name_plural = "就业载体"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=WORKPLACE_KIND.codes),
                name="workplace_kind_known",
                violation_error_message="没有这种就业载体类型。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=WORKPLACE_STATE.codes, recognised_on__isnull=False)
                | Q(
                    state__in=APPLYING, recognised_on__isnull=True, withdrawn_on__isnull=True, applied_on__isnull=False
                ),
                name="workplace_state_known",
                violation_error_message="已认定的载体要有认定日期；还没有认定的要有申报日期，没有认定日期和撤销日期。",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on__isnull=True) | Q(withdrawn_on__gte=F("recognised_on")),
                name="workplace_withdrawn_after_recognised",
                violation_error_message="撤销日期不能早于认定日期。",
            ),
            # A day nobody told is passed over: each is held against those before it. The ledger writes 认定日期 as it says it.
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{earlier}__isnull": True})
                    | Q(**{f"{later}__isnull": True})
                    | Q(**{f"{earlier}__lte": F(later)}),
                    name=f"workplace_{earlier}_before_{later}",
                    violation_error_message="申报、现场核查、公示应依次进行，请核对日期。",
                )
                for earlier, later in combinations(RECOGNITION[:-1], 2)
            ),
            models.CheckConstraint(
                condition=Q(posts__isnull=True) | Q(posts__gte=0),
                name="workplace_posts_not_negative",
                violation_error_message="岗位数不能为负数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("township_code", "id", name="workplace_by_township"),
            models.Index("recognised_on", "id", name="workplace_by_recognised"),
        ]

    def __str__(self) -> str:
        return self.name


class WorkplaceDecisionQuerySet(models.QuerySet["WorkplaceDecision"]):
    """Decisions on the workplaces one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of visible workplaces."""
        return self.filter(workplace__in=Workplace.objects.visible_to(user))


class WorkplaceDecision(BusinessRow):
    """What the bureau decided on a workplace on a day: a step to its recognition, a 年检, 停用, 恢复, 撤销 — who, when, why.

    ``move`` is a move of ``employment.places.states``; ``mend_by`` the day by which 限期整改 has to be done.
    """

    workplace = models.ForeignKey(
        Workplace, models.CASCADE, verbose_name="就业载体", related_name="decisions", db_index=False
    )
    move = models.CharField("决定", max_length=10)
    decided_on = models.DateField("日期")
    year = models.GeneratedField(
        expression=ExtractYear("decided_on"), output_field=models.IntegerField("年度"), db_persist=True
    )
    mend_by = models.DateField("整改期限", null=True, blank=True)
    note = models.CharField("说明", max_length=500, blank=True, default="", db_default="")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, verbose_name="经办人", related_name="+"
    )

    objects = WorkplaceDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = "载体年检和变更"
        verbose_name_plural = "载体年检和变更"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workplace", "year"],
                condition=Q(move="passed"),
                name="workplace_passes_once_a_year",
                violation_error_message="该载体本年度年检已合格。",
            ),
            models.CheckConstraint(
                condition=Q(move="mend", mend_by__isnull=False, mend_by__gt=F("decided_on"))
                | (~Q(move="mend") & Q(mend_by__isnull=True)),
                name="workplace_mends_by_a_later_day",
                violation_error_message="限期整改要写明期限，期限应晚于决定日期；其他决定没有期限。",
            ),
        ]
        indexes: ClassVar = [models.Index("workplace", "decided_on", "id", name="workplace_decision_order")]

    def __str__(self) -> str:
        return f"{self.workplace_id} {self.move} {self.decided_on}"


class PlacementQuerySet(models.QuerySet["Placement"]):
    """Posts of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class Placement(BusinessRow):
    """A row of 载体用工花名册: a person in post at a workplace from ``start_on``, no longer on ``end_on``.

    A fact beside the job spells: it never makes or ends one (formats.md §1.4 rule 4). ``succeeded`` tells an ``end_on`` that
    nobody wrote but that follows from the person's next post there (``employment.places.succession``).
    """

    workplace = models.ForeignKey(
        Workplace, models.PROTECT, verbose_name="就业载体", related_name="placements", db_index=False
    )
    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="placements")
    post = models.CharField("岗位", max_length=200, blank=True, default="", db_default="")
    start_on = models.DateField("上岗时间")
    end_on = models.DateField("离岗时间", null=True, blank=True)
    succeeded = models.BooleanField("止于下一段", default=False, db_default=False, editable=False)
    wage = models.DecimalField("月工资（元）", max_digits=14, decimal_places=2, null=True, blank=True)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        verbose_name = "载体用工"
        verbose_name_plural = "载体用工"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["workplace", "worker", "start_on"],
                name="placement_once_a_start",
                violation_error_message="此人在该载体同一上岗时间已有记录。",
            ),
            models.CheckConstraint(
                condition=Q(end_on__isnull=True) | Q(end_on__gt=F("start_on")),
                name="placement_dates_in_order",
                violation_error_message="离岗时间应晚于上岗时间。",
            ),
            models.CheckConstraint(
                condition=Q(succeeded=False) | Q(end_on__isnull=False),
                name="placement_succeeded_has_an_end",
                violation_error_message="止于下一段的在岗记录应有离岗时间。",
            ),
            models.CheckConstraint(
                condition=Q(wage__isnull=True) | Q(wage__gte=0),
                name="placement_wage_not_negative",
                violation_error_message="月工资不能为负数。",
            ),
            ExclusionConstraint(
                name="placement_no_overlap",
                expressions=[
                    (F("workplace"), RangeOperators.EQUAL),
                    (F("worker"), RangeOperators.EQUAL),
                    (DateRange("start_on", "end_on"), RangeOperators.OVERLAPS),
                ],
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="此人在该载体的在岗时间不能重叠。",
            ),
        ]
        indexes: ClassVar = [models.Index("start_on", "id", name="placement_by_start")]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.start_on}"
