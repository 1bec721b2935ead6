"""Addresses of the registry's pages."""

from django.urls import path

from workers import views
from workers.printing import PrintPerson

app_name = "workers"

urlpatterns = [
    path("", views.WorkerList.as_view(), name="list"),
    path("new/", views.RegisterWorker.as_view(), name="new"),
    path("<int:pk>/", views.WorkerDetail.as_view(), name="detail"),
    path("<int:pk>/print/", PrintPerson.as_view(), name="print"),
    path("<int:pk>/edit/", views.EditWorker.as_view(), name="edit"),
    path("<int:pk>/tags/new/", views.AddTag.as_view(), name="add_tag"),
    path("tags/<int:pk>/end/", views.EndTag.as_view(), name="end_tag"),
    path("tags/<int:pk>/edit/", views.CorrectTag.as_view(), name="correct_tag"),
    path("tags/<int:pk>/remove/", views.RemoveTag.as_view(), name="remove_tag"),
]
