"""The page's own filters, read from an API request; shared with the schema."""

from collections.abc import Iterable, Iterator
from copy import copy
from typing import Any

from django import forms
from django.db.models import QuerySet
from django_filters import FilterSet
from rest_framework.request import Request

from core.errors import DomainError

PAGING_PARAMETERS = frozenset({"limit", "cursor", "ordering", "format"})


def parameters_of(filterset: type[FilterSet] | None) -> Iterator[tuple[str, forms.Field]]:
    """(query parameter, form field) of every filter; a range has two."""
    for name, declared in (filterset.base_filters if filterset else {}).items():
        # A filter keeps the field it made: the copy keeps it, not the declaration that each request makes its own of.
        field = copy(declared).field
        suffixes: Iterable[str | None] = getattr(field.widget, "suffixes", None) or [""]
        for suffix in suffixes:
            yield (f"{name}_{suffix}" if suffix else name), field


def read_filters(rows: QuerySet[Any, Any], filterset: type[FilterSet] | None, request: Request) -> FilterSet | None:
    """The filters with the query parameters in them, None for a table without any.

    DomainError names the parameter at fault, an unknown one too: a misspelt filter must not answer with everything.
    """
    known = {name for name, _field in parameters_of(filterset)} | PAGING_PARAMETERS
    unknown = next((name for name in request.query_params if name not in known), None)
    if unknown is not None:
        raise DomainError("filter_unknown", f"没有“{unknown}”这个参数，可用：{'、'.join(sorted(known))}。", unknown)
    if filterset is None:
        return None
    bound = filterset(data=request.query_params, queryset=rows, request=request)
    if not bound.is_valid():
        field, messages = next(iter(bound.errors.items()))
        raise DomainError("filter", f"参数“{field}”不正确：{messages[0]}", field)
    return bound
