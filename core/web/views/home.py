"""The home page: first what waits for me, then the numbers of my scope, then pictures (ui.md "首页")."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.base import Screen
from core.web.frame import frame_of, url_of
from core.web.screens import FirstStep, HomeCharts, HomeNumbers, NumberTile, Todo, TodoRow, permitted


class Home(Screen):
    """/"""

    title = _("首页")

    def get(self, request: HttpRequest) -> HttpResponse:
        """The to-do list, the numbers, the pictures."""
        return render(request, "web/home.html", {"title": self.title, **home_context(self.user)})


class Me(Screen):
    """/me/ — who I am here, the whole menu on a phone, sign-out."""

    title = _("我的")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Name, role, and every page I may open."""
        frame = frame_of(request, self.user)
        context = {"title": self.title, "frame": frame, "account_url": url_of("accounts:me")}
        return render(request, "web/me.html", context)


def home_context(user: User) -> dict[str, Any]:
    """What the home page shows ``user``: only sources they may see, nothing with count 0."""
    return {
        "steps": [(step, step.url() if step.url else "") for step in permitted(user, FirstStep) if step.wanted(user)],
        "todos": _todos(user),
        "numbers": _numbers(user),
        "charts": [chart for source in permitted(user, HomeCharts) for chart in source.source(user)],
    }


def _todos(user: User) -> list[TodoRow]:
    rows = [row for todo in permitted(user, Todo) for row in todo.source(user) if row.count]
    return sorted(rows, key=lambda row: not row.urgent)


def _numbers(user: User) -> list[NumberTile]:
    return [tile for source in permitted(user, HomeNumbers) for tile in source.source(user)]
