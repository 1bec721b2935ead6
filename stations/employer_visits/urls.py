"""Addresses of the pages of visits to employers, below /stations/."""

from django.urls import path

from stations.employer_visits import views

urlpatterns = [
    path("employers/find/", views.FindEmployer.as_view(), name="find_employer"),
    path("employers/visit/", views.VisitNewFirm.as_view(), name="visit_new_firm"),
    path("employers/<int:pk>/visit/", views.VisitEmployer.as_view(), name="visit_employer"),
    path("employer-visits/", views.EmployerVisitList.as_view(), name="employer_visits"),
    path("employer-visits/<int:pk>/", views.EmployerVisitDetail.as_view(), name="employer_visit"),
    path("employer-visits/<int:pk>/edit/", views.EditEmployerVisit.as_view(), name="edit_employer_visit"),
    path("employer-visits/<int:pk>/withdraw/", views.WithdrawEmployerVisit.as_view(), name="withdraw_employer_visit"),
]
