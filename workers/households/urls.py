"""Addresses of households' pages."""

from django.urls import path

from workers.households import views
from workers.households.printing import PrintHousehold

app_name = "households"

urlpatterns = [
    path("", views.HouseholdList.as_view(), name="list"),
    path("new/", views.FoundHousehold.as_view(), name="new"),
    path("<int:pk>/", views.HouseholdDetail.as_view(), name="detail"),
    path("<int:pk>/print/", PrintHousehold.as_view(), name="print"),
    path("<int:pk>/edit/", views.ChangeHousehold.as_view(), name="edit"),
    path("<int:pk>/members/new/", views.AdmitPerson.as_view(), name="admit"),
    path("of/<int:pk>/", views.MovePerson.as_view(), name="move"),
]
