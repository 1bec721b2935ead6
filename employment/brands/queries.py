"""Reading labour brands: how many members, what they earned by year."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db.models import Avg, Count, Exists, OuterRef, Q, QuerySet, Sum

from core.accounts.models import User
from employment.models import Brand, BrandMember


def member_on(day: date) -> Q:
    """Condition on rows of member lists: the membership they tell of covers the day, as any of its rows ends it."""
    ended = BrandMember.objects.filter(
        brand=OuterRef("brand"), worker=OuterRef("worker"), joined_on=OuterRef("joined_on"), left_on__lte=day
    )
    return Q(~Exists(ended), joined_on__lte=day)


def member_counts(user: User, brand_ids: Sequence[int], day: date) -> dict[int, int]:
    """Brand → how many of the user's people are members on the day. One query."""
    rows = BrandMember.objects.visible_to(user).filter(member_on(day), brand__in=brand_ids)
    return dict(rows.order_by().values_list("brand").annotate(n=Count("worker", distinct=True)))


def incomes_by_year(user: User, brand: Brand) -> list[dict[str, Any]]:
    """A row a year, newest first: persons with an income told, its sum and mean, of the user's people."""
    told: QuerySet[BrandMember] = BrandMember.objects.visible_to(user).filter(
        brand=brand, year__isnull=False, income__isnull=False
    )
    by_year = told.order_by().values("year")
    summed = by_year.annotate(persons=Count("worker"), total=Sum("income"), mean=Avg("income"))
    return [dict(row) for row in summed.order_by("-year")]
