"""Runs of bulk edits."""

from typing import Any

from core.jobs.models import Job
from core.jobs.registry import Progress, handler
from core.web.bulk import services
from core.web.models import BulkEdit


def _edit(job: Job) -> BulkEdit:
    return BulkEdit.objects.select_related("created_by").get(pk=job.params["edit"])


def _settle(job: Job) -> None:
    services.settle(job=job)


@handler("bulk.edit", abandoned=_settle)
def edit(job: Job, progress: Progress) -> dict[str, Any]:
    """Carry a bulk edit out."""
    return dict(services.carry_out(edit=_edit(job), progress=progress))


@handler("bulk.undo", abandoned=_settle)
def undo(job: Job, _progress: Progress) -> dict[str, Any]:
    """Take a bulk edit back."""
    found = _edit(job)
    services.take_back(edit=found, user=job.created_by or found.created_by)
    return {}
