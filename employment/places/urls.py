"""Addresses of the pages of workplaces, below /employment/."""

from django.urls import path

from employment.places import views

urlpatterns = [
    path("workplaces/", views.WorkplaceList.as_view(), name="workplaces"),
    path("workplaces/new/", views.NewWorkplace.as_view(), name="new_workplace"),
    path("workplaces/reviews/", views.ReviewList.as_view(), name="reviews"),
    path("workplaces/staff/", views.PlacementList.as_view(), name="placements"),
    path("workplaces/staff/<int:pk>/", views.EditPlacement.as_view(), name="placement"),
    path("workplaces/staff/<int:pk>/withdraw/", views.WithdrawPlacement.as_view(), name="withdraw_placement"),
    path("workplaces/<int:pk>/", views.WorkplaceDetail.as_view(), name="workplace"),
    path("workplaces/<int:pk>/edit/", views.EditWorkplace.as_view(), name="edit_workplace"),
    path("workplaces/<int:pk>/decide/<str:move>/", views.Decide.as_view(), name="decide"),
    path("workplaces/<int:pk>/staff/new/", views.NewPlacement.as_view(), name="new_placement"),
]
