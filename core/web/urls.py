"""The kit's own pages: home, search, tasks, pieces."""

from django.urls import path

from core.web import views

app_name = "web"

urlpatterns = [
    path("", views.Home.as_view(), name="home"),
    path("search/", views.Search.as_view(), name="search"),
    path("me/", views.Me.as_view(), name="me"),
    path("tasks/", views.Tasks.as_view(), name="tasks"),
    path("tasks/running/", views.RunningJobs.as_view(), name="running_jobs"),
    path("tasks/<uuid:pk>/", views.TaskDetail.as_view(), name="task"),
    path("tasks/<uuid:pk>/cancel/", views.CancelTask.as_view(), name="cancel_task"),
    path("bulk/", views.BulkEditList.as_view(), name="bulk_edits"),
    path("bulk/<uuid:pk>/", views.BulkEditPage.as_view(), name="bulk_edit"),
    path("bulk/<uuid:pk>/run/", views.CarryOut.as_view(), name="run_bulk_edit"),
    path("bulk/<uuid:pk>/undo/", views.TakeBack.as_view(), name="undo_bulk_edit"),
    path("choices/<slug:source>/", views.Choices.as_view(), name="choices"),
    path("reveal/<str:name>/<int:pk>/", views.RevealField.as_view(), name="reveal"),
    path("offline/", views.offline, name="offline"),
    path("service-worker.js", views.service_worker, name="service_worker"),
]
