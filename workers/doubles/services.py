"""The register of persons: deciding about possible doubles, merging two registrations, taking a merge back."""

from typing import Any, ClassVar, Final

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_noop

from core.accounts.models import User
from core.pairs.register import Register
from workers.doubles.models import Merge, PossibleDouble, WorkerAlias
from workers.models import Worker
from workers.services import EDITABLE

PLACE: Final = ("village_code", "group_name", "household_id")
HOME: Final = frozenset({"village_code", "group_name", "household"})
"""Chosen together: a village brings its group and household along."""


class Persons(Register[Worker, PossibleDouble, Merge]):
    """Persons: known by their ID number, kept by the townships."""

    entries, pairs, merges, aliases, bearer = Worker, PossibleDouble, Merge, WorkerAlias, "worker"
    looking, judging, merging, action = "doubles.view", "workers.edit", "workers.merge", "workers.merge"
    measure, noun, different = "份", "档案", gettext_noop("不是同一人")
    reasons: ClassVar = dict(PossibleDouble.Reason.choices)
    choosable = EDITABLE | HOME

    def seen(self, user: User) -> QuerySet[Worker]:
        """Whom the user sees."""
        return Worker.objects.visible_to(user)

    def unite(self, kept: Worker, merged: Worker, taken: frozenset[str]) -> dict[str, Any]:
        """The chosen fields; the earliest visit ever told stays the first (LDB_TOTAL counts from it)."""
        before = {field.attname: getattr(kept, field.attname) for field in Worker._meta.concrete_fields}  # noqa: SLF001 - Django's documented model API
        for name in (taken - HOME) | (set(PLACE) if taken & HOME else set()):
            setattr(kept, name, getattr(merged, name))
        firsts = [day for day in (kept.first_visited_on, merged.first_visited_on) if day is not None]
        kept.first_visited_on = min(firsts, default=None)
        if any(getattr(kept, name) != value for name, value in before.items()):
            kept.updated_at = timezone.now()
            kept.save()
        return {"id_number": merged.id_number, "name": merged.name}

    def told_of(self, merged: Worker) -> dict[str, Any]:
        """Name and number."""
        return {"merged_name": merged.name, "merged_id_number": merged.id_number}


PERSONS: Final = Persons()
decide, point_out = PERSONS.decide, PERSONS.point_out
merge_workers, undo_merge = PERSONS.merge, PERSONS.undo_merge
