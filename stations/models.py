"""Stations in the receiving places, follow-up visits and visits to employers (domain.md §1.2, §3.4)."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import ExpressionWrapper, F, Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.history.models import BusinessRow
from employment.models import Employer, serves_part_of_county
from stations.areas import inside, service_areas
from workers.models import Worker


class StationQuerySet(models.QuerySet["Station"]):
    """Stations one works with."""

    def visible_to(self, user: User) -> Self:
        """A station's staff see theirs, a partner bureau those in its area, everybody of the county all of them."""
        if user.scope_kind is ScopeKind.STATIONS:
            return self.filter(code__in=user.scope_stations)
        if user.scope_kind is ScopeKind.DESTINATION and user.scope_division:
            return self.filter(place_code__startswith=user.scope_division)
        return self if serves_part_of_county(user) else self.none()


class Station(BusinessRow):
    """A labour station outside the county (驻外劳务协作站)."""

    code = models.CharField("站点编号", max_length=40, unique=True)
    name = models.CharField("站点名称", max_length=100)
    kind = models.CharField("类型", max_length=20)
    place_code = models.CharField("所在地", max_length=12)
    partner = models.CharField("对口单位", max_length=200, blank=True, default="")
    founding = models.CharField("设立方式", max_length=20, blank=True, default="")
    opened_on = models.DateField("挂牌日期")
    service_area = ArrayField(models.CharField(max_length=12), verbose_name="服务范围", default=list, blank=True)
    head = models.CharField("负责人", max_length=200, blank=True, default="")
    phone = models.CharField("联系电话", max_length=100, blank=True, default="")

    objects = StationQuerySet.as_manager()

    class Meta:
        verbose_name = "协作站"
        verbose_name_plural = "协作站"
        indexes: ClassVar = [models.Index(OpClass("place_code", name="text_pattern_ops"), name="station_by_place")]

    def __str__(self) -> str:
        return self.name


class VisitQuerySet(models.QuerySet["Visit"]):
    """Visits of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))

    def changeable_by(self, user: User) -> Self:
        """Those the user may mend: station staff their stations' own, others all they see."""
        seen = self.visible_to(user)
        return seen.filter(station__code__in=user.scope_stations) if user.scope_kind is ScopeKind.STATIONS else seen


class Visit(BusinessRow):
    """One follow-up (回访): on a day somebody asked whether the person is still at work. Evidence for job spells.

    ``client_ref`` is made by the phone that wrote it: sent twice it is stored once.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="visits", db_index=False)
    station = models.ForeignKey(
        Station, models.PROTECT, null=True, blank=True, verbose_name="协作站", related_name="visits", db_index=False
    )
    milestone = models.PositiveSmallIntegerField("回访节点（天）", null=True, blank=True)
    visited_on = models.DateField("回访日期")
    channel = models.CharField("回访方式", max_length=10)
    status = models.CharField("就业状态", max_length=10)
    employer = models.ForeignKey(Employer, models.PROTECT, null=True, blank=True, verbose_name="当前单位")
    wage = models.DecimalField("月工资（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    contract = models.BooleanField("签合同", null=True, blank=True)
    insured = models.BooleanField("参保", null=True, blank=True)
    problem = models.TextField("存在问题", blank=True, default="")
    action_taken = models.TextField("处理情况", blank=True, default="")
    satisfaction = models.CharField("满意度", max_length=200, blank=True, default="")
    visitor = models.CharField("回访人", max_length=200, blank=True, default="")
    next_on = models.DateField("下次回访日期", null=True, blank=True)
    client_ref = models.UUIDField("终端流水号", null=True, blank=True, unique=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        verbose_name = "回访"
        verbose_name_plural = "回访"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "visited_on", "station"],
                nulls_distinct=False,
                name="visit_once_a_day_and_station",
                violation_error_message="此人当天在该协作站已有回访记录。",
            ),
            models.CheckConstraint(
                condition=Q(wage__isnull=True) | Q(wage__gte=0),
                name="visit_wage_not_negative",
                violation_error_message="月工资不能为负数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("station", "visited_on", name="visit_by_station"),
            models.Index("visited_on", "id", name="visit_by_day"),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.visited_on}"


class PlannedVisitQuerySet(models.QuerySet["PlannedVisit"]):
    """Follow-ups planned for the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))

    def still_open(self) -> Self:
        """Those nobody has answered or closed."""
        return self.filter(visit__isnull=True, closed_reason="")

    def to_ask_on(self, day: date) -> Self:
        """Open ones whose window has begun by ``day``."""
        begins = ExpressionWrapper(F("due_on") - F("window"), output_field=models.DateField())
        return self.still_open().alias(asks_from=begins).filter(asks_from__lte=day)


