"""Workbook kinds of employment."""

from employment.workbooks.employers import EmployersSheet
from employment.workbooks.employments import EmploymentsSheet

__all__ = ["EmployersSheet", "EmploymentsSheet"]
