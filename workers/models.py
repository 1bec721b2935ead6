"""The registry of people (劳动力资源信息库): workers, households, key groups (domain.md §1.1)."""

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Right

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.formats.pinyin import key_initials, sort_key
from core.formats.values import GROUP_TAGS, HARDSHIP, LABOUR_STATUS, SEX
from core.history.models import BusinessRow
from workers.expressions import BirthDate, DateRange, InGroup

C = "C"
"""Collation of keys and codes: one plain index then serves equality, prefix search and order."""


class HouseholdQuerySet(models.QuerySet["Household"]):
    """Households one sees."""

    def visible_to(self, user: User) -> Self:
        """Those of the user's villages; for who reaches persons, not places, those that one of them belongs to."""
        if user.scope_kind is ScopeKind.DIVISION:
            return self.filter(user.places_q("village_code"))
        reached = Worker.objects.visible_to(user).filter(household=models.OuterRef("pk"))
        return self.filter(models.Exists(reached))


class Household(BusinessRow):
    """A household (户): people of one village group under one head, as rosters name it."""

    village_code = models.CharField("村", max_length=12, db_collation=C)
    group_name = models.TextField("组", blank=True, default="")
    head_name = models.TextField("户主姓名")

    objects = HouseholdQuerySet.as_manager()

    class Meta:
        verbose_name = "家庭户"
        verbose_name_plural = "家庭户"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["village_code", "head_name", "group_name"],
                name="household_unique",
                violation_error_message="这个村民组里已有这位户主的家庭户。",
            ),
            models.CheckConstraint(
                condition=Q(village_code__regex=r"^\d{12}$"),
                name="household_village_code_shape",
                violation_error_message="村代码应为12位数字。",
            ),
            models.CheckConstraint(
                condition=~Q(head_name=""), name="household_has_head", violation_error_message="请填写户主姓名。"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group_name}{self.head_name}户"


class WorkerQuerySet(models.QuerySet["Worker"]):
    """Whom one sees, and who belongs where on which day."""

    def visible_to(self, user: User) -> Self:
        """The people in the user's scope."""
        return self.filter(user.scope_q())

    def in_division(self, code: str) -> Self:
        """Those registered in a division of any level."""
        return self.filter(village_code__startswith=code)

    def with_group(self, group: str, on: date) -> Self:
        """Those who belong to the key group ``group`` (a code of formats.md §1.1) on the day ``on``."""
        return self.in_any_group((group,), on)

    def in_any_group(self, groups: Iterable[str], on: date) -> Self:
        """Those who belong to at least one of the key groups on the day ``on``."""
        return self.filter(InGroup("pk", tuple(groups), on))

    def registered_on(self, day: date) -> Self:
        """Those whom the register knew on ``day``: from their first 走访日期 on, always when none is known."""
        return self.filter(Q(first_visited_on__isnull=True) | Q(first_visited_on__lte=day))


