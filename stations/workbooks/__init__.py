"""Workbook kinds of stations."""

from stations.workbooks.employer_visits import EmployerVisitsSheet
from stations.workbooks.stations import StationsSheet
from stations.workbooks.visits import VisitsSheet

__all__ = ["EmployerVisitsSheet", "StationsSheet", "VisitsSheet"]
