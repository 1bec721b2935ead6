"""What is given to the sender: the own workbook with the faults marked in it, and the empty template of a kind."""

import io
from pathlib import Path

from core.workbooks.checking import shape_of
from core.workbooks.files.marking import Mark, write_marked
from core.workbooks.files.template import TemplateColumn, write_template
from core.workbooks.models import Import
from core.workbooks.sheets import Sheet, sheet_of


def error_workbook(*, source: Import) -> Path:
    """Path of the marked workbook; made once per checked state and kept beside the sender's file."""
    path = source.path.with_suffix(f".{source.state}.marked.xlsx")
    sheet = sheet_of(source.kind)
    if not path.exists() and sheet is not None:
        faults = source.faults.order_by("seq", "id").iterator()
        marks = (Mark(fault.sheet, fault.row, fault.column, fault.message, fault.level) for fault in faults)
        half = path.with_suffix(".half")
        write_marked(source.path, half, marks, shape_of(sheet), source.file_name)
        half.replace(path)
    return path


def template(*, sheet: Sheet) -> bytes:
    """The empty workbook of a kind: headings in order, drop-down lists, an example row, notes."""
    columns = [
        TemplateColumn(
            heading=column.heading,
            required=column.required or column.implied,
            choices=column.choices,
            note=column.note,
            example=column.example,
            text=column.as_text,
        )
        for column in sheet.columns
        if not column.extra
    ]
    target = io.BytesIO()
    write_template(target, sheet.title, columns, sheet.notes)
    return target.getvalue()
