"""Reading visits to employers: when somebody was there last, whom of ours they meet, where to go again."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.accounts.models import User
from employment.filters import employer_called
from employment.models import Employer, Spell
from employment.queries import covering
from stations.models import EmployerVisit


def visits_called(text: str) -> Q:
    """Condition on visits: to an employer of that name, former name or credit code, or by that visitor."""
    text = text.replace("\x00", "").strip()
    return Q(employer__in=Employer.objects.filter(employer_called(text))) | Q(visitor=text)


def last_visit(user: User, employer_id: int) -> EmployerVisit | None:
    """The latest visit to an employer that the user sees."""
    rows = EmployerVisit.objects.visible_to(user).filter(employer=employer_id)
    return rows.select_related("station").order_by("-visited_on", "-pk").first()


def last_days(user: User, employer_ids: Iterable[int]) -> dict[int, date]:
    """Employer → the day of the latest visit the user sees. One query."""
    rows: QuerySet[Any, Any] = EmployerVisit.objects.visible_to(user).filter(employer__in=list(employer_ids))
    latest = rows.order_by("employer_id", "-visited_on").distinct("employer_id")
    return dict(latest.values_list("employer_id", "visited_on"))


def people_here(user: User, employer_id: int, today: date) -> int:
    """How many of the user's people work there by their job spells: what a visitor is asked to confirm."""
    return Spell.objects.visible_to(user).filter(covering(today), employer=employer_id).count()


def not_visited_for(user: User, days: int, today: date) -> Q:
    """Condition on employers: nobody, as far as the user sees, was there in the last ``days`` days."""
    since = EmployerVisit.objects.visible_to(user).filter(visited_on__gt=today - timedelta(days=days))
    return ~Q(pk__in=since.values("employer"))


def come_again(today: date) -> Q:
    """Condition on visits: the day agreed for the next one has come, and nobody was there since."""
    later = EmployerVisit.objects.filter(employer=OuterRef("employer"), visited_on__gt=OuterRef("visited_on"))
    return Q(~Exists(later), next_on__lte=today)


def to_visit_again(user: User, today: date) -> QuerySet[EmployerVisit]:
    """Visits whose next one is due, of those the user is to make."""
    return EmployerVisit.objects.changeable_by(user).filter(come_again(today))


def firms_to_visit(user: User, text: str, today: date, most: int) -> list[dict[str, Any]]:
    """Employers a search box means: where they are, who of the user's people is there, the last visit. Three queries."""
    rows: QuerySet[Any, Any] = Employer.objects.visible_to(user).filter(employer_called(text))
    found = list(rows.order_by("name", "pk").values("pk", "name", "place_code", "key_employer")[:most])
    ids = [row["pk"] for row in found]
    days, here = last_days(user, ids), staff_counts(user, ids, today)
    return [{**row, "last": days.get(row["pk"]), "here": here.get(row["pk"], 0)} for row in found]


def staff_counts(user: User, employer_ids: Iterable[int], today: date) -> dict[int, int]:
    """Employer → how many of the user's people work there. One query."""
    now: QuerySet[Any, Any] = Spell.objects.visible_to(user).filter(covering(today), employer__in=list(employer_ids))
    return dict(now.order_by().values_list("employer_id").annotate(n=Count("pk")))