class PlannedVisit(models.Model):
    """A follow-up that is due (待回访): day 7, 30, 90, 180 after an arrival; derived from arrivals, closed by visits.

    ``due_on`` ± ``window`` days (3, 5, 10, 15) is the time to ask (domain.md §3.4); ``employer`` and ``job_title`` are those
    of the 到岗.
    """

    worker = models.ForeignKey(
        Worker, models.CASCADE, verbose_name="劳动力", related_name="planned_visits", db_index=False
    )
    station = models.ForeignKey(
        Station, models.DO_NOTHING, null=True, db_constraint=False, verbose_name="协作站", related_name="planned_visits"
    )
    arrived_on = models.DateField("到岗日期")
    milestone = models.PositiveSmallIntegerField("回访节点（天）")
    due_on = models.DateField("应回访日期")
    window = models.PositiveSmallIntegerField("宽限（天）")
    employer = models.ForeignKey(
        Employer,
        models.DO_NOTHING,
        null=True,
        db_constraint=False,
        db_index=False,
        verbose_name="到岗单位",
        related_name="+",
    )
    job_title = models.CharField("到岗岗位", max_length=200, blank=True, default="", db_default="")
    visit = models.ForeignKey(
        Visit, models.DO_NOTHING, null=True, db_constraint=False, verbose_name="回访", related_name="+"
    )
    closed_reason = models.CharField("关闭原因", max_length=20, blank=True, default="")

    objects = PlannedVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "待回访"
        verbose_name_plural = "待回访"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "arrived_on", "milestone"],
                name="planned_visit_once",
                violation_error_message="该节点的回访已列入计划。",
            ),
            models.CheckConstraint(
                condition=Q(due_on=F("arrived_on") + F("milestone")),
                name="planned_visit_due_on_milestone",
                violation_error_message="应回访日期应为到岗后相应天数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                "station", "due_on", name="planned_visit_open", condition=Q(visit__isnull=True, closed_reason="")
            ),
            models.Index("due_on", "id", name="planned_visit_by_due"),
            models.Index(
                "due_on", "id", name="planned_visit_open_by_due", condition=Q(visit__isnull=True, closed_reason="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.due_on}"


class EmployerVisitQuerySet(models.QuerySet["EmployerVisit"]):
    """Visits to employers, who belong to no area of the county."""

    def visible_to(self, user: User) -> Self:
        """All for the county; station staff see their stations' own and all in their service area.

        A partner bureau, and another county, see those in their own area.
        """
        if user.scope_kind is ScopeKind.STATIONS:
            areas = service_areas(Station.objects.visible_to(user))
            return self.filter(Q(station__code__in=user.scope_stations) | inside(areas, "place_code"))
        if user.scope_kind is ScopeKind.DESTINATION and user.scope_division:
            return self.filter(place_code__startswith=user.scope_division)
        if user.scope_kind is ScopeKind.DIVISION:
            whole = serves_part_of_county(user)
            return self if whole else self.filter(place_code__startswith=user.division_prefix)
        return self.none()

    def changeable_by(self, user: User) -> Self:
        """Those the user may mend: station staff their stations' own, others all they see."""
        seen = self.visible_to(user)
        return seen.filter(station__code__in=user.scope_stations) if user.scope_kind is ScopeKind.STATIONS else seen


class EmployerVisit(BusinessRow):
    """Somebody of a station or the county went to an employer (访企拓岗): who of ours is there, what posts it has to give.

    ``client_ref`` is made by the phone that wrote it: sent twice it is stored once.
    """

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="企业", related_name="employer_visits", db_index=False
    )
    station = models.ForeignKey(
        Station,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="协作站",
        related_name="employer_visits",
        db_index=False,
    )
    place_code = models.CharField("所在地", max_length=12)
    visited_on = models.DateField("走访日期")
    visitor = models.CharField("走访人", max_length=200, blank=True, default="")
    people_here = models.IntegerField("在岗本县人数", null=True, blank=True)
    note = models.TextField("情况", blank=True, default="")
    needs = models.TextField("用工需求", blank=True, default="", db_default="")
    next_step = models.TextField("下一步", blank=True, default="", db_default="")
    next_on = models.DateField("下次走访日期", null=True, blank=True)
    client_ref = models.UUIDField("终端流水号", null=True, blank=True, unique=True)

    objects = EmployerVisitQuerySet.as_manager()

    class Meta:
        verbose_name = "访企拓岗记录"
        verbose_name_plural = "访企拓岗记录"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "visited_on", "station"],
                nulls_distinct=False,
                name="employer_visit_once_a_day_and_station",
                violation_error_message="这家企业当天在该协作站已有走访记录。",
            ),
            models.CheckConstraint(
                condition=Q(people_here__isnull=True) | Q(people_here__gte=0),
                name="employer_visit_people_not_negative",
                violation_error_message="在岗本县人数不能为负数。",
            ),
            models.CheckConstraint(
                condition=~Q(place_code=""),
                name="employer_visit_has_a_place",
                violation_error_message="请填写企业所在地。",
            ),
            models.CheckConstraint(
                condition=Q(next_on__isnull=True) | Q(next_on__gt=F("visited_on")),
                name="employer_visit_next_is_later",
                violation_error_message="下次走访日期应晚于走访日期。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("visited_on", "id", name="employer_visit_by_day"),
            models.Index("station", "visited_on", name="employer_visit_by_station"),
            models.Index(OpClass("place_code", name="text_pattern_ops"), name="employer_visit_by_place"),
            models.Index("next_on", name="employer_visit_agreed", condition=Q(next_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.employer_id} {self.visited_on}"
