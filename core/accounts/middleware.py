"""What holds on every page of a signed-in person: the idle time-out, the forced change of password, the last use."""

from collections.abc import Callable
from datetime import datetime

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, resolve_url
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from core.accounts import passwords, policy
from core.accounts.models import User

SEEN_AT = "seen_at"
BACKGROUND_HEADER = "HTTP_X_BACKGROUND"
"""A request a page makes by itself (polling) carries ``X-Background: 1``: it does not count as use."""


def start_session(request: HttpRequest) -> None:
    """Begin the half hour; called when somebody signs in."""
    request.session[SEEN_AT] = timezone.now().isoformat()


def account_rules(get_response: Callable[[HttpRequest], HttpResponseBase]) -> Callable[[HttpRequest], HttpResponseBase]:
    """Middleware; stands after those of sessions, authentication and messages."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User):
            return get_response(request)
        now = timezone.now()
        if _idle_too_long(request, now):
            logout(request)
            return _to_sign_in(request)
        _note_use(request, user, now)
        if passwords.must_change(user, now) and not _allowed_before_change(request):
            return _to_change(request)
        return get_response(request)

    return middleware


def _idle_too_long(request: HttpRequest, now: datetime) -> bool:
    seen: str = request.session.get(SEEN_AT, "")
    return bool(seen) and now - datetime.fromisoformat(seen) > policy.IDLE_LIMIT


def _note_use(request: HttpRequest, user: User, now: datetime) -> None:
    seen: str = request.session.get(SEEN_AT, "")
    if request.META.get(BACKGROUND_HEADER) or (seen and now - datetime.fromisoformat(seen) < policy.SEEN_EVERY):
        return
    request.session[SEEN_AT] = now.isoformat()
    User.objects.filter(pk=user.pk).update(last_seen=now)


def _allowed_before_change(request: HttpRequest) -> bool:
    open_to_all = {reverse("accounts:change_password"), reverse("accounts:sign_out"), reverse("set_language")}
    return request.path in open_to_all


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    sentence = _("您已30分钟没有操作，请重新登录。")
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": sentence, "field": None, "code": "idle"}, status=401)
    messages.info(request, sentence)
    here = request.get_full_path() if request.method == "GET" and not _is_htmx(request) else "/"
    return _go(request, f"{resolve_url('accounts:sign_in')}?{urlencode({'next': here})}")


def _to_change(request: HttpRequest) -> HttpResponse:
    if request.path.startswith("/api/"):
        return JsonResponse({"detail": _("请先修改密码。"), "field": None, "code": "must_change_password"}, status=403)
    return _go(request, reverse("accounts:change_password"))


def _is_htmx(request: HttpRequest) -> bool:
    return request.META.get("HTTP_HX_REQUEST") == "true"


def _go(request: HttpRequest, address: str) -> HttpResponse:
    if request.META.get("HTTP_X_OFFLINE_QUEUE") == "1":
        return HttpResponse(status=401)  # a phone keeps what it sent, and asks its owner to sign in
    if _is_htmx(request):
        return HttpResponse(status=204, headers={"HX-Redirect": address})
    return redirect(address)
