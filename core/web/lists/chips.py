"""The filters in force as chips: what each says and the address of the list without it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _

from core.web.lists.columns import plain

PAGING = ("after", "before")
NOT_FILTERS = frozenset({"q", "sort", "view", *PAGING})


@dataclass(frozen=True)
class Chip:
    """One filter in force."""

    label: str
    text: str
    remove_query: str
    unread: bool = False


def without(query: QueryDict, names: Iterable[str]) -> str:
    """The query string without the given parameters, the paging and blank values."""
    dropped = {*names, *PAGING}
    kept = QueryDict(mutable=True)
    for name, values in query.lists():
        given = [value for value in values if value]
        if name not in dropped and given:
            kept.setlist(name, given)
    return kept.urlencode()


def with_values(query: QueryDict, **values: str) -> str:
    """The query string with the given parameters replaced and the paging dropped."""
    changed = QueryDict(without(query, values), mutable=True)
    for name, value in values.items():
        if value:
            changed[name] = value
    return changed.urlencode()


def chips_of(form: forms.Form | None, query: QueryDict, text: str) -> list[Chip]:
    """Chips of the search text, of one operation's rows and of a filter form, in the form's order.

    A filter that cannot be read has one too: it is what has to be taken away.
    """
    found = []
    if text:
        found.append(Chip(_("搜索"), text, without(query, ["q"])))
    if query.get("operation"):
        found.append(Chip(_("记录"), _("这次导入的"), without(query, ["operation"])))
    if form is None:
        return found
    faults = form.errors if form.is_bound else {}
    for name, field in form.fields.items():
        names = parameters_of(form, name)
        value = form.cleaned_data.get(name) if form.is_bound else None
        if name in faults:
            said = " – ".join(filter(None, (query.get(parameter, "") for parameter in names)))
        elif value in (None, "", [], ()) or (hasattr(value, "exists") and not value):
            continue
        else:
            said = _said(field, value)
        found.append(Chip(str(field.label or name), said, without(query, names), unread=name in faults))
    return found


def parameters_of(form: forms.Form, name: str) -> list[str]:
    """The query parameters one form field reads (a range has two)."""
    widget, prefixed = form.fields[name].widget, form.add_prefix(name)
    named = [f"{prefixed}_{suffix}" for suffix in getattr(widget, "suffixes", ()) if suffix]
    return [prefixed, *named, *(f"{prefixed}{suffix}" for suffix in getattr(widget, "widgets_names", ()))]


def _said(field: forms.Field, value: Any) -> str:
    if isinstance(value, slice):
        low, high = (plain(end) if end is not None else "" for end in (value.start, value.stop))
        return f"{low} – {high}".strip()
    # What a widget or a field itself calls its value: a code by its name.
    label = getattr(field.widget, "label_of", None) or getattr(field, "label_of", None)
    if label is not None:
        return str(label(value)) or plain(value)
    choices = (
        {str(key): text for key, text in getattr(field, "choices", ()) or ()} if not hasattr(field, "queryset") else {}
    )
    if not choices and isinstance(value, str):
        # A code is shown as the form shows it: by its name.
        return plain(field.prepare_value(value))
    values = value if isinstance(value, list | tuple) or hasattr(value, "exists") else [value]
    return "、".join(plain(choices.get(str(one), one)) for one in values)
