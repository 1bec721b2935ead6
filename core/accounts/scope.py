"""Whose rows a user sees: the condition that every ``visible_to(user)`` is made of (design.md "Who may see what").

Rows of persons are bounded by the code of the person's village. Users of a station, an institution or a partner area
have no village: which persons are theirs is a fact of an app above (a visit plan, a class, a job spell). That app says
so once::

    register_reach(ScopeKind.STATIONS, "visits", lambda user: PlannedVisit.objects.filter(...).values("worker_id"))
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from core.accounts.roles import ScopeKind

if TYPE_CHECKING:
    from core.accounts.models import User

WorkerIds = QuerySet[Any, Any]
Reach = Callable[["User"], WorkerIds | Sequence[WorkerIds]]

_REACHES: dict[ScopeKind, dict[str, Reach]] = {kind: {} for kind in ScopeKind}


def register_reach(kind: ScopeKind, name: str, worker_ids: Reach) -> None:
    """Declare whom users of that scope kind reach: a queryset of one column, worker ids, or several. A name replaces."""
    _REACHES[kind][name] = worker_ids


def ways_of(kind: ScopeKind) -> frozenset[str]:
    """Names of the ways in which users of that scope kind reach persons."""
    return frozenset(_REACHES[kind])


def reached(user: "User", *, without: Collection[str] = ()) -> Iterator[WorkerIds]:
    """Querysets of one column, the ids of persons this user reaches who is bounded by no division; with repetitions.

    ``without`` names ways that are left out.
    """
    for name, worker_ids in _REACHES[user.scope_kind].items():
        if name not in without:
            found = worker_ids(user)
            yield from [found] if isinstance(found, QuerySet) else found


def id_column(worker_ids: WorkerIds) -> str:
    """The one column of such a queryset."""
    column: str = (*worker_ids.query.values_select, "pk")[0]
    return column


def places_condition(user: "User", field: str) -> Q:
    """Condition on rows of places: in one of the user's divisions; ``field`` is the path to a code."""
    first, *more = (Q(**{f"{field}__startswith": division}) for division in user.divisions)
    return reduce(or_, more, first)


def scope_condition(user: "User", *, field: str, person: str) -> Q:
    """Condition on rows of persons; ``field`` is the path to a village code, ``person`` the path to a worker id.

    Each way of reaching is asked by itself and of each person: where few rows are asked an index answers, where many
    are the planner gathers the persons once. A union of them all would be gathered for a single row.
    """
    if user.scope_kind is ScopeKind.DIVISION:
        return places_condition(user, field)
    condition = Q(pk__in=())
    for worker_ids in reached(user):
        condition |= Q(Exists(worker_ids.filter(**{id_column(worker_ids): OuterRef(person)})))
    return condition
