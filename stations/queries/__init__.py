"""Reading stations, their plans and their work."""

from stations.queries.due import (
    DuePerson,
    Group,
    due,
    due_counts,
    due_groups,
    due_people,
    employers_followed,
    first_groups,
    people_at,
)
from stations.queries.people import last_visit, number_of, people_to_visit, whereabouts
from stations.queries.plans import (
    PlanState,
    called,
    findings,
    in_state,
    open_visit,
    plan_counts,
    station_counts,
    with_window,
)

__all__ = [
    "DuePerson",
    "Group",
    "PlanState",
    "called",
    "due",
    "due_counts",
    "due_groups",
    "due_people",
    "employers_followed",
    "findings",
    "first_groups",
    "in_state",
    "last_visit",
    "number_of",
    "open_visit",
    "people_at",
    "people_to_visit",
    "plan_counts",
    "station_counts",
    "whereabouts",
    "with_window",
]
