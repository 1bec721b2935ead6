"""Reading workplaces: how they stand, when their next yearly review is due, how many people are in post."""

from datetime import date, timedelta
from enum import StrEnum
from typing import Any, Final

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce

from core.accounts.models import User
from employment.models import Placement, Workplace, WorkplaceDecision
from employment.places.states import REFUSED, REVIEWS, WITHDRAWN, Move

SOON: Final = timedelta(days=30)
"""How long before its day a review is asked for."""
YEAR: Final = timedelta(days=365)


class Review(StrEnum):
    """Where a workplace stands with its yearly review."""

    AHEAD = "ahead"
    DUE = "due"
    OVERDUE = "overdue"
    MENDING = "mending"
    MEND_OVERDUE = "mend_overdue"
    APPLYING = "applying"
    CLOSED = "closed"


def effective_state(workplace: Workplace, day: date) -> str:
    """The state of a workplace on a day: one whose 撤销日期 has come is withdrawn, whatever the ledger's word."""
    if workplace.withdrawn_on is not None and workplace.withdrawn_on <= day:
        return WITHDRAWN
    return workplace.state


def withdrawn_by(day: date) -> Q:
    """Condition on workplaces: withdrawn on that day (formats.md §3.1)."""
    return Q(withdrawn_on__lte=day) | Q(state=WITHDRAWN, withdrawn_on__isnull=True)


def applying() -> Q:
    """Condition on workplaces: on their way to be recognised."""
    return Q(recognised_on__isnull=True) & ~Q(state=REFUSED)


def standing_as(day: date) -> Case:
    """Expression: the state of a workplace on a day as its word."""
    return Case(When(withdrawn_by(day), then=Value(WITHDRAWN)), default=F("state"), output_field=CharField())


def with_review(rows: QuerySet[Workplace], today: date) -> QuerySet[Any, Any]:
    """Workplaces with ``review_on`` (a year after the last passed review, else after recognition), ``mend_by`` and ``review``.

    ``mend_by`` is set while 限期整改 waits for another look, ``review`` is a word of ``Review``. One that is not recognised
    yet has no ``review_on``.
    """
    reviews = WorkplaceDecision.objects.filter(workplace=OuterRef("pk"), move__in=REVIEWS)
    latest = reviews.order_by("-decided_on", "-pk")
    passed = reviews.filter(move=Move.PASSED.value).order_by("-decided_on")
    found: QuerySet[Any, Any] = rows.annotate(
        review_on=Cast(Coalesce(Subquery(passed.values("decided_on")[:1]), F("recognised_on")) + YEAR, DateField()),
        # Only 限期整改 has such a day; a later review of another kind has none.
        mend_by=Subquery(latest.values("mend_by")[:1]),
    )
    reviewed: QuerySet[Any, Any] = found.annotate(
        review=Case(
            When(applying(), then=Value(Review.APPLYING.value)),
            When(withdrawn_by(today) | Q(recognised_on__isnull=True), then=Value(Review.CLOSED.value)),
            When(mend_by__lt=today, then=Value(Review.MEND_OVERDUE.value)),
            When(mend_by__isnull=False, then=Value(Review.MENDING.value)),
            When(review_on__lt=today, then=Value(Review.OVERDUE.value)),
            When(review_on__lte=today + SOON, then=Value(Review.DUE.value)),
            default=Value(Review.AHEAD.value),
            output_field=CharField(),
        )
    )
    return reviewed


def to_review(user: User, today: date) -> QuerySet[Any, Any]:
    """Workplaces of the user whose review or second look is due."""
    asked = [Review.DUE.value, Review.OVERDUE.value, Review.MENDING.value, Review.MEND_OVERDUE.value]
    return with_review(Workplace.objects.visible_to(user), today).filter(review__in=asked)


def in_post_on(day: date) -> Q:
    """Condition on posts: held on that day."""
    return Q(start_on__lte=day) & (Q(end_on__isnull=True) | Q(end_on__gt=day))


def in_post_counts(user: User, workplace_ids: list[Any], day: date) -> dict[int, int]:
    """Workplace → how many of the user's people are in post on the day. One query."""
    rows = Placement.objects.visible_to(user).filter(in_post_on(day), workplace__in=workplace_ids)
    return dict(rows.order_by().values_list("workplace").annotate(n=Count("worker", distinct=True)))
