"""Runs of reports."""

from typing import Any

from core.jobs.models import Job
from core.jobs.registry import Progress, handler
from reports.models import ReportRun
from reports.services import run_report


@handler("reports.run")
def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Compute one report."""
    report = ReportRun.objects.select_related("created_by").get(id=job.params["report"])
    return {"digest": run_report(run=report, progress=progress).digest}
