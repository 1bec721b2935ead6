"""Acts on labour brands: registering them, writing down who works under them and what they earned."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import IntegrityError, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history.services import operation
from employment.access import locked_worker, may_edit
from employment.models import Brand, BrandMember

FIRST_YEAR = 1900


@dataclass(frozen=True, kw_only=True)
class BrandFacts:
    """What is kept of a brand (formats.md §1.1 ``brands``)."""

    name: str
    grade: str
    recognised_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class MemberFacts:
    """A row of the member list (formats.md §1.1 ``brand_members``); ``income`` yuan of ``year``, ``left_on`` the first day no longer."""

    joined_on: date
    left_on: date | None = None
    year: int | None = None
    income: Decimal | None = None


def save_brand(*, user: User, facts: BrandFacts, brand: Brand | None = None) -> Brand:
    """Register a brand, or correct it. Raises ``DomainError`` for blank values and days to come, ``Conflict`` for a name taken."""
    if not user.can("brands.edit"):
        raise NotAllowed("forbidden", "您没有维护劳务品牌的权限。")
    for field, label in (("name", "品牌名称"), ("grade", "等级")):
        if not getattr(facts, field).strip():
            raise DomainError("required", f"请填写{label}。", field)
    if facts.recognised_on is not None and facts.recognised_on > timezone.localdate():
        raise DomainError("date", "认定日期不能晚于今天。", "recognised_on")
    with operation(user=user, action="brands.edit" if brand else "brands.create"), _refusals():
        if brand is None:
            return Brand.objects.create(**vars(facts))
        if not Brand.objects.visible_to(user).filter(pk=brand.pk).update(**vars(facts), updated_at=Now()):
            raise NotFound("brand", "没有这个劳务品牌。")
    brand.refresh_from_db()
    return brand


def add_member(*, user: User, brand: Brand, worker_id: int, facts: MemberFacts) -> BrandMember:
    """Write a row of the member list down.

    Raises ``NotFound`` for a person outside the user's scope, ``DomainError`` for impossible values, ``Conflict`` where the
    person has a row of that year already.
    """
    may_edit(user)
    _check_member(facts)
    with operation(user=user, action="brands.add_member"), _refusals():
        worker = locked_worker(user, worker_id)
        return BrandMember.objects.create(brand=brand, worker=worker, **vars(facts))


def change_member(*, user: User, member: BrandMember, facts: MemberFacts) -> BrandMember:
    """Correct a row of the member list; refusals as of ``add_member``."""
    may_edit(user)
    _check_member(facts)
    with operation(user=user, action="brands.edit_member"), _refusals():
        locked_worker(user, member.worker_id)
        if not BrandMember.objects.filter(pk=member.pk).update(**vars(facts), updated_at=Now()):
            raise NotFound("gone", "这条品牌人员记录已被删除。")
    member.refresh_from_db()
    return member


def withdraw_member(*, user: User, member: BrandMember, reason: str) -> None:
    """Take a row back that was never true; its history stays. Withdrawing twice changes nothing more."""
    may_edit(user)
    if not reason.strip():
        raise DomainError("required", "请写明删除的原因。", "reason")
    with operation(user=user, action="brands.withdraw_member", reason=reason.strip()[:200]):
        locked_worker(user, member.worker_id)
        BrandMember.objects.filter(pk=member.pk).delete()


def _check_member(facts: MemberFacts) -> None:
    today = timezone.localdate()
    for field, day, label in (("joined_on", facts.joined_on, "加入日期"), ("left_on", facts.left_on, "退出日期")):
        if day is not None and day > today:
            raise DomainError("date", f"{label}不能晚于今天。", field)
    if facts.left_on is not None and facts.left_on <= facts.joined_on:
        raise DomainError("date", "退出日期应晚于加入日期（退出日期是不再属于该品牌的第一天）。", "left_on")
    if facts.year is not None and not FIRST_YEAR <= facts.year <= today.year:
        raise DomainError("date", f"年度应在{FIRST_YEAR}至{today.year}年之间。", "year")
    if facts.income is not None and facts.year is None:
        raise DomainError("required", "填写年收入时，请写明年度。", "year")
    if facts.income is not None and facts.income < 0:
        raise DomainError("number", "年收入不能为负数。", "income")


@contextmanager
def _refusals() -> Iterator[None]:
    """The database's own refusals as sentences."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "employment_brand_name" in str(error):
            raise Conflict("duplicate", "这个劳务品牌已登记。", "name") from error
        if "brand_member_once_a_year" in str(error):
            raise Conflict("duplicate", "此人在该品牌的这个年度已有记录，请修改那一条。", "year") from error
        raise
