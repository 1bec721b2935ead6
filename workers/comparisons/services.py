"""Handing a list in, and what is done about a difference: accepted into the register, rejected, opened again."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Any, Final
from uuid import UUID, uuid4

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError, NotAllowed, NotFound
from core.formats.pinyin import key_initials, sort_key
from core.history.services import operation, undo
from core.jobs import services as jobs
from core.workbooks.services import keep_upload
from workers.comparisons.kinds import KINDS
from workers.comparisons.models import Comparison, Difference
from workers.comparisons.sheet import HEADINGS
from workers.labour import told
from workers.queries import area_of

State = Difference.State
SUFFIXES: Final = frozenset({".xlsx", ".xls", ".csv", ".txt", ".xlsm", ".et"})
ACCEPTABLE: Final = ("there", "here", "column")
"""Kinds of differences the register can take over by itself; somebody unknown has to be registered first."""


@dataclass(frozen=True)
class Outcome:
    """What came of accepting: how many were taken over, how many were left because the file was changed meanwhile or cannot."""

    done: int
    left: int


def create_comparison(
    *,
    user: User,
    kind: str,
    as_of: date,
    title: str,
    file: IO[bytes] | Iterable[bytes],
    name: str,
    document: str = "",
    start: bool = True,
) -> Comparison:
    """Keep the list and queue its comparison with the register of the user's area.

    With ``start=False`` the caller runs it. Raises ``NotAllowed``, or ``DomainError`` for a kind there is not, a day ahead.
    """
    if not (user.can("workers.edit") and user.can("imports.write")):
        raise NotAllowed("forbidden", "您没有比对名单的权限。")
    if kind not in KINDS:
        raise DomainError("choice", "请选择名单种类。", "kind")
    if as_of > timezone.localdate():
        raise DomainError("date", "名单截至日期不能晚于今天。", "as_of")
    made = Comparison(
        id=uuid4(),
        kind=kind,
        title=title.strip()[:100] or str(KINDS[kind].label),
        document=document.strip()[:100],
        as_of=as_of,
        division=area_of(user),
        file_name=Path(name).name[-200:],
        created_by=user,
    )
    suffix = Path(name).suffix.lower()
    made.file = f"list-{made.id}{suffix if suffix in SUFFIXES else ''}"
    keep_upload(file, made.path)
    with transaction.atomic():
        made.save()
        if start:
            made.job = jobs.enqueue(
                kind="comparisons.run",
                title=f"比对《{made.title}》"[:200],
                user=user,
                params={"comparison": str(made.id)},
                result_url=f"/workers/comparisons/{made.id}/",
            )
            made.save(update_fields=["job"])
    return made


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
    _may(user)
    return Difference.objects.visible_to(user).filter(pk__in=rows.values("pk"), state=State.OPEN)


def _decide(user: User, rows: QuerySet[Difference], states: Sequence[str], state: str, note: str) -> int:
    _may(user)
    seen = Difference.objects.visible_to(user).filter(pk__in=rows.values("pk"), state__in=states)
    return seen.update(state=state, decided_by=user, decided_at=Now(), note=note.strip()[:200])


def accept(*, user: User, rows: QuerySet[Difference], reason: str = "") -> Outcome:
    """Take what the list says into the register, all in one operation.

    A membership begins on the day the list names, else on the list's own, with its title and document; it ends on the
    list's day; a field takes the list's value. A file changed since the comparison is left as it is.
    """
    _may(user)
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
        done = _take_over(cursor)
        taken = Difference.objects.filter(pk__in=done)
        taken.update(state=State.DONE, decided_by=user, decided_at=Now(), accepted_in=act.pk)
        cursor.execute("DROP TABLE accepted")
    return Outcome(done=len(done), left=len(ids) - len(done))


def undo_accept(*, user: User, comparison: Comparison, act: UUID) -> int:
    """Take one acceptance back as a unit: files and memberships are as before, its differences to be done again. How many.

    Raises ``NotFound`` for one there is not, ``NotAllowed`` where it took in people outside the user's scope, ``Conflict``
    with ``details`` when somebody changed one of the rows since.
    """
    _may(user)
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


def settle_registered(*, comparison: Comparison, user: User) -> int:
    """Close what asked for somebody to be registered who stands in the register by now; how many."""
    _may(user)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE comparisons_difference d SET state = 'done', decided_by_id = %s, decided_at = now() WHERE d.comparison_id = %s"
            " AND d.kind = 'unknown' AND d.state = 'open' AND (EXISTS (SELECT FROM workers_worker w WHERE w.id_number = d.id_number)"
            " OR EXISTS (SELECT FROM doubles_workeralias a WHERE a.id_number = d.id_number))",
            [user.pk, comparison.pk],
        )
        return int(cursor.rowcount)


def _may(user: User) -> None:
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有办理比对差异的权限。")


def _take_over(cursor: Any) -> list[int]:
    done: list[int] = []
    cursor.execute("SELECT DISTINCT comparison_id FROM accepted")
    for (pk,) in cursor.fetchall():
        comparison = Comparison.objects.get(pk=pk)
        kind = comparison.list_kind
        params = {"comparison": pk, "group": kind.group, "status": kind.status, "as_of": comparison.as_of}
        if kind.group:
            done += _begin(cursor, comparison, params) + _end(cursor, params)
        elif kind.status:
            done += _ids(cursor, STATUS, params)
        for field in comparison.columns:
            done += _change(cursor, field, params)
        if kind.status or "labour_status" in comparison.columns:
            told(
                _ids(
                    cursor,
                    "SELECT worker_id FROM accepted WHERE comparison_id = %(comparison)s AND worker_id IS NOT NULL",
                    params,
                )
            )
    return done


def _ids(cursor: Any, sql: str, params: dict[str, Any]) -> list[int]:
    cursor.execute(sql, params)
    return [row[0] for row in cursor.fetchall()]


STATUS: Final = (
    "UPDATE workers_worker w SET labour_status = %(status)s, updated_at = now() FROM accepted a WHERE a.comparison_id = %(comparison)s"
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
    more = {"village_code": ", group_name = NULL, household_id = NULL"}.get(field, "")
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
