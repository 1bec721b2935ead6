"""Pages of organised journeys."""

from dispatch.views.boarding import Board, BoardOne, TodaysTrips
from dispatch.views.lists import BatchList, PassengerList, TripList
from dispatch.views.manifest import Manifest
from dispatch.views.passengers import (
    AddPassenger,
    EditPassenger,
    PassengerDetail,
    RemovePassenger,
    ReportForWork,
)
from dispatch.views.trips import EditTrip, NewTrip, RemoveTrip, TripActs, TripDetail

__all__ = [
    "AddPassenger",
    "BatchList",
    "Board",
    "BoardOne",
    "EditPassenger",
    "EditTrip",
    "Manifest",
    "NewTrip",
    "PassengerDetail",
    "PassengerList",
    "RemovePassenger",
    "RemoveTrip",
    "ReportForWork",
    "TodaysTrips",
    "TripActs",
    "TripDetail",
    "TripList",
]
