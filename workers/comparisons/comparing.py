"""Comparing a list with the register: staged by COPY, compared by set-based SQL, then list and staged rows go."""

import re
from collections import Counter
from itertools import islice
from typing import Any, Final

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now

from core.errors import DomainError
from core.jobs.models import Job
from core.jobs.registry import Progress
from core.workbooks import staging
from core.workbooks.checking import shape_of
from core.workbooks.files.opening import open_workbook
from core.workbooks.files.reading import SheetReading, read_sheets
from core.workbooks.files.refusals import UnreadableWorkbook
from core.workbooks.parsing import RowParser
from workers.comparisons.models import Comparison, Difference
from workers.comparisons.sheet import FOREIGN_LIST, HEADINGS

STEP: Final = 4_000
MOST_FAULTS: Final = 500
_DATES: Final = re.compile(r"[0-9０-９〇一二三四五六七八九十\s年月日季度号.\-—/()（）]")
OWN: Final = tuple(name for name, _sql in staging.OWN_COLUMNS)
INSERT: Final = """
INSERT INTO comparisons_difference
  (comparison_id, kind, field, worker_id, id_number, name, village_code, list_value, registry_value, dated, since, fresh, state,
   decided_by_id, decided_at, note, owner_id)
SELECT %(comparison)s, n.kind, n.field, n.worker_id, n.id_number, n.name, n.village_code, n.list_value, n.registry_value, n.dated,
  coalesce(p.since, %(as_of)s), p.id IS NULL,
  -- What somebody rejected stays rejected while the list says the same.
  CASE WHEN p.state = 'rejected' AND p.list_value = n.list_value THEN 'rejected' ELSE 'open' END,
  CASE WHEN p.state = 'rejected' AND p.list_value = n.list_value THEN p.decided_by_id END,
  CASE WHEN p.state = 'rejected' AND p.list_value = n.list_value THEN p.decided_at END,
  CASE WHEN p.state = 'rejected' AND p.list_value = n.list_value THEN p.note ELSE '' END, p.owner_id
FROM ({found}) n
LEFT JOIN listed_before p ON p.id_number = n.id_number AND p.kind = n.kind AND p.field = n.field
"""
# A comparison just made is not in the planner's statistics, which would go through all of it for every row of the next one.
BEFORE: Final = """
CREATE TEMP TABLE listed_before ON COMMIT DROP AS
SELECT id, id_number, kind, field, state, list_value, since, decided_by_id, decided_at, note, owner_id
FROM comparisons_difference WHERE comparison_id = %(previous)s
"""
NOW: Final = """
CREATE TEMP TABLE listed_now ON COMMIT DROP AS
SELECT id_number, kind, field, fresh FROM comparisons_difference WHERE comparison_id = %(comparison)s
"""
STAYS: Final = (
    "EXISTS (SELECT FROM listed_now n WHERE n.id_number = b.id_number AND n.kind = b.kind AND n.field = b.field)"
)
LISTED: Final = """
CREATE TEMP TABLE listed ON COMMIT DROP AS
SELECT DISTINCT ON (s.id_number) s.id_number, coalesce(s.name, '') AS name, s.village_code, s.dated, {columns},
  w.id AS worker_id, w.village_code AS home
FROM {rows} s LEFT JOIN doubles_workeralias a ON a.id_number = s.id_number
LEFT JOIN workers_worker w ON w.id = coalesce(a.worker_id, (SELECT id FROM workers_worker o WHERE o.id_number = s.id_number))
WHERE NOT s.bad ORDER BY s.id_number, s.seq
"""
# What the older list left open is in this one again, or has gone.
CLOSE: Final = f"""
UPDATE comparisons_difference p SET decided_at = now(), state = CASE WHEN {STAYS} THEN 'carried' ELSE 'gone' END
FROM listed_before b WHERE p.id = b.id AND p.state = 'open'
"""
BELONGS: Final = {
    "group": 'EXISTS (SELECT FROM workers_groupmembership m WHERE m.worker_id = w.id AND m."group" = %(group)s'
    " AND (m.valid_from IS NULL OR m.valid_from <= %(as_of)s) AND (m.valid_to IS NULL OR m.valid_to > %(as_of)s))",
    "status": "w.labour_status = %(status)s",
}
NO_NUMBERS: Final = (
    "没有找到写身份证号码的列。请把那一列的表头改成“身份证号码”（证件号码、公民身份号码、社会保障号码等也认得），"
    "表头以外的内容不用动。"
)
SCOPE: Final = "w.village_code LIKE %(scope)s"
GONE_STATUSES: Final = "('死亡', '迁出')"


