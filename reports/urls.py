"""Pages of reports."""

from django.urls import path

from reports import views

app_name = "reports"

urlpatterns = [
    path("", views.ReportList.as_view(), name="list"),
    path("new/", views.NewReport.as_view(), name="new"),
    path("<uuid:pk>/", views.ReportPage.as_view(), name="report"),
    path("<uuid:pk>/share/", views.ShareReport.as_view(), name="share"),
    path("<uuid:pk>/file/", views.ReportFile.as_view(), name="file"),
]
