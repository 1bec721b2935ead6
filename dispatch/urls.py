"""Addresses of the dispatch pages."""

from django.urls import path

from dispatch import views

app_name = "dispatch"

urlpatterns = [
    path("", views.TripList.as_view(), name="trips"),
    path("today/", views.TodaysTrips.as_view(), name="today"),
    path("batches/", views.BatchList.as_view(), name="batches"),
    path("report/", views.ReportForWork.as_view(), name="report"),
    path("trips/new/", views.NewTrip.as_view(), name="new_trip"),
    path("trips/<int:pk>/", views.TripDetail.as_view(), name="trip"),
    path("trips/<int:pk>/edit/", views.EditTrip.as_view(), name="edit_trip"),
    path("trips/<int:pk>/remove/", views.RemoveTrip.as_view(), name="remove_trip"),
    path("trips/<int:pk>/acts/", views.TripActs.as_view(), name="acts"),
    path("trips/<int:pk>/board/", views.Board.as_view(), name="board"),
    path("trips/<int:pk>/board/<int:passenger>/", views.BoardOne.as_view(), name="board_one"),
    path("trips/<int:pk>/manifest/", views.Manifest.as_view(), name="manifest"),
    path("trips/<int:pk>/passengers/new/", views.AddPassenger.as_view(), name="add_passenger"),
    path("passengers/", views.PassengerList.as_view(), name="passengers"),
    path("passengers/<int:pk>/", views.PassengerDetail.as_view(), name="passenger"),
    path("passengers/<int:pk>/edit/", views.EditPassenger.as_view(), name="edit_passenger"),
    path("passengers/<int:pk>/remove/", views.RemovePassenger.as_view(), name="remove_passenger"),
]
