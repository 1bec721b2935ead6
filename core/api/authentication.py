"""Who is asking: a program with a bearer token, or a browser with a session."""

import threading
import time
from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from core.accounts import tokens
from core.accounts.models import ApiToken, User

REMEMBERED_FOR = 5.0
"""Seconds a process trusts a token it has looked up: a revoked token or a closed account may work that much longer."""
MOST_REMEMBERED = 1_000
LAST_USED_EVERY = timedelta(minutes=1)

_remembered: dict[str, tuple[float, ApiToken]] = {}
_lock = threading.Lock()


def forget_tokens() -> None:
    """Forget every token looked up in this process, so that the next request asks the database."""
    with _lock:
        _remembered.clear()


def _find(prefix: str) -> ApiToken | None:
    now = time.monotonic()
    known = _remembered.get(prefix)
    if known and known[0] > now:
        return known[1]
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    if token is None:
        return None
    _note_use(token)
    with _lock:
        if len(_remembered) >= MOST_REMEMBERED:
            _remembered.clear()
        _remembered[prefix] = (now + REMEMBERED_FOR, token)
    return token


def _note_use(token: ApiToken) -> None:
    now = timezone.now()
    if token.is_live and (token.last_used_at is None or now - token.last_used_at > LAST_USED_EVERY):
        stale = Q(last_used_at__isnull=True) | Q(last_used_at__lte=now - LAST_USED_EVERY)
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


def user_of(text: str) -> tuple[User, ApiToken]:
    """The user a token acts for; AuthenticationFailed when it is unknown, revoked, expired, its user closed."""
    parsed = tokens.parse(text)
    token = _find(parsed.prefix) if parsed else None
    if parsed is None or token is None or not parsed.opens(token.digest):
        raise exceptions.AuthenticationFailed("令牌不正确。")
    if token.revoked_at is not None:
        raise exceptions.AuthenticationFailed("令牌已吊销。")
    if not token.is_live:
        raise exceptions.AuthenticationFailed("令牌已过期。")
    if not token.user.is_active:
        raise exceptions.AuthenticationFailed("该账号已停用。")
    return token.user, token


class BearerAuthentication(authentication.BaseAuthentication):
    """``Authorization: Bearer lc_…``; sets ``request.auth`` to the token."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """None when the header is absent or of another kind."""
        kind, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return user_of(text.strip()) if kind.lower() == "bearer" else None

    def authenticate_header(self, request: Request) -> str:  # noqa: ARG002 - DRF's signature
        """Makes an unauthenticated answer a 401."""
        return "Bearer"


class BrowserAuthentication(authentication.SessionAuthentication):
    """The signed-in browser; writing needs the CSRF token. ``request.auth`` is None."""

    def enforce_csrf(self, request: Request) -> None:
        """PermissionDenied in Chinese when the CSRF token is missing or wrong."""
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied:
            raise exceptions.PermissionDenied("页面已过期，请刷新后重试。") from None
