"""Reading the plan of visits: how it stands on a day, how much of it a station has."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from typing import Any

from django.db.models import Count, DateField, ExpressionWrapper, F, Q, QuerySet

from core.accounts.models import User
from stations.models import PlannedVisit, Visit
from workers.models import Worker
from workers.queries import area_of, search


class PlanState(StrEnum):
    """Where a planned visit stands on a day."""

    AHEAD = "ahead"
    DUE = "due"
    OVERDUE = "overdue"
    ANSWERED = "answered"
    CLOSED = "closed"


def in_state(state: PlanState, today: date) -> Q:
    """Condition on planned visits; overdue are open ones whose window is over. Needs ``with_window``."""
    still_open = Q(visit__isnull=True, closed_reason="")
    return {
        PlanState.AHEAD: still_open & Q(asks_from__gt=today),
        PlanState.DUE: still_open & Q(asks_from__lte=today, asks_until__gte=today),
        PlanState.OVERDUE: still_open & Q(asks_until__lt=today),
        PlanState.ANSWERED: Q(visit__isnull=False),
        PlanState.CLOSED: Q(visit__isnull=True) & ~Q(closed_reason=""),
    }[state]


def with_window(rows: QuerySet[PlannedVisit]) -> QuerySet[PlannedVisit]:
    """The rows with the first and last day of their window as ``asks_from`` and ``asks_until``."""
    return rows.alias(
        asks_from=ExpressionWrapper(F("due_on") - F("window"), output_field=DateField()),
        asks_until=ExpressionWrapper(F("due_on") + F("window"), output_field=DateField()),
    )


def with_last_day(rows: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """The rows with the last day of their window as ``last_day``."""
    last_day = ExpressionWrapper(F("due_on") + F("window"), output_field=DateField())
    found: QuerySet[Any, Any] = rows.annotate(last_day=last_day)
    return found


def called(rows: QuerySet[Any, Any], user: User, text: str) -> QuerySet[Any, Any]:
    """The rows of persons whom a search box means: name, initials, last four of the ID number, phone, village."""
    return rows.filter(worker__in=search(Worker.objects.all(), text, area_of(user))) if text.strip() else rows


def open_visit(user: User, worker_id: int, today: date) -> PlannedVisit | None:
    """The milestone to be answered now for one person, ``None`` when nothing is due."""
    rows = PlannedVisit.objects.visible_to(user).to_ask_on(today).filter(worker=worker_id)
    return rows.select_related("station").order_by("-due_on").first()


def station_counts(stations: Sequence[int], user: User, today: date) -> dict[int, tuple[int, int]]:
    """Station → (persons with a plan there, persons to be asked now), of the persons the user sees. Two queries."""
    plans: QuerySet[Any, Any] = PlannedVisit.objects.visible_to(user).filter(station__in=stations)
    followed = plans.values("station_id").annotate(n=Count("worker_id", distinct=True)).values_list("station_id", "n")
    asked: QuerySet[Any, Any] = PlannedVisit.objects.visible_to(user).to_ask_on(today).filter(station__in=stations)
    due_now = dict(asked.values_list("station_id").annotate(n=Count("worker_id", distinct=True)))
    return {station: (n, due_now.get(station, 0)) for station, n in followed}


def plan_counts(station_id: int, user: User, today: date) -> list[dict[str, Any]]:
    """Milestone by milestone: how many are ahead, due, overdue, answered, closed. One query."""
    rows: QuerySet[Any, Any] = with_window(PlannedVisit.objects.visible_to(user).filter(station=station_id))
    counts = {state.value: Count("pk", filter=in_state(state, today)) for state in PlanState}
    return list(rows.values("milestone").annotate(**counts).order_by("milestone"))


def findings(station_id: int, user: User, today: date) -> list[dict[str, Any]]:
    """What the station's visits of this year found: status and how many. One query."""
    rows: QuerySet[Any, Any] = Visit.objects.visible_to(user).filter(station=station_id, visited_on__year=today.year)
    return list(rows.values("status").annotate(n=Count("pk")).order_by("-n"))
