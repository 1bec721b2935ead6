"""What the list says taken into the register, at once and as one operation; and taken back."""

from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Now

from core.accounts.models import User
from core.errors import NotAllowed, NotFound
from core.formats.pinyin import key_initials, sort_key
from core.history.services import operation, undo
from workers.comparisons.models import Comparison, Difference
from workers.comparisons.services.work import may_settle
from workers.comparisons.sheet import HEADINGS
from workers.labour import told

State = Difference.State


@dataclass(frozen=True)
class Outcome:
    """What came of accepting: how many were taken over, how many were left because the file was changed meanwhile or cannot."""

    done: int
    left: int


def accept(*, user: User, rows: QuerySet[Difference], reason: str = "") -> Outcome:
    """Take what the list says into the register, all in one operation.

    A membership begins on the day the list names, else on the list's own, with its title and document; it ends on the
    list's day; a field takes the list's value. A file changed since the comparison is left as it is.
    """
    may_settle(user)
    open_ones = Difference.objects.visible_to(user).filter(pk__in=rows.values("pk"), state=State.OPEN)
    acting = operation(user=user, action="comparisons.accept", reason=reason.strip()[:200])
    with acting as act, connection.cursor() as cursor:
        ids = list(open_ones.select_for_update(of=("self",)).values_list("pk", flat=True))
        cursor.execute(
            "CREATE TEMP TABLE accepted ON COMMIT DROP AS SELECT * FROM comparisons_difference WHERE id = ANY (%s)",
            [ids],
        )
        # Who was merged meanwhile is who they became.
        cursor.execute(
            "UPDATE accepted a SET worker_id = x.worker_id FROM doubles_workeralias x WHERE x.former_id = a.worker_id"
        )
        cursor.execute(
            "SELECT count(*) FROM (SELECT w.id FROM workers_worker w WHERE w.id IN (SELECT worker_id FROM accepted)"
            " ORDER BY w.id FOR NO KEY UPDATE) locked"
        )
        done, spoken_of = _take_over(cursor)
        taken = Difference.objects.filter(pk__in=done)
        taken.update(state=State.DONE, decided_by=user, decided_at=Now(), accepted_in=act.pk)
        # Now that it is known which list spoke.
        told(spoken_of)
        cursor.execute("DROP TABLE accepted")
    return Outcome(done=len(done), left=len(ids) - len(done))


def undo_accept(*, user: User, comparison: Comparison, act: UUID) -> int:
    """Take one acceptance back as a unit: files and memberships are as before, its differences to be done again. How many.

    Raises ``NotFound`` for one there is not, ``NotAllowed`` where it took in people outside the user's scope, ``Conflict``
    with ``details`` when somebody changed one of the rows since.
    """
    may_settle(user)
    with transaction.atomic():
        taken = comparison.differences.filter(accepted_in=act)
        ids = set(taken.select_for_update().values_list("pk", flat=True))
        if not ids:
            raise NotFound("gone", "没有这次采纳，或已经撤销。")
        if Difference.objects.visible_to(user).filter(pk__in=ids).count() < len(ids):
            raise NotAllowed("forbidden", "这次采纳里有不在您范围内的人，请由县里撤销。")
        undo(operation_id=act, user=user, reason=f"撤销采纳《{comparison.title}》"[:200])
        told(taken.filter(worker__isnull=False).values_list("worker_id", flat=True))
        return taken.update(state=State.OPEN, decided_by=None, decided_at=None, accepted_in=None)


def _take_over(cursor: Any) -> tuple[list[int], list[int]]:
    """The differences taken over, and the people whose status lists told."""
    done: list[int] = []
    spoken_of: list[int] = []
    cursor.execute("SELECT DISTINCT comparison_id FROM accepted")
    for (pk,) in cursor.fetchall():
        comparison = Comparison.objects.get(pk=pk)
        kind = comparison.list_kind
        params = {
            "comparison": pk,
            "group": kind.group,
            "status": kind.status,
            "as_of": comparison.as_of,
            "title": comparison.title,
        }
        if kind.group:
            done += _begin(cursor, comparison, params) + _end(cursor, params)
        elif kind.status:
            done += _ids(cursor, STATUS, params)
        for field in comparison.columns:
            done += _change(cursor, field, params)
        if kind.status or "labour_status" in comparison.columns:
            spoken_of += _ids(
                cursor,
                "SELECT worker_id FROM accepted WHERE comparison_id = %(comparison)s AND worker_id IS NOT NULL",
                params,
            )
    return done, spoken_of


def _ids(cursor: Any, sql: str, params: dict[str, Any]) -> list[int]:
    cursor.execute(sql, params)
    return [row[0] for row in cursor.fetchall()]


