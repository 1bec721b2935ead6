"""The register of employers: deciding about those that may be one, merging two registrations, taking a merge back."""

from collections.abc import Collection, Sequence
from typing import Any, ClassVar, Final

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.errors import DomainError
from core.formats.credit_code import credit_code_notice
from core.pairs.moving import children_of
from core.pairs.register import Register
from employment.arrivals import arrived_at
from employment.models import Employer, EmployerAlias, EmployerMerge, EmployerPair
from employment.models.employers import serves_whole_county
from employment.rebuilding import rebuild_spells

FILLED: Final = ("place_code", "industry", "size", "contact", "phone")
"""What the employer kept takes from the other where it has nothing."""


class Employers(Register[Employer, EmployerPair, EmployerMerge]):
    """Employers: known by credit code or name, of the whole county."""

    entries, pairs, merges, aliases, bearer = Employer, EmployerPair, EmployerMerge, EmployerAlias, "employer"
    looking, judging, merging, action = "employers.view", "employment.edit", "employers.merge", "employers.merge"
    measure, noun, different = "家", "单位", gettext_noop("不是同一家")
    reasons: ClassVar = dict(EmployerPair.Reason.choices)

    def seen(self, user: User) -> QuerySet[Employer]:
        """Those the user sees."""
        return Employer.objects.visible_to(user)

    def may_merge(self, user: User) -> bool:
        """Rows of everybody's people are moved, so it takes somebody who serves the whole county."""
        return super().may_merge(user) and serves_whole_county(user)

    def check(self, kept: Employer, merged: Employer) -> None:
        """Two firms with a right code each are two."""
        if two_firms(kept.credit_code, merged.credit_code):
            raise DomainError("credit_code", "两家单位的统一社会信用代码不同且校验都正确，不是同一家。")

    def unite(self, kept: Employer, merged: Employer, taken: frozenset[str]) -> dict[str, Any]:  # noqa: ARG002 - nothing may be chosen
        """Fill the blanks of the employer kept; the alias keeps the code nobody bears any more.

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
        return {"name": merged.name, "credit_code": given_up}

    def told_of(self, merged: Employer) -> dict[str, Any]:
        """Name and code."""
        return {"merged_name": merged.name, "merged_code": merged.credit_code or ""}

    def touched(self, entry_id: int) -> set[int]:
        """Persons of whom a row names the employer."""
        found: set[int] = set()
        with connection.cursor() as cursor:
            for child in children_of(Employer):
                if "worker_id" in child.columns:
                    cursor.execute(
                        f'SELECT DISTINCT worker_id FROM {child.table} WHERE "{child.column}" = %s', [entry_id]
                    )
                    found.update(row[0] for row in cursor.fetchall())
        return found

    def renew(self, ids: Sequence[int], touched: Collection[int]) -> None:
        """Their spells, and those of all whose 到岗 is told by the name of one of the employers."""
        rebuild_spells(worker_ids={*touched, *arrived_at(ids)})


def two_firms(one: str | None, other: str | None) -> bool:
    """Whether both codes are well-formed and different: no mistake of writing makes one of the other."""
    return bool(one and other and one != other and not credit_code_notice(one) and not credit_code_notice(other))


def _better(one: str, other: str) -> bool:
    return credit_code_notice(one) is None and credit_code_notice(other) is not None


EMPLOYERS: Final = Employers()
decide, point_out = EMPLOYERS.decide, EMPLOYERS.point_out
merge_employers, undo_merge = EMPLOYERS.merge, EMPLOYERS.undo_merge
