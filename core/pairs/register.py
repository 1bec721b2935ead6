"""A register in which one thing may stand twice, declared by an app, and what people do about it.

An app says which tables it keeps, who may judge and who may merge, and what becomes of the two rows themselves; deciding,
pointing out, merging and taking back are the same for all.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import asdict
from typing import Any, ClassVar, Final, Generic, TypeVar

from django.db import connection, models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed, NotFound
from core.history import services as history
from core.history.models import BusinessRow
from core.pairs.models import TOLD, Alias, Merge, Pair
from core.pairs.moving import Move, move_children, renewals_of
from core.workbooks.writing import hold_imports

BOTH: Final = 2
SURE: Final = 100
"""The score of a pair somebody pointed out."""
LONGEST: Final = 200
State = Pair.State

ModelT = TypeVar("ModelT", bound=models.Model)
EntryT = TypeVar("EntryT", bound=BusinessRow)
PairT = TypeVar("PairT", bound=Pair)
MergeT = TypeVar("MergeT", bound=Merge)


def _rows(model: type[ModelT]) -> models.Manager[ModelT]:
    """The rows of a table."""
    return model._default_manager  # noqa: SLF001 - Django's documented model API


class Register(ABC, Generic[EntryT, PairT, MergeT]):
    """Declare the tables, the permissions, what is said of the things, and ``seen``, ``unite`` and ``told_of``.

    ``judging`` lets decide and look, ``looking`` look alone. ``bearer`` names the foreign key of ``aliases`` to the entry
    kept. ``measure`` and ``noun`` name an entry: 一份档案.
    ``reasons`` has words for the codes of pairs, ``different`` says in Chinese that two are not the same. ``choosable`` are the
    fields a merge may take from the entry that goes, by name.
    """

    entries: type[EntryT]
    pairs: type[PairT]
    merges: type[MergeT]
    aliases: type[Alias]
    bearer: ClassVar[str]
    looking: ClassVar[str]
    judging: ClassVar[str]
    merging: ClassVar[str]
    action: ClassVar[str]
    measure: ClassVar[str]
    noun: ClassVar[str]
    different: ClassVar[str]
    reasons: ClassVar[dict[str, Any]]
    choosable: ClassVar[Collection[str]] = ()

    # What a register says for itself.

    @abstractmethod
    def seen(self, user: User) -> models.QuerySet[EntryT]:
        """The entries the user sees."""

    @abstractmethod
    def unite(self, kept: EntryT, merged: EntryT, taken: frozenset[str]) -> dict[str, Any]:
        """Give ``kept`` what it takes from ``merged``, whose row is gone; what the alias keeps of the latter."""

    @abstractmethod
    def told_of(self, merged: EntryT) -> dict[str, Any]:
        """What the merge keeps of the entry that goes: its name and number."""

    def may_merge(self, user: User) -> bool:
        """Whether the user may merge at all."""
        return user.can(self.merging)

    def check(self, kept: EntryT, merged: EntryT) -> None:
        """Raise ``DomainError`` for two that cannot be one."""

    def touched(self, entry_id: int) -> Collection[int]:
        """Whom the rows of an entry speak of, handed to ``renew``: asked while they still name the entry."""
        return ()

    def renew(self, ids: Sequence[int], touched: Collection[int]) -> None:
        """Derive anew what hangs on the rows of the entries: as the apps declared it."""
        for renewal in renewals_of(self.entries):
            renewal(ids)

    # What people do.

    @property
    def both(self) -> str:
        """Two entries, in words."""
        return f"两{self.measure}{self.noun}"

    def now(self, entry_id: int) -> int:
        """The id under which an entry stands now: that of the one kept when it was merged."""
        return self.now_of([entry_id]).get(entry_id, entry_id)

    def now_of(self, entry_ids: Iterable[int]) -> dict[int, int]:
        """The same for many: former id → id now, of those that were merged. One query."""
        found = _rows(self.aliases).filter(former_id__in=list(entry_ids))
        return dict(found.values_list("former_id", f"{self.bearer}_id"))

    def decide(self, *, user: User, pair: PairT, state: str, note: str = "") -> PairT:
        """Put down that two are not the same (they do not come up again), or leave it for later.

        Raises ``DomainError`` for another state, ``Conflict`` once they were merged.
        """
        self._must_judge(user)
        if state not in {State.DIFFERENT, State.LATER, State.OPEN}:
            raise DomainError("choice", f"请选择“{self.different}”或“以后再定”。", "state")
        standing = _rows(self.pairs).filter(pk=pair.pk).exclude(state=State.MERGED)
        if not standing.update(state=state, note=note.strip()[:LONGEST], decided_by=user, decided_at=Now()):
            raise Conflict("merged", f"这{self.both}已经合并。")
        pair.refresh_from_db()
        return pair

    def point_out(self, *, user: User, one_id: int, other_id: int) -> PairT:
        """Put two that no rule finds alike into the queue; what was decided about them is open again.

        Raises ``NotFound`` outside the scope.
        """
        self._must_judge(user)
        if one_id == other_id:
            raise DomainError("same", f"请选择另一{self.measure}{self.noun}。", "other")
        self._must_see(user, one_id, other_id, field="other")
        with transaction.atomic():
            # Nobody merges the two meanwhile: a pair that was merged must not come into the queue again.
            if len(self._locked(one_id, other_id)) < BOTH:
                raise self._unknown("other")
            pair, _made = _rows(self.pairs).update_or_create(
                first_id=min(one_id, other_id),
                second_id=max(one_id, other_id),
                defaults={"state": State.OPEN},
                create_defaults={"reasons": [TOLD], "score": SURE},
            )
        return pair

    def merge(
        self, *, user: User, kept_id: int, merged_id: int, taken: Collection[str] = (), reason: str = ""
    ) -> MergeT:
        """Make two registrations one: every row of ``merged_id`` comes to ``kept_id``, which its id leads to from now on.

        ``taken`` names the fields (``choosable``) whose values come from the registration that goes. One operation; the
        second of two who merge the same pair gets the first one's merge. Raises ``NotFound`` outside the scope, ``Conflict``
        when somebody merged them the other way round, or while an import is being written (``busy``).
        """
        self._must_merge(user)
        if kept_id == merged_id:
            raise DomainError("same", f"请选择两{self.measure}不同的{self.noun}。", "merged")
        unknown = set(taken) - set(self.choosable)
        if unknown:
            raise DomainError("field", f"没有“{min(unknown)}”这一项。", min(unknown))
        with transaction.atomic():
            hold_imports()
            entries = self._locked(kept_id, merged_id)
            if len(entries) < BOTH:
                return self._merged_before(user, kept_id, merged_id)
            self._must_see(user, kept_id, merged_id)
            kept, merged = entries[kept_id], entries[merged_id]
            self.check(kept, merged)
            return self._merge(user, kept, merged, frozenset(taken), reason)

    def undo_merge(self, *, user: User, merge: MergeT, reason: str = "") -> MergeT:
        """Take a merge back: both stand as before, with the rows each had; idempotent.

        What was written down since stays with the one kept. Raises ``Conflict`` with the rows changed since as ``details``
        when they would have to be overwritten, and while an import is being written (``busy``).
        """
        self._must_merge(user)
        with transaction.atomic():
            hold_imports()
            merge = _rows(self.merges).select_for_update(of=("self",)).get(pk=merge.pk)
            if merge.undone_at is not None:
                return merge
            now = self.now(merge.kept_id)
            self._must_see(user, now)
            if now != merge.kept_id:
                later = f"后来又并入了另一{self.measure}，请先撤销后来的合并。"
                raise Conflict("merged_again", f"保留的{self.noun}{later}")
            self._locked(now)
            history.undo(operation_id=merge.operation_id, user=user, reason=(reason.strip() or "撤销合并")[:LONGEST])
            self.renew([merge.kept_id, merge.merged_id], self.touched(merge.merged_id))
            merge.undone_by, merge.undone_at = user, timezone.now()
            merge.save(update_fields=["undone_by", "undone_at"])
            self._pair_of(merge.kept_id, merge.merged_id).filter(state=State.MERGED).update(state=State.OPEN)
        return merge

    # How.

    def _merge(self, user: User, kept: EntryT, merged: EntryT, taken: frozenset[str], reason: str) -> MergeT:
        touched = self.touched(merged.pk)
        with history.operation(user=user, action=self.action, reason=reason.strip()[:LONGEST]) as act:
            with connection.cursor() as cursor:
                move = Move(cursor, kept.pk, merged.pk, self.measure, self.noun)
                moved = move_children(move, self.entries)
                # The row goes by SQL: the model would look for what hangs on it, and nothing does any more.
                move.run(f"DELETE FROM {self.entries._meta.db_table} WHERE id = %(merged)s")  # noqa: SLF001 - Django's documented model API
            former = {**self.unite(kept, merged, taken), "former_id": merged.pk, f"{self.bearer}_id": kept.pk}
            _rows(self.aliases).create(**former)
            self.renew([kept.pk], touched)
        self._pair_of(kept.pk, merged.pk).update(state=State.MERGED, decided_by=user, decided_at=Now())
        return _rows(self.merges).create(
            kept_id=kept.pk,
            merged_id=merged.pk,
            operation=act,
            settled=[asdict(one) for one in move.settled],
            moved=moved,
            made_by=user,
            **self.told_of(merged),
        )

    def _merged_before(self, user: User, kept_id: int, merged_id: int) -> MergeT:
        made = _rows(self.merges).filter(Merge.of(kept_id, merged_id), undone_at__isnull=True).first()
        if made is None:
            raise self._unknown()
        self._must_see(user, self.now(made.kept_id))
        if made.kept_id != kept_id:
            raise Conflict("merged", f"刚才已有人合并了这{self.both}，保留的是另一{self.measure}。")
        return made

    def _pair_of(self, one: int, other: int) -> models.QuerySet[PairT]:
        return _rows(self.pairs).filter(Pair.of(one, other))

    def _locked(self, *ids: int) -> dict[int, EntryT]:
        """The entries, locked in the order of their ids."""
        rows = _rows(self.entries).select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        return {row.pk: row for row in rows}

    def _must_see(self, user: User, *ids: int, field: str | None = None) -> None:
        if self.seen(user).filter(pk__in=ids).count() < len(ids):
            raise self._unknown(field)

    def _unknown(self, field: str | None = None) -> NotFound:
        return NotFound(self.bearer, f"没有找到这些{self.noun}，或不在您的管辖范围内。", field)

    def _must_judge(self, user: User) -> None:
        if not user.can(self.judging):
            raise NotAllowed("forbidden", f"您没有判定重复{self.noun}的权限。")

    def _must_merge(self, user: User) -> None:
        if not self.may_merge(user):
            raise NotAllowed("forbidden", f"您没有合并{self.noun}的权限。")
