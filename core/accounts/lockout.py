"""What django-axes asks us: whom a failed sign-in counts against, and what somebody locked out is told."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.accounts import policy


def counted_name(request: HttpRequest | None, credentials: Mapping[str, Any] | None = None) -> str:
    """The account name failures count against, the same however it is capitalised."""
    given = (credentials or {}).get("username") or (request.POST.get("username", "") if request else "")
    return str(given).strip().lower()[:64]


def locked_out(request: HttpRequest, *_args: object, **_credentials: object) -> HttpResponse:
    """Five failures from one account or one address: a page that says how long to wait (domain.md §6.9)."""
    minutes = int(policy.LOCKED_FOR.total_seconds() // 60)
    context = {"minutes": minutes, "failures": policy.SIGN_IN_FAILURES}
    response = render(request, "accounts/locked.html", context, status=429)
    response["Retry-After"] = str(int(policy.LOCKED_FOR.total_seconds()))
    return response
