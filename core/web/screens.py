"""The registry apps fill from their ``screens.py``: menu entries, search sources, to-dos, numbers, choices, reveals.

``register(MenuEntry(...))`` at import time; the frame, the home page and the search box ask for what the user may see.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

from django.contrib.auth import get_user_model
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from core.web.texts import Text

if TYPE_CHECKING:
    from core.accounts.models import User
    from core.web.charts import Chart

Permission = str | tuple[str, ...]

SECTIONS: dict[str, tuple[Text, str]] = {
    "home": (_("首页"), "home"),
    "workers": (_("劳动力"), "users"),
    "employment": (_("就业"), "briefcase"),
    "training": (_("培训"), "school"),
    "dispatch": (_("组织输出"), "bus"),
    "stations": (_("协作站"), "building-community"),
    "subsidies": (_("补贴资金"), "coin-yuan"),
    "reports": (_("统计报表"), "chart-bar"),
    "system": (_("系统"), "settings"),
}


@dataclass(frozen=True, kw_only=True)
class MenuEntry:
    """One line of the left rail; ``phone`` gives it a place (lower first) in the bottom bar of a phone.

    ``permission`` is one name or several of which any suffices; "" admits every signed-in user. ``phone_roles`` limits
    the bottom-bar place to those role codes (empty: everybody who may open it); ``phone_only`` keeps an entry out of the rail
    that has its page there under another name.
    """

    section: str
    label: Text
    url_name: str
    permission: Permission = ""
    icon: str = "list"
    order: int = 100
    phone: int | None = None
    phone_label: Text = ""
    phone_roles: frozenset[str] = frozenset()
    phone_only: bool = False


@dataclass(frozen=True)
class Hit:
    """One suggestion of the search box."""

    label: str
    url: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class SearchSource:
    """What the search box looks through: ``search(user, text, limit)`` answers scoped hits, best first."""

    name: str
    label: Text
    search: Callable[["User", str, int], Sequence[Hit]]
    permission: Permission = ""
    icon: str = "search"
    order: int = 100
    list_url_name: str = ""


@dataclass(frozen=True)
class TodoRow:
    """One thing that waits: a verb, how many, and where to do it."""

    verb: str
    count: int
    url: str
    hint: str = ""
    urgent: bool = False

    @property
    def told(self) -> str:
        """The count as people read it: 8,001."""
        return f"{self.count:,}"


@dataclass(frozen=True, kw_only=True)
class Todo:
    """A source of the home page's to-do list; rows with count 0 are not shown."""

    name: str
    source: Callable[["User"], Iterable[TodoRow]]
    permission: Permission = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class FirstStep:
    """What somebody has to do before there is anything to work with; the home page shows it while ``wanted(user)``.

    Without ``url`` it is done elsewhere, and ``hint`` says how.
    """

    name: str
    label: Text
    wanted: Callable[["User"], bool]
    hint: Text = ""
    url: Callable[[], str] | None = None
    permission: Permission = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class NumberTile:
    """One number of the home page. ``value`` is shown as given; ``url`` leads to the people behind it.

    ``target`` and ``progress`` (0–100) draw a bar; ``trend`` is the change since the period before, ready to show.
    """

    label: Text
    value: str
    unit: Text = ""
    url: str = ""
    target: str = ""
    progress: int | None = None
    trend: str = ""
    trend_good: bool | None = None
    as_of: date | datetime | None = None
    state: Literal["", "stale", "provisional", "frozen"] = ""


@dataclass(frozen=True, kw_only=True)
class HomeNumbers:
    """A source of number tiles of the user's scope."""

    name: str
    source: Callable[["User"], Iterable[NumberTile]]
    permission: Permission = ""
    order: int = 100


@dataclass(frozen=True, kw_only=True)
class HomeCharts:
    """A source of the two or three pictures of the home page."""

    name: str
    source: Callable[["User"], Iterable["Chart"]]
    permission: Permission = ""
    order: int = 100


@dataclass(frozen=True)
class Choice:
    """One row of an autocomplete list."""

    value: str
    label: str
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class ChoiceSource:
    """What an autocomplete field offers: ``search(user, text, limit)``, and ``label(user, value)`` of a chosen value.

    Both must stay inside the user's scope: ``label`` answers "" for a value the user may not see.
    """

    name: str
    search: Callable[["User", str, int], Sequence[Choice]]
    label: Callable[["User", str], str]
    permission: Permission = ""


class FetchFull(Protocol):
    """Reads one field in full for one user; raises ``core.errors.NotFound`` outside the user's scope."""

    def __call__(self, user: "User", pk: int) -> str:
        """The value in full."""


