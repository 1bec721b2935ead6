"""Addresses of the pages of returns, below /employment/."""

from django.urls import path

from employment.returnees import views

urlpatterns = [
    path("returnees/", views.ReturneeList.as_view(), name="returnees"),
    path("returnees/new/", views.NewReturn.as_view(), name="new_returnee"),
    path("returnees/monitoring/", views.Monitoring.as_view(), name="monitoring"),
    path("returnees/<int:pk>/", views.EditReturn.as_view(), name="returnee"),
    path("returnees/<int:pk>/withdraw/", views.WithdrawReturn.as_view(), name="withdraw_returnee"),
]
