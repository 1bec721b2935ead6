"""What is given to the sender: the own workbook with the faults marked in it, and the empty template of a kind."""

import io
from pathlib import Path
from uuid import uuid4

from core.errors import Conflict
from core.workbooks.checking import shape_of
from core.workbooks.files.marking import Mark, write_marked
from core.workbooks.files.refusals import UnreadableWorkbook
from core.workbooks.files.template import TemplateColumn, write_template
from core.workbooks.models import Import
from core.workbooks.sheets import Sheet, sheet_of

MARKABLE = (Import.State.READY, Import.State.IMPORTING, Import.State.DONE, Import.State.UNDONE)


def error_workbook(*, source: Import) -> Path:
    """Path of the marked workbook; made once per checked state and kept beside the sender's file.

    Raises ``Conflict`` while there is nothing to mark: not checked yet, not readable, or the file's time is over.
    """
    path = source.path.with_suffix(f".{source.state}.marked.xlsx")
    sheet = sheet_of(source.kind)
    if source.state not in MARKABLE or sheet is None:
        code, message = "state", f"导入处于“{source.get_state_display()}”状态，没有标出错误的工作簿。"
        raise Conflict(code, message)
    if not path.exists():
        _mark(source, sheet, path)
    return path


def _mark(source: Import, sheet: Sheet, path: Path) -> None:
    faults = source.faults.order_by("seq", "id").iterator()
    marks = (Mark(fault.sheet, fault.row, fault.column, fault.message, fault.level) for fault in faults)
    half = path.with_suffix(f".{uuid4().hex}.half")  # two people may ask at once
    try:
        write_marked(source.path, half, marks, shape_of(sheet), source.file_name)
        half.replace(path)
    except (FileNotFoundError, UnreadableWorkbook) as error:
        code, message = "file", "上传的原文件已按期限删除，不能再标出错误。"
        raise Conflict(code, message) from error
    finally:
        half.unlink(missing_ok=True)


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
