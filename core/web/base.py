"""What every page of the kit shares: sign-in, permission, and the translation of business refusals to HTTP."""

from http import HTTPStatus
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.views import View

from core.accounts.models import User
from core.errors import DomainError, NotAllowed, NotFound
from core.history.collisions import Overtaken, collisions_told
from core.web.htmx import go_to
from core.web.screens import Permission, allowed
from core.web.texts import Text


def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    """To the sign-in page and back; an htmx request leaves the page as a whole, a queue of a phone is told 401."""
    if request.headers.get("X-Offline-Queue") == "1":
        return HttpResponse(status=401)
    if request.headers.get("HX-Request") == "true":
        here = request.headers.get("HX-Current-URL") or request.get_full_path()
        return HttpResponse(status=204, headers={"HX-Redirect": redirect_to_login(here).url})
    return redirect_to_login(request.get_full_path())


def _of_somebody_else(request: HttpRequest) -> bool:
    """Whether a phone that several people share sends what another of them typed."""
    author = request.headers.get("X-Offline-User")
    return author is not None and author != str(request.user.pk)


def may_send_again(request: HttpRequest, error: DomainError) -> bool:
    """Whether a phone that sends what it kept, with nobody looking at the answer, had better send the same again."""
    return isinstance(error, Overtaken) and request.headers.get("X-Offline-Later") == "1"


def _came_from(request: HttpRequest) -> str:
    """The page of this site on which the person acted."""
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "/"
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours else "/"


class Screen(View):
    """A page for signed-in people. Lacking the permission is 403, a row outside the scope 404 (design.md)."""

    permission: Permission = ""
    title: Text = ""
    offline: ClassVar[bool] = False
    """Whether a phone may keep this page and open it without signal."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Admit or refuse, then answer."""
        if not request.user.is_authenticated or _of_somebody_else(request):
            return ask_to_sign_in(request)
        if not allowed(self.user, self.permission):
            raise PermissionDenied
        try:
            with collisions_told():
                response = super().dispatch(request, *args, **kwargs)
        except NotAllowed as error:
            raise PermissionDenied(error.message) from error
        except NotFound as error:
            raise Http404(error.message) from error
        except DomainError as error:
            if request.method != "POST":
                raise
            return self._kept(self.refused(error), stored=False)
        return self._kept(response, stored=request.method == "POST" and response.status_code == HTTPStatus.NO_CONTENT)

    def _kept(self, response: HttpResponseBase, *, stored: bool) -> HttpResponseBase:
        """Say what a phone may keep of the page, and what it has sent and may forget: nothing but this answer says so."""
        # Personal data: neither a proxy nor the back button after signing out may show the page again.
        patch_cache_control(response, private=True, no_store=True)
        if self.offline and stored:
            response["X-Offline-Stored"] = "1"
        if self.offline and self.request.method == "GET" and response.status_code == HTTPStatus.OK:
            response["X-Offline-Page"] = str(self.user.pk)
        return response

    def refused(self, error: DomainError) -> HttpResponse:
        """Say on the page where the person acted why that came to nothing, when the act's own page does not say it."""
        if may_send_again(self.request, error):
            return HttpResponse(error.message, status=HTTPStatus.CONFLICT, content_type="text/plain; charset=utf-8")
        if self.request.headers.get("X-Offline-Queue") == "1":
            return JsonResponse({"detail": error.message}, status=HTTPStatus.BAD_REQUEST)
        messages.error(self.request, error.message)
        return go_to(self.request, _came_from(self.request))

    @property
    def user(self) -> User:
        """The signed-in person."""
        user = self.request.user
        if not isinstance(user, User):
            raise PermissionDenied
        return user