@dataclass(frozen=True, kw_only=True)
class Reveal:
    """A masked field that may be shown in full: with the permission, by a click, with a reason, leaving a log line.

    ``name`` is "app.model.field" and goes into the access log as the object type.
    """

    name: str
    permission: str
    fetch: FetchFull
    label: Text = ""


@dataclass(frozen=True, kw_only=True)
class ExportRequest:
    """What a list asks to be written: its sheet kind, its own query parameters, the headings shown (() is all)."""

    kind: str
    query: Mapping[str, str | list[str]]
    headings: tuple[str, ...]
    full_identity: bool
    purpose: str
    conditions: str = ""


@dataclass(frozen=True, kw_only=True)
class ListExporter:
    """Writes lists as workbooks: ``may(user, kind)``, ``asks_purpose(kind)``, ``waits(user, kind)`` for somebody's agreement.

    ``headings(kind)`` are the columns it can write. ``start(user, request)`` answers where the reader goes on and the
    sentence that says what was begun.
    The room of workbooks lies above the kit, so it registers itself here under the name "workbooks".
    """

    name: str
    may: Callable[["User", str], bool]
    asks_purpose: Callable[[str], bool]
    waits: Callable[["User", str], bool]
    headings: Callable[[str], Sequence[str]]
    start: Callable[["User", ExportRequest], tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class ListImporter:
    """Says who may fill a list from a workbook: ``may(user, kind)``, of any kind where none is named. As ``ListExporter``."""

    name: str
    may: Callable[["User", str], bool]


Registrable = (
    MenuEntry
    | SearchSource
    | Todo
    | FirstStep
    | HomeNumbers
    | HomeCharts
    | ChoiceSource
    | Reveal
    | ListExporter
    | ListImporter
)
T = TypeVar("T", bound=Registrable)
P = TypeVar("P", bound=MenuEntry | SearchSource | Todo | FirstStep | HomeNumbers | HomeCharts)


@dataclass
class Registry:
    """Everything registered, by kind, each name once."""

    by_kind: dict[type, dict[str, Any]] = field(default_factory=dict)

    def add(self, item: Registrable) -> None:
        """Keep ``item``; ``ValueError`` when another of its kind has the same name."""
        name = f"{item.section}:{item.url_name}:{item.label}" if isinstance(item, MenuEntry) else item.name
        kept = self.by_kind.setdefault(type(item), {})
        if name in kept and kept[name] != item:
            message = f"{type(item).__name__} {name} is registered twice"
            raise ValueError(message)
        kept[name] = item

    def all(self, kind: type[T]) -> list[T]:
        """Items of one kind in their order."""
        return sorted(self.by_kind.get(kind, {}).values(), key=lambda item: getattr(item, "order", 0))


registry = Registry()
register = registry.add


def allowed(user: "User", permission: Permission) -> bool:
    """Whether the user holds the permission, or any of several; "" is every signed-in user's."""
    if not permission:
        return True
    names = (permission,) if isinstance(permission, str) else permission
    return any(user.can(name) for name in names)


def permitted(user: "User", kind: type[P]) -> list[P]:
    """Registered items of one kind the user may see, in order."""
    return [item for item in registry.all(kind) if allowed(user, item.permission)]


def named(kind: type[T], name: str) -> T | None:
    """The registered item of that name, ``None`` when there is none."""
    found: T | None = registry.by_kind.get(kind, {}).get(name)
    return found


def _alone(user: "User") -> bool:
    return not get_user_model().objects.filter(is_active=True).exclude(pk=user.pk).exists()


register(MenuEntry(section="home", label=_("首页"), url_name="web:home", icon="home", order=0, phone=10))
register(MenuEntry(section="system", label=_("任务"), url_name="web:tasks", icon="progress", order=10))
# The rooms below the kit cannot register their pages themselves.
register(
    MenuEntry(
        section="system",
        label=_("账号"),
        url_name="accounts:users",
        permission="users.manage",
        icon="users-group",
        order=20,
    )
)
register(
    MenuEntry(
        section="system",
        label=_("访问日志"),
        url_name="accounts:access_log",
        permission="accesslog.view",
        icon="eye",
        order=30,
    )
)
register(
    FirstStep(
        name="accounts",
        label=_("给同事建账号"),
        hint=_("按岗位选角色，每个角色只看得到自己范围内的人；初始密码只显示一次。"),
        wanted=_alone,
        url=lambda: reverse("accounts:new_user"),
        permission="users.manage",
        order=30,
    )
)
