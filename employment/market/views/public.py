"""The public job page: no sign-in, no session, no personal data, so many questions a minute."""

from http import HTTPStatus
from io import BytesIO

import segno
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.timezone import localtime
from django.utils.translation import gettext as __
from django.views import View

from core.api.throttling import admit, seconds_left
from core.divisions.queries import names_of, root_division
from core.errors import NotFound
from employment.market import public

LONGEST_NUMBER = 19


class PublicPage(View):
    """A page anybody may read; an address that asks too often is told when to come back."""

    http_method_names = ("get", "head", "options")

    def dispatch(self, request, *args, **kwargs):
        """Admit, answer, and let caches keep the answer for a minute."""
        if not admit("public", f"a{request.META.get('REMOTE_ADDR', '')}"):
            response = render(request, "employment/public/busy.html", {"title": __("请稍后再来")}, status=429)
            response["Retry-After"] = str(seconds_left())
            return response
        if (language := request.GET.get("language", "")) in dict(settings.LANGUAGES):
            return self.in_language(request, language)
        try:
            response = super().dispatch(request, *args, **kwargs)
        except NotFound as error:
            return self.gone(request, error.message, **kwargs)
        if response.status_code == HTTPStatus.OK:
            patch_cache_control(response, public=True, max_age=public.KEPT_FOR)
            # The language is in a cookie: who changes it must not be given the page that is kept.
            patch_vary_headers(response, ["Cookie"])
        return response

    def in_language(self, request, language):
        """The same page in another language, which the browser keeps; no session is begun for it."""
        query = request.GET.copy()
        del query["language"]
        answer = HttpResponseRedirect(f"{request.path}?{query.urlencode()}" if query else request.path)
        answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, secure=request.is_secure(), samesite="Lax")
        return answer

    def gone(self, request, said, pk=0):
        """A shared link that leads to nothing any more: says so, and where the others are."""
        context = {"title": said, "area": _area(), "like": public.like(pk)}
        return render(request, "employment/public/gone.html", context, status=HTTPStatus.NOT_FOUND)


def _area():
    root = root_division()
    return names_of({root}).get(root, "")


class Vacancies(PublicPage):
    """/vacancies/ — verified vacancies that are valid today, by post, place and wage."""

    def get(self, request):
        """The page that was asked for."""
        asked = public.read_asked(request.GET.dict())
        kept = {name: request.GET.get(name, "") for name in ("job", "place", "wage")}
        context = {"title": __("招聘岗位"), "area": _area(), "asked": asked, "typed": kept, **public.found(asked)}
        context |= {"cities": public.cities(), "faults": dict(asked.unread)}
        query = request.GET.copy()
        if context["after"]:
            query["after"] = context["after"]
            context["next_query"] = query.urlencode()
        return render(request, "employment/public/vacancies.html", context)


class VacancyPage(PublicPage):
    """/vacancies/<id>/ — one of them, to share."""

    def get(self, request, pk):
        """What the sheet tells of it."""
        row = public.one(pk)
        context = {
            "title": row["job_title"],
            "area": _area(),
            "row": row,
            "qr_url": f"{reverse('public:qr')}?vacancy={pk}",
        }
        response = render(request, "employment/public/vacancy.html", context)
        # Its contact is gone with the vacancy, and stays in no search engine.
        response["X-Robots-Tag"] = "noindex"
        return response


class Poster(PublicPage):
    """/vacancies/poster/ — an A4 sheet with the QR code that leads to the page."""

    def get(self, request):
        """The sheet."""
        context = {
            "title": __("%(area)s招聘岗位") % {"area": _area()},
            "address": request.build_absolute_uri(reverse("public:vacancies")),
            "qr_url": reverse("public:qr"),
            "total": public.on_offer().count(),
            "printed_at": localtime(),
        }
        return render(request, "employment/public/poster.html", context)


class Robots(PublicPage):
    """/robots.txt — search engines may read the public page, nothing else of the site."""

    def get(self, request):
        """What programs may read."""
        listed = reverse("public:vacancies")
        barred = [reverse("public:poster"), reverse("public:qr"), "/"]
        lines = ["User-agent: *", f"Allow: {listed}", "Allow: /static/", *(f"Disallow: {path}" for path in barred)]
        return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


class Code(PublicPage):
    """/vacancies/qr.svg?vacancy= — the QR code of the page, or of one vacancy."""

    def get(self, request):
        """An SVG; the address is all it holds."""
        asked = request.GET.get("vacancy", "")
        path = reverse("public:vacancies")
        if asked.isascii() and asked.isdigit() and len(asked) < LONGEST_NUMBER:
            path = reverse("public:vacancy", args=[int(asked)])
        drawn = BytesIO()
        segno.make(request.build_absolute_uri(path), error="m", micro=False).save(drawn, kind="svg", scale=6, border=2)
        return HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
