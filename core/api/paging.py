"""Paging by cursor: a page begins after the last row of the one before, so that inserted rows never shift it.

No OFFSET and no count(*): the cost of a page does not grow with the table or with its place in it.
"""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from operator import itemgetter
from typing import Any
from urllib.parse import quote

from django.core.exceptions import FieldError, ValidationError
from django.db import DataError
from django.db.models import F, QuerySet
from rest_framework.request import Request

from core.api.columns import Columns, plain_columns
from core.candidates import Finder, beyond, first_rows
from core.errors import DomainError

DEFAULT_LIMIT = 50
MOST = 500


@dataclass(frozen=True, slots=True)
class Key:
    """One expression rows are ordered by."""

    path: str
    descending: bool = False

    def turned(self) -> "Key":
        """The same, the other way round."""
        return Key(self.path, not self.descending)

    def expression(self) -> Any:  # noqa: ANN401 - Django does not export the type
        """For order_by(); PostgreSQL puts NULL last ascending and first descending, each the reverse of the other."""
        return F(self.path).desc() if self.descending else F(self.path).asc()


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows: the order, the values of the row beside it, and which way to read."""

    ordering: str
    backwards: bool
    values: tuple[Any, ...]

    def encode(self) -> str:
        """Text for a URL; its content is nobody's business and may change."""
        text = json.dumps([self.ordering, int(self.backwards), *self.values], ensure_ascii=False, default=_plain)
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    @classmethod
    def decode(cls, text: str, *, ordering: str, size: int) -> "Cursor":
        """The cursor of that text; DomainError when it is broken or was made for another ordering."""
        try:
            found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
        except (binascii.Error, ValueError):
            found = None
        if not isinstance(found, list) or len(found) != size + 2 or found[0] != ordering or found[1] not in {0, 1}:
            raise _bad_cursor()
        if any(isinstance(value, dict | list) for value in found[2:]):
            raise _bad_cursor()
        return cls(ordering, bool(found[1]), tuple(found[2:]))


@dataclass(frozen=True, slots=True)
class Page:
    """Rows and the addresses of the pages beside them."""

    rows: list[dict[str, Any]]
    next: str | None
    previous: str | None


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date | time) else str(value)


def _bad_cursor() -> DomainError:
    return DomainError("cursor", "翻页标记不正确，请从第一页重新读取。", "cursor")


def limit_of(request: Request, *, default: int = DEFAULT_LIMIT) -> int:
    """Rows a page may have (``?limit=``, 1–500); DomainError when it is no such number."""
    text = request.query_params.get("limit", "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= MOST:
        raise DomainError("limit", f"limit应是1至{MOST}的整数。", "limit")
    return int(text)


def ordering_of(request: Request, orderings: Mapping[str, str], default: str) -> tuple[str, list[Key]]:
    """The order asked for (``?ordering=-name,id``), ended by the primary key; DomainError when it is unknown."""
    text = request.query_params.get("ordering", "") or default
    keys = []
    for part in text.split(","):
        name = part.strip()
        path = orderings.get(name.removeprefix("-"))
        if path is None:
            raise DomainError("ordering", f"不能按“{part}”排序，可用：{'、'.join(orderings)}。", "ordering")
        keys.append(Key(path, descending=name.startswith("-")))
    if not any(key.path in {"pk", "id"} for key in keys):
        keys.append(Key("pk", descending=keys[-1].descending))
    return text, keys


def page_of(
    request: Request,
    rows: QuerySet[Any, Any],
    values: Mapping[str, str],
    *,
    orderings: Mapping[str, str],
    default: str,
    limit: int = DEFAULT_LIMIT,
    finder: Finder | None = None,
) -> Page:
    """One page of ``rows`` as dicts {name: value at path}, in one query, with a ``finder`` seldom a second.

    ``values`` maps names to paths, ``orderings`` the names allowed in ``?ordering=`` to paths. DomainError on a bad
    limit, ordering or cursor.
    """
    ordering, keys = ordering_of(request, orderings, default)
    limit = limit_of(request, default=limit)
    text = request.query_params.get("cursor", "")
    cursor = Cursor.decode(text, ordering=ordering, size=len(keys)) if text else None
    backwards = cursor is not None and cursor.backwards
    read = [key.turned() for key in keys] if backwards else keys
    try:
        if cursor:
            rows = rows.filter(beyond([(key.path, key.descending) for key in read], cursor.values))
        in_order, places = _selected(rows.order_by(*[key.expression() for key in read]), keys, values.values())
        order, edge = [(key.path, key.descending) for key in read], cursor.values if cursor else None
        found = first_rows(in_order, limit + 1, order, edge, places, finder=finder)
    except (ValidationError, ValueError, TypeError, AttributeError, OverflowError, DataError) as error:
        if cursor is None or isinstance(error, FieldError):
            raise
        raise _bad_cursor() from error
    more = len(found) > limit
    found = found[:limit]
    if backwards:
        found.reverse()
    ends = [row[: len(keys)] for row in (found[:1] + found[-1:])]
    has_next, has_previous = (cursor is not None, more) if backwards else (more, cursor is not None)
    picked = itemgetter(*(places[path] for path in values.values()), 0)
    return Page(
        # What is picked besides, so that it is a tuple even of one value, has no name and is left out.
        [dict(zip(values, picked(row), strict=False)) for row in found],
        _address(request, Cursor(ordering, backwards=False, values=ends[-1])) if has_next and ends else None,
        _address(request, Cursor(ordering, backwards=True, values=ends[0])) if has_previous and ends else None,
    )


def _selected(
    rows: QuerySet[Any, Any], keys: Sequence[Key], paths: Iterable[str]
) -> tuple[QuerySet[Any, Any], dict[str, int]]:
    """The rows as tuples, and where in them each path stands: the keys of the order come first."""
    first = dict.fromkeys(key.path for key in keys)
    others = [path for path in dict.fromkeys(paths) if path not in first]
    plain = plain_columns(rows, others)
    found = [*first, *(path for path in others if path not in plain)]
    read = rows.values_list(*found, *([Columns(tuple(plain.values()))] if plain else []))
    return read, {path: place for place, path in enumerate((*found, *plain))}


def _address(request: Request, cursor: Cursor) -> str:
    asked = request.META.get("QUERY_STRING", "").split("&")
    kept = [part for part in asked if part and not part.startswith("cursor=")]
    # Put together here: build_absolute_uri takes the address apart again for every link of every page.
    return (
        f"{request.scheme}://{request.get_host()}{quote(request.path)}?{'&'.join([*kept, f'cursor={cursor.encode()}'])}"
    )
