"""How far the work of a comparison is: by kind, by township."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Max, Q
from django.db.models.functions import Substr

from core.accounts.models import User
from core.divisions.queries import names_of
from workers.comparisons.models import Difference
from workers.queries import TOWNSHIP

State = Difference.State


@dataclass(frozen=True)
class Tally:
    """Differences by what became of them. Those carried into the next comparison are counted there."""

    code: str
    label: str
    total: int
    open: int
    done: int
    rejected: int
    gone: int

    @property
    def rate(self) -> str:
        """The closing rate: percent with one decimal, "—" where there was nothing to do."""
        if not self.total:
            return "—"
        closed = Decimal(self.total - self.open) * 100 / self.total
        return f"{closed.quantize(Decimal('0.1'), ROUND_HALF_UP)}%"


def _counts() -> dict[str, Any]:
    return {
        "total": Count("pk", filter=~Q(state=State.CARRIED)),
        **{state: Count("pk", filter=Q(state=state)) for state in (State.OPEN, State.DONE, State.REJECTED, State.GONE)},
    }


def _tally(code: str, label: str, row: Mapping[str, Any]) -> Tally:
    return Tally(code, label, row["total"], row["open"], row["done"], row["rejected"], row["gone"])


def tallies_of(user: User, ids: Iterable[UUID]) -> dict[UUID, Tally]:
    """The state of the work of each comparison in the user's scope. One query."""
    rows = Difference.objects.visible_to(user).filter(comparison__in=list(ids)).values("comparison_id")
    found = rows.annotate(**_counts()).order_by()
    return {row["comparison_id"]: _tally("", "", row) for row in found}


@dataclass(frozen=True)
class Acceptance:
    """Differences taken into the register at once: by whom, when, how many, and whether all of them are the reader's."""

    act: UUID
    by: str
    at: datetime
    count: int
    mine: bool


def acceptances_of(user: User, comparison: UUID) -> list[Acceptance]:
    """The acceptances of a comparison that took in people of the user's, newest first. Two queries."""
    taken = Difference.objects.filter(comparison=comparison, accepted_in__isnull=False)
    seen = dict(taken.visible_to(user).values_list("accepted_in").annotate(n=Count("pk")).order_by())
    who = ("accepted_in", "decided_by__full_name", "decided_by__username")
    told = (
        taken.filter(accepted_in__in=seen)
        .values_list(*who)
        .annotate(n=Count("pk"), at=Max("decided_at"))
        .order_by("-at")
    )
    return [
        Acceptance(act, name or username, at, seen[act], seen[act] == count)
        for act, name, username, count, at in told
        if act is not None
    ]


def by_kind(user: User, comparison: UUID) -> list[Tally]:
    """The same by kind of difference. One query."""
    rows = Difference.objects.visible_to(user).filter(comparison=comparison).values("kind")
    found = {row["kind"]: row for row in rows.annotate(**_counts()).order_by()}
    return [_tally(code, str(label), found[code]) for code, label in Difference.Kind.choices if code in found]


def by_owner(user: User, comparison: UUID) -> list[Tally]:
    """The same by who took it on, "" nobody; their names in order. One query."""
    rows = Difference.objects.visible_to(user).filter(comparison=comparison)
    named = rows.values("owner_id", "owner__full_name", "owner__username").annotate(**_counts())
    found = list(named.order_by("owner__full_name", "owner_id"))
    return [
        _tally(str(row["owner_id"] or ""), row["owner__full_name"] or row["owner__username"] or "", row)
        for row in found
    ]


def owners_of(user: User) -> list[tuple[str, str]]:
    """(id, name) of those who took on differences the user sees. One query."""
    rows = Difference.objects.visible_to(user).filter(owner__isnull=False).order_by("owner__full_name", "owner_id")
    named = rows.values_list("owner_id", "owner__full_name", "owner__username").distinct()
    return [(str(pk), name or username) for pk, name, username in named]


def by_township(user: User, comparison: UUID) -> list[Tally]:
    """The same by the township whose work it is, "" the county's own. Two queries."""
    rows = Difference.objects.visible_to(user).filter(comparison=comparison)
    grouped = rows.annotate(township=Substr("village_code", 1, TOWNSHIP)).values("township")
    found = list(grouped.annotate(**_counts()).order_by("township"))
    names = names_of({row["township"] for row in found})
    return [_tally(row["township"], names.get(row["township"], row["township"]), row) for row in found]
