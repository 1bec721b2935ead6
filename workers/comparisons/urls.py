"""Addresses of the comparison bench."""

from django.urls import path

from workers.comparisons import views

app_name = "comparisons"

urlpatterns = [
    path("", views.ComparisonList.as_view(), name="list"),
    path("new/", views.NewComparison.as_view(), name="new"),
    path("<uuid:pk>/", views.ComparisonDetail.as_view(), name="detail"),
    path("<uuid:pk>/items/", views.WorkList.as_view(), name="items"),
    path("<uuid:pk>/accepted/<uuid:act>/undo/", views.UndoAccept.as_view(), name="undo_accept"),
    path("items/<int:pk>/register/", views.RegisterUnknown.as_view(), name="register"),
    path("<uuid:pk>/withdraw/", views.Withdraw.as_view(), name="withdraw"),
    path("<uuid:pk>/registered/", views.Registered.as_view(), name="registered"),
]
