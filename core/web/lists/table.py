"""Heading cells and body rows of a list, built once in Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.web.lists.chips import with_values
from core.web.lists.columns import Column, Row
from core.web.texts import Text


@dataclass(frozen=True)
class Heading:
    """One heading cell; ``query`` sorts by it ("" where it cannot), ``order`` is its ``aria-sort``."""

    name: str
    label: Text
    css: str
    query: str
    order: str


@dataclass(frozen=True)
class TableRow:
    """One row: its key, where it leads, and its cells as HTML."""

    pk: str
    url: str
    cells: SafeString


def headings_of(columns: Sequence[Column], sort: tuple[Column | None, bool], query: QueryDict) -> list[Heading]:
    """Headings of the shown columns. Asking again for the column in force turns the order round."""
    current, descending = sort
    found = []
    for column in columns:
        here = column is current
        asked = f"-{column.name}" if here and not descending else column.name
        order = ("descending" if descending else "ascending") if here else ("none" if column.sort else "")
        found.append(
            Heading(column.name, column.label, column.css, with_values(query, sort=asked) if column.sort else "", order)
        )
    return found


def table_rows(
    rows: Sequence[Row], columns: Sequence[Column], row_url: Callable[[Row], str], *, picks: bool
) -> list[TableRow]:
    """Body rows; the first cell carries the link that opens the row, so that Enter and a screen reader find it."""
    openings = [column.opening("lead-cell" if number == 0 else "") for number, column in enumerate(columns)]
    pick_words = _("选择 %(name)s") if picks else ""
    found = []
    for row in rows:
        pk, url = str(row["pk"]), row_url(row)
        contents = [column.dressed(row) for column in columns]
        lead = (columns[0].text(row) if columns else "") or pk
        if url and contents:
            contents[0] = f'<a href="{escape(url)}" class="row-link">{escape(lead)}</a>'
        cells = [f"{opening}{content}</td>" for opening, content in zip(openings, contents, strict=True)]
        if picks:
            cells.insert(0, _pick(pk, pick_words % {"name": lead}))
        found.append(TableRow(pk, url, mark_safe("".join(cells))))  # noqa: S308 - every part was escaped above
    return found


def _pick(pk: str, words: str) -> str:
    return (
        '<td class="pick"><input type="checkbox" class="form-check-input" name="ids"'
        f' value="{escape(pk)}" aria-label="{escape(words)}"></td>'
    )
