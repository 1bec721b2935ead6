"""The employers' page and list (一企一档): tabs, buttons, columns and filters that apps above add without this one knowing them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import django_filters as df

from core.accounts.models import User
from core.web.details import Tab
from core.web.lists import Column, Row
from core.web.screens import Permission, allowed
from core.web.texts import Text
from employment.filters import EmployerApiFilter, EmployerFilter


@dataclass(frozen=True, kw_only=True)
class AddedTab:
    """A tab of the employer's page; lower ``order`` stands further left, all between the own ones and the history."""

    tab: Tab
    order: int = 50


@dataclass(frozen=True, kw_only=True)
class AddedColumn:
    """A column of the list of employers. ``fill(rows, user)`` gives the page's rows what it reads, by one query for all.

    Rows have ``pk``. It is there for who holds ``permission``.
    """

    column: Column
    fill: Callable[[list[Row], User], None]
    permission: Permission = ""


@dataclass(frozen=True, kw_only=True)
class StaffAction:
    """A button above those who work at an employer; ``address(pk)`` leads to what is done about all of them at once."""

    name: str
    label: Text
    address: Callable[[int], str]
    permission: Permission = ""
    icon: str = "checklist"


_tabs: dict[str, AddedTab] = {}
_columns: dict[str, AddedColumn] = {}
_staff_actions: dict[str, StaffAction] = {}


def register_tab(added: AddedTab) -> None:
    """Add a tab, from the app's ``screens.py``; the same name replaces."""
    _tabs[added.tab.name] = added


def register_column(added: AddedColumn) -> None:
    """Add a column, from the app's ``screens.py``; the same name replaces."""
    _columns[added.column.name] = added


def register_staff_action(action: StaffAction) -> None:
    """Add a button, from the app's ``screens.py``; the same name replaces."""
    _staff_actions[action.name] = action


def register_filters(filters: Mapping[str, df.Filter]) -> None:
    """Narrow the list by facts of an app above: on the page, in exports and in the API; the same name replaces.

    A filter may ask ``self.parent.request.user`` who it is that asks.
    """
    for declared in (EmployerFilter, EmployerApiFilter):
        for name, made in filters.items():
            made.field_name = made.field_name or name
            declared.base_filters[name] = made


def tabs() -> list[Tab]:
    """The added tabs in their order."""
    return [added.tab for added in sorted(_tabs.values(), key=lambda added: added.order)]


def staff_actions(user: User, employer: int) -> list[tuple[str, Text, str]]:
    """(address, label, icon) of the buttons the user may press."""
    found = [action for action in _staff_actions.values() if allowed(user, action.permission)]
    return [(action.address(employer), action.label, action.icon) for action in found]


def columns(user: User) -> list[Column]:
    """The added columns the user may read, in the order of registration."""
    return [added.column for added in _columns.values() if allowed(user, added.permission)]


def fill(rows: list[Row], user: User, shown: Iterable[Column]) -> None:
    """Give the rows what the added columns among ``shown`` read: one query a column."""
    for column in shown:
        if column.name in _columns:
            _columns[column.name].fill(rows, user)
