"""What the frame around every page shows this person: rail, bottom bar of a phone, running tasks."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.accounts.models import User
from core.jobs.models import Job
from core.web.icons import icon
from core.web.screens import SECTIONS, MenuEntry, permitted

PHONE_ENTRIES = 3
MOST_RUNNING = 5
UNFOLDED_ENTRIES = 18
"""A rail of at most so many entries fits a desk's screen as it is; the sections of a longer one fold."""


@dataclass(frozen=True)
class Link:
    """One menu entry ready to show."""

    label: str
    url: str
    icon: SafeString
    active: bool


@dataclass(frozen=True)
class MenuSection:
    """One section of the rail; ``open`` shows its entries without a click."""

    code: str
    label: str
    entries: list[Link]
    open: bool


@dataclass(frozen=True)
class Frame:
    """The frame of one request."""

    user: User
    sections: list[MenuSection]
    phone: list[Link]
    jobs: list[Job]
    sign_out_url: str


def url_of(name: str) -> str:
    """The address behind a URL name, "" when that app is not installed."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def frame_of(request: HttpRequest, user: User) -> Frame:
    """Menu entries the person may open, grouped in the order of the work; one query for running tasks."""
    entries = [(entry, url) for entry in permitted(user, MenuEntry) if (url := url_of(entry.url_name))]
    here = _current(request.path, [url for _entry, url in entries])
    return Frame(
        user=user,
        sections=_sections(entries, here),
        phone=_phone(user, entries, request.path, here),
        jobs=running_jobs(user),
        sign_out_url=url_of("accounts:sign_out"),
    )


def running_jobs(user: User) -> list[Job]:
    """The person's own waiting and running tasks, newest first."""
    return list(Job.objects.filter(created_by=user).active().order_by("-created_at")[:MOST_RUNNING])


def _current(path: str, urls: list[str]) -> str:
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default="")


def _sections(entries: list[tuple[MenuEntry, str]], here: str) -> list[MenuSection]:
    found = []
    all_open = len(entries) <= UNFOLDED_ENTRIES
    for code, (label, _icon) in SECTIONS.items():
        links = [_link(entry, url, here) for entry, url in entries if entry.section == code and not entry.phone_only]
        if links:
            found.append(MenuSection(code, str(label), links, all_open or any(link.active for link in links)))
    return found


def _phone(user: User, entries: list[tuple[MenuEntry, str]], path: str, here: str) -> list[Link]:
    placed = [
        (entry.phone, Link(str(entry.phone_label or entry.label), url, icon(entry.icon), url == here))
        for entry, url in entries
        if entry.phone is not None and (not entry.phone_roles or user.role in entry.phone_roles)
    ]
    links = [link for _place, link in sorted(placed, key=lambda pair: pair[0])[:PHONE_ENTRIES]]
    me = url_of("web:me")
    return [*links, Link(_("我的"), me, icon("user-circle"), path == me)]


def _link(entry: MenuEntry, url: str, here: str) -> Link:
    return Link(str(entry.label), url, icon(entry.icon), url == here)
