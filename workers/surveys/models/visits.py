"""What came of going to the door: visits, answers, conflicts, second visits (domain.md §3.1)."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.formats.choices import Choice
from core.history.models import BusinessRow
from workers.models import Worker
from workers.surveys.models.tasks import VisitTask

CHANNEL = Choice.of_words("走访方式", "上门", "电话", "微信", 上门=("入户", "到户"))


class DoorVisitQuerySet(models.QuerySet["DoorVisit"]):
    """Visits that wait for a look."""

    def held(self) -> Self:
        """Those that arrived too late to be written down, and nobody of the township has looked at yet."""
        return self.filter(held__isnull=False, looked_by__isnull=True)


class DoorVisit(BusinessRow):
    """One time somebody stood at the door, or called (入户记录): what a phone sent, stored once by ``client_ref``.

    ``held`` is what was said, of whom, where a former surveyor's phone told it after the household was handed in: it changes
    nothing and waits for the township's look (``looked_by``).
    """

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
    held = models.JSONField("迟到的回答", null=True, blank=True)
    looked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="核对人",
        related_name="+",
        db_index=False,
    )

    objects = DoorVisitQuerySet.as_manager()

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
        indexes: ClassVar = [
            models.Index(fields=["task", "id"], name="door_visit_of_task"),
            models.Index("task", name="door_visit_held", condition=Q(held__isnull=False, looked_by__isnull=True)),
        ]

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
    id_number = models.CharField("身份证号码", max_length=18, blank=True, default="", db_collation="C")
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

    survey = models.ForeignKey(Survey, models.CASCADE, verbose_name="调查表", related_name="clashes", db_index=False)
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
