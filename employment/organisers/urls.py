"""Addresses of the pages of organisers, below /employment/."""

from django.urls import path

from employment.organisers import views

urlpatterns = [
    path("organisers/", views.OrganiserList.as_view(), name="organisers"),
    path("organisers/new/", views.NewOrganiser.as_view(), name="new_organiser"),
    path("organisers/<int:pk>/", views.OrganiserDetail.as_view(), name="organiser"),
    path("organisers/<int:pk>/edit/", views.EditOrganiser.as_view(), name="edit_organiser"),
    path("organisers/<int:pk>/people/new/", views.NewTaken.as_view(), name="new_taken"),
]
