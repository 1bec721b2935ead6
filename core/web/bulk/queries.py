"""Looking at a bulk edit: which rows change and how, a sample of them, what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Case, Count, ExpressionWrapper, F, Q, QuerySet, TextField, Value, When
from django.db.models.functions import MD5, Concat

from core.accounts.models import User
from core.web.bulk.declarations import BulkKind
from core.web.bulk.forms import BulkForm
from core.web.models import BulkEdit, BulkRow

SAMPLED: Final = 10
MOST_TOLD: Final = 200
BETWEEN: Final = "\x1f"
"""Stands between the texts of a digest; nobody types it."""


@dataclass(frozen=True)
class Sampled:
    """One row of the sample: its name, its address, and for each field its label, before and after."""

    name: str
    url: str
    fields: Sequence[tuple[str, str, str]]


@dataclass(frozen=True)
class Preview:
    """What the edit would do: how many rows change, in which field, how many are so already, and ten of them."""

    changing: int
    same: int
    fields: Sequence[tuple[str, int]]
    sample: Sequence[Sampled]


def chosen_ids(edit: BulkEdit) -> QuerySet[BulkRow, Any]:
    """The ids of all rows chosen."""
    return BulkRow.objects.filter(edit=edit).values("row_id")


def described(kind: BulkKind, user: User, edit: BulkEdit, form: BulkForm) -> QuerySet[Any, Any]:
    """The chosen rows the user sees, with ``before_N`` and ``after_N`` of every field ticked, and ``bulk_differs``."""
    found: QuerySet[Any, Any]
    found, differs = kind.rows(user).filter(pk__in=chosen_ids(edit)).order_by(), Q(pk__in=())
    for place, field in enumerate(form.chosen):
        values = form.values(field)
        found = found.annotate(**{f"before_{place}": field.before(values), f"after_{place}": field.after(values)})
        differs |= ~Q(**{f"before_{place}": F(f"after_{place}")})
    found = found.annotate(bulk_differs=ExpressionWrapper(differs, output_field=BooleanField()))
    return found


def digest(rows: QuerySet[Any, Any], form: BulkForm) -> QuerySet[Any, Any]:
    """The same with ``bulk_seen``: a digest of what the ticked fields say."""
    parts: list[Any] = [Value(BETWEEN)]
    for place in range(len(form.chosen)):
        parts += [F(f"before_{place}"), Value(BETWEEN)]
    found: QuerySet[Any, Any] = rows.annotate(bulk_seen=MD5(Concat(*parts, output_field=TextField())))
    return found


def preview(kind: BulkKind, user: User, edit: BulkEdit, form: BulkForm) -> Preview:
    """What the edit would do now."""
    rows, chosen = described(kind, user, edit, form), form.chosen
    counted: dict[str, Any] = {"changing": Count(Case(When(bulk_differs=True, then=1)))}
    for place in range(len(chosen)):
        counted[f"field_{place}"] = Count(Case(When(~Q(**{f"before_{place}": F(f"after_{place}")}), then=1)))
    told = rows.aggregate(everybody=Count("pk"), **counted)
    return Preview(
        changing=told["changing"],
        same=told["everybody"] - told["changing"],
        fields=[(str(field.label), told[f"field_{place}"]) for place, field in enumerate(chosen)],
        sample=_sample(kind, user, rows, form),
    )


def _sample(kind: BulkKind, user: User, rows: QuerySet[Any, Any], form: BulkForm) -> list[Sampled]:
    chosen = form.chosen
    pairs = [f"{side}_{place}" for place in range(len(chosen)) for side in ("before", "after")]
    listed = list(rows.filter(bulk_differs=True).order_by("pk").values("pk", *pairs)[:SAMPLED])
    names = kind.named(kind.rows(user), [row["pk"] for row in listed])
    words = [
        field.words({row[f"{side}_{place}"] for row in listed for side in ("before", "after")})
        for place, field in enumerate(chosen)
    ]
    sampled = []
    for row in listed:
        said = [
            (
                str(field.label),
                known.get(before := row[f"before_{place}"], before),
                known.get(after := row[f"after_{place}"], after),
            )
            for place, (field, known) in enumerate(zip(chosen, words, strict=True))
        ]
        sampled.append(Sampled(*names.get(row["pk"], ("", "")), said))
    return sampled


def outcomes(edit: BulkEdit) -> dict[str, int]:
    """How many rows came to what."""
    found = BulkRow.objects.filter(edit=edit).order_by().values("outcome").annotate(n=Count("id"))
    return {row["outcome"]: row["n"] for row in found}


def not_written(kind: BulkKind, user: User, edit: BulkEdit) -> list[tuple[str, str, str]]:
    """(why, name, address) of the rows that were left as they are for a reason worth telling; only those in sight have a name."""
    odd = (BulkRow.Outcome.CHANGED, BulkRow.Outcome.OUTSIDE, BulkRow.Outcome.GONE)
    rows = list(BulkRow.objects.filter(edit=edit, outcome__in=odd).order_by("outcome", "row_id")[:MOST_TOLD])
    names = kind.named(kind.rows(user), [row.row_id for row in rows])
    return [(row.get_outcome_display(), *names.get(row.row_id, ("", ""))) for row in rows]
