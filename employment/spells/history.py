"""What was known when: the spells of one person as they stood "as of" every day (formats.md §1.4 rule 5)."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import zip_longest

from employment.spells.derivation import derive
from employment.spells.drafts import from_row
from employment.spells.evidence import Declared, Evidence, Visit, VisitStatus
from employment.spells.outcome import Spell, Task

_ONE_DAY = timedelta(days=1)
_KEEPS_SHAPE = frozenset({VisitStatus.EMPLOYED_SAME, VisitStatus.UNREACHABLE})


@dataclass(frozen=True, slots=True)
class KnownSpell:
    """A spell as it is for every "as of D" with `known_from` ≤ D < `known_to` (None: to this day).

    By D it was confirmed to the latest of `spell.confirmed_days` that is not after D. `spell.evidence` is what stood
    behind it at the end of that time.
    """

    spell: Spell
    known_from: date
    known_to: date | None


def known_spells(evidence: Sequence[Evidence]) -> tuple[KnownSpell, ...]:
    """Every spell that an "as of" can see, ordered by the day it was first known, then by its start.

    For each D the versions in force are exactly the spells of `derive(evidence, D)`. Those with `known_to` None are the
    spells of `derive(evidence)`. Confirmations make no version of their own.
    """
    return known(evidence)[0]


def known(evidence: Sequence[Evidence]) -> tuple[tuple[KnownSpell, ...], tuple[Task, ...]]:
    """``known_spells(evidence)`` and the tasks of ``derive(evidence)``, derived together."""
    if len(evidence) == 1:
        (only,) = evidence
        if isinstance(only, Declared):
            return _known_of_row(only), ()
    latest = derive(evidence)
    versions: list[KnownSpell] = []
    standing: dict[Hashable, tuple[Spell, date]] = {}  # shape → the spell as last seen, known since
    days = _structural_days(evidence)
    for day, following in zip_longest(days, days[1:]):
        told = derive(evidence, following - _ONE_DAY) if following else latest
        found = {_shape(spell): spell for spell in told.spells}
        versions += [KnownSpell(spell, since, day) for shape, (spell, since) in standing.items() if shape not in found]
        standing = {shape: (spell, standing[shape][1] if shape in standing else day) for shape, spell in found.items()}
    versions += [KnownSpell(spell, since, None) for spell, since in standing.values()]
    versions.sort(key=lambda version: (version.known_from, version.spell.start))
    return tuple(versions), latest.tasks


def _known_of_row(row: Declared) -> tuple[KnownSpell, ...]:
    """What the sweep makes of a single row of 务工台账, most people's only evidence: one spell, open until its 返回时间."""
    told = from_row(row, None).spell()
    if row.end is None:
        return (KnownSpell(told, row.start, None),)
    before = from_row(row, row.end - _ONE_DAY).spell()
    return KnownSpell(before, row.start, row.end), KnownSpell(told, row.end, None)


def _structural_days(evidence: Sequence[Evidence]) -> list[date]:
    """The days on which what is known changes by more than a confirmation."""
    days: set[date] = set()
    for piece in evidence:
        if isinstance(piece, Declared):
            days.add(piece.start)
            if piece.end is not None:
                days.add(piece.end)
        elif not isinstance(piece, Visit) or piece.status not in _KEEPS_SHAPE:
            days.add(piece.day)
    return sorted(days)


def _shape(spell: Spell) -> Hashable:
    """All of the spell but what confirmations add to it."""
    return (
        spell.start, spell.end, spell.end_reason, spell.place, spell.employer_key, spell.job_title, spell.wage,
        spell.channel, spell.organised, spell.contract, spell.insured, spell.origin, spell.opened_by,
    )  # fmt: skip
