"""Workbook kinds of employment."""

from employment.workbooks.brands import BrandMembersSheet, BrandsSheet
from employment.workbooks.employers import EmployersSheet
from employment.workbooks.employments import EmploymentsSheet
from employment.workbooks.fairs import FairBoothsSheet, FairsSheet
from employment.workbooks.lone_stubs import forget_lone_stubs
from employment.workbooks.organisers import OrganisersSheet, TakenOutSheet
from employment.workbooks.places import WorkplacesSheet, WorkplaceStaffSheet
from employment.workbooks.referrals import ReferralsSheet
from employment.workbooks.returnees import ReturneesSheet
from employment.workbooks.spells import SpellsSheet
from employment.workbooks.vacancies import VacanciesSheet

__all__ = [
    "BrandMembersSheet",
    "BrandsSheet",
    "EmployersSheet",
    "EmploymentsSheet",
    "FairBoothsSheet",
    "FairsSheet",
    "OrganisersSheet",
    "ReferralsSheet",
    "ReturneesSheet",
    "SpellsSheet",
    "TakenOutSheet",
    "VacanciesSheet",
    "WorkplaceStaffSheet",
    "WorkplacesSheet",
    "forget_lone_stubs",
]
