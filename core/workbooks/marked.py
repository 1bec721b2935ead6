"""The sender's own workbook given back with the faults marked in it."""

from pathlib import Path

from core.workbooks.models import Import


def error_workbook(*, source: Import) -> Path:
    """Path of the marked workbook; made once per checked state and kept beside the sender's file."""
    path = source.path.with_suffix(f".{source.state}.marked.xlsx")
    if not path.exists():
        from core.workbooks.files.marking import mark_workbook

        faults = source.faults.order_by("seq", "id")
        mark_workbook(source.path, path, [fault.as_dict(source.layout) for fault in faults.iterator()])
    return path
