"""Runs of imports and exports."""

from typing import Any

from core.jobs.models import Job
from core.jobs.registry import Progress, handler
from core.workbooks import exports, services
from core.workbooks.models import Export, Import


def _source(job: Job) -> Import:
    return Import.objects.select_related("created_by").get(id=job.params["import"])


def _settle(job: Job) -> None:
    services.settle(job=job)


@handler("imports.check", abandoned=_settle)
def check(job: Job, progress: Progress) -> dict[str, Any]:
    """Check an import."""
    return dict(services.check_import(source=_source(job), progress=progress).counts)


@handler("imports.write", abandoned=_settle)
def write(job: Job, progress: Progress) -> dict[str, Any]:
    """Write a confirmed import."""
    return dict(services.write_import(source=_source(job), progress=progress).counts)


@handler("imports.undo")
def undo(job: Job, progress: Progress) -> dict[str, Any]:
    """Take a written import back."""
    source = _source(job)
    services.undo_import(source=source, user=job.created_by or source.created_by, progress=progress)
    return {}


@handler("exports.write")
def export(job: Job, progress: Progress) -> dict[str, Any]:
    """Write an export's workbook."""
    row = Export.objects.select_related("created_by").get(id=job.params["export"])
    return {"rows": exports.write_export(export=row, progress=progress).rows}
