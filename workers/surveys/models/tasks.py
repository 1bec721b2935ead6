"""Tasks of a campaign, one a household, and their states (domain.md §3.1)."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import Exists, OuterRef, Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.history.models import BusinessRow, Event
from workers.models import Household, Worker
from workers.surveys.models.campaigns import Campaign


class TaskState(models.TextChoices):
    """How far the visit of a household has come (domain.md §3.1)."""

    ASSIGNED = "assigned", "已派"
    VISITED = "visited", "已入户"
    ABSENT = "absent", "未遇"
    MOVED = "moved", "迁出或死亡"
    SUBMITTED = "submitted", "已提交"
    TOWN_CHECKED = "town_checked", "乡镇已核对"
    ACCEPTED = "accepted", "已验收"
    RETURNED = "returned", "退回"


AT_THE_DOOR = (TaskState.ASSIGNED, TaskState.VISITED, TaskState.ABSENT, TaskState.MOVED, TaskState.RETURNED)
"""States in which the surveyor still goes there."""

TO_VISIT = (TaskState.ASSIGNED, TaskState.ABSENT, TaskState.RETURNED)
"""States in which somebody has yet to be met."""

VILLAGE = 12
"""Digits of a village's code."""

HANDED_IN = (TaskState.SUBMITTED, TaskState.TOWN_CHECKED, TaskState.ACCEPTED)


class VisitTaskQuerySet(models.QuerySet["VisitTask"]):
    """Tasks one sees, and one's own."""

    def visible_to(self, user: User) -> Self:
        """Households whose person to ask for lives in the user's scope; of a village's surveyor also the doors of it.

        A door given to somebody who surveys in its village stays theirs, wherever its people are registered meanwhile,
        until somebody else is given it or it is handed in.
        """
        here = user.scope_q("contact__village_code")
        if user.scope_kind is not ScopeKind.DIVISION or any(len(place) < VILLAGE for place in user.divisions):
            return self.filter(here)
        given = Q(surveyor=user, state__in=AT_THE_DOOR, campaign__state=Campaign.State.OPEN)
        # Each way by itself: an index answers either, none a condition on two tables at once.
        seen = VisitTask.objects.filter(here).values("pk")
        return self.filter(
            pk__in=seen.union(VisitTask.objects.filter(user.places_q("village_code"), given).values("pk"))
        )

    def given_to(self, user: User) -> Self:
        """Those the user was ever given: somebody else may have the door since, or it became one with another.

        What is kept of such a door may still be written down; it is not theirs to read. Asked of few tasks.
        """
        taken = Event.objects.filter(table=VisitTask._meta.db_table, row_id=OuterRef("pk"), kind="U")  # noqa: SLF001 - Django's public-by-habit API
        folded = FormerTask.objects.filter(task=OuterRef("pk"), surveyor=user)
        return self.filter(Q(surveyor=user) | Exists(folded) | Exists(taken.filter(before__surveyor_id=user.pk)))

    def of_surveyor(self, user: User) -> Self:
        """Those given to the user, and those of the user's scope nobody was given yet."""
        return self.visible_to(user).filter(Q(surveyor=user) | Q(surveyor__isnull=True))

    def at_the_door(self) -> Self:
        """Those not handed in."""
        return self.filter(state__in=AT_THE_DOOR)


class VisitTask(BusinessRow):
    """One household to visit in a campaign (入户任务); a person whom no roster put into a household is visited alone.

    ``ref`` is the opaque number in addresses and QR codes. ``contact`` is the head, else the first member: where that person
    lives decides who sees the task. ``place`` orders a village: group, then door (its number where known, else the order of
    the roster). ``visited_on`` is the first day somebody of the household was asked, ``misses`` the days nobody was met.
    """

    ref = models.UUIDField("任务编号", unique=True, db_default=RandomUUID(), editable=False)
    campaign = models.ForeignKey(
        Campaign, models.PROTECT, verbose_name="走访活动", related_name="tasks", db_index=False
    )
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, verbose_name="家庭户", related_name="survey_tasks"
    )
    contact = models.ForeignKey(Worker, models.PROTECT, verbose_name="联系人", related_name="survey_tasks")
    village_code = models.CharField("村", max_length=12, db_collation="C")
    group_name = models.TextField("组", blank=True, default="")
    door = models.CharField("门牌号", max_length=20, blank=True, default="")
    place = models.IntegerField("走访顺序")
    surveyor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="走访人",
        related_name="survey_tasks",
        db_index=False,
    )
    assigned_on = models.DateField("派发日期", null=True, blank=True)
    state = models.CharField("状态", max_length=12, choices=TaskState.choices, default=TaskState.ASSIGNED)
    visited_on = models.DateField("入户日期", null=True, blank=True)
    channel = models.CharField("走访方式", max_length=10, blank=True, default="")
    misses = models.PositiveSmallIntegerField("未遇次数", default=0)
    missed_on = models.DateField("最近未遇日期", null=True, blank=True)
    reason = models.CharField("退回原因", max_length=200, blank=True, default="")
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="核对人",
        related_name="+",
        db_index=False,
    )
    sampled = models.BooleanField("抽中复访", default=False)

    objects = VisitTaskQuerySet.as_manager()

    class Meta:
        verbose_name = "入户任务"
        verbose_name_plural = "入户任务"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["campaign", "household"],
                name="visit_task_once_a_household",
                violation_error_message="这一户在本次活动里已有任务。",
            ),
            models.UniqueConstraint(
                fields=["campaign", "contact"],
                name="visit_task_once_a_contact",
                violation_error_message="此人在本次活动里已是一户的联系人。",
            ),
            models.CheckConstraint(
                condition=Q(village_code__regex=r"^\d{12}$"),
                name="visit_task_village_code_shape",
                violation_error_message="村代码应为12位数字。",
            ),
            models.CheckConstraint(
                condition=Q(state__in=TaskState.values),
                name="visit_task_known_state",
                violation_error_message="没有这种任务状态。",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.VISITED) | Q(visited_on__isnull=False),
                name="visit_task_visited_on_a_day",
                violation_error_message="已入户的任务应有入户日期。",
            ),
            models.CheckConstraint(
                condition=Q(surveyor__isnull=True) | Q(assigned_on__isnull=False),
                name="visit_task_given_on_a_day",
                violation_error_message="派给走访人的任务应有派发日期。",
            ),
            models.CheckConstraint(
                condition=~Q(state=TaskState.RETURNED) | ~Q(reason=""),
                name="visit_task_returned_with_reason",
                violation_error_message="退回的任务应写明原因。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["campaign", "village_code", "place"], name="visit_task_by_door"),
            models.Index(fields=["village_code", "place", "id"], name="visit_task_walk"),
            models.Index(fields=["surveyor", "campaign", "state"], name="visit_task_by_surveyor"),
        ]

    def __str__(self) -> str:
        return str(self.ref)


class FormerTask(BusinessRow):
    """A task that became another one when two registrations of one person were merged (曾用任务编号).

    Its number stands in QR codes of printed packs and in pages a phone keeps, and leads to the task that stands; ``surveyor``
    may still write down there what was learnt at the door.
    """

    ref = models.UUIDField("原任务编号", unique=True)
    task = models.ForeignKey(VisitTask, models.PROTECT, verbose_name="入户任务", related_name="former")
    surveyor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="走访人",
        related_name="+",
        db_index=False,
    )

    class Meta:
        verbose_name = "曾用任务编号"
        verbose_name_plural = "曾用任务编号"

    def __str__(self) -> str:
        return f"{self.ref} → {self.task_id}"
