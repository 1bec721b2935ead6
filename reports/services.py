"""Asking for a report and computing it."""

import hashlib
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils import timezone

from core.accounts.models import User
from core.errors import DomainError, NotAllowed
from core.formats.dates import read_date
from core.indicators.periods import parse_period
from core.indicators.scope import scope_for
from core.jobs import services as jobs
from core.jobs.registry import Progress
from dispatch.models import Batch
from reports.models import ReportRun
from reports.retention import Question, compute
from reports.retention.workbook import write_retention
from stations.models import Station

RETENTION = "retention"
TITLES = {RETENTION: "稳岗报告"}


def retention_question(*, user: User, parameters: Mapping[str, Any]) -> Question:
    """The question in ``period`` (default: this year), ``division`` (default: one's own), ``as_of``, ``station``, ``trip``.

    ``as_of`` is by default what it is in the statistics, the earlier of the period's end and today (formats.md §3.1): asked
    alike, report and API give one number.

    ``station`` is a 站点编号, ``trip`` a 批次编号; "" is all of them. Raises ``DomainError`` naming the parameter at fault,
    ``NotFound`` for a division outside the user's area.
    """
    unknown = set(parameters) - {"period", "division", "as_of", "station", "trip"}
    if unknown:
        field = min(unknown)
        code, message = "parameter", f"稳岗报告没有“{field}”这个参数。"
        raise DomainError(code, message, field)
    today = timezone.localdate()
    period = parse_period(str(parameters.get("period") or today.year))
    asked = parameters.get("as_of")
    as_of = read_date(str(asked)) if asked else period.end
    if as_of is None:
        code, message = "as_of", f"as_of“{asked}”不是日期，请写成 2025-02-15 这样的年月日。"
        raise DomainError(code, message, "as_of")
    scope = scope_for(user, str(parameters.get("division") or ""))
    return Question(
        first=period.start,
        last=period.end,
        as_of=min(as_of, today),
        division=scope.division,
        station=_known("station", "协作站", Station.objects.visible_to(user), parameters),
        trip=_known("trip", "批次", Batch.objects.visible_to(user), parameters),
    )


def _known(field: str, word: str, rows: QuerySet[Any], parameters: Mapping[str, Any]) -> str:
    """The number of a thing the user sees, "" when none was given."""
    number = str(parameters.get(field) or "").strip().replace("\0", "")
    if number and not rows.filter(code=number).exists():
        raise DomainError(f"{field}_unknown", f"没有编号为“{number}”的{word}。", field)
    return number


def request_report(*, user: User, kind: str, parameters: Mapping[str, Any], start: bool = True) -> ReportRun:
    """Queue a report; with ``start=False`` the caller computes it itself, ``at_work``. Raises ``DomainError`` for bad parameters."""
    if not user.can("reports.run"):
        code, message = "forbidden", "您没有生成报告的权限。"
        raise NotAllowed(code, message)
    if kind not in TITLES:
        code, message = "kind", f"没有“{kind}”这种报告。"
        raise DomainError(code, message, "kind")
    question = retention_question(user=user, parameters=parameters)
    with transaction.atomic():
        run = ReportRun(id=uuid4(), kind=kind, params=question.as_dict(), created_by=user)
        run.job = (jobs.enqueue if start else jobs.begin)(
            kind="reports.run",
            title=f"{TITLES[kind]} {question.first} 至 {question.last}",
            user=user,
            params={"report": str(run.id)},
            result_url=f"/reports/{run.id}/",
        )
        run.save()
    return run


def run_report(*, run: ReportRun, progress: Progress) -> ReportRun:
    """Compute and keep the answer; a report that has one is left alone.

    Run again after a crash it starts over. Of two attempts at once (a worker that slept through its lease and its
    successor) the first answer is the report: figures, workbook and digest always belong together.
    """
    if run.result is not None:
        return run
    result = compute(Question.of(run.params), run.created_by, progress)
    book = BytesIO()
    write_retention(book, result)
    _keep(run, result, book.getvalue())
    return run


@transaction.atomic
def _keep(run: ReportRun, result: dict[str, Any], book: bytes) -> None:
    run.refresh_from_db(from_queryset=ReportRun.objects.select_for_update())
    if run.result is not None:
        return
    Path(settings.RESULTS_DIR).mkdir(parents=True, exist_ok=True)
    run.file = f"report-{run.id}.xlsx"
    run.path.write_bytes(book)
    run.result, run.digest = result, hashlib.sha256(book).hexdigest()
    run.save(update_fields=["result", "file", "digest"])
    ReportRun.objects.filter(id=run.id).update(finished_at=Now())
