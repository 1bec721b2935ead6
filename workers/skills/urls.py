"""Addresses of the pages of skills."""

from django.urls import path

from workers.skills import views

app_name = "skills"

urlpatterns = [
    path("of/<int:pk>/new/", views.AddSkill.as_view(), name="new"),
    path("<int:pk>/edit/", views.ChangeSkill.as_view(), name="edit"),
    path("<int:pk>/remove/", views.RemoveSkill.as_view(), name="remove"),
]
