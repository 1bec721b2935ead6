"""People and tags for a workbook, as the list that was looked at shows them."""

from collections.abc import Mapping
from typing import Any

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, F, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Substr
from django.utils.timezone import localdate

from core.accounts.models import User
from core.divisions.models import Division
from core.formats.values import GROUP_TAGS
from workers.filters import WorkerFilter
from workers.models import GroupMembership, Worker, WorkerQuerySet
from workers.queries import TOWNSHIP, area_of, search


def listed(user: User, query: Mapping[str, Any]) -> WorkerQuerySet:
    """People as the list page with those parameters shows them, in no order."""
    found: WorkerQuerySet = WorkerFilter(query, queryset=Worker.objects.visible_to(user), user=user).qs
    text = str(query.get("q", "")).strip()
    return search(found, text, area_of(user)) if text else found


def _division_name(code: OuterRef | Substr) -> Subquery:
    return Subquery(Division.objects.filter(code=code).values("name")[:1])


def export_rows(user: User, query: Mapping[str, Any]) -> QuerySet[Worker]:
    """The list's people for a workbook: village by village, with the names of places and today's tags."""
    tags = (
        GroupMembership.objects.on(localdate())
        .filter(worker=OuterRef("pk"))
        .order_by()
        .values("worker")
        .annotate(words=StringAgg(_label(), delimiter="、", order_by="group"))
        .values("words")
    )
    return (
        listed(user, query)
        .annotate(
            township_name=_division_name(Substr(OuterRef("village_code"), 1, TOWNSHIP)),
            village_name=_division_name(OuterRef("village_code")),
            tag_words=Subquery(tags),
        )
        .order_by("village_code", "name_key", "id")
    )


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
