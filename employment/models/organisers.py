"""Who takes people out to work: labour brokers and leaders, agencies, labour companies and co-operatives (domain.md §1)."""

from datetime import date
from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Length

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.values import ORGANISER_KIND, ORGANISER_LEVEL
from core.history.models import BusinessRow
from employment.models.employers import serves_part_of_county, serves_whole_county
from workers.models import Worker

COUNTY, TOWNSHIP = 6, 9
"""Digits of the codes of a county and of a township."""
BROKER = "broker"


def _looks_after_townships(user: User) -> bool:
    """Whether the user's area is no mere village, nor several."""
    return all(len(division) <= TOWNSHIP for division in user.divisions)


class OrganiserQuerySet(models.QuerySet["Organiser"]):
    """Organisers by their home: those of a township are its own affair, those of a county or beyond everybody's."""

    def visible_to(self, user: User) -> Self:
        """The county sees all; a township its own and those of no township; stations and other bureaus none."""
        if user.scope_kind is not ScopeKind.DIVISION:
            return self.none()
        if serves_whole_county(user):
            return self
        own = Q(place_code__startswith=user.division_prefix[:TOWNSHIP])
        if not serves_part_of_county(user):
            return self.filter(own)
        return self.alias(home_digits=Length("place_code")).filter(own | Q(home_digits__lte=COUNTY))

    def changeable_by(self, user: User) -> Self:
        """Those of the user's own area: a township keeps no agency of the county, a village none at all."""
        seen = self.visible_to(user)
        if serves_whole_county(user):
            return seen
        return seen.filter(user.places_q("place_code")) if _looks_after_townships(user) else seen.none()


class Organiser(BusinessRow):
    """One who takes people out to work (带出人): a broker or leader, an agency, a labour company or co-operative.

    Known by the credit code, a broker by the person he or she is (``worker``), else by kind and name. ``place_code`` is
    the home, a village, township or county; from ``ended_on`` on it is recognised no longer.
    """

    name = models.CharField("名称", max_length=200)
    kind = models.CharField("类型", max_length=10, choices=ORGANISER_KIND.pairs)
    level = models.CharField("级别", max_length=4, choices=ORGANISER_LEVEL.pairs, blank=True, default="", db_default="")
    credit_code = models.CharField("统一社会信用代码", max_length=60, null=True, blank=True)
    licence_no = models.CharField("许可证号", max_length=100, blank=True, default="", db_default="")
    licence_until = models.DateField("许可证有效期至", null=True, blank=True)
    worker = models.ForeignKey(
        Worker,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="本人档案",
        related_name="as_organiser",
        db_index=False,
    )
    place_code = models.CharField("所在地", max_length=12, db_collation="C")
    phone = models.CharField("联系电话", max_length=100, blank=True, default="", db_default="")
    recognised_on = models.DateField("认定日期", null=True, blank=True)
    ended_on = models.DateField("终止日期", null=True, blank=True)
    note = models.CharField("备注", max_length=500, blank=True, default="", db_default="")

    objects = OrganiserQuerySet.as_manager()

    class Meta:
        verbose_name = "劳务带头人和机构"
        verbose_name_plural = "劳务带头人和机构"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind__in=ORGANISER_KIND.codes),
                name="organiser_kind_known",
                violation_error_message="没有这种带头人或机构类型。",
            ),
            models.CheckConstraint(
                condition=Q(level="") | Q(level__in=ORGANISER_LEVEL.codes, kind=BROKER),
                name="organiser_level_of_brokers",
                violation_error_message="级别为省级、市级或县级，只有劳务经纪人分级别。",
            ),
            models.CheckConstraint(
                condition=Q(kind=BROKER, credit_code__isnull=True, licence_no="")
                | (~Q(kind=BROKER) & Q(worker__isnull=True)),
                name="organiser_person_or_firm",
                violation_error_message="劳务经纪人是个人，没有信用代码和许可证；机构不能登记为某个人。",
            ),
            models.CheckConstraint(
                condition=~Q(credit_code=""),
                name="organiser_credit_code_not_blank",
                violation_error_message="信用代码为空时应留作未填。",
            ),
            models.CheckConstraint(
                condition=Q(licence_until__isnull=True) | ~Q(licence_no=""),
                name="organiser_licence_has_a_number",
                violation_error_message="填写许可证有效期时，请同时填写许可证号。",
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(recognised_on__isnull=True) | Q(ended_on__gt=F("recognised_on")),
                name="organiser_dates_in_order",
                violation_error_message="终止日期应晚于认定日期。",
            ),
            models.UniqueConstraint(
                fields=["credit_code"],
                name="organiser_credit_code_once",
                violation_error_message="该统一社会信用代码已登记为另一家机构。",
            ),
            models.UniqueConstraint(
                fields=["worker"],
                name="organiser_person_once",
                violation_error_message="此人已登记为劳务经纪人。",
            ),
            models.UniqueConstraint(
                fields=["kind", "name"],
                condition=Q(credit_code__isnull=True, worker__isnull=True),
                name="organiser_name_once",
                violation_error_message="已有同名的带头人或机构，请填写信用代码或选定本人档案加以区分。",
            ),
        ]
        indexes: ClassVar = [
            models.Index("name", "id", name="organiser_by_name"),
            models.Index("place_code", "id", name="organiser_by_place"),
        ]

    def __str__(self) -> str:
        return self.name

    def kept_by(self, user: User) -> bool:
        """Whether an organiser of this home is the user's to keep (``changeable_by`` of one that is not stored yet)."""
        own = user.covers(self.place_code) and _looks_after_townships(user)
        return user.scope_kind is ScopeKind.DIVISION and (own or serves_whole_county(user))

    def in_use_on(self, day: date) -> bool:
        """Whether it is recognised on that day, as far as its end is known."""
        return self.ended_on is None or self.ended_on > day