def run_comparison(*, comparison: Comparison, progress: Progress) -> Comparison:
    """Read the list, find the differences, forget the list. Safe to run again from the start.

    Ends ``done``, or ``failed`` with a sentence and its ``DomainError``.
    """
    waiting = [Comparison.State.QUEUED, Comparison.State.RUNNING]
    if not Comparison.objects.filter(pk=comparison.pk, state__in=waiting).update(state=Comparison.State.RUNNING):
        comparison.refresh_from_db()
        return comparison
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            hold_series(comparison)
            _Reader(cursor, comparison, progress).read()
            progress.at(0, 4, "比对")
            _compare(cursor, comparison, progress)
            staging.drop(comparison.pk)
            comparison.state = Comparison.State.DONE
            comparison.save(update_fields=["state", "counts", "columns", "unknown_columns", "faults", "previous"])
            Comparison.objects.filter(pk=comparison.pk).update(finished_at=Now())
    except DomainError as error:
        fail(comparison=comparison, message=error.message)
        raise
    comparison.path.unlink(missing_ok=True)
    comparison.refresh_from_db()
    return comparison


def fail(*, comparison: Comparison, message: str) -> None:
    """End a comparison that cannot be made; the list goes all the same."""
    waiting = [Comparison.State.QUEUED, Comparison.State.RUNNING]
    ended = Comparison.objects.filter(pk=comparison.pk, state__in=waiting)
    if ended.update(state=Comparison.State.FAILED, error=message[:500], finished_at=Now()):
        comparison.path.unlink(missing_ok=True)


def settle(*, job: Job) -> None:
    """A run that was cancelled or given up leaves no comparison behind that seems to be under way."""
    found = Comparison.objects.filter(pk=job.params["comparison"], job=job).first()
    if found is not None:
        fail(comparison=found, message=job.error or "比对已取消。")


