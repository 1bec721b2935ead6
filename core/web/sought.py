"""Numbers of people that somebody searches for stand in no address: neither in the history of a browser nor in a log.

A page sends such a text in a header (``web.js``, ``combobox.js``); from then on its addresses carry a word the session
knows it by. Whoever reads the search box asks ``sought``.
"""

import re
import secrets
from collections.abc import Callable
from typing import Final
from urllib.parse import unquote

from django.contrib import messages
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _

from core.formats.masking import holds_number
from core.web.htmx import go_to

HEADER: Final = "X-Sought"
KEPT: Final = "sought"
MOST_KEPT: Final = 30
LONGEST: Final = 300
_WORD: Final = re.compile(r"~[0-9a-f]{16}")


def is_sealed(text: str) -> bool:
    """Whether the parameter stands for a text that the session keeps."""
    return _WORD.fullmatch(text) is not None


def sought(request: HttpRequest) -> str:
    """What the search box of the page says; "" where it is empty."""
    text = request.GET.get("q", "")
    if is_sealed(text):
        text = str(request.session.get(KEPT, {}).get(text, ""))
    return text.replace("\x00", "").strip()


def seal(session: SessionBase, text: str) -> str:
    """The word that stands for the text in addresses of this session; the oldest of many are forgotten."""
    kept: dict[str, str] = dict(session.get(KEPT, {}))
    known = next((word for word, one in kept.items() if one == text), None)
    if known is not None:
        return known
    word = f"~{secrets.token_hex(8)}"
    session[KEPT] = dict([*kept.items(), (word, text)][-MOST_KEPT:])
    return word


def in_address(request: HttpRequest, text: str) -> str:
    """What an address says for a text that was typed: a number of a person only by the word the session knows it by."""
    return seal(request.session, text[:LONGEST]) if holds_number(text) else text


def sealed_numbers(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware; stands after those of sessions, authentication and messages. Programs of the API are left alone."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        session = getattr(request, "session", None)
        if session is None or not request.user.is_authenticated or request.path.startswith("/api/"):
            return get_response(request)
        sent = unquote(request.headers.get(HEADER, ""))[:LONGEST]
        asked = sent or request.GET.get("q", "")
        if is_sealed(asked) and asked not in session.get(KEPT, {}):
            messages.warning(request, _("这次搜索的号码已不再保留，请重新输入。"))
            return _at(request, "")
        if is_sealed(asked) or not holds_number(asked):
            return get_response(request)
        word = seal(session, asked[:LONGEST])
        by_hand = request.method == "GET" and request.headers.get("HX-Request") != "true"
        if by_hand and not sent:
            return _at(request, word)
        _put(request, word)
        return get_response(request)

    return middleware


def _put(request: HttpRequest, word: str) -> None:
    """Let the request's own address say the word: what the page leads to is made of it."""
    query = request.GET.copy()
    query.pop("q", None)
    if word:
        query["q"] = word
    request.GET = query  # type: ignore[assignment]
    request.META["QUERY_STRING"] = query.urlencode()


def _at(request: HttpRequest, word: str) -> HttpResponse:
    """To the same page with the word in place of what was asked for."""
    _put(request, word)
    return go_to(request, request.get_full_path())
