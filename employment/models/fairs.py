"""Job fairs (招聘会), who stood there, and how people were brought to jobs (求职登记) (domain.md §3.8)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.history.models import BusinessRow
from employment.models.employers import Employer, serves_part_of_county
from employment.models.vacancies import Vacancy
from workers.models import Worker


class FairQuerySet(models.QuerySet["Fair"]):
    """Fairs, which belong to the county as a whole."""

    def visible_to(self, user: User) -> Self:
        """Everybody of the county, its stations and partners; nobody of another county."""
        return self if _of_the_county(user) else self.none()


class FairBoothQuerySet(models.QuerySet["FairBooth"]):
    """Stands at fairs."""

    def visible_to(self, user: User) -> Self:
        """Those of fairs one sees."""
        return self if _of_the_county(user) else self.none()


def _of_the_county(user: User) -> bool:
    return user.scope_kind in {ScopeKind.STATIONS, ScopeKind.DESTINATION} or serves_part_of_county(user)


class Fair(BusinessRow):
    """A job fair (招聘会): offline, online or a live-stream, on one day."""

    code = models.CharField("招聘会编号", max_length=60, unique=True)
    name = models.CharField("招聘会名称", max_length=200)
    held_on = models.DateField("日期")
    form = models.CharField("形式", max_length=10)
    organiser = models.CharField("主办方", max_length=10)
    venue = models.CharField("地点", max_length=200, blank=True, default="")
    visitors = models.IntegerField("参会人次", null=True, blank=True)
    cancelled = models.BooleanField("已取消", db_default=False, default=False)
    summary = models.TextField("总结", blank=True, db_default="", default="")

    objects = FairQuerySet.as_manager()

    class Meta:
        verbose_name = "招聘会"
        verbose_name_plural = "招聘会"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(visitors__isnull=True) | Q(visitors__gte=0),
                name="fair_visitors_not_negative",
                violation_error_message="参会人次不能为负数。",
            ),
        ]
        indexes: ClassVar = [models.Index("held_on", "id", name="fair_by_day")]

    def __str__(self) -> str:
        return self.name


class FairBooth(BusinessRow):
    """One post of one employer at a fair (招聘会参会企业): how many it wants, at what wage."""

    fair = models.ForeignKey(Fair, models.PROTECT, verbose_name="招聘会", related_name="booths", db_index=False)
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="企业", related_name="booths")
    job_title = models.CharField("岗位名称", max_length=200)
    openings = models.IntegerField("招聘人数")
    wage_from = models.DecimalField("月薪下限（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    wage_to = models.DecimalField("月薪上限（元）", max_digits=14, decimal_places=2, null=True, blank=True)

    objects = FairBoothQuerySet.as_manager()

    class Meta:
        verbose_name = "参会企业"
        verbose_name_plural = "参会企业"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["fair", "employer", "job_title"],
                name="booth_once_a_post",
                violation_error_message="该企业的这个岗位已在这场招聘会上。",
            ),
            models.CheckConstraint(
                condition=Q(openings__gte=0),
                name="booth_openings_not_negative",
                violation_error_message="招聘人数不能为负数。",
            ),
            models.CheckConstraint(
                condition=(Q(wage_from__isnull=True) | Q(wage_from__gte=0))
                & (Q(wage_to__isnull=True) | Q(wage_to__gte=0)),
                name="booth_wages_not_negative",
                violation_error_message="月薪不能为负数。",
            ),
        ]

    def __str__(self) -> str:
        return self.job_title


class ReferralQuerySet(models.QuerySet["Referral"]):
    """Referrals of the persons one sees."""

    def visible_to(self, user: User) -> Self:
        """Rows of persons in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))


class Referral(BusinessRow):
    """One step of bringing a person to a job (求职登记): 推荐, 意向, 签约, 到岗 or 拒绝, on a day.

    The steps of one person at one fair (or none), employer and post are one process; a 到岗 is evidence of work
    (formats.md §1.4 rule 2). ``place_code`` is where the post is, known when it began with a ``vacancy``.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="referrals", db_index=False)
    fair = models.ForeignKey(
        Fair, models.PROTECT, null=True, blank=True, verbose_name="招聘会", related_name="referrals"
    )
    employer = models.ForeignKey(Employer, models.PROTECT, verbose_name="企业", related_name="referrals")
    job_title = models.CharField("岗位名称", max_length=200, blank=True, default="")
    result = models.CharField("结果", max_length=10)
    happened_on = models.DateField("日期")
    place_code = models.CharField("岗位所在地", max_length=12, blank=True, db_default="", default="")
    vacancy = models.ForeignKey(
        Vacancy, models.PROTECT, null=True, blank=True, verbose_name="岗位", related_name="referrals"
    )

    objects = ReferralQuerySet.as_manager()

    class Meta:
        verbose_name = "求职登记"
        verbose_name_plural = "求职登记"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "fair", "employer", "job_title", "result", "happened_on"],
                nulls_distinct=False,
                name="referral_once_a_step",
                violation_error_message="此人当天的这个结果已登记。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("happened_on", "id", name="referral_by_day"),
            models.Index("happened_on", name="referral_at_post", condition=Q(result="到岗")),
        ]

    def __str__(self) -> str:
        return f"{self.worker_id} {self.result}"
