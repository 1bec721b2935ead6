"""Form fields that read what people type: dates any way, amounts with commas, people and places by a few letters."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.formats.dates import parse_date
from core.formats.faults import CellFault
from core.formats.identity import parse_id_number
from core.formats.numbers import parse_amount
from core.formats.phones import parse_phone
from core.web.screens import ChoiceSource, named


class _Parsed(forms.CharField):
    """A text field whose parser is one of ``core.formats``; the parser's sentence is the form's."""

    def parse(self, text: str) -> Any:
        """The value of the text; raises ``CellFault``."""
        raise NotImplementedError

    def to_python(self, value: Any) -> Any:
        """None for blank text."""
        if value is None or isinstance(value, dt.date | Decimal):
            return value
        text = super().to_python(value)
        if not text:
            return None
        try:
            return self.parse(text)
        except CellFault as fault:
            raise ValidationError(fault.message, code=fault.code) from fault


class DateField(_Parsed):
    """A date typed any way (formats.md §1).

    ``future=False`` refuses days to come; ``native`` gives a phone its own picker.
    """

    def __init__(self, *, future: bool = True, native: bool = False, **kwargs: Any) -> None:
        kind = forms.DateInput(
            format="%Y-%m-%d",
            attrs={"type": "date"}
            if native
            else {"inputmode": "numeric", "placeholder": "2025-02-15", "autocomplete": "off"},
        )
        super().__init__(**{"widget": kind, **kwargs})
        self.future = future

    def parse(self, text: str) -> dt.date | None:
        """The day."""
        return parse_date(text, latest=None if self.future else dt.date.today())  # noqa: DTZ011 - the server runs on Beijing time


class AmountField(_Parsed):
    """An amount in yuan: 1,234.50, 5000元, 0.6万元."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}), **kwargs})

    def parse(self, text: str) -> Decimal | None:
        """Yuan, two decimals."""
        return parse_amount(text)


class IdNumberField(_Parsed):
    """A citizen's ID number, checked (domain.md §6.1)."""

    def parse(self, text: str) -> str | None:
        """Eighteen characters, X in upper case."""
        return parse_id_number(text, today=dt.date.today())  # noqa: DTZ011 - the server runs on Beijing time


class PhoneField(_Parsed):
    """A phone number, normalised; oddities are kept as typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"widget": forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}), **kwargs})

    def parse(self, text: str) -> str | None:
        """The number."""
        return parse_phone(text)


class Suggesting(forms.TextInput):
    """A text box that suggests words out of ``suggestions``; anything else may be typed, and it needs no script."""

    def __init__(self, suggestions: Callable[[], Sequence[str]], attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.suggestions = suggestions

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The box and its list."""
        listed = f"{(attrs or {}).get('id', name)}_words"
        box = super().render(name, value, {**(attrs or {}), "list": listed}, renderer)
        options = format_html_join("", '<option value="{}"></option>', ((word,) for word in self.suggestions()))
        return format_html('{}<datalist id="{}">{}</datalist>', box, listed, options)


class Autocomplete(forms.Widget):
    """A text box with suggestions over a hidden value; ``source`` names a registered ``ChoiceSource``."""

    user: User | None = None

    def __init__(self, source: str, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs)
        self.source = source

    def id_for_label(self, id_: str, index: str | None = None) -> str:
        """The label belongs to the visible box."""
        return f"{id_}_text" if id_ else id_

    def label_of(self, value: Any) -> str:
        """The words for a chosen value, "" outside the person's scope."""
        source = named(ChoiceSource, self.source)
        if source is None or value in (None, "") or self.user is None:
            return ""
        return source.label(self.user, str(getattr(value, "pk", value)))

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        """The two inputs and the list."""
        given = self.build_attrs(self.attrs, attrs)
        context = {
            "name": name,
            "value": "" if value is None else value,
            "label": self.label_of(value),
            "id": given.pop("id", f"id_{name}"),
            "url": reverse("web:choices", args=[self.source]),
            "css": given.pop("class", "form-control"),
            "attrs": given,
        }
        return mark_safe(render_to_string("web/autocomplete.html", context))  # noqa: S308 - a rendered template


class AutocompleteField(forms.CharField):
    """The value chosen from a ``ChoiceSource``; what the person may not see is no choice."""

    widget: Autocomplete

    def __init__(self, source: str, **kwargs: Any) -> None:
        super().__init__(**{"widget": Autocomplete(source), **kwargs})

    def clean(self, value: Any) -> Any:
        """The chosen value as text; ``ValidationError`` for one outside the person's scope."""
        chosen = super().clean(value)
        if chosen and not self.widget.label_of(chosen):
            raise ValidationError(_("请从列表中选一项。"), code="choice")
        return chosen