class Worker(BusinessRow):
    """A person of working age in the register (劳动力), known by the ID number; sex and birth date follow from it.

    ``village_code`` is where the person is registered. ``visited_on`` is the survey whose answers stand here,
    ``first_visited_on`` the earliest known one. What a roster left blank is NULL.
    """

    name = models.TextField("姓名")
    name_key = models.TextField("姓名拼音", db_collation=C, blank=True, default="", editable=False)
    name_initials = models.TextField("姓名首字母", db_collation=C, blank=True, default="", editable=False)
    id_number = models.CharField("身份证号码", max_length=18, db_collation=C)
    id_last4 = models.GeneratedField(
        expression=Right("id_number", 4), output_field=models.CharField(max_length=4, db_collation=C), db_persist=True
    )
    sex = models.GeneratedField(
        expression=models.Case(
            models.When(Q(id_number__regex=r"^.{16}[13579]"), then=Value("男")), default=Value("女")
        ),
        output_field=models.CharField("性别", max_length=1, choices=SEX.pairs),
        db_persist=True,
    )
    birth_date = models.GeneratedField(
        expression=BirthDate("id_number"), output_field=models.DateField("出生日期"), db_persist=True
    )
    ethnicity = models.TextField("民族", null=True, blank=True)
    education = models.TextField("文化程度", null=True, blank=True)
    political = models.TextField("政治面貌", null=True, blank=True)
    health = models.TextField("健康状况", null=True, blank=True)
    capacity = models.TextField("劳动能力", null=True, blank=True)
    phone = models.TextField("联系电话", null=True, blank=True, db_collation=C)
    village_code = models.CharField("村", max_length=12, db_collation=C)
    group_name = models.TextField("组", null=True, blank=True)
    household = models.ForeignKey(
        Household, models.PROTECT, null=True, blank=True, verbose_name="家庭户", related_name="members"
    )
    relation = models.TextField("与户主关系", null=True, blank=True)
    monitored_kind = models.TextField("监测类别", null=True, blank=True)
    resettlement_site = models.TextField("安置点", null=True, blank=True)
    labour_status = models.CharField("就业状态", max_length=20, null=True, blank=True, choices=LABOUR_STATUS.pairs)
    skill = models.TextField("技能特长", null=True, blank=True)
    skill_level = models.TextField("技能等级", null=True, blank=True)
    intention = models.TextField("就业意向", null=True, blank=True)
    intended_place = models.TextField("意向地区", null=True, blank=True)
    expected_wage = models.DecimalField("期望月薪", max_digits=14, decimal_places=2, null=True, blank=True)
    training_wish = models.TextField("培训意愿", null=True, blank=True)
    wanted_job = models.TextField("意向工种", null=True, blank=True)
    startup_wish = models.TextField("创业意愿", null=True, blank=True)
    bank_card = models.TextField("社保卡号", null=True, blank=True)
    bank_name = models.TextField("开户银行", null=True, blank=True)
    visited_by = models.TextField("走访人", null=True, blank=True)
    visited_on = models.DateField("走访日期", null=True, blank=True)
    first_visited_on = models.DateField("首次走访日期", null=True, blank=True, editable=False)
    note = models.TextField("备注", null=True, blank=True)

    objects = WorkerQuerySet.as_manager()

    class Meta:
        verbose_name = "劳动力"
        verbose_name_plural = "劳动力"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["id_number"],
                name="worker_id_number_unique",
                violation_error_message="这个身份证号码已经登记。",
            ),
            models.CheckConstraint(
                condition=Q(id_number__regex=r"^\d{17}[\dX]$"),
                name="worker_id_number_shape",
                violation_error_message="身份证号码应为18位，末位可以是大写X。",
            ),
            models.CheckConstraint(
                condition=Q(village_code__regex=r"^\d{12}$"),
                name="worker_village_code_shape",
                violation_error_message="村代码应为12位数字。",
            ),
            models.CheckConstraint(
                condition=~Q(name=""), name="worker_has_name", violation_error_message="请填写姓名。"
            ),
            models.CheckConstraint(
                condition=Q(expected_wage__isnull=True) | Q(expected_wage__gte=0),
                name="worker_expected_wage_positive",
                violation_error_message="期望月薪不能是负数。",
            ),
            models.CheckConstraint(
                condition=Q(visited_on__isnull=True) | Q(first_visited_on__lte=F("visited_on")),
                name="worker_visits_in_order",
                violation_error_message="首次走访日期不能晚于走访日期。",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["name_key", "id"], name="worker_by_name"),
            models.Index(fields=["name_initials"], name="worker_initials"),
            models.Index(fields=["id_last4"], name="worker_id_last4"),
            models.Index(fields=["phone"], name="worker_phone"),
            models.Index(fields=["village_code"], name="worker_village"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the sort key and the initials those of the name."""
        self.name_key = sort_key(self.name)
        self.name_initials = key_initials(self.name_key)
        fields = kwargs.get("update_fields")
        if fields is not None and "name" in fields:
            kwargs["update_fields"] = {*fields, "name_key", "name_initials"}
        super().save(*args, **kwargs)


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    """Tags as of a day."""

    def visible_to(self, user: User) -> Self:
        """Tags of the people in the user's scope."""
        return self.filter(user.scope_q("worker__village_code"))

    def on(self, day: date) -> Self:
        """Those valid on ``day``; a tag without dates is valid always."""
        return self.filter(
            Q(valid_from__isnull=True) | Q(valid_from__lte=day), Q(valid_to__isnull=True) | Q(valid_to__gt=day)
        )


class GroupMembership(BusinessRow):
    """A person's belonging to a key group (人员类别), with the days it holds: ``valid_to`` is the first day no longer.

    A tag without dates came from a roster and is valid always; dated ones (group_tags) replace it. ``category`` says why
    somebody is 就业困难人员; ``risk_cleared_on`` (风险消除) is the day a monitored person's risk was declared over, which
    ends no tag.
    """

    worker = models.ForeignKey(
        Worker, models.PROTECT, verbose_name="劳动力", related_name="memberships", db_index=False
    )
    group = models.CharField("人员类别", max_length=20, choices=GROUP_TAGS.pairs)
    valid_from = models.DateField("认定日期", null=True, blank=True)
    valid_to = models.DateField("终止日期", null=True, blank=True)
    source = models.TextField("来源", null=True, blank=True)
    document = models.TextField("文号", null=True, blank=True)
    monitored_kind = models.TextField("监测类别", null=True, blank=True)
    risk_cleared_on = models.DateField("风险消除日期", null=True, blank=True)
    category = models.CharField("就业困难类别", max_length=20, null=True, blank=True, choices=HARDSHIP.pairs)

    objects = GroupMembershipQuerySet.as_manager()

    class Meta:
        verbose_name = "人员类别"
        verbose_name_plural = "人员类别"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["worker", "group", "valid_from"],
                # Who belongs to what on a day is then read from the index alone.
                include=["valid_to", "id"],
                nulls_distinct=False,
                name="membership_unique",
                violation_error_message="此人已有这一人员类别在同一认定日期的记录。",
            ),
            ExclusionConstraint(
                name="membership_no_overlap",
                expressions=[
                    ("worker", RangeOperators.EQUAL),
                    ("group", RangeOperators.EQUAL),
                    (DateRange("valid_from", "valid_to"), RangeOperators.OVERLAPS),
                ],
                # One without any date has no other beside it: membership_unique and a trigger see to that, and it is
                # kept out of the index that costs more than all others together.
                condition=Q(valid_from__isnull=False) | Q(valid_to__isnull=False),
                # Taking an act back moves several rows at once: only what they come to is judged.
                deferrable=models.Deferrable.IMMEDIATE,
                violation_error_message="同一人员类别的有效期不能重叠。",
            ),
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True) | Q(valid_to__isnull=True) | Q(valid_to__gt=F("valid_from")),
                name="membership_dates_in_order",
                violation_error_message="终止日期必须晚于认定日期。",
            ),
            models.CheckConstraint(
                condition=Q(group__in=GROUP_TAGS.codes),
                name="membership_known_group",
                violation_error_message="没有这种人员类别。",
            ),
            models.CheckConstraint(
                condition=Q(category__isnull=True) | Q(group="hard_to_employ", category__in=HARDSHIP.codes),
                name="membership_category_of_hardship",
                violation_error_message="就业困难类别只用于就业困难人员。",
            ),
            models.CheckConstraint(
                condition=Q(risk_cleared_on__isnull=True) | Q(group="monitored"),
                name="membership_risk_of_monitored",
                violation_error_message="风险消除日期只用于监测对象。",
            ),
            models.CheckConstraint(
                condition=Q(risk_cleared_on__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(risk_cleared_on__gte=F("valid_from")),
                name="membership_risk_cleared_after",
                violation_error_message="风险消除日期不能早于认定日期。",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["group", "worker"], name="membership_by_group")]

    def __str__(self) -> str:
        return GROUP_TAGS.label(self.group)


class ListBlock(models.Model):
    """The people of one stretch of numbers as bitmaps (workers.bitmaps): derived, built anew when many have changed."""

    number = models.BigIntegerField(primary_key=True)
    version = models.UUIDField()
    data = models.BinaryField()

    class Meta:
        verbose_name = "列表位图"
        verbose_name_plural = "列表位图"

    def __str__(self) -> str:
        return str(self.number)


class ListMark(models.Model):
    """People from ``first_id`` to ``last_id`` were written since their bitmaps were built. Left by triggers."""

    first_id = models.BigIntegerField()
    last_id = models.BigIntegerField()

    class Meta:
        verbose_name = "位图待更新"
        verbose_name_plural = "位图待更新"

    def __str__(self) -> str:
        return f"{self.first_id}-{self.last_id}"