class _Reader:
    """Stages the rows of one list."""

    def __init__(self, cursor: CursorWrapper, comparison: Comparison, progress: Progress) -> None:
        self.cursor = cursor
        self.comparison = comparison
        self.progress = progress
        self.parser = RowParser(FOREIGN_LIST, comparison.created_by, comparison.as_of)
        self.rows = self.bad = 0
        self.faults: list[dict[str, Any]] = []
        self.codes: Counter[str] = Counter()

    def read(self) -> None:
        """All sheets of the file; ``DomainError`` for one that is no list with ID numbers."""
        staging.create_rows(self.cursor, self.comparison.pk, FOREIGN_LIST)
        found: set[str] = set()
        unknown: dict[str, None] = {}
        try:
            with open_workbook(self.comparison.path, self.comparison.file_name) as book:
                for reading in read_sheets(book, shape_of(FOREIGN_LIST)):
                    if reading.headings is not None:
                        found |= set(reading.headings.places)
                        unknown |= dict.fromkeys(reading.unknown)
                        self._stage(reading)
        except UnreadableWorkbook as error:
            told = NO_NUMBERS if error.code == "no_headings" else error.message
            raise DomainError(error.code, told, "file") from error
        staging.index_rows(self.cursor, self.comparison.pk)
        self.comparison.columns = [field for field, heading in HEADINGS.items() if heading in found]
        self.comparison.unknown_columns = list(unknown)
        self.comparison.faults = self.faults
        self.comparison.counts = {"rows": self.rows, "refused": self.bad, "codes": dict(self.codes)}

    def _stage(self, reading: SheetReading) -> None:
        places = reading.headings.places if reading.headings else {}
        headings = {heading: place for place, heading in enumerate(reading.shape.columns) if heading in places}
        self.parser.at_sheet(reading.name, headings)
        title, rows = staging.escaped(reading.name), reading.rows()
        while piece := list(islice(rows, STEP)):
            block = self.parser.parse([cells for _number, cells in piece])
            refused = {place for place, said in block.said.items() if any(one.level == "error" for one in said)}
            for place in sorted(refused):
                self._refuse(reading.name, piece[place][0], [one for one in block.said[place] if one.level == "error"])
            lines = [
                f"{self.rows + place}\t{title}\t{number}\t{'t' if place in refused else 'f'}\t{text}\n"
                for place, ((number, _cells), text) in enumerate(zip(piece, block.texts, strict=True))
            ]
            self.rows += len(piece)
            table = staging.rows_table(self.comparison.pk)
            staging.copy(self.cursor, table, [*OWN, *self.parser.fields], lines)
            self.progress.at(self.rows, max(self.rows, reading.tab.height), "读取")

    def _refuse(self, sheet: str, row: int, said: list[Any]) -> None:
        self.bad += 1
        for one in said:
            self.codes[one.code] += 1
            if len(self.faults) < MOST_FAULTS:
                # The sentence may quote the number: only its code is kept.
                self.faults.append({"sheet": sheet, "row": row, "column": one.heading, "code": one.code})


