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


@dataclass(frozen=True, slots=True)
class TableBody:
    """The rows of a table as HTML, ready for its ``tbody``; without rows it is false."""

    size: int
    html: SafeString

    def __len__(self) -> int:
        return self.size


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
) -> TableBody:
    """Body rows; the first cell carries the link that opens the row, so that Enter and a screen reader find it.

    They are drawn in one go: a template's loop over them would cost more than all the rest of a row.
    """
    openings = [column.opening("lead-cell" if number == 0 else "") for number, column in enumerate(columns)]
    drawers = [column.drawer() for column in columns]
    pick_words = escape(_("选择 %(name)s")) if picks else ""
    found = []
    for row in rows:
        pk, url = str(row["pk"]), escape(row_url(row))
        contents = [draw(row) for draw in drawers]
        lead = escape((columns[0].text(row) if columns else "") or pk)
        if url and contents:
            contents[0] = f'<a href="{url}" class="row-link">{lead}</a>'
        found.append(f'<tr data-href="{url}">' if url else "<tr>")
        if picks:
            found.append(_pick(escape(pk), pick_words % {"name": lead}))
        found += [f"{opening}{content}</td>" for opening, content in zip(openings, contents, strict=True)]
        found.append("</tr>\n")
    return TableBody(len(rows), mark_safe("".join(found)))  # noqa: S308 - every part was escaped above


def _pick(pk: str, words: str) -> str:
    return (
        '<td class="pick"><input type="checkbox" class="form-check-input" name="ids"'
        f' value="{pk}" aria-label="{words}"></td>'
    )
