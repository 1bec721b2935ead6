"""Workbook kinds of dispatch."""

from dispatch.workbooks.passengers import PassengersSheet
from dispatch.workbooks.trips import TripsSheet

__all__ = ["PassengersSheet", "TripsSheet"]
