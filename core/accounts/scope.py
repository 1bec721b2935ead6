"""Whose rows a user sees: the condition that every ``visible_to(user)`` is made of (design.md "Who may see what").

Rows of persons are bounded by the code of the person's village. Users of a station, an institution or a partner area
have no village: which persons are theirs is a fact of an app above (a visit plan, a class, a job spell). That app says
so once::

    register_reach(ScopeKind.STATIONS, lambda user: PlannedVisit.objects.filter(...).values("worker_id"))
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from django.db.models import Q, QuerySet

from core.accounts.roles import ScopeKind

if TYPE_CHECKING:
    from core.accounts.models import User

_REACHES: dict[ScopeKind, dict[str, Callable[["User"], QuerySet[Any, Any]]]] = {kind: {} for kind in ScopeKind}


def register_reach(kind: ScopeKind, name: str, worker_ids: Callable[["User"], QuerySet[Any, Any]]) -> None:
    """Declare whom users of that scope kind reach: a queryset of one column, worker ids. The same name replaces."""
    _REACHES[kind][name] = worker_ids


def scope_condition(user: "User", *, field: str, person: str) -> Q:
    """Condition on rows of persons; ``field`` is the path to a village code, ``person`` the path to a worker id."""
    kind = user.scope_kind
    if kind is ScopeKind.DIVISION:
        return Q(**{f"{field}__startswith": user.division_prefix})
    condition = Q(pk__in=())
    for worker_ids in _REACHES[kind].values():
        condition |= Q(**{f"{person}__in": worker_ids(user)})
    return condition
