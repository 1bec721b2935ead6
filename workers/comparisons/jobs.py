"""Runs of comparisons."""

from typing import Any

from core.jobs.models import Job
from core.jobs.registry import Progress, handler
from workers.comparisons import comparing
from workers.comparisons.models import Comparison


def _settle(job: Job) -> None:
    comparing.settle(job=job)


@handler("comparisons.run", abandoned=_settle)
def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Compare a list with the register."""
    found = Comparison.objects.select_related("created_by").get(pk=job.params["comparison"])
    return dict(comparing.run_comparison(comparison=found, progress=progress).counts)
