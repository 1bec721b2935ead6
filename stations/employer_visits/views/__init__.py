"""Pages of visits to employers."""

from stations.employer_visits.views.records import EditEmployerVisit, EmployerVisitDetail, WithdrawEmployerVisit
from stations.employer_visits.views.register import EmployerVisitList
from stations.employer_visits.views.writing import FindEmployer, VisitEmployer, VisitNewFirm

__all__ = [
    "EditEmployerVisit",
    "EmployerVisitDetail",
    "EmployerVisitList",
    "FindEmployer",
    "VisitEmployer",
    "VisitNewFirm",
    "WithdrawEmployerVisit",
]