TOLD_ON: Final = "least(coalesce(a.dated, %(as_of)s), %(as_of)s)"
# The word stands in the file with its day: without it somebody would have been dead since they were last visited.
TOLD: Final = (
    f"visited_on = greatest(w.visited_on, {TOLD_ON}),"
    # The first visit may be known though the last one was taken out; it is never after the day of the word.
    f" first_visited_on = CASE WHEN w.first_visited_on IS NOT NULL THEN least(w.first_visited_on, greatest(w.visited_on, {TOLD_ON})) END,"
    f" visited_by = CASE WHEN w.visited_on >= {TOLD_ON} THEN w.visited_by ELSE %(title)s END"
)
STATUS: Final = (
    f"UPDATE workers_worker w SET labour_status = %(status)s, {TOLD}, updated_at = now()"
    " FROM accepted a WHERE a.comparison_id = %(comparison)s"
    " AND a.kind = 'there' AND w.id = a.worker_id AND coalesce(w.labour_status, '') = a.registry_value RETURNING a.id"
)
STANDING: Final = (
    'SELECT FROM workers_groupmembership m WHERE m.worker_id = a.worker_id AND m."group" = %(group)s'
    " AND (m.valid_from IS NULL OR m.valid_from <= %(as_of)s) AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s)"
)


def _begin(cursor: Any, comparison: Comparison, params: dict[str, Any]) -> list[int]:
    """Memberships from the list's day, not into the days of an earlier or a later one."""
    words = {**params, "source": comparison.title, "document": comparison.document or None}
    of_kind = 'm.worker_id = a.worker_id AND m."group" = %(group)s'
    cursor.execute(
        f"CREATE TEMP TABLE beginning ON COMMIT DROP AS SELECT a.id, a.worker_id, nullif(a.list_value, '') AS monitored_kind, greatest("
        f" least(coalesce(a.dated, %(as_of)s), %(as_of)s),"
        f" (SELECT max(m.valid_to) FROM workers_groupmembership m WHERE {of_kind} AND m.valid_to <= %(as_of)s)) AS begins,"
        f" (SELECT min(m.valid_from) FROM workers_groupmembership m WHERE {of_kind} AND m.valid_from > %(as_of)s) AS ends"
        f" FROM accepted a WHERE a.comparison_id = %(comparison)s AND a.kind = 'there' AND NOT EXISTS ({STANDING})"
        " AND EXISTS (SELECT FROM workers_worker w WHERE w.id = a.worker_id)",
        words,
    )
    cursor.execute(
        'INSERT INTO workers_groupmembership (worker_id, "group", valid_from, valid_to, source, document, monitored_kind)'
        " SELECT worker_id, %(group)s, begins, ends, %(source)s, %(document)s, monitored_kind FROM beginning ORDER BY id",
        words,
    )
    found = _ids(cursor, "SELECT id FROM beginning", {})
    cursor.execute("DROP TABLE beginning")
    return found


def _end(cursor: Any, params: dict[str, Any]) -> list[int]:
    """The memberships that hold on the list's day end with it; one that begins that very day is left to a person."""
    return _ids(
        cursor,
        "UPDATE workers_groupmembership m SET valid_to = %(as_of)s, updated_at = now() FROM accepted a"
        " WHERE a.comparison_id = %(comparison)s AND a.kind = 'here' AND m.worker_id = a.worker_id AND m.\"group\" = %(group)s"
        " AND (m.valid_from IS NULL OR m.valid_from < %(as_of)s) AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s) RETURNING a.id",
        params,
    )


def _change(cursor: Any, field: str, params: dict[str, Any]) -> list[int]:
    """One field of the files takes the list's value, where it is still as it was compared."""
    if field not in HEADINGS:
        return []
    more = {"village_code": ", group_name = NULL, household_id = NULL", "labour_status": f", {TOLD}"}.get(field, "")
    source = "accepted a"
    words = dict(params)
    if field == "name":
        more = ", name_key = k.name_key, name_initials = k.name_initials"
        cursor.execute("SELECT DISTINCT list_value FROM accepted WHERE kind = 'column' AND field = 'name'")
        names = [row[0] for row in cursor.fetchall()]
        keys = [sort_key(one) for one in names]
        words |= {"names": names, "keys": keys, "letters": [key_initials(key) for key in keys]}
        source += (
            " JOIN unnest(%(names)s::text[], %(keys)s::text[], %(letters)s::text[]) k (name, name_key, name_initials)"
            " ON k.name = a.list_value"
        )
    return _ids(
        cursor,
        f"UPDATE workers_worker w SET {field} = a.list_value{more}, updated_at = now() FROM {source}"
        f" WHERE a.comparison_id = %(comparison)s AND a.kind = 'column' AND a.field = '{field}' AND w.id = a.worker_id"
        f" AND coalesce(w.{field}, '') = a.registry_value RETURNING a.id",
        words,
    )
