"""Employers, evidence of work, job spells; vacancies, fairs and referrals (domain.md §1.2; formats.md §1.4)."""

from employment.models.employers import Employer, serves_part_of_county, serves_whole_county
from employment.models.evidence import DeclaredJob
from employment.models.fairs import Fair, FairBooth, Referral

from employment.models.spells import PastSpell, Spell, SpellTask
from employment.models.vacancies import Vacancy

__all__ = [
    "DeclaredJob",
    "Employer",
    "Fair",
    "FairBooth",
    "PastSpell",
    "Referral",
    "Spell",
    "SpellTask",
    "Vacancy",
    "serves_part_of_county",
    "serves_whole_county",
]
