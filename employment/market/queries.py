"""Reading the market: how vacancies stand on a day, which tell the same job twice, where referrals have come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Any, Final

from django.db.models import (
    CharField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
)
from django.db.models.functions import Coalesce, Collate, StrIndex
from django.db.models.lookups import GreaterThanOrEqual

from core.accounts.models import User
from core.formats.values import REFERRAL_RESULT
from employment.models import Fair, FairBooth, Referral, Spell, Vacancy
from employment.queries import covering

SIGNED, AT_POST, DECLINED = REFERRAL_RESULT.codes[2:]
LINE: Final = "".join(REFERRAL_RESULT.codes)
"""The results in their order: where one stands in it tells which of a day's steps came later."""


class VacancyState(StrEnum):
    """How a vacancy stands on a day; one that waits to be verified is open as well."""

    OPEN = "open"
    UNCHECKED = "unchecked"
    FILLED = "filled"
    OVER = "over"
    CLOSED = "closed"
    UNTRUE = "untrue"


def in_state(state: VacancyState, today: date) -> Q:
    """Condition on vacancies in that state on the day."""
    shut = Q(closed_on__isnull=False, closed_on__lte=today)
    live = Q(collected_on__lte=today, valid_until__gte=today) & ~shut
    untrue = Q(checked__isnull=False, checked=False)
    return {
        VacancyState.OPEN: live & ~untrue & ~filled(),
        VacancyState.FILLED: live & ~untrue & filled(),
        VacancyState.UNCHECKED: live & Q(checked__isnull=True),
        VacancyState.OVER: Q(valid_until__lt=today) & ~shut & ~untrue,
        VacancyState.CLOSED: shut & ~untrue,
        VacancyState.UNTRUE: untrue,
    }[state]


def state_of(row: dict[str, Any], today: date) -> VacancyState:
    """The state of a row with ``checked closed_on valid_until openings`` and how many are ``taken``."""
    if row["checked"] is False:
        return VacancyState.UNTRUE
    if row["closed_on"] is not None and row["closed_on"] <= today:
        return VacancyState.CLOSED
    if row["valid_until"] < today:
        return VacancyState.OVER
    if 0 < row["openings"] <= row["taken"]:
        return VacancyState.FILLED
    return VacancyState.OPEN if row["checked"] else VacancyState.UNCHECKED


def told_before() -> Exists:
    """Condition on vacancies: an earlier row of the same employer, post and place was still valid when this one came.

    Both are one vacancy (formats.md §3.1 VAC_N), which the earliest row stands for.
    """
    earlier = Q(collected_on__lt=OuterRef("collected_on")) | Q(
        Q(told__lt=Collate(OuterRef("source"), "C")) | Q(source=OuterRef("source"), pk__lt=OuterRef("pk")),
        collected_on=OuterRef("collected_on"),
    )
    same = _same_job().alias(told=Collate("source", "C"))
    return Exists(same.filter(earlier, valid_until__gte=OuterRef("collected_on")))


def told_later(day: date, *, public: bool = True) -> Exists:
    """Condition on vacancies: a later row of the same employer, post and place stands on the public page on ``day``.

    Without ``public`` one that is merely open says the same.
    """
    later = Q(collected_on__gt=OuterRef("collected_on")) | Q(
        collected_on=OuterRef("collected_on"), pk__gt=OuterRef("pk")
    )
    same = _same_job()
    return Exists((same.public_on(day) if public else same.open_on(day)).filter(later))


def _same_job() -> Any:  # noqa: ANN401 - a queryset with its own methods
    same = {name: OuterRef(name) for name in ("employer", "job_title", "place_code")}
    return Vacancy.objects.filter(**same).exclude(checked=False)


def followed() -> Exists:
    """Condition on steps of referrals: the process they belong to went on after them. 到岗 ends one with its day."""
    told = ExpressionWrapper(OuterRef("result"), CharField())
    same = Referral.objects.alias(
        at=Coalesce("fair_id", 0), place=StrIndex(Value(LINE), F("result")), told=told
    ).filter(
        worker=OuterRef("worker"),
        employer=OuterRef("employer"),
        job_title=OuterRef("job_title"),
        at=Coalesce(OuterRef("fair_id"), 0),
    )
    later = Q(~Q(told=AT_POST), happened_on__gt=OuterRef("happened_on")) | Q(
        happened_on=OuterRef("happened_on"), place__gt=StrIndex(Value(LINE), OuterRef("result"))
    )
    return Exists(same.filter(later))


def on_the_way(today: date) -> Q:
    """Condition on steps without a fair: a process stands there that is not over, or the person is still at work by it.

    Over is one that was declined, and one whose person came to the post on an earlier day and works nowhere today.
    """
    at_work = Exists(Spell.objects.filter(covering(today), worker=OuterRef("worker")))
    home_again = Q(~Q(at_work), result=AT_POST, happened_on__lt=today)
    return Q(~followed(), fair__isnull=True) & ~Q(result=DECLINED) & ~home_again


