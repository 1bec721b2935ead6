"""The short way of a program's request: no session, no language negotiation, no page machinery."""

import logging
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.signals import got_request_exception
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase
from django.template.response import SimpleTemplateResponse
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation

from core.api.conditional import conditional
from core.api.errors import body

logger = logging.getLogger(__name__)

PREFIX = "/api/"


@lru_cache(maxsize=1_024)
def _match(path: str, urlconf: str) -> ResolverMatch:
    """What an address leads to. Programs ask the same ones again and again, and each look goes down the list of all."""
    return resolve(path, urlconf)


class ApiMiddleware:
    """Answers ``/api/`` requests that carry a bearer token by itself, and puts the ETag on all of ``/api/``.

    It stands right after SecurityMiddleware. A bearer token says who asks, so that nothing the later middleware
    prepares (session, user, language, CSRF, messages) is needed; leaving it out makes a small answer about twice as
    fast.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """The answer, by the short way or the long one."""
        if not request.path_info.startswith(PREFIX):
            return self.get_response(request)
        if request.META.get("HTTP_AUTHORIZATION", "")[:7].lower() != "bearer ":
            return conditional(request, self.get_response(request))
        translation.activate(settings.LANGUAGE_CODE)
        response = conditional(request, self._answer(request))
        if not response.streaming:
            response["Content-Length"] = str(len(response.content))  # type: ignore[attr-defined]
        return response

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        try:
            request.get_host()
            match = _match(request.path_info, settings.ROOT_URLCONF)
        except DisallowedHost:
            return JsonResponse(body("请求的主机名不在允许的范围内。", "Host"), status=400)
        except Resolver404:
            return JsonResponse(body("没有这个接口地址。", code="not_found"), status=404)
        request.resolver_match = match
        try:
            response: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
            if isinstance(response, SimpleTemplateResponse) and not response.is_rendered:
                response = response.render()
        except Exception:
            got_request_exception.send(sender=self.__class__, request=request)
            logger.exception("%s %s failed", request.method, request.path)
            return JsonResponse(body("服务器处理请求时出错，已记录。", code="server_error"), status=500)
        return response
