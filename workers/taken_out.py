"""People and tags for a workbook, as the list that was looked at shows them."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, F, Func, IntegerField, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Substr
from django.utils.timezone import localdate

from core.accounts.models import User
from core.divisions.models import Division
from core.formats.values import GROUP_TAGS
from workers.filters import WorkerFilter
from workers.labour import status_words
from workers.models import GroupMembership, Worker, WorkerQuerySet
from workers.queries import TOWNSHIP, area_of, search

YEARS: Final = "CAST(extract(year FROM age(%(expressions)s)) AS integer)"
"""Full years between two days, as ``core.formats.identity.age_on`` counts them."""


def listed(user: User, query: Mapping[str, Any]) -> WorkerQuerySet:
    """People as the list page with those parameters shows them, in no order."""
    return _searched(user, query, _filtered(user, query).qs)


def _filtered(user: User, query: Mapping[str, Any]) -> WorkerFilter:
    return WorkerFilter(query, queryset=Worker.objects.visible_to(user), user=user)


def _searched(user: User, query: Mapping[str, Any], found: WorkerQuerySet) -> WorkerQuerySet:
    text = str(query.get("q", "")).strip()
    return search(found, text, area_of(user)) if text else found


def _division_name(code: OuterRef | Substr) -> Subquery:
    return Subquery(Division.objects.filter(code=code).values("name")[:1])


def export_rows(user: User, query: Mapping[str, Any]) -> QuerySet[Worker]:
    """The list's people for a workbook, village by village: names of places, tags and status on the days the list was asked for."""
    filters, today = _filtered(user, query), localdate()
    rows, asked = _searched(user, query, filters.qs), filters.form.cleaned_data
    tags = (
        GroupMembership.objects.on(asked.get("group_as_of") or today)
        .filter(worker=OuterRef("pk"))
        .order_by()
        .values("worker")
        .annotate(words=StringAgg(_label(), delimiter="、", order_by="group"))
        .values("words")
    )
    return rows.annotate(
        township_name=_division_name(Substr(OuterRef("village_code"), 1, TOWNSHIP)),
        village_name=_division_name(OuterRef("village_code")),
        tag_words=Subquery(tags),
        age=Func(today, F("birth_date"), template=YEARS, output_field=IntegerField()),
        status=status_words(asked.get("status_as_of") or today),
    ).order_by("village_code", "name_key", "id")


def _label() -> Case:
    whens = [When(group=code, then=Value(label)) for code, label in GROUP_TAGS.pairs]
    return Case(*whens, default=F("group"), output_field=CharField())


def tag_export_rows(user: User, query: Mapping[str, Any]) -> QuerySet[GroupMembership]:
    """Tags, past ones too, of the people the list shows."""
    people = listed(user, query).values("pk")
    return (
        GroupMembership.objects.filter(worker__in=people)
        .annotate(group_label=_label())
        .order_by("worker__village_code", "worker_id", "group", "valid_from")
    )
