"""Pages of stations."""

from stations.views.lists import PlanList, StationList, VisitList
from stations.views.phone import Due, Employers, Find, Round
from stations.views.station import EditStation, NewStation, StationDetail
from stations.views.visits import EditVisit, RecordVisit, VisitDetail, WithdrawRound, WithdrawVisit

__all__ = [
    "Due",
    "EditStation",
    "EditVisit",
    "Employers",
    "Find",
    "NewStation",
    "PlanList",
    "RecordVisit",
    "Round",
    "StationDetail",
    "StationList",
    "VisitDetail",
    "VisitList",
    "WithdrawRound",
    "WithdrawVisit",
]
