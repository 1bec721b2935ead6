"""Rebuilding the job spells of persons from their evidence: the only writer of spells (formats.md §1.4)."""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.jobs.registry import Progress
from core.workbooks.staging import copy, copy_text
from employment.evidence import evidence_of, renew_followers
from employment.spells import Evidence, KnownSpell, Source, derive, known_spells

CHUNK = 2_000

SPELL_COLUMNS = (
    "worker_id", "start_on", "end_on", "end_reason", "place_code", "employer_id", "job_title", "wage", "channel",
    "organised", "contract", "insured", "confirmed_days", "confirmed_to", "origin_kind", "origin_id", "arrival_kind",
    "arrival_id", "known_from",
)  # fmt: skip
TASK_COLUMNS = ("worker_id", "kind", "code", "day", "source_id", "reason")
TABLES = {
    "employment_spell": SPELL_COLUMNS,
    "employment_pastspell": (*SPELL_COLUMNS, "known_to"),
    "employment_spelltask": TASK_COLUMNS,
}

OWN_TASKS = f" AND kind IN ({', '.join(repr(source.value) for source in Source)})"
OWN_ROWS = {"employment_spelltask": OWN_TASKS}
"""Tasks of other kinds are contradictions with other registers (``employment.contradictions``)."""

LOCK = "SELECT id FROM workers_worker WHERE id = ANY (%s) ORDER BY id FOR NO KEY UPDATE"

Rows = dict[str, list[tuple[Any, ...]]]
"""Table → rows of one person."""


def rebuild_spells(*, worker_ids: Iterable[int], progress: Progress | None = None) -> int:
    """Derive the spells and tasks of these persons anew and store what differs; returns how many persons changed.

    Each chunk locks its persons first, so that two writers of evidence about one person cannot store two half-truths:
    whoever comes second reads the evidence of the first.
    """
    ids = sorted(set(worker_ids))
    changed = 0
    with transaction.atomic():
        for done in range(0, len(ids), CHUNK):
            if progress is not None:
                progress.at(done, len(ids), "推算就业记录")
            changed += _rebuild_chunk(ids[done : done + CHUNK])
        if progress is not None:
            progress.at(len(ids), len(ids), "推算就业记录")
    return changed


def _rebuild_chunk(ids: Sequence[int]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids)])
        present = [row[0] for row in cursor.fetchall()]
        evidence = evidence_of(present)
        stored = _stored(cursor, present)
        wanted = {worker_id: derived_rows(worker_id, evidence.get(worker_id, ())) for worker_id in present}
        changed = [worker_id for worker_id in present if wanted[worker_id] != stored[worker_id]]
        if changed:
            _replace(cursor, changed, wanted)
    renew_followers(present)
    return len(changed)


def derived_rows(worker_id: int, evidence: Sequence[Evidence]) -> Rows:
    """What the tables should hold about one person."""
    rows: Rows = {table: [] for table in TABLES}
    if not evidence:
        return rows
    for known in known_spells(evidence):
        row = _spell_row(worker_id, known)
        if known.known_to is None:
            rows["employment_spell"].append(row)
        else:
            rows["employment_pastspell"].append((*row, known.known_to))
    for task in derive(evidence).tasks:
        rows["employment_spelltask"].append(
            (worker_id, str(task.kind), str(task.code), task.day, task.source_id, task.reason[:300])
        )
    for made in rows.values():
        made.sort(key=repr)
    return rows


def _spell_row(worker_id: int, known: KnownSpell) -> tuple[Any, ...]:
    spell = known.spell
    arrival = spell.opened_by[0] if spell.opened_by else None
    return (
        worker_id, spell.start, spell.end, str(spell.end_reason or ""), spell.place or "", spell.employer_key,
        spell.job_title, spell.wage, spell.channel, spell.organised, spell.contract, spell.insured,
        list(spell.confirmed_days), spell.confirmed_to, str(spell.origin.source), spell.origin.id,
        str(arrival.source) if arrival else "", arrival.id if arrival else None,
        known.known_from,
    )  # fmt: skip


def _stored(cursor: CursorWrapper, ids: Sequence[int]) -> dict[int, Rows]:
    found: dict[int, Rows] = {worker_id: {table: [] for table in TABLES} for worker_id in ids}
    for table, columns in TABLES.items():
        own = OWN_ROWS.get(table, "")
        cursor.execute(f"SELECT {', '.join(columns)} FROM {table} WHERE worker_id = ANY (%s){own}", [list(ids)])
        for row in cursor.fetchall():
            found[row[0]][table].append(row)
    for rows in found.values():
        for kept in rows.values():
            kept.sort(key=repr)
    return found


def _replace(cursor: CursorWrapper, changed: Sequence[int], wanted: dict[int, Rows]) -> None:
    for table, columns in TABLES.items():
        cursor.execute(f"DELETE FROM {table} WHERE worker_id = ANY (%s){OWN_ROWS.get(table, '')}", [list(changed)])
        lines = ("\t".join(map(copy_text, row)) + "\n" for worker_id in changed for row in wanted[worker_id][table])
        while piece := list(islice(lines, CHUNK)):
            copy(cursor, table, columns, piece)
