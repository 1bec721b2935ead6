"""The public job page: no sign-in, no session, no personal data, so many questions a minute."""

from http import HTTPStatus
from io import BytesIO

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_cache_control
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
        try:
            response = super().dispatch(request, *args, **kwargs)
        except NotFound as error:
            raise Http404(error.message) from error
        if response.status_code == HTTPStatus.OK:
            patch_cache_control(response, public=True, max_age=public.KEPT_FOR)
        return response


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
        return render(request, "employment/public/vacancy.html", context)


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
