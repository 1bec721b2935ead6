"""Pieces other pages ask for: search suggestions, autocomplete, one field in full, the service worker."""

from typing import Any

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.accounts.services import log_access
from core.web.base import Screen
from core.web.htmx import is_fragment
from core.web.screens import ChoiceSource, Reveal, SearchSource, allowed, named, permitted
from core.web.sought import in_address, sought

SUGGESTED = 5
FOUND = 30
CHOICES = 20
SHORTEST = 2
LONGEST = 60


class Search(Screen):
    """/search/?q= — suggestions under the search box, or a page of everything found."""

    title = gettext_lazy("搜索")

    def get(self, request: HttpRequest) -> HttpResponse:
        """Hits of every source the person may see; nothing for less than two characters."""
        text = sought(request)[:LONGEST]
        suggesting = is_fragment(request, "search-list")
        most = SUGGESTED if suggesting else FOUND
        groups: list[tuple[SearchSource, Any]] = []
        if len(text) >= SHORTEST:
            found = ((source, source.search(self.user, text, most)) for source in permitted(self.user, SearchSource))
            groups = [(source, hits) for source, hits in found if hits]
        template = "web/search_list.html" if suggesting else "web/search.html"
        return render(request, template, {"title": self.title, "text": text, "groups": groups})

    def post(self, request: HttpRequest) -> HttpResponse:
        """The search box as it is sent: to the page of what was found, a number of a person not in its address."""
        text = request.POST.get("q", "").strip()[:LONGEST]
        return redirect(f"{reverse('web:search')}?{urlencode({'q': in_address(request, text)})}")


class Choices(Screen):
    """/choices/<source>/?q= — the list under an autocomplete field."""

    def get(self, request: HttpRequest, source: str) -> HttpResponse:
        """Options inside the person's scope."""
        found = named(ChoiceSource, source)
        if found is None:
            raise Http404
        if not allowed(self.user, found.permission):
            raise PermissionDenied
        text = sought(request)[:LONGEST]
        return render(request, "web/choices.html", {"choices": found.search(self.user, text, CHOICES), "text": text})


class RevealField(Screen):
    """POST /reveal/<app.model.field>/<id>/ — one masked field in full, with a reason and a line in the log."""

    def post(self, request: HttpRequest, name: str, pk: int) -> HttpResponse:
        """The value; 403 without the permission, 404 outside the scope, 400 without a reason."""
        reveal = named(Reveal, name)
        if reveal is None:
            raise Http404
        if not allowed(self.user, reveal.permission):
            raise PermissionDenied
        reason = request.POST.get("reason", "").strip()
        if not reason:
            return HttpResponseBadRequest(_("请填写查看事由。"))
        value = reveal.fetch(self.user, pk)
        log_access(
            user=self.user,
            action="reveal",
            object_type=name,
            object_id=pk,
            reason=reason,
            ip=request.META.get("REMOTE_ADDR"),
        )
        return render(request, "web/revealed.html", {"value": value, "dial": name.endswith(".phone")})


def service_worker(_request: HttpRequest) -> HttpResponse:
    """The service worker, served from the root so that its scope is the whole site, naming the assets it keeps."""
    path = finders.find("web/service-worker.js")
    if not isinstance(path, str):
        raise Http404
    assets = [staticfiles_storage.url(name) for name in KEPT_OFFLINE]
    with open(path, encoding="utf-8") as source:  # noqa: PTH123 - finders gives a str
        text = source.read().replace("__ASSETS__", ",".join(f'"{asset}"' for asset in assets))
        text = text.replace("__FALLBACK__", reverse("web:offline"))
    response = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


def offline(request: HttpRequest) -> HttpResponse:
    """What a phone without signal shows for a page it has not kept."""
    return render(request, "web/offline.html")


KEPT_OFFLINE = (
    "vendor/tabler.min.css",
    "vendor/icons.svg",
    "web/web.css",
    "web/web.js",
    "web/combobox.js",
    "web/offline.js",
    "django_htmx/htmx-2.min.js",
)
