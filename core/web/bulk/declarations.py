"""What an app declares: the kinds of rows that are changed in bulk, and their fields."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import F, QuerySet, TextField, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast, Coalesce

from core.accounts.models import User
from core.web.screens import Permission
from core.web.texts import Text

Values = Mapping[str, Any]
"""Cleaned values of one field's inputs, by their names."""


@dataclass(frozen=True, kw_only=True)
class BulkField:
    """One thing that may be changed. ``inputs`` are its form fields by name; every name is one of a kind's.

    ``before`` and ``after`` are texts, never NULL, that the database makes of a row: a row changes where they differ, and the
    sample shows them, ``words`` turning stored codes into names. ``columns`` go into the one UPDATE of the kind's table;
    what lies in other tables is written by ``write(rows, values)``, where ``rows`` are the ids to write as a queryset:
    set-based, and only for rows where ``before`` and ``after`` differ. ``follow(ids)`` renews what is derived from the rows,
    once they are written and once the edit is taken back.
    """

    name: str
    label: Text
    inputs: Callable[[], Mapping[str, forms.Field]]
    before: Callable[[Values], Combinable]
    after: Callable[[Values], Combinable]
    columns: Callable[[Values], Mapping[str, Any]] = lambda _values: {}
    write: Callable[[QuerySet[Any, Any], Values], None] | None = None
    words: Callable[[Iterable[str]], Mapping[str, str]] = lambda _texts: {}
    follow: Callable[[Iterable[int]], None] | None = None


@dataclass(frozen=True, kw_only=True)
class BulkKind:
    """Rows of one table that may be changed in bulk. ``rows(user)`` goes through ``visible_to``; ``name`` is the list's key.

    ``named(rows, ids)`` gives (text, address) of some of those rows; ``moment`` is the column that says when a row was last written.
    """

    name: str
    label: Text
    permission: Permission
    rows: Callable[[User], QuerySet[Any, Any]]
    named: Callable[[QuerySet[Any, Any], Sequence[int]], Mapping[int, tuple[str, str]]]
    list_url: Callable[[], str]
    fields: Sequence[BulkField] = field(default_factory=tuple)
    moment: str = "updated_at"

    @property
    def action(self) -> str:
        """The name of the act in the history."""
        return f"{self.name}.bulk_edit"


_kinds: dict[str, BulkKind] = {}


def register_bulk(kind: BulkKind) -> BulkKind:
    """Make a kind known; ``ValueError`` when its name is taken."""
    if kind.name in _kinds:
        message = f"two kinds of bulk edits are named {kind.name}"
        raise ValueError(message)
    _kinds[kind.name] = kind
    return kind


def kind_named(name: str) -> BulkKind:
    """The kind; ``KeyError`` when no app declared it."""
    return _kinds[name]


def known_kinds() -> Sequence[BulkKind]:
    """All kinds that apps declared."""
    return list(_kinds.values())


def text_of(name: str) -> Combinable:
    """A column as a text, "" for NULL."""
    return Coalesce(Cast(F(name), TextField()), Value(""), output_field=TextField())


def column(name: str, label: Text, make: Callable[[], forms.Field]) -> BulkField:
    """A field that is one column set to one value; a blank input takes out what stands there."""

    def after(values: Values) -> Combinable:
        return Value(str(values[name] or ""), output_field=TextField())

    return BulkField(
        name=name,
        label=label,
        inputs=lambda: {name: make()},
        before=lambda _values: text_of(name),
        after=after,
        columns=lambda values: {name: values[name] or None},
    )
