"""Campaigns of the door-to-door survey: rounds of visits to an area (domain.md §3.1)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.queries import PARENT_LENGTH
from core.formats.choices import Choice
from core.history.models import BusinessRow

KIND = Choice.of_words("活动类型", "全面走访", "月度更新", "季度更新", "节前返乡", "节后外出")
MOST_SAMPLE = 100


class CampaignQuerySet(models.QuerySet["Campaign"]):
    """Campaigns one has to do with."""

    def visible_to(self, user: User) -> Self:
        """Those whose area and the user's meet; users without a division have none."""
        if user.scope_kind is not ScopeKind.DIVISION:
            return self.none()
        above = {own[:length] for own in user.divisions for length in PARENT_LENGTH.values() if length < len(own)}
        return self.filter(user.places_q("division_code") | Q(division_code__in=above))

    def running(self) -> Self:
        """Those that have not been closed."""
        return self.filter(state=Campaign.State.OPEN)


class Campaign(BusinessRow):
    """A round of visits to all households of an area (走访活动), from–to.

    ``seed`` decides which households the township visits again when the campaign is closed: the same seed draws the
    same ones. ``sample_percent`` is the share of them (domain.md §3.1: at least 5).
    """

    class State(models.TextChoices):
        OPEN = "open", "进行中"
        CLOSED = "closed", "已结束"

    name = models.CharField("活动名称", max_length=100, unique=True)
    kind = models.CharField("活动类型", max_length=10, choices=KIND.pairs)
    starts_on = models.DateField("开始日期")
    ends_on = models.DateField("结束日期")
    division_code = models.CharField("走访范围", max_length=12, db_collation="C")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    seed = models.BigIntegerField("抽样种子")
    sample_percent = models.PositiveSmallIntegerField("复访抽样比例（%）", default=5)
    closed_on = models.DateField("结束办理日期", null=True, blank=True)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "走访活动"
        verbose_name_plural = "走访活动"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="campaign_dates_in_order",
                violation_error_message="结束日期不能早于开始日期。",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=KIND.codes),
                name="campaign_known_kind",
                violation_error_message="没有这种走访活动。",
            ),
            models.CheckConstraint(
                condition=Q(sample_percent__gte=5, sample_percent__lte=MOST_SAMPLE),
                name="campaign_sample_share",
                violation_error_message="复访抽样比例应在5%至100%之间。",
            ),
            models.CheckConstraint(
                condition=Q(state="open", closed_on__isnull=True) | Q(state="closed", closed_on__isnull=False),
                name="campaign_closed_on_a_day",
                violation_error_message="已结束的活动应有结束办理日期。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
