"""Workbook kinds of employment."""

from employment.workbooks.brands import BrandMembersSheet, BrandsSheet
from employment.workbooks.employers import EmployersSheet
from employment.workbooks.employments import EmploymentsSheet
from employment.workbooks.places import WorkplacesSheet, WorkplaceStaffSheet
from employment.workbooks.returnees import ReturneesSheet

__all__ = [
    "BrandMembersSheet",
    "BrandsSheet",
    "EmployersSheet",
    "EmploymentsSheet",
    "ReturneesSheet",
    "WorkplaceStaffSheet",
    "WorkplacesSheet",
]
