"""Two people saved one record: what only the other changed is kept, what both changed is asked."""

from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.http import QueryDict


@dataclass(frozen=True)
class Clash:
    """One field both changed: what it was when the form was opened, what it is now, what was typed."""

    label: str
    opened: str
    theirs: str
    mine: str


@dataclass
class Merge:
    """The data to save, the labels of fields kept from the other person, and the clashes to ask about."""

    data: QueryDict
    kept: list[str] = field(default_factory=list)
    clashes: list[Clash] = field(default_factory=list)


def merge(current: forms.BaseForm, posted: QueryDict, opened: dict[str, Any]) -> Merge:
    """Merge what was posted into the record as it is now.

    ``current`` is the unbound form over the record's values now; ``opened`` are the values the person's form opened
    with, as its inputs send them. A field the person left alone takes the record's value.
    """
    merged = Merge(posted.copy())
    for name, bound_field in current.fields.items():
        if callable(bound_field.initial) and name not in current.initial:
            continue  # no value of the record: a default such as today, which nobody changed
        before = opened.get(name, "")
        theirs = _sent(bound_field, current.get_initial_for_field(bound_field, name))
        mine = _posted(bound_field, posted, current.add_prefix(name))
        if theirs in (before, mine):
            continue
        label = str(bound_field.label or name)
        if mine == before:
            _put(merged.data, current.add_prefix(name), theirs)
            merged.kept.append(label)
        else:
            merged.clashes.append(
                Clash(label, _shown(bound_field, before), _shown(bound_field, theirs), _shown(bound_field, mine))
            )
    return merged


def _posted(bound_field: forms.Field, posted: QueryDict, name: str) -> Any:
    widget = bound_field.widget
    value = widget.value_from_datadict(posted, {}, name)
    if isinstance(widget, forms.CheckboxInput):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return sorted(str(one) for one in value if one not in (None, ""))
    return "" if value is None else str(value)


def _put(data: QueryDict, name: str, value: Any) -> None:
    if isinstance(value, list):
        data.setlist(name, value)
    elif value:
        data[name] = value
    else:
        data.pop(name, None)


def _shown(bound_field: forms.Field, value: Any) -> str:
    label_of = getattr(bound_field.widget, "label_of", None)
    if label_of is not None:
        return str(label_of(value)) or str(value)
    choices = {str(key): str(text) for key, text in getattr(bound_field, "choices", ()) or ()}
    values = value if isinstance(value, list) else [value]
    return "、".join(choices.get(str(one), str(one)) for one in values) or "—"


def _sent(bound_field: forms.Field, value: Any) -> Any:
    """A value in the spelling its input sends: lists for several choices, text otherwise."""
    prepared = bound_field.prepare_value(value)
    if isinstance(prepared, bool) or isinstance(bound_field.widget, forms.CheckboxInput):
        return "on" if prepared else ""
    if isinstance(prepared, list | tuple | set):
        return sorted(str(one) for one in prepared)
    widget = bound_field.widget
    shown = widget.format_value(prepared) if not isinstance(widget, forms.Select) else prepared
    return "" if shown is None else str(shown)


def as_sent(form: forms.BaseForm) -> dict[str, Any]:
    """The form's initial values as its inputs would send them, so that two states compare as people see them."""
    return {name: _sent(one, form.get_initial_for_field(one, name)) for name, one in form.fields.items()}
