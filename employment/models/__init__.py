"""Employers, evidence of work, job spells, market, workplaces, brands, returnees (domain.md §1.2; formats.md §1.4)."""

from employment.models.brands import Brand, BrandMember
from employment.models.employers import Employer, serves_part_of_county, serves_whole_county
from employment.models.evidence import DeclaredJob
from employment.models.fairs import Fair, FairBooth, Referral
from employment.models.mergers import EmployerAlias, EmployerMerge, EmployerPair
from employment.models.organisers import Organiser
from employment.models.places import Placement, Workplace, WorkplaceDecision
from employment.models.returnees import Returnee
from employment.models.spells import PastSpell, Spell, SpellTask
from employment.models.vacancies import Vacancy

__all__ = [
    "Brand",
    "BrandMember",
    "DeclaredJob",
    "Employer",
    "EmployerAlias",
    "EmployerMerge",
    "EmployerPair",
    "Fair",
    "FairBooth",
    "Organiser",
    "PastSpell",
    "Placement",
    "Referral",
    "Returnee",
    "Spell",
    "SpellTask",
    "Vacancy",
    "Workplace",
    "WorkplaceDecision",
    "serves_part_of_county",
    "serves_whole_county",
]
