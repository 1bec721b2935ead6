"""Heading cells and body rows of a list, built once in Python."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from core.web.lists.chips import with_values
from core.web.lists.columns import Column, Row
from core.web.screens import Text


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
    return [_table_row(row, columns, row_url(row), picks=picks) for row in rows]


def _table_row(row: Row, columns: Sequence[Column], url: str, *, picks: bool) -> TableRow:
    pk = str(row["pk"])
    cells = []
    if picks:
        name = columns[0].text(row) if columns else pk
        cells.append(
            format_html(
                '<td class="pick">'
                '<input type="checkbox" class="form-check-input" name="ids" value="{}" aria-label="{}"></td>',
                pk,
                _("选择 %(name)s") % {"name": name},
            )
        )
    for number, column in enumerate(columns):
        if number == 0 and url:
            link = format_html('<a href="{}" class="row-link">{}</a>', url, column.text(row) or pk)
            cells.append(format_html('<td data-label="{}" class="lead-cell">{}</td>', column.label, link))
        else:
            cells.append(column.cell(row))
    return TableRow(pk, url, mark_safe("".join(cells)))  # noqa: S308 - every part was escaped by format_html
