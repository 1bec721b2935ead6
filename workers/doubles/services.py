"""Deciding about possible doubles, merging two registrations of one person, taking a merge back."""

from collections.abc import Collection
from dataclasses import asdict
from typing import Final

from django.db import OperationalError, connection, transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history import services as history
from core.workbooks.writing import IMPORT_LOCK
from workers.doubles.models import Merge, PossibleDouble, WorkerAlias
from workers.doubles.queries import current_id
from workers.doubles.registry import Child, Move, children, renewals
from workers.models import Worker
from workers.services import EDITABLE

CHOOSABLE: Final = EDITABLE | {"household"}
"""What may be taken from the registration that goes; ``village_code`` brings group and household along."""
PLACE: Final = ("village_code", "group_name", "household_id")
PATIENCE: Final = "4s"
"""How long a clerk waits for an import that is being written."""
LOCK_NOT_AVAILABLE: Final = "55P03"


def decide(*, user: User, pair: PossibleDouble, state: str, note: str = "") -> PossibleDouble:
    """Put down that two persons are not the same (they do not come up again), or leave it for later.

    Raises ``DomainError`` for another state, ``Conflict`` once they were merged.
    """
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有判定疑似重复人员的权限。")
    if state not in {PossibleDouble.State.DIFFERENT, PossibleDouble.State.LATER, PossibleDouble.State.OPEN}:
        raise DomainError("choice", "请选择“不是同一人”或“以后再定”。", "state")
    moved = PossibleDouble.objects.filter(pk=pair.pk).exclude(state=PossibleDouble.State.MERGED)
    if not moved.update(state=state, note=note.strip()[:200], decided_by=user, decided_at=Now()):
        raise Conflict("merged", "这两份档案已经合并。")
    pair.refresh_from_db()
    return pair


def point_out(*, user: User, one_id: int, other_id: int) -> PossibleDouble:
    """Put two persons whom no rule finds alike into the queue; what was decided about them is open again.

    Raises ``NotFound`` outside the scope.
    """
    if not user.can("workers.edit"):
        raise NotAllowed("forbidden", "您没有判定疑似重复人员的权限。")
    if one_id == other_id:
        raise DomainError("same", "请选择另一份档案。", "other")
    if Worker.objects.visible_to(user).filter(pk__in=(one_id, other_id)).count() < 2:  # noqa: PLR2004 - both of them
        raise NotFound("worker", "没有找到这个人，或此人不在您的管辖范围内。", "other")
    pair, _made = PossibleDouble.objects.update_or_create(
        first_id=min(one_id, other_id),
        second_id=max(one_id, other_id),
        defaults={"state": PossibleDouble.State.OPEN},
        create_defaults={"reasons": [PossibleDouble.Reason.TOLD], "score": 100},
    )
    return pair


def merge_workers(*, user: User, kept_id: int, merged_id: int, taken: Collection[str] = (), reason: str = "") -> Merge:
    """Make two registrations one: every row of ``merged_id`` comes to ``kept_id``, its number leads there from now on.

    ``taken`` names the fields (``CHOOSABLE``) whose values come from the registration that goes; the others stay. One
    operation; the second of two who merge the same pair gets the first one's merge. Raises ``NotFound`` outside the
    scope, ``Conflict`` when somebody merged them the other way round, or while an import is being written (``busy``).
    """
    _may_merge(user)
    if kept_id == merged_id:
        raise DomainError("same", "请选择两份不同的档案。", "merged")
    unknown = set(taken) - CHOOSABLE
    if unknown:
        raise DomainError("field", f"没有“{min(unknown)}”这一项。", min(unknown))
    with transaction.atomic():
        hold_imports()
        people = _locked(kept_id, merged_id)
        if len(people) < 2:  # noqa: PLR2004 - both of them
            return _merged_before(user, kept_id, merged_id)
        if Worker.objects.visible_to(user).filter(pk__in=(kept_id, merged_id)).count() < 2:  # noqa: PLR2004 - see above
            raise NotFound("worker", "没有找到这两个人，或不在您的管辖范围内。")
        return _merge(user, people[kept_id], people[merged_id], frozenset(taken), reason)


def _merge(user: User, kept: Worker, merged: Worker, taken: frozenset[str], reason: str) -> Merge:
    with history.operation(user=user, action="workers.merge", reason=reason.strip()[:200]) as act:
        with connection.cursor() as cursor:
            move = Move(cursor=cursor, kept=kept.pk, merged=merged.pk)
            moved = _move_children(move)
            _take_values(kept, merged, taken)
            # The row goes by SQL: the model would look for what hangs on it, and nothing does any more.
            move.run("DELETE FROM workers_worker WHERE id = %(merged)s")
        WorkerAlias.objects.create(worker=kept, id_number=merged.id_number, name=merged.name, former_id=merged.pk)
        for renew in renewals():
            renew([kept.pk])
    pair = PossibleDouble.objects.filter(_of_two(kept.pk, merged.pk)).first()
    if pair is not None:
        PossibleDouble.objects.filter(pk=pair.pk).update(
            state=PossibleDouble.State.MERGED, decided_by=user, decided_at=Now()
        )
    return Merge.objects.create(
        kept=kept,
        merged_id=merged.pk,
        merged_name=merged.name,
        merged_id_number=merged.id_number,
        pair=pair,
        operation=act,
        settled=[asdict(one) for one in move.settled],
        moved=moved,
        made_by=user,
    )


