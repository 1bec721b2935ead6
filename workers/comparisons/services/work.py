"""Settling differences: taken on, rejected, opened again, gone on with once somebody is registered."""

from collections.abc import Sequence
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import NotAllowed
from workers.comparisons.comparing import BELONGS
from workers.comparisons.models import Comparison, Difference

State = Difference.State
REGISTERED: Final = """
UPDATE comparisons_difference d SET worker_id = w.id, name = w.name, village_code = w.village_code,
  kind = CASE WHEN {says} THEN 'there' ELSE d.kind END, state = CASE WHEN {says} THEN 'open' ELSE 'done' END,
  registry_value = coalesce({standing}, ''), decided_by_id = CASE WHEN {says} THEN NULL ELSE %(user)s END,
  decided_at = CASE WHEN {says} THEN NULL ELSE now() END
FROM workers_worker w WHERE d.comparison_id = %(comparison)s AND d.kind = 'unknown' AND d.state = 'open'
  AND w.village_code LIKE %(scope)s
  AND w.id = coalesce((SELECT a.worker_id FROM doubles_workeralias a WHERE a.id_number = d.id_number),
                      (SELECT o.id FROM workers_worker o WHERE o.id_number = d.id_number))
"""


def may_settle(user: User) -> None:
    """Raise ``NotAllowed`` for who does not keep the register."""
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有办理比对差异的权限。")


def reject(*, user: User, rows: QuerySet[Difference], note: str = "") -> int:
    """Put down that the list is wrong there; next month's list with the same entry does not ask again. How many."""
    return _decide(user, rows, (State.OPEN,), State.REJECTED, note)


def reopen(*, user: User, rows: QuerySet[Difference]) -> int:
    """Open again what was rejected; how many. What was accepted is taken back by ``undo_accept``."""
    return _decide(user, rows, (State.REJECTED,), State.OPEN, "")


def take_on(*, user: User, rows: QuerySet[Difference]) -> int:
    """Put one's name to open differences nobody else took on; how many."""
    return _open_ones(user, rows).filter(owner=None).update(owner=user)


def hand_back(*, user: User, rows: QuerySet[Difference]) -> int:
    """Take the name off open differences: one's own, for who serves all of the area compared anybody's; how many."""
    found = _open_ones(user, rows).filter(owner__isnull=False)
    # Whose own area is longer than the one compared serves a part of it.
    chief = Q(comparison__division__startswith=user.scope_division) if user.scope_division else Q()
    return found.filter(Q(owner=user) | Q(pk__in=found.filter(chief).values("pk"))).update(owner=None)


def _open_ones(user: User, rows: QuerySet[Difference]) -> QuerySet[Difference]:
    may_settle(user)
    return Difference.objects.visible_to(user).filter(pk__in=rows.values("pk"), state=State.OPEN)


def _decide(user: User, rows: QuerySet[Difference], states: Sequence[str], state: str, note: str) -> int:
    may_settle(user)
    seen = Difference.objects.visible_to(user).filter(pk__in=rows.values("pk"), state__in=states)
    return seen.update(state=state, decided_by=user, decided_at=Now(), note=note.strip()[:200])


def settle_registered(*, comparison: Comparison, user: User) -> int:
    """Go on with those who were unknown and stand in the register by now; how many.

    What the list says of them is there to be accepted, unless the register says it already; else nothing is left to do.
    """
    may_settle(user)
    kind = comparison.list_kind
    params: dict[str, Any] = {
        "user": user.pk,
        "comparison": comparison.pk,
        "group": kind.group,
        "status": kind.status,
        "as_of": comparison.as_of,
        "scope": f"{comparison.division}%",
    }
    says = f"NOT coalesce({BELONGS['group' if kind.group else 'status']}, false)" if kind.says_who else "false"
    with connection.cursor() as cursor:
        cursor.execute(REGISTERED.format(says=says, standing="w.labour_status" if kind.status else "NULL"), params)
        return int(cursor.rowcount)
