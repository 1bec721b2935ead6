"""Runs that look for doubles."""

from typing import Any

from django.urls import reverse

from core.history.queries import touched_by
from core.jobs.models import Job
from core.jobs.registry import Progress, handler
from core.jobs.services import enqueue
from workers.doubles.finding import find_doubles
from workers.models import Worker

KIND = "doubles.find"


def look_for_doubles(*, operation_id: str = "") -> Job:
    """Have a run look for doubles of the persons an operation wrote, of everybody when none is named."""
    return enqueue(
        kind=KIND,
        title="查找疑似重复人员",
        user=None,
        params={"operation": operation_id} if operation_id else {},
        result_url=reverse("doubles:list"),
        # Part of an import that a command may carry out where no broker runs.
        hurry=False,
    )


@handler(KIND)
def find(job: Job, progress: Progress) -> dict[str, Any]:
    """Look for doubles."""
    operation_id = job.params.get("operation", "")
    ids = list(touched_by(Worker.objects.all(), operation_id).values_list("pk", flat=True)) if operation_id else None
    return {"pairs": find_doubles(worker_ids=ids, progress=progress)}