def _move_children(move: Move) -> dict[str, int]:
    """All rows of the one come to the other; how many of which kind."""
    moved: dict[str, int] = {}
    for child in children():
        if child.derived:
            move.run(f'DELETE FROM {child.table} WHERE "{child.column}" IN (%(kept)s, %(merged)s)')
            continue
        if child.settle is not None:
            child.settle(move, child)
        stamp = ", updated_at = now()" if _is_stamped(child) else ""
        move.run(f'UPDATE {child.table} SET "{child.column}" = %(kept)s{stamp} WHERE "{child.column}" = %(merged)s')
        if move.cursor.rowcount:
            moved[child.label] = moved.get(child.label, 0) + move.cursor.rowcount
    return moved


def _is_stamped(child: Child) -> bool:
    return any(one.column == "updated_at" for one in child.model._meta.concrete_fields)  # noqa: SLF001 - Django's documented model API


def _take_values(kept: Worker, merged: Worker, taken: frozenset[str]) -> None:
    """The chosen fields; the earliest visit ever told stays the first (LDB_TOTAL counts from it)."""
    before = {field.attname: getattr(kept, field.attname) for field in Worker._meta.concrete_fields}  # noqa: SLF001 - see above
    names = {name for name in taken if name not in {"village_code", "group_name", "household"}}
    if taken & {"village_code", "group_name", "household"}:
        names |= set(PLACE)
    for name in names:
        setattr(kept, name, getattr(merged, name))
    firsts = [day for day in (kept.first_visited_on, merged.first_visited_on) if day is not None]
    kept.first_visited_on = min(firsts, default=None)
    if any(getattr(kept, name) != value for name, value in before.items()):
        kept.updated_at = timezone.now()
        kept.save()


def undo_merge(*, user: User, merge: Merge, reason: str = "") -> Merge:
    """Take a merge back: both registrations stand as before, with the rows each had; idempotent.

    What was written down since stays with the person kept. Raises ``Conflict`` with the rows changed since as
    ``details`` when they would have to be overwritten, and while an import is being written (``busy``).
    """
    _may_merge(user)
    with transaction.atomic():
        hold_imports()
        merge = Merge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if merge.undone_at is not None:
            return merge
        now = current_id(merge.kept_id)
        if not Worker.objects.visible_to(user).filter(pk=now).exists():
            raise NotFound("worker", "没有找到这个人，或此人不在您的管辖范围内。")
        if now != merge.kept_id:
            raise Conflict("merged_again", "保留的档案后来又并入了另一份，请先撤销后来的合并。")
        _locked(merge.kept_id, merge.merged_id)
        history.undo(operation_id=merge.operation_id, user=user, reason=(reason.strip() or "撤销合并")[:200])
        for renew in renewals():
            renew([merge.kept_id, merge.merged_id])
        merge.undone_by, merge.undone_at = user, timezone.now()
        merge.save(update_fields=["undone_by", "undone_at"])
        PossibleDouble.objects.filter(merges=merge, state=PossibleDouble.State.MERGED).update(
            state=PossibleDouble.State.OPEN
        )
    return merge


def _may_merge(user: User) -> None:
    if not user.can("workers.merge"):
        raise NotAllowed("forbidden", "您没有合并档案的权限。")


def _of_two(one: int, other: int) -> Q:
    return Q(first_id=min(one, other), second_id=max(one, other))


def hold_imports() -> None:
    """Wait for the import that is being written, and let none begin: its plan names the persons as they stood.

    Raises ``Conflict`` (``busy``) after ``PATIENCE``.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
            cursor.execute("SELECT set_config('lock_timeout', '0', true)")
    except OperationalError as error:
        if getattr(error.__cause__, "pgcode", "") != LOCK_NOT_AVAILABLE:
            raise
        raise Conflict("busy", "正在写入一批导入的数据，请过一会儿再试。") from error


def _locked(*ids: int) -> dict[int, Worker]:
    """The persons, locked in the order of their ids."""
    return {row.pk: row for row in Worker.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}


def _merged_before(user: User, kept_id: int, merged_id: int) -> Merge:
    standing = Merge.objects.visible_to(user).standing()
    if (found := standing.filter(kept=kept_id, merged_id=merged_id).first()) is not None:
        return found
    if standing.filter(kept=merged_id, merged_id=kept_id).exists():
        raise Conflict("merged", "刚才已有人合并了这两份档案，保留的是另一份。")
    raise NotFound("worker", "没有找到这两个人，或不在您的管辖范围内。")
