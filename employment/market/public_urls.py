"""Addresses anybody may open without signing in."""

from django.urls import path

from employment.market.views import public

app_name = "public"

urlpatterns = [
    path("", public.Vacancies.as_view(), name="vacancies"),
    path("poster/", public.Poster.as_view(), name="poster"),
    path("qr.svg", public.Code.as_view(), name="qr"),
    path("<int:pk>/", public.VacancyPage.as_view(), name="vacancy"),
]
