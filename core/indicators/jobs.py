"""Runs of the statistics."""

from typing import Any

from core.indicators.freezing import KIND, freeze_all
from core.jobs.models import Job
from core.jobs.registry import Progress, handler


@handler(KIND)
def freeze(job: Job, progress: Progress) -> dict[str, Any]:
    """Freeze figures."""
    return {"frozen": [made.pk for made in freeze_all(job=job, progress=progress)]}
