"""Acts of organised journeys: planning vehicles, keeping their rosters, and what happens on the way (domain.md §3.3)."""

from dispatch.services.boarding import check_in, report_for_work, set_outcome, sign_in, sign_off
from dispatch.services.roster import PassengerFacts, change_passenger, register_passenger, remove_passenger
from dispatch.services.trips import TripFacts, remove_trip, save_trip

__all__ = [
    "PassengerFacts",
    "TripFacts",
    "change_passenger",
    "check_in",
    "register_passenger",
    "remove_passenger",
    "remove_trip",
    "report_for_work",
    "save_trip",
    "set_outcome",
    "sign_in",
    "sign_off",
]