def hold_series(comparison: Comparison) -> None:
    """Until the transaction ends nobody else compares, or takes back, a list of the kind and area."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [comparison.division + comparison.kind])


def previous_of(comparison: Comparison) -> Comparison | None:
    """The list of the same kind and area that this one continues; a list of an earlier day continues no later one.

    Lists that say nothing of whom they name are many things: only one of the same title, its numbers aside, is continued.
    """
    done = Comparison.objects.filter(kind=comparison.kind, division=comparison.division, state=Comparison.State.DONE)
    before = done.filter(as_of__lte=comparison.as_of).exclude(pk=comparison.pk).order_by("-as_of", "-created_at")
    if comparison.list_kind.says_who:
        return before.first()
    return next((one for one in before if _plain(one.title) == _plain(comparison.title)), None)


def _plain(title: str) -> str:
    return _DATES.sub("", title)


def _compare(cursor: CursorWrapper, comparison: Comparison, progress: Progress) -> None:
    kind = comparison.list_kind
    previous = comparison.previous = previous_of(comparison)
    params = {
        "comparison": comparison.pk,
        "previous": previous.pk if previous else None,
        "as_of": comparison.as_of,
        "scope": f"{comparison.division}%",
        "division": comparison.division,
        "group": kind.group,
        "status": kind.status,
    }
    Difference.objects.filter(comparison=comparison).delete()
    cursor.execute("SET LOCAL work_mem = '128MB'")
    names = [column for column in HEADINGS if column not in {"name", "village_code"}]
    columns = ", ".join(f's."{name}"' for name in names)
    cursor.execute(LISTED.format(columns=columns, rows=staging.rows_table(comparison.pk)))
    cursor.execute("ALTER TABLE listed ADD PRIMARY KEY (id_number)")
    cursor.execute("ANALYZE listed")
    _keep(cursor, "listed_before", BEFORE, params)
    parts = list(_parts(comparison))
    for place, found in enumerate(parts):
        progress.at(place, len(parts) + 1, "比对")
        cursor.execute(INSERT.format(found=found), params)
    _keep(cursor, "listed_now", NOW, params)
    cursor.execute(CLOSE)
    _count(cursor, comparison, params)
    cursor.execute("DROP TABLE listed, listed_before, listed_now")


def _keep(cursor: CursorWrapper, name: str, made: str, params: dict[str, Any]) -> None:
    """Differences of a comparison by themselves, with statistics of their own."""
    cursor.execute(made, params)
    cursor.execute(f"ALTER TABLE {name} ADD PRIMARY KEY (id_number, kind, field)")
    cursor.execute(f"ANALYZE {name}")


def _parts(comparison: Comparison) -> list[str]:
    """The differences of each kind as SQL; all give the same columns."""
    kind = comparison.list_kind
    belongs = BELONGS["group" if kind.group else "status"] if kind.says_who else ""
    # What being on the list says besides: the kind of monitoring, or the status.
    said = "coalesce(l.monitored_kind, '')" if kind.group == "monitored" else "%(status)s::text"
    unknown = (
        "SELECT 'unknown' AS kind, '' AS field, NULL::bigint AS worker_id, l.id_number, l.name,"
        " CASE WHEN l.village_code LIKE %(scope)s THEN l.village_code ELSE %(division)s END AS village_code,"
        f" {said} AS list_value, '' AS registry_value, l.dated FROM listed l WHERE l.worker_id IS NULL"
    )
    person = "w.id AS worker_id, {number} AS id_number, w.name, w.village_code"
    parts = [unknown]
    listed = "FROM listed l JOIN workers_worker w ON w.id = l.worker_id"
    if kind.says_who:
        standing = "coalesce(w.labour_status, '')" if kind.status else "''"
        there, here = person.format(number="l.id_number"), person.format(number="w.id_number")
        parts += [
            (
                f"SELECT 'there' AS kind, '' AS field, {there}, {said} AS list_value, {standing} AS registry_value,"
                f" l.dated {listed} WHERE {SCOPE} AND NOT coalesce({belongs}, false)"
            ),
            f"SELECT 'here' AS kind, '' AS field, {here}, '' AS list_value, {standing} AS registry_value,"
            f" NULL::date AS dated FROM workers_worker w WHERE {SCOPE} AND {belongs}"
            " AND NOT EXISTS (SELECT FROM listed l WHERE l.worker_id = w.id)"
            + ("" if kind.status else f" AND coalesce(w.labour_status, '') NOT IN {GONE_STATUSES}"),
        ]
    for field in comparison.columns:
        stored = f"coalesce(w.{field}, '')"
        differs = f'l."{field}" <> {stored}'
        if field == "name":
            differs = "l.name <> '' AND replace(l.name, '·', '') <> replace(w.name, '·', '')"
        if field == "monitored_kind" and kind.group == "monitored":
            continue  # it comes with the membership
        parts.append(
            f"SELECT 'column' AS kind, '{field}' AS field, {person.format(number='l.id_number')}, l.\"{field}\" AS list_value,"
            f" {stored} AS registry_value, NULL::date AS dated {listed} WHERE {SCOPE} AND {differs}"
        )
    return parts


def _count(cursor: CursorWrapper, comparison: Comparison, params: dict[str, Any]) -> None:
    cursor.execute("SELECT count(*) FROM listed")
    people = cursor.fetchone()[0]
    cursor.execute("SELECT count(*) FROM listed WHERE worker_id IS NOT NULL AND home NOT LIKE %(scope)s", params)
    elsewhere = cursor.fetchone()[0]
    found = dict.fromkeys(Difference.Kind.values, 0)
    cursor.execute("SELECT kind, count(*) FROM listed_now GROUP BY kind")
    found |= dict(cursor.fetchall())
    cursor.execute("SELECT count(*) FROM listed_now WHERE fresh")
    fresh = cursor.fetchone()[0]
    cursor.execute(f"SELECT count(*) FROM listed_before b WHERE NOT {STAYS}")
    gone = cursor.fetchone()[0]
    counts = comparison.counts
    repeated = counts["rows"] - counts["refused"] - people
    comparison.counts |= {
        "people": people,
        "repeated": repeated,
        "elsewhere": elsewhere,
        "fresh": fresh,
        "gone": gone,
        **found,
    }
