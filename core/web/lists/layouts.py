"""Columns a person chose and filters they saved."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.http import QueryDict

from core.accounts.models import User
from core.errors import DomainError
from core.web.lists.chips import without
from core.web.models import ListLayout, SavedView
from core.web.sought import is_sealed

MOST_VIEWS = 20
MOST_NAME = 30
MOST_QUERY = 2000
LONGEST_ID = 19
NOT_KEPT = ("view", "saved")
"""Parameters of a list's address that are no condition."""


def chosen_columns(user: User, list_key: str) -> list[str]:
    """Names of the columns the person chose, [] when they never did."""
    names = ListLayout.objects.filter(user=user, list_key=list_key).values_list("columns", flat=True).first()
    return list(names or [])


def choose_columns(*, user: User, list_key: str, columns: Sequence[str]) -> None:
    """Keep the person's choice; an empty one goes back to the list's own columns."""
    ListLayout.objects.update_or_create(user=user, list_key=list_key, defaults={"columns": list(columns)})


def views_of(user: User, list_key: str) -> list[SavedView]:
    """The person's own saved views first, then those their unit shares."""
    found = SavedView.objects.visible_to(user).filter(list_key=list_key).select_related("user")
    return sorted(found, key=lambda view: (view.user_id != user.pk, view.name, view.pk))[: 2 * MOST_VIEWS]


def view_named(user: User, list_key: str, text: str) -> SavedView | None:
    """The saved view with that id, if the person sees it."""
    if not (text.isascii() and text.isdecimal() and len(text) < LONGEST_ID):
        return None
    return SavedView.objects.visible_to(user).filter(list_key=list_key, pk=int(text)).first()


def saved_query(user: User, list_key: str, number: str) -> QueryDict | None:
    """For programs: the parameters a saved view of the list stands for, ``None`` for one the person does not see."""
    view = view_named(user, list_key, number)
    return QueryDict(view.query) if view is not None else None


def save_view(
    *, user: User, list_key: str, name: str, query: QueryDict, columns: Sequence[str] = (), shared: bool = False
) -> SavedView:
    """Keep the filters, sorting and columns in force under a name; the same name of the same person replaces.

    Raises ``DomainError`` for a blank or overlong name and when too many are kept.
    """
    name, text = name.strip(), without(query, NOT_KEPT)
    if not name or len(name) > MOST_NAME:
        raise DomainError("required", "请给常用筛选起个名称，不超过30个字。", "name")
    if len(text) > MOST_QUERY:
        raise DomainError("too_long", "筛选条件太长，不能保存。", "query")
    if is_sealed(query.get("q", "")):
        raise DomainError("personal", "搜索的是证件号码或电话，不能存进常用筛选，请先清空搜索框。", "query")
    mine = SavedView.objects.filter(user=user, list_key=list_key)
    if mine.exclude(name=name).count() >= MOST_VIEWS:
        raise DomainError("too_many", f"每个列表最多保存{MOST_VIEWS}个常用筛选，请先删除不用的。", "name")
    kept = {"query": text, "shared": shared, "columns": list(columns)}
    try:
        with transaction.atomic():
            view, _created = mine.update_or_create(
                name=name,
                defaults=kept,
                create_defaults={"user": user, "list_key": list_key, "name": name, **kept},
            )
    except IntegrityError as error:
        raise DomainError("duplicate", "已有同名的常用筛选。", "name") from error
    return view


def delete_view(*, user: User, list_key: str, view_id: int) -> bool:
    """Remove one of the person's own saved views; False when it is not theirs."""
    removed, _by_model = SavedView.objects.filter(user=user, list_key=list_key, pk=view_id).delete()
    return bool(removed)
