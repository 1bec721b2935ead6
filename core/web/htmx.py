"""One helper for pages that htmx swaps in part: same URL, same context, the whole page or its named fragment."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers


def is_fragment(request: HttpRequest, target: str) -> bool:
    """Whether htmx asks for the element ``target`` alone; going back in the browser asks for the whole page again."""
    headers = request.headers
    return headers.get("HX-Target") == target and headers.get("HX-History-Restore-Request") != "true"


def render_part(
    request: HttpRequest, page: str, fragments: dict[str, str], context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render ``page``, or of ``fragments`` (element id → template) the one htmx asks for."""
    template = next((name for target, name in fragments.items() if is_fragment(request, target)), page)
    response = render(request, template, {**context, "fragment": template != page}, status=status)
    # Without Vary the browser may answer its back button with a fragment kept for the same URL.
    patch_vary_headers(response, ["HX-Request", "HX-Target"])
    return response


def go_to(request: HttpRequest, url: str) -> HttpResponse:
    """Redirect a plain form or an htmx request alike."""
    if request.headers.get("HX-Request") == "true":
        return HttpResponse(status=204, headers={"HX-Redirect": url})
    return redirect(url)
