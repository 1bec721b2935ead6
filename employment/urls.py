"""Addresses of the employment pages."""

from django.urls import path

from employment import views
from employment.brands.urls import urlpatterns as brands
from employment.market.urls import urlpatterns as market
from employment.mergers.urls import urlpatterns as mergers
from employment.organisers.urls import urlpatterns as organisers
from employment.places.urls import urlpatterns as places
from employment.returnees.urls import urlpatterns as returnees

app_name = "employment"

urlpatterns = [
    path("", views.SpellList.as_view(), name="spells"),
    path("jobs/", views.JobList.as_view(), name="jobs"),
    path("jobs/new/", views.NewJob.as_view(), name="new_job"),
    path("jobs/<int:pk>/", views.EditJob.as_view(), name="job"),
    path("jobs/<int:pk>/withdraw/", views.WithdrawJob.as_view(), name="withdraw_job"),
    path("tasks/", views.TaskList.as_view(), name="tasks"),
    path("employers/", views.EmployerList.as_view(), name="employers"),
    path("employers/new/", views.NewEmployer.as_view(), name="new_employer"),
    path("employers/<int:pk>/", views.EmployerDetail.as_view(), name="employer"),
    path("employers/<int:pk>/edit/", views.EditEmployer.as_view(), name="edit_employer"),
    *market,
    *mergers,
    *organisers,
    *places,
    *brands,
    *returnees,
]
