"""The form of a bulk edit: tick what is to change, say what it becomes, and why."""

from collections.abc import Iterator, Mapping
from typing import Any, cast

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.bulk.declarations import BulkField, BulkKind, Values
from core.web.forms import KitForm


def tick_of(field: BulkField) -> str:
    """The name of the box that says a field is to change."""
    return f"set_{field.name}"


class BulkForm(KitForm):
    """The fields of a kind, each with a box to tick; what is not ticked is neither read nor judged."""

    def __init__(self, *args: Any, kind: BulkKind, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.kind = kind
        self.inputs: dict[str, list[str]] = {}
        for field in kind.fields:
            self.fields[tick_of(field)] = forms.BooleanField(label=cast("str", field.label), required=False)
            given = field.inputs()
            self.fields |= given
            self.inputs[field.name] = list(given)
        self.fields["reason"] = forms.CharField(label=_("事由"), max_length=200)
        for name in (name for names in self.inputs.values() for name in names):
            if hasattr(self.fields[name].widget, "user"):
                self.fields[name].widget.user = user

    @property
    def chosen(self) -> list[BulkField]:
        """The fields that were ticked."""
        return [field for field in self.kind.fields if self.data.get(self.add_prefix(tick_of(field)))]

    @property
    def lines(self) -> Iterator[tuple[BoundField, list[BoundField]]]:
        """Each field's box and its inputs, for the template."""
        for field in self.kind.fields:
            yield self[tick_of(field)], [self[name] for name in self.inputs[field.name]]

    def clean(self) -> dict[str, Any]:
        """Forget what is wrong with fields that are not to change; something must change."""
        chosen = {field.name for field in self.chosen}
        for field in self.kind.fields:
            if field.name not in chosen:
                for name in self.inputs[field.name]:
                    self.errors.pop(name, None)
        if not chosen:
            raise forms.ValidationError(gettext("请勾选要修改的项目。"), code="required")
        return self.cleaned_data

    def values(self, field: BulkField) -> Values:
        """What a ticked field becomes."""
        return {name: self.cleaned_data[name] for name in self.inputs[field.name]}

    def sent(self) -> dict[str, Any]:
        """What was ticked and typed, to be read again by ``bound``."""
        inputs = {name: self.data.get(name, "") for field in self.chosen for name in self.inputs[field.name]}
        return {"fields": [field.name for field in self.chosen], "inputs": inputs}

    def said(self) -> list[list[str]]:
        """(field, what it becomes) in words, for the record: in Chinese whatever language the page is in."""
        with override(settings.LANGUAGE_CODE):
            return [[str(field.label), self._said(field)] for field in self.chosen]

    def _said(self, field: BulkField) -> str:
        words = []
        for name in self.inputs[field.name]:
            value, input_ = self.cleaned_data[name], self.fields[name]
            label_of = getattr(input_.widget, "label_of", None)
            choices = {str(key): text for key, text in getattr(input_, "choices", ())}
            word = label_of(value) if label_of is not None else str(choices.get(str(value), value))
            if value not in (None, ""):
                words.append(word if len(self.inputs[field.name]) == 1 else f"{input_.label} {word}")
        return "，".join(words) or gettext("（清空）")


def bound(kind: BulkKind, user: User, choice: Mapping[str, Any], reason: str) -> BulkForm:
    """The form as it was sent, judged anew: what was allowed then may not be allowed now."""
    ticks = {f"set_{name}": "1" for name in choice.get("fields", ())}
    return BulkForm({**choice.get("inputs", {}), **ticks, "reason": reason}, kind=kind, user=user)
