"""Deciding about employers that may be one, merging two registrations, taking a merge back."""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Final

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.formats.credit_code import credit_code_notice
from core.history import services as history
from employment.arrivals import arrived_at
from employment.mergers.finding import two_firms
from employment.mergers.references import references
from employment.models import Employer, EmployerAlias, EmployerMerge, EmployerPair
from employment.models.employers import serves_whole_county
from employment.rebuilding import rebuild_spells
from workers.doubles.registry import Child, Move
from workers.doubles.services import hold_imports

FILLED: Final = ("place_code", "industry", "size", "contact", "phone")
"""What the employer kept takes from the other where it has nothing."""
BOTH: Final = 2
State = EmployerPair.State


def decide(*, user: User, pair: EmployerPair, state: str) -> EmployerPair:
    """Put down that two employers are not the same (they do not come up again), or leave it for later.

    Raises ``DomainError`` for another state, ``Conflict`` once they were merged.
    """
    _may_judge(user)
    if state not in {State.DIFFERENT, State.LATER, State.OPEN}:
        raise DomainError("choice", "请选择“不是同一家”或“以后再定”。", "state")
    standing = EmployerPair.objects.filter(pk=pair.pk).exclude(state=State.MERGED)
    if not standing.update(state=state, decided_by=user, decided_at=Now()):
        raise Conflict("merged", "这两家单位已经合并。")
    pair.refresh_from_db()
    return pair


def point_out(*, user: User, one_id: int, other_id: int) -> EmployerPair:
    """Put two employers that no rule finds alike into the queue; what was decided about them is open again."""
    _may_judge(user)
    if one_id == other_id:
        raise DomainError("same", "请选择另一家单位。", "other")
    if Employer.objects.visible_to(user).filter(pk__in=(one_id, other_id)).count() < BOTH:
        raise NotFound("employer", "没有找到这家单位。", "other")
    pair, _made = EmployerPair.objects.update_or_create(
        first_id=min(one_id, other_id),
        second_id=max(one_id, other_id),
        defaults={"state": State.OPEN},
        create_defaults={"reasons": [EmployerPair.Reason.TOLD]},
    )
    return pair


def merge_employers(*, user: User, kept_id: int, merged_id: int, reason: str = "") -> EmployerMerge:
    """Make two registrations one: all that names ``merged_id`` names ``kept_id``, its name and code lead there.

    What the one kept lacks it takes from the other. One operation; the second of two who merge the same gets the first
    one's merge. Raises ``DomainError`` (``credit_code``) for two firms with a right code each, ``Conflict`` when
    somebody merged them the other way round, or while an import is being written (``busy``).
    """
    _may_merge(user)
    if kept_id == merged_id:
        raise DomainError("same", "请选择两家不同的单位。")
    with transaction.atomic():
        hold_imports()
        firms = _locked(kept_id, merged_id)
        if len(firms) < BOTH:
            return _merged_before(user, kept_id, merged_id)
        kept, merged = firms[kept_id], firms[merged_id]
        if two_firms(kept.credit_code, merged.credit_code):
            raise DomainError("credit_code", "两家单位的统一社会信用代码不同且校验都正确，不是同一家。")
        return _merge(user, kept, merged, reason)


def _merge(user: User, kept: Employer, merged: Employer, reason: str) -> EmployerMerge:
    tables = references()
    touched = _people(tables, [merged.pk])
    with history.operation(user=user, action="employers.merge", reason=reason.strip()[:200]) as act:
        with connection.cursor() as cursor:
            move = Move(cursor=cursor, kept=kept.pk, merged=merged.pk)
            moved = _move(move, tables)
            # The row goes by SQL: the model would look for what hangs on it, and nothing does any more.
            move.run("DELETE FROM employment_employer WHERE id = %(merged)s")
        given_up = _take_what_is_lacking(kept, merged)
        EmployerAlias.objects.create(employer=kept, name=merged.name, credit_code=given_up, former_id=merged.pk)
        rebuild_spells(worker_ids={*touched, *arrived_at([kept.pk])})
    first, second = sorted((kept.pk, merged.pk))
    EmployerPair.objects.filter(first=first, second=second).update(
        state=State.MERGED, decided_by=user, decided_at=Now()
    )
    return EmployerMerge.objects.create(
        kept=kept,
        merged_id=merged.pk,
        merged_name=merged.name,
        merged_code=merged.credit_code or "",
        operation=act,
        settled=[asdict(one) for one in move.settled],
        moved=moved,
        made_by=user,
    )


