"""Job spells derived from evidence: pure functions, no database (formats.md §1.4; docs/spells.md)."""

from employment.spells.derivation import derive
from employment.spells.evidence import (
    ORGANISED_CHANNELS,
    Arrival,
    ArrivalKind,
    Declared,
    EmployerKey,
    Evidence,
    Place,
    Visit,
    VisitStatus,
)
from employment.spells.history import KnownSpell, known, known_spells
from employment.spells.outcome import Derivation, EndReason, Ref, Source, Spell, Task, TaskCode
from employment.spells.overlaps import Span, declared_overlaps
from employment.spells.places import same_employer, same_place

__all__ = [
    "ORGANISED_CHANNELS",
    "Arrival",
    "ArrivalKind",
    "Declared",
    "Derivation",
    "EmployerKey",
    "EndReason",
    "Evidence",
    "KnownSpell",
    "Place",
    "Ref",
    "Source",
    "Span",
    "Spell",
    "Task",
    "TaskCode",
    "Visit",
    "VisitStatus",
    "declared_overlaps",
    "derive",
    "known",
    "known_spells",
    "same_employer",
    "same_place",
]
