"""The visitor's address when proxies of ours stand in front."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse


def client_address(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: put the visitor's address into REMOTE_ADDR, for the lock-out and the access log.

    With ``TRUSTED_PROXIES`` = n the n-th entry from the right of X-Forwarded-For counts: the outermost proxy of ours
    wrote it; entries further left are what the visitor claims. With 0 the header is ignored.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        chain = [part.strip() for part in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",") if part.strip()]
        if 0 < settings.TRUSTED_PROXIES <= len(chain):
            request.META["REMOTE_ADDR"] = chain[-settings.TRUSTED_PROXIES]
        return get_response(request)

    return middleware
