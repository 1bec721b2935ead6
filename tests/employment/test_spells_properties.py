"""What holds for any evidence whatever: against a second implementation, and properties of their own."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from employment.spells import (
    Arrival,
    ArrivalKind,
    Declared,
    Visit,
    VisitStatus,
    declared_overlaps,
    derive,
    known_spells,
)
from tests.employment.spells_by_painting import derive_by_painting

FIRST = date(2025, 1, 1)
ONE_DAY = timedelta(days=1)

days = st.integers(0, 60).map(lambda n: FIRST + timedelta(days=n))
places = st.sampled_from([None, "44", "4401", "440113", "440111", "4403", "440306", "33", "3302", "520527"])
employers = st.sampled_from([None, 1, 2, 3])
wages = st.sampled_from([None, Decimal(4000), Decimal("5200.50")])
flags = st.sampled_from([None, True, False])


@st.composite
def declared(draw):
    start = draw(days)
    length = draw(st.none() | st.integers(1, 30))
    return Declared(
        start=start,
        end=None if length is None else start + timedelta(days=length),
        place=draw(places.filter(bool)),
        employer_key=draw(employers),
        wage=draw(wages),
        channel=draw(st.sampled_from(["", "自主外出", "政府组织", "劳务公司(合作社)"])),
        contract=draw(flags),
        insured=draw(flags),
        confirmed_to=draw(st.none() | days),
        source_id=0,
        job_title=draw(st.sampled_from(["", "普工"])),
    )


arrivals = st.builds(
    Arrival, days, places, employers, st.sampled_from(list(ArrivalKind)), st.just(0), st.sampled_from(["", "缝纫工"])
)
visits = st.builds(
    Visit,
    days,
    st.sampled_from(list(VisitStatus)),
    employers,
    st.sampled_from(["", "某厂"]),
    wages,
    st.sampled_from(["", "GZ01", "SZ01"]),
    st.just(0),
    flags,
    flags,
)


@st.composite
def lives(draw):
    """All evidence about one person, as imports let it in: keys unique, rows of 务工台账 without overlap."""
    rows = draw(st.lists(declared(), max_size=4, unique_by=lambda row: row.start))
    refused = declared_overlaps(rows)
    evidence = [row for index, row in enumerate(rows) if index not in refused]
    evidence += draw(st.lists(arrivals, max_size=4))
    evidence += draw(st.lists(visits, max_size=5, unique_by=lambda visit: (visit.day, visit.station_code)))
    return [
        replace(piece, source_id=index, natural_key=f"{index:03}")
        if isinstance(piece, Arrival)
        else replace(piece, source_id=index)
        for index, piece in enumerate(evidence)
    ]


def without_reasons(derivation):
    return replace(derivation, tasks=tuple(replace(task, reason="") for task in derivation.tasks))


def dates_of(evidence):
    for piece in evidence:
        if isinstance(piece, Declared):
            yield from (day for day in (piece.start, piece.end, piece.confirmed_to) if day)
        else:
            yield piece.day


@settings(max_examples=500, deadline=None)
@given(lives(), st.none() | days)
def test_equals_the_calendar_painted_day_by_day(evidence, as_of):
    assert without_reasons(derive(evidence, as_of)) == derive_by_painting(evidence, as_of)


@settings(max_examples=300, deadline=None)
@given(lives(), st.data())
def test_order_in_which_evidence_is_given_does_not_matter(evidence, data):
    shuffled = data.draw(st.permutations(evidence))
    assert derive(shuffled) == derive(evidence)
    assert known_spells(shuffled) == known_spells(evidence)


@settings(max_examples=300, deadline=None)
@given(lives())
def test_spells_are_never_empty_and_never_overlap(evidence):
    spells = derive(evidence).spells
    on_paper = [piece.confirmed_to for piece in evidence if isinstance(piece, Declared)]
    for spell in spells:
        assert spell.end is None or spell.start < spell.end
        assert spell.confirmed_days == tuple(sorted(set(spell.confirmed_days)))
        assert spell.confirmed_days[0] == spell.start
        # On its last day a spell can be confirmed by one station and ended by the next.
        assert all(spell.end is None or day <= spell.end for day in spell.confirmed_days if day not in on_paper)
        assert (spell.end is None) == (spell.end_reason is None)
        assert spell.origin in spell.evidence
    for earlier, later in pairwise(spells):
        assert earlier.end is not None
        assert earlier.end <= later.start


@settings(max_examples=300, deadline=None)
@given(lives())
def test_every_piece_of_evidence_speaks_for_a_spell_or_is_a_task(evidence):
    """失联 changes nothing, and a visit that moved or closed a spell without a day of its own leaves no other trace."""
    derivation = derive(evidence)
    heard = {ref.id for spell in derivation.spells for ref in spell.evidence} | {t.source_id for t in derivation.tasks}
    silent = [piece for piece in evidence if piece.source_id not in heard]
    assert [piece for piece in silent if not isinstance(piece, Visit)] == []
    acted = (VisitStatus.EMPLOYED_OTHER, VisitStatus.LEFT_SEEKING, VisitStatus.RETURNED_HOME)
    confirmed_the_vanished = {
        piece.source_id
        for piece in silent
        if piece.status is VisitStatus.EMPLOYED_SAME
        and any(other.day == piece.day and other.status in acted for other in evidence if isinstance(other, Visit))
    }
    left = [p for p in silent if p.status is VisitStatus.EMPLOYED_SAME and p.source_id not in confirmed_the_vanished]
    assert left == []


@settings(max_examples=300, deadline=None)
@given(lives(), days)
def test_as_of_knows_evidence_of_that_day_and_before_and_nothing_else(evidence, as_of):
    known = []
    for piece in evidence:
        if not isinstance(piece, Declared):
            known += [piece] if piece.day <= as_of else []
        elif piece.start <= as_of:
            end = piece.end if piece.end and piece.end <= as_of else None
            confirmed = piece.confirmed_to if piece.confirmed_to and piece.confirmed_to <= as_of else None
            known.append(replace(piece, end=end, confirmed_to=confirmed))
    derivation = derive(evidence, as_of)
    assert derivation == derive(known)
    for spell in derivation.spells:
        assert spell.confirmed_to <= as_of
        assert spell.end is None or spell.end <= as_of


@settings(max_examples=200, deadline=None)
@given(lives())
def test_as_of_the_last_evidence_is_all_there_is(evidence):
    last = max(dates_of(evidence), default=FIRST)
    assert derive(evidence, last) == derive(evidence)
    assert derive(evidence, FIRST - ONE_DAY).spells == ()


@settings(max_examples=200, deadline=None)
@given(lives())
def test_spells_written_down_as_rows_derive_themselves(evidence):
    def row(index, spell):
        return Declared(
            spell.start, spell.end, spell.place or "44", spell.employer_key, spell.wage, spell.channel, spell.contract,
            spell.insured, spell.confirmed_to, index, spell.job_title,
        )  # fmt: skip

    spells = derive(evidence).spells
    rows = [row(index, spell) for index, spell in enumerate(spells)]
    assert declared_overlaps(rows) == {}
    again = derive(rows)
    assert again.tasks == ()
    assert [row(index, spell) for index, spell in enumerate(again.spells)] == [
        replace(row, confirmed_to=max(row.confirmed_to, row.end - ONE_DAY)) if row.end else row for row in rows
    ]


@settings(max_examples=400, deadline=None)
@given(lives())
def test_known_spells_tell_every_as_of(evidence):
    known = known_spells(evidence)
    assert [k.spell for k in sorted(known, key=lambda k: k.spell.start) if k.known_to is None] == list(
        derive(evidence).spells
    )
    for offset in range(-1, 95, 4):
        as_of = FIRST + timedelta(days=offset)
        seen = sorted(
            (k for k in known if k.known_from <= as_of and (k.known_to is None or as_of < k.known_to)),
            key=lambda k: k.spell.start,
        )
        told = [
            replace(k.spell, evidence=(), confirmed_days=tuple(d for d in k.spell.confirmed_days if d <= as_of))
            for k in seen
        ]
        assert told == [replace(spell, evidence=()) for spell in derive(evidence, as_of).spells]
