"""Vacancies (岗位): what employers look for, as somebody collected it on a day (domain.md §1.2, §3.9)."""

from datetime import date
from typing import ClassVar, Self

from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import F, Q

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.history.models import BusinessRow
from employment.expressions import RequiredAgeFrom, RequiredAgeTo, RequiredSchool, RequiredSex
from employment.models.employers import Employer, serves_part_of_county


class VacancyQuerySet(models.QuerySet["Vacancy"]):
    """Vacancies, which belong to no area: the county and its stations work with all of them."""

    def visible_to(self, user: User) -> Self:
        """All for the county and its stations; a partner bureau, and another county, those in their own area."""
        if user.scope_kind is ScopeKind.DESTINATION:
            return self.filter(place_code__startswith=user.scope_division) if user.scope_division else self.none()
        if user.scope_kind is ScopeKind.DIVISION and not serves_part_of_county(user):
            return self.filter(place_code__startswith=user.division_prefix)
        return self

    def open_on(self, day: date) -> Self:
        """Those one could still apply for on ``day``: valid, not closed, not found untrue."""
        still = Q(closed_on__isnull=True) | Q(closed_on__gt=day)
        return self.filter(still, collected_on__lte=day, valid_until__gte=day).exclude(checked=False)

    def public_on(self, day: date) -> Self:
        """Those anybody may read of on ``day``: open ones that somebody verified."""
        return self.open_on(day).filter(checked=True)


class Vacancy(BusinessRow):
    """A job an employer has to give (岗位), as collected on a day from a source; 有效岗位 is a verified one not expired.

    ``valid_until`` is the last day one may apply. ``checked`` is NULL until somebody asked the employer, false when the
    job turned out untrue. What ``requirement`` says of sex, age and education is read out of it by the database.
    """

    employer = models.ForeignKey(
        Employer, models.PROTECT, verbose_name="企业", related_name="vacancies", db_index=False
    )
    place_code = models.CharField("所在地", max_length=12)
    job_title = models.CharField("岗位名称", max_length=200)
    openings = models.IntegerField("招聘人数")
    wage_from = models.DecimalField("月薪下限（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    wage_to = models.DecimalField("月薪上限（元）", max_digits=14, decimal_places=2, null=True, blank=True)
    requirement = models.CharField("学历技能要求", max_length=500, blank=True, default="")
    board = models.CharField("食宿", max_length=200, blank=True, default="")
    insurance = models.CharField("社保", max_length=200, blank=True, default="")
    contact = models.CharField("联系人", max_length=200, blank=True, default="")
    phone = models.CharField("联系电话", max_length=100, blank=True, default="")
    source = models.CharField("采集来源", max_length=10)
    collected_on = models.DateField("采集日期")
    valid_until = models.DateField("有效期至")
    checked = models.BooleanField("核实", null=True, blank=True)
    checked_on = models.DateField("核实日期", null=True, blank=True)
    closed_on = models.DateField("下架日期", null=True, blank=True)
    closed_reason = models.CharField("下架原因", max_length=200, blank=True, db_default="")
    wants_sex = models.GeneratedField(
        expression=RequiredSex("requirement"), output_field=models.CharField(max_length=1), db_persist=True
    )
    wants_age_from = models.GeneratedField(
        expression=RequiredAgeFrom("requirement"), output_field=models.SmallIntegerField(), db_persist=True
    )
    wants_age_to = models.GeneratedField(
        expression=RequiredAgeTo("requirement"), output_field=models.SmallIntegerField(), db_persist=True
    )
    wants_school = models.GeneratedField(
        expression=RequiredSchool("requirement"), output_field=models.SmallIntegerField(), db_persist=True
    )

    objects = VacancyQuerySet.as_manager()

    class Meta:
        verbose_name = "岗位"
        verbose_name_plural = "岗位"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["employer", "job_title", "place_code", "collected_on", "source"],
                name="vacancy_once_a_collection",
                violation_error_message="同一企业、岗位、所在地、采集日期和采集来源的岗位已登记。",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("collected_on")),
                name="vacancy_dates_in_order",
                violation_error_message="有效期不能早于采集日期。",
            ),
            models.CheckConstraint(
                condition=Q(openings__gte=0),
                name="vacancy_openings_not_negative",
                violation_error_message="招聘人数不能为负数。",
            ),
            models.CheckConstraint(
                condition=(Q(wage_from__isnull=True) | Q(wage_from__gte=0))
                & (Q(wage_to__isnull=True) | Q(wage_to__gte=0)),
                name="vacancy_wages_not_negative",
                violation_error_message="月薪不能为负数。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("collected_on", "id", name="vacancy_by_day"),
            models.Index("valid_until", "id", name="vacancy_by_validity"),
            models.Index(OpClass("place_code", name="text_pattern_ops"), name="vacancy_by_place"),
        ]

    def __str__(self) -> str:
        return self.job_title
