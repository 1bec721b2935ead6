"""Columns a person chose and filters they saved."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.http import QueryDict

from core.accounts.models import User
from core.errors import DomainError
from core.web.lists.chips import without
from core.web.models import ListLayout, SavedView

MOST_VIEWS = 20
MOST_NAME = 30
MOST_QUERY = 2000


def chosen_columns(user: User, list_key: str) -> list[str]:
    """Names of the columns the person chose, [] when they never did."""
    names = ListLayout.objects.filter(user=user, list_key=list_key).values_list("columns", flat=True).first()
    return list(names or [])


def choose_columns(*, user: User, list_key: str, columns: Sequence[str]) -> None:
    """Keep the person's choice; an empty one goes back to the list's own columns."""
    ListLayout.objects.update_or_create(user=user, list_key=list_key, defaults={"columns": list(columns)})


def views_of(user: User, list_key: str) -> list[SavedView]:
    """The person's own saved views and those others share."""
    return list(SavedView.objects.filter(Q(user=user) | Q(shared=True), list_key=list_key)[:MOST_VIEWS])


def save_view(*, user: User, list_key: str, name: str, query: QueryDict, shared: bool = False) -> SavedView:
    """Keep the filters and sorting in force under a name; the same name of the same person replaces.

    Raises ``DomainError`` for a blank or overlong name and when too many are kept.
    """
    name, text = name.strip(), without(query, ["view"])
    if not name or len(name) > MOST_NAME:
        raise DomainError("required", "请给常用筛选起个名称，不超过30个字。", "name")
    if len(text) > MOST_QUERY:
        raise DomainError("too_long", "筛选条件太长，不能保存。", "query")
    mine = SavedView.objects.filter(user=user, list_key=list_key)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise DomainError("too_many", f"每个列表最多保存{MOST_VIEWS}个常用筛选，请先删除不用的。", "name")
    try:
        with transaction.atomic():
            view, _created = mine.update_or_create(
                name=name,
                defaults={"query": text, "shared": shared},
                create_defaults={"user": user, "list_key": list_key, "name": name, "query": text, "shared": shared},
            )
    except IntegrityError as error:
        raise DomainError("duplicate", "已有同名的常用筛选。", "name") from error
    return view


def delete_view(*, user: User, list_key: str, view_id: int) -> bool:
    """Remove one of the person's own saved views; False when it is not theirs."""
    removed, _by_model = SavedView.objects.filter(user=user, list_key=list_key, pk=view_id).delete()
    return bool(removed)
