"""ETag on every GET and 304 for who has it already."""

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers, set_response_etag


def conditional(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """The response with a strong ETag of its body, or a 304 when ``If-None-Match`` names it.

    Applies to answers 200 to GET and HEAD. A streamed answer keeps the ETag its view gave it.
    """
    if request.method not in {"GET", "HEAD"} or response.status_code != HttpResponse.status_code:
        return response
    if isinstance(response, HttpResponse) and not response.has_header("ETag"):
        set_response_etag(response)
    if not response.has_header("Cache-Control"):
        response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ["Authorization", "Cookie"])
    if not request.META.get("HTTP_IF_NONE_MATCH"):
        return response
    unchanged = get_conditional_response(request, etag=response.headers.get("ETag"))
    if unchanged is None:
        return response
    for name in ("ETag", "Cache-Control", "Vary"):
        if response.has_header(name):
            unchanged[name] = response[name]
    # close() would announce the end of the request a second time; what the view opened closes with the 304.
    closers = "_resource_closers"
    getattr(unchanged, closers).extend(getattr(response, closers))
    return unchanged
