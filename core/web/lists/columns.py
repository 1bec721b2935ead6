"""Columns of a list page, declared; their cells are built in Python so that the template stays one loop."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from html import escape
from typing import Any, Literal

from django.conf import settings
from django.utils import timezone
from django.utils.translation import override

from core.formats.masking import mask_card, mask_id, mask_name, mask_phone
from core.web.texts import Text
from core.web.words import spoken

Row = dict[str, Any]
Kind = Literal["text", "number", "date", "badge", "masked", "link"]
Mask = Literal["id", "phone", "card", "name"]
OnPhone = Literal["line", "short", "bare"]

BLANK = '<span class="text-secondary blank-cell" aria-hidden="true">—</span>'
MASKS: dict[str, Callable[[str], str]] = {"id": mask_id, "phone": mask_phone, "card": mask_card, "name": mask_name}


@dataclass(frozen=True)
class Column:
    """One column. ``value`` is a field path ("employer__name"; default: the column's name) or a function of the row.

    The row is a dict of the fields named by all columns (``fields`` names those a function reads). ``badges`` maps a
    stored value to (word, Tabler colour); ``href`` makes a link of a ``link`` cell; ``sort`` names the field paths that
    order the list by this column (on a big table NOT NULL ones with an index); ``heading`` is the workbook's, where
    it differs from the label. ``phone`` says how the cell stands on a phone's card: on a line of its own with its label,
    ``short``: with its label beside others, ``bare``: beside others without a label, for what speaks for itself.
    """

    name: str
    label: Text
    kind: Kind = "text"
    value: str | Callable[[Row], Any] = ""
    fields: tuple[str, ...] = ()
    default: bool = True
    sort: tuple[str, ...] = ()
    badges: Mapping[Any, tuple[Text, str]] = field(default_factory=dict)
    mask: Mask = "id"
    href: Callable[[Row], str] | None = None
    places: int | None = None
    heading: str = ""
    phone: OnPhone = "line"

    @property
    def paths(self) -> tuple[str, ...]:
        """Field paths this column reads."""
        if callable(self.value):
            return self.fields
        return (self.value or self.name, *self.fields)

    @property
    def in_workbook(self) -> str:
        """The heading in the workbook of the list, Chinese whatever language the page is in."""
        with override(settings.LANGUAGE_CODE):
            return self.heading or str(self.label)

    @property
    def css(self) -> str:
        """Class of heading and cells."""
        return "num" if self.kind == "number" else "date" if self.kind == "date" else ""

    def raw(self, row: Row) -> Any:
        """The cell's value before it is dressed."""
        return self.value(row) if callable(self.value) else row.get(self.value or self.name)

    def text(self, row: Row) -> str:
        """The cell as plain text: for print and for reading aloud."""
        value = self.raw(row)
        if value is None or value == "":
            return ""
        if self.kind == "masked":
            return MASKS[self.mask](str(value))
        if self.kind == "badge":
            return plain(self.badges.get(value, (value, ""))[0])
        return plain(value, self.places)

    def opening(self, css: str = "") -> str:
        """The ``<td …>`` of this column's cells, made once a page."""
        names = " ".join(filter(None, (self.css, "" if self.phone == "line" else self.phone, css)))
        styled = f' class="{names}"' if names else ""
        return f'<td{styled} data-label="{escape(str(self.label))}">'

    def drawer(self) -> Callable[[Row], str]:
        """What draws this column's cells of one page: their content as HTML, every part of it escaped."""
        if self.kind == "link" and self.href is not None:
            return self._link
        drawn: dict[str, str] = {}

        def draw(row: Row) -> str:
            value = self.raw(row)
            if type(value) is not str:
                return self._content(value, self.text(row))
            # The same few words stand in most cells of a column.
            found = drawn.get(value)
            if found is None:
                found = drawn[value] = self._content(value, self.text(row))
            return found

        return draw

    def _content(self, value: Any, text: str) -> str:
        if not text:
            return BLANK
        if self.kind == "badge":
            colour = self.badges.get(value, ("", "secondary"))[1]
            return f'<span class="badge bg-{colour}-lt text-{colour}-lt-fg">{escape(text)}</span>'
        return escape(text)

    def _link(self, row: Row) -> str:
        text = escape(self.text(row))
        url = self.href(row) if text and self.href is not None else ""
        return f'<a href="{escape(url)}">{text}</a>' if url else text or BLANK


def plain(value: Any, places: int | None = None) -> str:
    """A value as people read it in a table: 2025-02-15, 1,234.50; words of closed lists in the language of the page."""
    if isinstance(value, str | bool):
        return spoken(value if isinstance(value, str) else "是" if value else "否")
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, int | float | Decimal):
        return f"{value:,.{places}f}" if places is not None else f"{value:,}"
    if isinstance(value, list | tuple):
        return "、".join(plain(part) for part in value)
    return str(value)
