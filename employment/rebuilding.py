"""Rebuilding the job spells of persons from their evidence: the only writer of spells (formats.md §1.4)."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from core.garbage import collector_paused
from core.jobs.registry import Progress
from core.workbooks.staging import copy, copy_text
from employment.evidence import evidence_of, renew_followers
from employment.spells import Evidence, KnownSpell, Source, known

CHUNK = 5_000
"""Persons at once: enough that statements cost little beside their rows, few enough that progress never stands still."""

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

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
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
            with collector_paused():
                changed += _rebuild_chunk(ids[done : done + CHUNK])
        if progress is not None:
            progress.at(len(ids), len(ids), "推算就业记录")
    return changed


def _rebuild_chunk(ids: Sequence[int]) -> int:
    """Only rows that differ are written: what stands leaves figures fresh and indexes alone."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(ids)])
        present = [row[0] for row in cursor.fetchall()]
        evidence = evidence_of(present)
        wanted = {worker_id: derived_rows(worker_id, pieces) for worker_id, pieces in evidence.items()}
        changed: set[int] = set()
        for table, columns in TABLES.items():
            stored = _stored(cursor, table, present)
            gone, new = _differences(stored, {worker_id: rows[table] for worker_id, rows in wanted.items()})
            _write(cursor, table, columns, gone, new)
            changed.update(row[0] for row in new)
            changed.update(row[1] for row in gone)
    renew_followers(present)
    return len(changed)


def derived_rows(worker_id: int, evidence: Sequence[Evidence]) -> Rows:
    """What the tables should hold about one person."""
    rows: Rows = {table: [] for table in TABLES}
    versions, tasks = known(evidence)
    for version in versions:
        row = _spell_row(worker_id, version)
        if version.known_to is None:
            rows["employment_spell"].append(row)
        else:
            rows["employment_pastspell"].append((*row, version.known_to))
    for task in tasks:
        rows["employment_spelltask"].append(
            (worker_id, str(task.kind), str(task.code), task.day, task.source_id, task.reason[:300])
        )
    return rows


def _spell_row(worker_id: int, version: KnownSpell) -> Row:
    spell = version.spell
    arrival = spell.opened_by[0] if spell.opened_by else None
    return (
        worker_id, spell.start, spell.end, str(spell.end_reason or ""), spell.place or "", spell.employer_key,
        spell.job_title, spell.wage, spell.channel, spell.organised, spell.contract, spell.insured,
        list(spell.confirmed_days), spell.confirmed_to, str(spell.origin.source), spell.origin.id,
        str(arrival.source) if arrival else "", arrival.id if arrival else None,
        version.known_from,
    )  # fmt: skip


def _stored(cursor: CursorWrapper, table: str, ids: Sequence[int]) -> dict[int, list[Row]]:
    """Person → the stored rows, each behind its id."""
    cursor.execute(
        f"SELECT id, {', '.join(TABLES[table])} FROM {table} WHERE worker_id = ANY (%s){OWN_ROWS.get(table, '')}",
        [list(ids)],
    )
    found: dict[int, list[Row]] = {}
    for row in cursor.fetchall():
        found.setdefault(row[1], []).append(row)
    return found


def _differences(stored: Mapping[int, list[Row]], wanted: Mapping[int, list[Row]]) -> tuple[list[Row], list[Row]]:
    """Stored rows, behind their ids, that nothing speaks for any more, and wanted rows that are not there."""
    gone: list[Row] = []
    new: list[Row] = []
    for worker_id, rows in wanted.items():
        standing = stored.get(worker_id)
        if standing is None:
            new += rows
            continue
        missing = list(rows)
        for row in standing:
            told = row[1:]
            if told in missing:
                missing.remove(told)
            else:
                gone.append(row)
        new += missing
    for worker_id in stored.keys() - wanted.keys():
        gone += stored[worker_id]
    return gone, new


def _write(cursor: CursorWrapper, table: str, columns: Sequence[str], gone: Sequence[Row], new: Iterable[Row]) -> None:
    if gone:
        cursor.execute(f"DELETE FROM {table} WHERE id = ANY (%s)", [[row[0] for row in gone]])
    lines = ("\t".join(map(copy_text, row)) + "\n" for row in new)
    while piece := list(islice(lines, CHUNK)):
        copy(cursor, table, columns, piece)
