"""Campaigns of the door-to-door survey and what came of them (domain.md §3.1)."""

from typing import ClassVar, Self

from django.conf import settings
from django.contrib.postgres.functions import RandomUUID
from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.queries import PARENT_LENGTH
from core.formats.choices import Choice
from core.history.models import BusinessRow
from workers.models import Household, Worker

C = "C"
KIND = Choice.of_words("活动类型", "全面走访", "月度更新", "季度更新", "节前返乡", "节后外出")
CHANNEL = Choice.of_words("走访方式", "上门", "电话", "微信", 上门=("入户", "到户"))
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
    division_code = models.CharField("走访范围", max_length=12, db_collation=C)
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

HANDED_IN = (TaskState.SUBMITTED, TaskState.TOWN_CHECKED, TaskState.ACCEPTED)


class VisitTaskQuerySet(models.QuerySet["VisitTask"]):
    """Tasks one sees, and one's own."""

    def visible_to(self, user: User) -> Self:
        """Households whose person to ask for lives in the user's scope."""
        return self.filter(user.scope_q("contact__village_code"))

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
    village_code = models.CharField("村", max_length=12, db_collation=C)
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


class DoorVisit(BusinessRow):
    """One time somebody stood at the door, or called (入户记录): what a phone sent, stored once by ``client_ref``."""

    class Outcome(models.TextChoices):
        MET = "met", "已入户"
        ABSENT = "absent", "未遇"
        MOVED = "moved", "整户迁出或死亡"

    task = models.ForeignKey(VisitTask, models.PROTECT, verbose_name="入户任务", related_name="visits", db_index=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="走访人", related_name="+", db_index=False
    )
    visited_on = models.DateField("走访日期")
    channel = models.CharField("走访方式", max_length=10)
    outcome = models.CharField("结果", max_length=10, choices=Outcome.choices)
    note = models.CharField("情况", max_length=500, blank=True, default="")
    client_ref = models.UUIDField("终端流水号", null=True, blank=True, unique=True)

    class Meta:
        verbose_name = "入户记录"
        verbose_name_plural = "入户记录"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(channel__in=CHANNEL.codes),
                name="door_visit_known_channel",
                violation_error_message="没有这种走访方式。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["task", "id"], name="door_visit_of_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.visited_on}"


class SurveyQuerySet(models.QuerySet["Survey"]):
    """Answers of people one sees."""

    def visible_to(self, user: User) -> Self:
        """Those of people in the user's scope, and of newcomers in households of it."""
        households = user.scope_q("task__contact__village_code", person="task__contact_id")
        return self.filter(households, Q(worker__isnull=True) | user.scope_q("worker__village_code"))


class Survey(BusinessRow):
    """What one person answered in a campaign (调查表): by whom asked, when, in which task.

    ``answers`` is everything as the person confirmed it, ``changes`` what differs from the file that was shown (NULL takes
    a value out). They go into the file when the township has checked them (``applied_at``). A newcomer has no
    ``worker`` before that: name, ID number and relation stand here.
    """

    task = models.ForeignKey(VisitTask, models.PROTECT, verbose_name="入户任务", related_name="surveys", db_index=False)
    worker = models.ForeignKey(
        Worker, models.PROTECT, null=True, blank=True, verbose_name="劳动力", related_name="surveys", db_index=False
    )
    name = models.TextField("姓名", blank=True, default="")
    id_number = models.CharField("身份证号码", max_length=18, blank=True, default="", db_collation=C)
    relation = models.TextField("与户主关系", blank=True, default="")
    visited_on = models.DateField("走访日期")
    surveyor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="走访人", related_name="+", db_index=False
    )
    answers = models.JSONField("回答", default=dict)
    changes = models.JSONField("变化", default=dict)
    applied_at = models.DateTimeField("写入档案时间", null=True, blank=True)

    objects = SurveyQuerySet.as_manager()

    class Meta:
        verbose_name = "调查表"
        verbose_name_plural = "调查表"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["task", "worker"],
                name="survey_once_a_person",
                violation_error_message="此人在这次走访里已有一份调查表。",
            ),
            models.UniqueConstraint(
                fields=["task", "id_number"],
                condition=~Q(id_number=""),
                name="survey_once_a_newcomer",
                violation_error_message="这个身份证号码在这次走访里已登记。",
            ),
            models.CheckConstraint(
                condition=Q(worker__isnull=False) | (~Q(id_number="") & ~Q(name="")),
                name="survey_of_somebody",
                violation_error_message="新增人员应有姓名和身份证号码。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["worker", "visited_on"], name="survey_of_worker")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.worker_id or self.name}"


class SurveyClash(BusinessRow):
    """A field that the visit and somebody else changed at once (冲突): opened as ``base``, by now ``theirs``, answered ``mine``.

    Nothing is handed in before somebody has chosen.
    """

    class Choice(models.TextChoices):
        OPEN = "", "待核对"
        MINE = "mine", "以本次走访为准"
        THEIRS = "theirs", "以档案为准"

    survey = models.ForeignKey(Survey, models.CASCADE, verbose_name="调查表", related_name="clashes")
    field = models.CharField("栏目", max_length=30)
    base = models.TextField("打开时", blank=True, default="")
    theirs = models.TextField("档案现值", blank=True, default="")
    mine = models.TextField("本次填写", blank=True, default="")
    choice = models.CharField("选定", max_length=10, choices=Choice.choices, blank=True, default="")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name="核对人", related_name="+"
    )

    class Meta:
        verbose_name = "走访冲突"
        verbose_name_plural = "走访冲突"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["survey", "field"],
                name="survey_clash_once_a_field",
                violation_error_message="这一栏的冲突已列出。",
            ),
            models.CheckConstraint(
                condition=Q(choice="") | Q(settled_by__isnull=False),
                name="survey_clash_settled_by_somebody",
                violation_error_message="选定的冲突应有核对人。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.survey_id} {self.field}"


class Revisit(BusinessRow):
    """The township's second visit to a household drawn at closing (复访): how many answers it compared and found different."""

    task = models.OneToOneField(VisitTask, models.PROTECT, verbose_name="入户任务", related_name="revisit")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="复访人", related_name="+")
    visited_on = models.DateField("复访日期")
    channel = models.CharField("复访方式", max_length=10)
    compared = models.PositiveIntegerField("核对项数", default=0)
    differing = models.PositiveIntegerField("不一致项数", default=0)
    findings = models.JSONField("不一致情况", default=list)
    note = models.CharField("说明", max_length=500, blank=True, default="")

    class Meta:
        verbose_name = "复访"
        verbose_name_plural = "复访"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(differing__lte=F("compared")),
                name="revisit_counts_in_order",
                violation_error_message="不一致项数不能多于核对项数。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.task_id} {self.visited_on}"
