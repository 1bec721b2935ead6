"""Workbook kinds of stations."""

from stations.workbooks.stations import StationsSheet
from stations.workbooks.visits import VisitsSheet

__all__ = ["StationsSheet", "VisitsSheet"]
