"""Employers, evidence of work, job spells (domain.md §1.2; formats.md §1.4)."""

from employment.models.employers import Employer, serves_part_of_county, serves_whole_county
from employment.models.evidence import DeclaredJob
from employment.models.spells import PastSpell, Spell, SpellTask

__all__ = [
    "DeclaredJob",
    "Employer",
    "PastSpell",
    "Spell",
    "SpellTask",
    "serves_part_of_county",
    "serves_whole_county",
]
