"""The person's file (一人一档): tabs and events that the apps above add to it without this one knowing them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from core.accounts.models import User
from core.web.details import Tab
from core.web.screens import Permission, allowed
from core.web.texts import Text
from workers.models import Worker


@dataclass(frozen=True, kw_only=True)
class Happening:
    """One thing that happened to a person on a day, ready to show; ``url`` leads to it."""

    on: date
    title: Text
    text: str = ""
    url: str = ""


@dataclass(frozen=True, kw_only=True)
class HappeningSource:
    """Where an app's happenings of a person come from; only what ``user`` may see."""

    name: str
    find: Callable[[Worker, User], Iterable[Happening]]
    permission: Permission = ""


@dataclass(frozen=True, kw_only=True)
class FileTab:
    """A tab another app adds to the person's page; lower ``order`` stands further left (own ones: 10, 20, 30, 90)."""

    tab: Tab
    order: int = 50


_tabs: dict[str, FileTab] = {}
_sources: dict[str, HappeningSource] = {}


def register_tab(added: FileTab) -> None:
    """Add a tab, from the app's ``screens.py``; the same name replaces."""
    _tabs[added.tab.name] = added


def register_happenings(source: HappeningSource) -> None:
    """Add a source of happenings, from the app's ``screens.py``; the same name replaces."""
    _sources[source.name] = source


def tabs() -> list[Tab]:
    """All tabs of the person's page in their order."""
    return [added.tab for added in sorted(_tabs.values(), key=lambda added: added.order)]


T = TypeVar("T")


def newest_first(found: Iterable[T], day: Callable[[T], date]) -> list[T]:
    """In the order of a life, read backwards: of one day, too, what came later stands first."""
    return sorted(found, key=day)[::-1]


def happenings(worker: Worker, user: User) -> list[Happening]:
    """Everything known to have happened to the person that the user may see, newest first."""
    found = [
        happening
        for source in _sources.values()
        if allowed(user, source.permission)
        for happening in source.find(worker, user)
    ]
    return newest_first(found, lambda happening: happening.on)
