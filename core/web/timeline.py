"""The history of one thing as a timeline: who changed what, when, why; personal data stay masked."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from core.history.models import BusinessRow
from core.history.queries import Change, changes_of
from core.web.lists.columns import MASKS, Mask, plain

PERSONAL: dict[str, Mask] = {
    "id_number": "id",
    "phone": "phone",
    "emergency_phone": "phone",
    "contact_phone": "phone",
    "bank_card": "card",
}
DERIVED = frozenset({"name_key", "name_initials"})


@dataclass(frozen=True)
class Moment:
    """One entry of a timeline; ``changes`` are (field, before, after) as text."""

    at: datetime
    who: str
    text: str
    changes: tuple[tuple[str, str, str], ...] = ()
    reason: str = ""


def timeline_of(
    row: BusinessRow,
    *,
    masks: Mapping[str, Mask] | None = None,
    actions: Mapping[str, str] | None = None,
    texts: Mapping[str, Callable[[Any], str]] | None = None,
) -> list[Moment]:
    """The row's recorded changes, newest first.

    ``masks`` adds fields to mask to the known personal ones; ``actions`` gives the words for operation names
    ("workers.edit" → 修改), ``texts`` what says the value of a column (the id of another thing) to people.
    """
    hidden = {**PERSONAL, **(masks or {})}
    return [_moment(row, change, hidden, actions or {}, texts or {}) for change in changes_of(row)]


def _moment(
    row: BusinessRow,
    change: Change,
    masks: Mapping[str, Mask],
    actions: Mapping[str, str],
    texts: Mapping[str, Callable[[Any], str]],
) -> Moment:
    words = {"I": _("建立"), "U": _("修改"), "D": _("删除")}
    fields = {field.column: field for field in row._meta.concrete_fields}  # noqa: SLF001 - Django's documented model API
    changes = tuple(
        (
            _(str(fields[name].verbose_name)) if name in fields else name,
            _said(fields.get(name), name, before, masks, texts),
            _said(fields.get(name), name, after, masks, texts),
        )
        for name, before, after in change.fields
        if name not in DERIVED and not isinstance(fields.get(name), models.GeneratedField)
    )
    return Moment(
        change.at, change.user, actions.get(change.action, words.get(change.kind, change.kind)), changes, change.reason
    )


def _said(
    field: "models.Field[Any, Any] | None",
    name: str,
    value: Any,
    masks: Mapping[str, Mask],
    texts: Mapping[str, Callable[[Any], str]],
) -> str:
    if value is None or value == "":
        return "—"
    if name in texts:
        return texts[name](value)
    if name in masks:
        return MASKS[masks[name]](str(value))
    choices = dict(field.flatchoices) if field is not None else {}
    return str(choices.get(value, plain(value)))
