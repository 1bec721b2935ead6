"""What people can do, and the certificates that prove it (domain.md §1.3)."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import Q

from core.accounts.models import User
from core.formats.choices import Choice
from core.history.models import BusinessRow
from workers.models import Worker
from workers.skills.levels import LEVEL_PAIRS, LEVELS

CERT_TYPE = Choice.of_words(
    "证书类型",
    *(
        "职业技能等级证书",
        "专项职业能力证书",
        "培训合格证书",
        "职业资格证书",
        "特种作业操作证",
        "民航无人机执照",
        "其他证书",
    ),
    职业技能等级证书=("技能等级证书", "职业技能等级认定证书"),
    专项职业能力证书=("专项能力证书", "专项职业能力考核证书"),
    培训合格证书=("结业证书", "培训证书"),
    职业资格证书=("资格证书",),
    特种作业操作证=("特种作业证", "特种作业操作证(应急)"),
    民航无人机执照=("无人机执照",),
)


class SkillQuerySet(models.QuerySet["Skill"]):
    """Skills of people one sees."""

    def visible_to(self, user: User) -> Self:
        """Those of people in the user's scope."""
        return self.filter(user.scope_q("worker__village_code", person="worker_id"))


class Skill(BusinessRow):
    """One trade a person knows (技能), with the certificate that proves it where there is one.

    ``level`` is the place among the eight steps of ``levels.LEVELS``. A certificate's number belongs to its issuer.
    """

    worker = models.ForeignKey(Worker, models.PROTECT, verbose_name="劳动力", related_name="skills", db_index=False)
    name = models.CharField("技能（工种）", max_length=100)
    level = models.PositiveSmallIntegerField("等级", null=True, blank=True, choices=LEVEL_PAIRS)
    cert_type = models.CharField("证书类型", max_length=20, blank=True, default="", choices=CERT_TYPE.pairs)
    cert_number = models.CharField("证书编号", max_length=60, blank=True, default="")
    issuer = models.CharField("发证机构", max_length=100, blank=True, default="")
    issued_on = models.DateField("发证日期", null=True, blank=True)
    note = models.CharField("备注", max_length=200, blank=True, default="")

    objects = SkillQuerySet.as_manager()

    class Meta:
        verbose_name = "技能证书"
        verbose_name_plural = "技能证书"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "name", "cert_number"],
                name="skill_once_a_person",
                violation_error_message="此人已登记这项技能。",
            ),
            models.UniqueConstraint(
                fields=["cert_number", "issuer"],
                condition=~Q(cert_number=""),
                name="skill_certificate_unique",
                violation_error_message="这个证书编号已经登记。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="skill_has_name", violation_error_message="请填写技能（工种）。"
            ),
            models.CheckConstraint(
                condition=Q(level__isnull=True) | Q(level__gte=1, level__lte=len(LEVELS)),
                name="skill_known_level",
                violation_error_message="没有这个技能等级。",
            ),
            models.CheckConstraint(
                condition=Q(cert_type="") | Q(cert_type__in=CERT_TYPE.codes),
                name="skill_known_certificate",
                violation_error_message="没有这种证书类型。",
            ),
            models.CheckConstraint(
                condition=Q(cert_number="") | ~Q(cert_type=""),
                name="skill_certificate_has_type",
                violation_error_message="填了证书编号的，请选择证书类型。",
            ),
        ]

    def __str__(self) -> str:
        return self.name