HAS_A_PLACE: Final = (SIGNED, AT_POST)
"""Who stands there has one of the openings."""


def taken() -> Coalesce:
    """Expression on vacancies: how many persons brought to it have signed or are at the post now."""
    same = {name: OuterRef(name) for name in ("worker", "employer", "job_title")}
    standing = Referral.objects.alias(at=Coalesce("fair_id", 0)).filter(
        ~followed(),
        result__in=HAS_A_PLACE,
        at=Coalesce(OuterRef("fair_id"), 0),
        happened_on__gte=OuterRef("happened_on"),
        **same,
    )
    brought = Referral.objects.filter(Exists(standing), vacancy=OuterRef("pk")).order_by().values("vacancy")
    return Coalesce(Subquery(brought.annotate(n=Count("worker", distinct=True)).values("n")), 0)


def filled() -> Q:
    """Condition on vacancies: as many have signed as the employer looks for; 0 openings tell no number."""
    return Q(GreaterThanOrEqual(taken(), F("openings")), openings__gt=0)


def signed_at_stand(stand: FairBooth) -> int:
    """How many persons have signed at the stand or are at its post now, of everybody. One query."""
    there = Referral.objects.filter(
        ~followed(), fair=stand.fair_id, employer=stand.employer_id, job_title=stand.job_title, result__in=HAS_A_PLACE
    )
    return there.values("worker").distinct().count()


def came_to_stands(user: User, fair_ids: Iterable[int]) -> dict[tuple[int, int, str], dict[str, int]]:
    """Fair, employer, post → result → how many of the user's people came that far there. One query."""
    rows: QuerySet[Any, Any] = Referral.objects.visible_to(user).filter(fair__in=set(fair_ids)).order_by()
    found: dict[tuple[int, int, str], dict[str, int]] = {}
    counted = rows.values_list("fair_id", "employer_id", "job_title", "result")
    for fair, firm, title, result, n in counted.annotate(n=Count("worker", distinct=True)):
        found.setdefault((fair, firm, title), {})[result] = n
    return found


def results_of(rows: QuerySet[Referral]) -> dict[str, int]:
    """Result → how many of those steps, in the order of the line. One query."""
    counted = dict(rows.order_by().values_list("result").annotate(n=Count("pk")))
    return {result: counted.get(result, 0) for result in REFERRAL_RESULT.codes}


def fair_counts(fair_ids: Iterable[int]) -> dict[int, tuple[int, int, int]]:
    """Fair → (employers, post rows, openings). One query."""
    rows: QuerySet[Any, Any] = FairBooth.objects.filter(fair__in=list(fair_ids)).order_by()
    counted = rows.values_list("fair_id").annotate(Count("employer_id", distinct=True), Count("pk"), Sum("openings"))
    return {fair: (employers, posts, openings) for fair, employers, posts, openings in counted}


@dataclass(frozen=True)
class Outcome:
    """What came of a fair, of the people one sees: steps and persons, and the wages told there, yuan a month."""

    wage_from: Decimal | None
    wage_to: Decimal | None
    intents: int
    intending: int
    signed: int
    at_post: int


FOLLOWED_FOR: Final = timedelta(days=30)
"""How long after a fair a 到岗 still counts as its own (domain.md §3.8)."""


def share(part: int, whole: int | None) -> str:
    """A share in percent with two decimals, half up; "—" of nothing (domain.md §5)."""
    if not whole:
        return "—"
    return f"{(Decimal(part) * 100 / whole).quantize(Decimal('0.01'), ROUND_HALF_UP)}%"


def outcome_of(user: User, fair: Fair) -> Outcome:
    """Intents (人次 and 人), who signed, who was at the post within 30 days, and the range of wages. Two queries."""
    wages = FairBooth.objects.filter(fair=fair).aggregate(low=Min("wage_from"), high=Max("wage_to"))
    told = Referral.objects.visible_to(user).filter(fair=fair)
    in_time = Q(result="到岗", happened_on__lte=fair.held_on + FOLLOWED_FOR)
    came = told.aggregate(
        intents=Count("pk", filter=Q(result="意向")),
        intending=Count("worker", filter=Q(result="意向"), distinct=True),
        signed=Count("worker", filter=Q(result="签约"), distinct=True),
        at_post=Count("worker", filter=in_time, distinct=True),
    )
    return Outcome(wages["low"], wages["high"], **came)


def step_counts(user: User, by: str, ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """Fair or vacancy (``by`` names the column) → result → how many of the steps the user sees. One query."""
    rows: QuerySet[Any, Any] = Referral.objects.visible_to(user).filter(**{f"{by}__in": list(ids)}).order_by()
    found: dict[int, dict[str, int]] = {}
    for pk, result, n in rows.values_list(by, "result").annotate(n=Count("pk")):
        found.setdefault(pk, {})[result] = n
    return found