def _move(move: Move, tables: Iterable[Child]) -> dict[str, int]:
    """All rows of the one come to the other; how many of which kind."""
    moved: dict[str, int] = {}
    for child in tables:
        if child.settle is not None:
            child.settle(move, child)
        move.run(
            f'UPDATE {child.table} SET "{child.column}" = %(kept)s, updated_at = now() WHERE "{child.column}" = %(merged)s'
        )
        if move.cursor.rowcount:
            moved[child.label] = moved.get(child.label, 0) + move.cursor.rowcount
    return moved


def _take_what_is_lacking(kept: Employer, merged: Employer) -> str | None:
    """Fill the blanks of the employer kept; returns the code nobody bears any more, for the alias.

    Of two codes the one that is right is borne.
    """
    before = {**vars(kept)}
    for name in FILLED:
        if getattr(kept, name) in {None, ""}:
            setattr(kept, name, getattr(merged, name))
    kept.key_employer, kept.stub = kept.key_employer or merged.key_employer, kept.stub and merged.stub
    given_up = merged.credit_code
    if merged.credit_code and (kept.credit_code is None or _better(merged.credit_code, kept.credit_code)):
        kept.credit_code, given_up = merged.credit_code, kept.credit_code
    if vars(kept) != before:
        kept.updated_at = timezone.now()
        kept.save()
    return given_up


def _better(one: str, other: str) -> bool:
    return credit_code_notice(one) is None and credit_code_notice(other) is not None


def undo_merge(*, user: User, merge: EmployerMerge, reason: str = "") -> EmployerMerge:
    """Take a merge back: both employers stand as before, with the rows each had; idempotent.

    What was written down since stays with the one kept. Raises ``Conflict`` with the rows changed since as ``details``
    when they would have to be overwritten, and while an import is being written (``busy``).
    """
    _may_merge(user)
    with transaction.atomic():
        hold_imports()
        merge = EmployerMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
        if merge.undone_at is not None:
            return merge
        if not _locked(merge.kept_id):
            raise Conflict("merged_again", "保留的单位后来又并入了另一家，请先撤销后来的合并。")
        history.undo(operation_id=merge.operation_id, user=user, reason=(reason.strip() or "撤销合并")[:200])
        both = [merge.kept_id, merge.merged_id]
        rebuild_spells(worker_ids={*_people(references(), [merge.merged_id]), *arrived_at(both)})
        merge.undone_by, merge.undone_at = user, timezone.now()
        merge.save(update_fields=["undone_by", "undone_at"])
        first, second = sorted(both)
        EmployerPair.objects.filter(first=first, second=second, state=State.MERGED).update(state=State.OPEN)
    return merge


def _people(tables: Iterable[Child], employer_ids: list[int]) -> set[int]:
    """Persons of whom a row names one of the employers."""
    found: set[int] = set()
    with connection.cursor() as cursor:
        for child in tables:
            if "worker_id" in child.columns:
                cursor.execute(
                    f'SELECT DISTINCT worker_id FROM {child.table} WHERE "{child.column}" = ANY (%s)', [employer_ids]
                )
                found.update(row[0] for row in cursor.fetchall())
    return found


def _may_judge(user: User) -> None:
    if not user.can("employment.edit"):
        raise NotAllowed("forbidden", "您没有维护用人单位的权限。")


def _may_merge(user: User) -> None:
    """Rows of everybody's people are moved, so it takes somebody who serves the whole county."""
    if not (user.can("employers.merge") and serves_whole_county(user)):
        raise NotAllowed("forbidden", "您没有合并用人单位的权限。")


def _locked(*ids: int) -> dict[int, Employer]:
    """The employers, locked in the order of their ids."""
    return {row.pk: row for row in Employer.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")}


def _merged_before(user: User, kept_id: int, merged_id: int) -> EmployerMerge:
    standing = EmployerMerge.objects.visible_to(user).standing()
    if (found := standing.filter(kept=kept_id, merged_id=merged_id).first()) is not None:
        return found
    if standing.filter(kept=merged_id, merged_id=kept_id).exists():
        raise Conflict("merged", "刚才已有人合并了这两家单位，保留的是另一家。")
    raise NotFound("employer", "没有找到这两家单位。")
