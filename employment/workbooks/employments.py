"""务工台账: declared work, the first evidence of job spells (formats.md §1.4 rule 1)."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.db.models import QuerySet

from core.accounts.models import User
from core.formats.values import CHANNEL, CONTRACT, INSURED
from core.workbooks import columns as c
from core.workbooks.sheets import Batch, Check, Fetch, Found, Sheet, Target, register
from employment.models import DeclaredJob
from employment.queries import PREFECTURE, PROVINCE, place_name, place_path
from employment.rebuilding import rebuild_spells
from employment.spells import declared_overlaps
from employment.workbooks.named import create_stubs, employer_reference, new_employer

PLACE = c.work_place(into="place_code")
PLACE_EXPORTS = ("place_province", "place_city", "place_county")
NAME, CODE = "s.employer_name", "s.credit_code"
START = "外出时间"


class Interval(NamedTuple):
    """A row of 务工台账 as the overlap rule sees it; ``seq`` None: stored."""

    seq: int | None
    start: date
    end: date | None


@register
class EmploymentsSheet(Sheet):
    """Who works where since when, as somebody wrote it down."""

    kind = "employments"
    title = "务工台账"
    section = "就业"
    list_url_name = "employment:jobs"
    permission = "employment.edit"
    columns = (
        c.name(export="worker__name"),
        c.id_number(export="worker__id_number"),
        *(replace(column, export=path) for column, path in zip(PLACE.columns, PLACE_EXPORTS, strict=True)),
        c.text("务工单位", "employer_name", aliases=("工作单位", "务工企业"), export="employer__name"),
        c.credit_code(export="employer__credit_code"),
        c.text("工种(岗位)", "job_title", export="job_title"),
        c.date_("外出时间", "start_on", required=True, export="start_on"),
        c.date_("返回时间", "end_on", export="end_on"),
        c.text("返回原因", "end_reason", export="end_reason"),
        c.amount("月工资(元)", "wage", export="wage"),
        c.choice("组织方式", "channel", CHANNEL, export="channel"),
        c.yes_no("是否签订合同", "contract", CONTRACT, export="contract"),
        c.yes_no("是否参保", "insured", INSURED, export="insured"),
        c.date_("最近确认日期", "confirmed_on", export="confirmed_on"),
    )
    derived = (PLACE.derived,)
    references = (employer_reference(NAME, CODE),)
    checks = (
        Check(
            sql="SELECT p.seq, '返回时间应晚于外出时间（返回时间是不再在岗的第一天）。' AS message FROM {plan} p JOIN {rows} s USING (seq)"
            " WHERE s.end_on <= s.start_on",
            blame="返回时间",
            code="date",
        ),
    )
    key = ("s.id_number", "s.start_on")
    key_heading = "外出时间"
    key_words = "身份证号码和外出时间"
    merged_down = c.WORK_PLACE
    target = Target(
        table="employment_declaredjob",
        key="t.worker_id = p.worker_id AND t.start_on = s.start_on",
        fixed={"worker_id": "p.worker_id", "start_on": "s.start_on"},
        values={
            "end_on": "s.end_on",
            "end_reason": "s.end_reason",
            "place_code": "s.place_code",
            "employer_id": "p.employer_id",
            "job_title": "s.job_title",
            "wage": "s.wage",
            "channel": "s.channel",
            "contract": "s.contract",
            "insured": "s.insured",
            "confirmed_on": "s.confirmed_on",
        },
        touched=new_employer(NAME, CODE),
    )

    def find_faults(self, fetch: Fetch) -> Iterable[Found]:
        """Rows that begin before a written end of an earlier start (``overlap``).

        The persons are locked, so that no clerk writes a row down between this judgement and the writing.
        """
        yield from overlapping_jobs(fetch, START)

    def before_write(self, batch: Batch) -> None:
        """Store the employers nobody knew."""
        create_stubs(batch, NAME, CODE)

    def after_write(self, batch: Batch) -> None:
        """Derive the spells of everybody the file names."""
        rebuild_spells(worker_ids=written_workers(batch), progress=batch.progress)

    def touched_workers(self, cursor: Any, operation_id: str) -> list[int]:
        """Persons of the rows the operation wrote."""
        return workers_of_operation(cursor, "employment_declaredjob", operation_id)

    def after_undo(self, batch_workers: list[int], progress: Any) -> None:
        """Derive their spells anew."""
        rebuild_spells(worker_ids=batch_workers, progress=progress)

    def export_rows(self, user: User, query: Any) -> QuerySet[DeclaredJob]:
        """Declared work as the list page filters it, its place in the three columns it is written in."""
        from employment.filters import declared_jobs  # noqa: PLC0415 - filters import models only once apps are ready

        return declared_jobs(user, query).annotate(
            place_province=place_name("place_code", PROVINCE),
            place_city=place_name("place_code", PREFECTURE),
            place_county=place_path("place_code", below=PREFECTURE),
        )


def overlapping_jobs(fetch: Fetch, heading: str, *, written_end: str = "s.end_on") -> Iterator[Found]:
    """Of rows with ``start_on`` those that meet a written end of an earlier start, laid at ``heading``; locks the persons.

    ``written_end`` is SQL over ``s``: the end the row writes.
    """
    fetch(
        "SELECT count(*) FROM (SELECT w.id FROM workers_worker w WHERE w.id IN (SELECT worker_id FROM {plan}"
        " WHERE NOT refused) ORDER BY w.id FOR NO KEY UPDATE) locked"
    )
    incoming = fetch(
        f"SELECT p.worker_id, p.seq, s.start_on, coalesce({written_end}, t.end_on) FROM {{plan}} p JOIN {{rows}} s USING (seq)"
        " LEFT JOIN employment_declaredjob t ON t.worker_id = p.worker_id AND t.start_on = s.start_on"
        " WHERE NOT p.refused AND NOT p.repeated AND p.worker_id IS NOT NULL ORDER BY p.worker_id, p.seq"
    )
    stored = fetch(
        "SELECT t.worker_id, NULL, t.start_on, t.end_on FROM employment_declaredjob t WHERE t.worker_id IN"
        " (SELECT p.worker_id FROM {plan} p WHERE NOT p.refused AND NOT p.repeated) ORDER BY t.worker_id"
    )
    known = {worker: [Interval(*row[1:]) for row in rows] for worker, rows in groupby(stored, itemgetter(0))}
    for worker, rows in groupby(incoming, itemgetter(0)):
        yield from _overlaps([Interval(*row[1:]) for row in rows], known.get(worker, []), heading)


def _overlaps(incoming: list[Interval], stored: list[Interval], heading: str) -> Iterator[Found]:
    for place, met in declared_overlaps(incoming, stored).items():
        until = f"至{met.end}" if met.end else "起"
        where = "本表中" if met.seq is not None else "已登记的"
        message = f"与{where}{met.start}{until}的务工记录重叠，请核对{heading}和返回时间。"
        seq = incoming[place].seq
        if seq is not None:
            yield Found(seq, heading, "overlap", message)


def written_workers(batch: Batch) -> list[int]:
    """Persons of the rows just written."""
    return [
        row[0] for row in batch.fetch("SELECT DISTINCT worker_id FROM {plan} WHERE action IN ('created', 'updated')")
    ]


def workers_of_operation(cursor: Any, table: str, operation_id: str) -> list[int]:
    """Persons of the rows of ``table`` (which has a ``worker_id``) that an operation inserted or changed."""
    cursor.execute(
        f'SELECT DISTINCT t.worker_id FROM {table} t JOIN history_row_event e ON e."table" = %s AND e.row_id = t.id'
        " WHERE e.operation_id = %s",
        [table, operation_id],
    )
    return [row[0] for row in cursor.fetchall()]
