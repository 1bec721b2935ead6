"""Reading households: their people, who of them could work and who does, and which households have nobody at work.

A zero-employment household (零就业家庭, domain.md §1.1) is found, never typed: it has members of working age and able to
work, and on the day no job spell covers any of them.
"""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.contrib.postgres.aggregates import BoolOr
from django.db.models import Case, Count, Q, When

from core.accounts.models import User
from core.formats.dates import add_months
from core.formats.values import GONE_STATUSES
from workers.labour import STUDENT, UNABLE, at_work, told_by
from workers.models import Household, HouseholdQuerySet, Worker
from workers.queries import area_of, search

WORKING_AGE: Final = (16, 60)
"""Full years: from the first, under the second."""
CANNOT_WORK: Final = ("丧失劳动能力", "无劳动能力")
"""劳动能力 of those who are not able."""
NOT_AVAILABLE: Final = (*sorted(GONE_STATUSES), STUDENT, UNABLE)
"""就业状态 of those who cannot be asked to work."""


def able_on(day: date) -> Q:
    """Condition on persons: registered, of working age and able to work on ``day``."""
    youngest, oldest = (add_months(day, -12 * years) for years in WORKING_AGE)
    registered = Q(first_visited_on__isnull=True) | Q(first_visited_on__lte=day)
    able = Q(capacity__isnull=True) | ~Q(capacity__in=CANNOT_WORK)
    unavailable = Q(labour_status__in=NOT_AVAILABLE) & told_by(day)
    return registered & Q(birth_date__lte=youngest, birth_date__gt=oldest) & able & ~unavailable


def without_work(households: HouseholdQuerySet, day: date) -> list[int]:
    """Those of the households that on ``day`` have members who could work, of whom none does.

    One pass over everybody who could work and everybody who does: asked household by household it took four times as long.
    """
    able = Worker.objects.filter(able_on(day), household__in=households.order_by().values("pk"))
    works = Case(When(at_work(day), then=True), default=False)
    homes = able.order_by().values("household").annotate(working=BoolOr(works)).filter(working=False)
    return list(homes.values_list("household_id", flat=True))


def tallies(household_ids: Iterable[int], day: date) -> dict[int, dict[str, int]]:
    """How many members a household has, how many could work on the day and how many of those do. One query."""
    able = able_on(day)
    found = (
        Worker.objects.filter(household__in=list(household_ids))
        .order_by()
        .values_list("household_id")
        .annotate(members=Count("pk"), able=Count("pk", filter=able), working=Count("pk", filter=able & at_work(day)))
    )
    return {home: {"members": members, "able": able, "working": working} for home, members, able, working in found}


def is_without_work(tally: dict[str, int]) -> bool:
    """What ``without_work`` says, of counted members."""
    return tally["able"] > 0 and tally["working"] == 0


NOBODY: Final = {"members": 0, "able": 0, "working": 0}


def called(rows: HouseholdQuerySet, user: User, text: str) -> HouseholdQuerySet:
    """Those in which somebody is called, numbered or lives so, or whose head is called so."""
    people: Any = search(Worker.objects.visible_to(user), text, area_of(user))
    return rows.filter(Q(pk__in=people.filter(household__isnull=False).values("household")) | Q(head_name=text.strip()))


def words_of(household: Household, places: dict[str, tuple[str, str]]) -> str:
    """A household with its place: 古达苗族彝族乡 大寨村 3组张国强户."""
    return " ".join(word for word in (*places.get(household.village_code, ()), str(household)) if word)
