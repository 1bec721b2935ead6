"""The detail page: header with the facts that matter, tabs in the URL, steps of a process, history (ui.md "Detail")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, ClassVar, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse

from core.accounts.models import User
from core.web.base import Screen
from core.web.htmx import render_part
from core.web.lists.columns import MASKS, Mask, plain
from core.web.screens import Permission, Reveal, allowed, named
from core.web.texts import Text


@dataclass(frozen=True)
class Fact:
    """One labelled value; ``mask`` hides part of it, ``reveal`` (a registered name) and ``pk`` let it be opened."""

    label: Text
    value: Any
    url: str = ""
    mask: Mask | None = None
    reveal: str = ""
    pk: int | None = None
    places: int | None = None

    @property
    def text(self) -> str:
        """What is shown: "" when there is nothing."""
        if self.value is None or self.value == "":
            return ""
        return MASKS[self.mask](str(self.value)) if self.mask else plain(self.value, self.places)


@dataclass(frozen=True)
class Action:
    """Something to do with the thing. ``refused`` says why it cannot be done now and what would mend it."""

    label: Text
    url: str
    method: Literal["get", "post"] = "get"
    permission: Permission = ""
    icon: str = ""
    confirm: Text = ""
    refused: Text = ""


@dataclass(frozen=True)
class Header:
    """Who or what, the two or three facts that matter, the state, the one next action, the others in a menu."""

    title: str
    facts: Sequence[Fact] = ()
    state: Text = ""
    state_colour: str = "secondary"
    primary: Action | None = None
    menu: Sequence[Action] = ()


@dataclass(frozen=True)
class Step:
    """One step of a process; a refused one says why and what would mend it."""

    label: Text
    state: Literal["done", "current", "todo", "refused"] = "todo"
    on: date | datetime | None = None
    who: str = ""
    why: Text = ""


@dataclass(frozen=True)
class Tab:
    """One tab: ``context(screen, thing)`` gives its template what it shows, asked only when the tab is open."""

    name: str
    label: Text
    template: str
    context: Callable[[Any, Any], dict[str, Any]] = field(default=lambda _screen, _thing: {})
    permission: Permission = ""


class DetailScreen(Screen):
    """Declare ``rows(user)``, ``header(thing)`` and ``tabs``; the open tab stands in the URL as ``?tab=``."""

    tabs: ClassVar[Sequence[Tab]] = ()
    back: ClassVar[tuple[str, Text] | None] = None
    template: ClassVar[str] = "web/detail.html"

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """The rows the user may see: always through ``visible_to(user)``."""
        raise NotImplementedError

    def header(self, thing: Any) -> Header:
        """What stands on top."""
        raise NotImplementedError

    def steps(self, thing: Any) -> Sequence[Step]:
        """The process the thing goes through, () when it has none."""
        return ()

    def fetch(self, **key: Any) -> Any:
        """The thing, fetched and authorised at once; 404 outside the scope."""
        thing = self.rows(self.user).filter(**key).first()
        if thing is None:
            raise Http404
        return thing

    def get(self, request: HttpRequest, **key: Any) -> HttpResponse:
        """The page, or the open tab alone (htmx)."""
        thing = self.fetch(**key)
        tabs = [tab for tab in self.tabs if allowed(self.user, tab.permission)]
        current = next((tab for tab in tabs if tab.name == request.GET.get("tab")), tabs[0] if tabs else None)
        header = self.header(thing)
        context = {
            "screen": self,
            "thing": thing,
            "title": header.title,
            "header": header,
            "primary": header.primary if header.primary and allowed(self.user, header.primary.permission) else None,
            "menu": [action for action in header.menu if allowed(self.user, action.permission)],
            "steps": self.steps(thing),
            "tabs": tabs,
            "current": current,
            **(current.context(self, thing) if current else {}),
        }
        return render_part(request, self.template, {"tabs": "web/detail_tabs.html"}, context)


def may_reveal(user: User, name: str) -> bool:
    """Whether the person may open the registered field in full."""
    reveal = named(Reveal, name)
    return reveal is not None and allowed(user, reveal.permission)
