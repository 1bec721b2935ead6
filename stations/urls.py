"""Addresses of the stations' pages."""

from django.urls import path

from stations import views
from stations.employer_visits import urls as employer_visits

app_name = "stations"

urlpatterns = [
    path("", views.StationList.as_view(), name="list"),
    path("new/", views.NewStation.as_view(), name="new"),
    path("<int:pk>/", views.StationDetail.as_view(), name="detail"),
    path("<int:pk>/edit/", views.EditStation.as_view(), name="edit"),
    path("due/", views.Due.as_view(), name="due"),
    path("employers/", views.Employers.as_view(), name="employers"),
    path("employers/<int:pk>/round/", views.Round.as_view(), name="round"),
    path("find/", views.Find.as_view(), name="find"),
    path("record/<int:worker>/", views.RecordVisit.as_view(), name="record"),
    path("visits/", views.VisitList.as_view(), name="visits"),
    path("visits/<int:pk>/", views.VisitDetail.as_view(), name="visit"),
    path("visits/<int:pk>/edit/", views.EditVisit.as_view(), name="edit_visit"),
    path("visits/<int:pk>/withdraw/", views.WithdrawVisit.as_view(), name="withdraw_visit"),
    path("visits/<int:pk>/withdraw-round/", views.WithdrawRound.as_view(), name="withdraw_round"),
    path("planned/", views.PlanList.as_view(), name="planned"),
    *employer_visits.urlpatterns,
]
