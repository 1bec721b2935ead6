"""``/statistics/``."""

from django.urls import path

from core.indicators import views

app_name = "indicators"

urlpatterns = [
    path("", views.Catalogue.as_view(), name="catalogue"),
    path("freezes/", views.FreezeList.as_view(), name="freezes"),
    path("freezes/new/", views.FreezePage.as_view(), name="freeze"),
    path("<str:code>/", views.IndicatorPage.as_view(), name="indicator"),
    path("<str:code>/people/", views.PeoplePage.as_view(), name="people"),
]
