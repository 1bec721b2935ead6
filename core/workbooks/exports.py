"""Exports: what a list shows, written as a workbook by a background run and kept in a register."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from core.accounts.models import User
from core.accounts.services import log_access
from core.errors import DomainError, NotAllowed
from core.formats.masking import mask_card, mask_id, mask_phone
from core.history.queries import touched_by
from core.jobs import services as jobs
from core.jobs.registry import Progress
from core.workbooks.files.writing import Column as WrittenColumn
from core.workbooks.files.writing import SheetRows, write_workbook
from core.workbooks.models import Export
from core.workbooks.sheets import Column, Sheet, written_sheet

MASKS = {"id_number": mask_id, "phone": mask_phone, "emergency_phone": mask_phone, "bank_card": mask_card}
YES_NO = {True: "是", False: "否"}
STEP = 5_000
LONG_NUMBER = re.compile(r"\d{7,}[Xx]?")
"""An ID number, a phone, a card: what was searched for is not repeated where others read it."""


def create_export(
    *,
    user: User,
    kind: str,
    query: Mapping[str, Any],
    columns: Sequence[str] = (),
    full_identity: bool = False,
    purpose: str = "",
    conditions: str = "",
) -> Export:
    """Queue an export of the list of ``kind`` with the list page's own filters; ``columns`` are headings, all when empty.

    Who keeps rows takes them out at once; who may only ask for them (``needs_approval``) waits until somebody agrees.
    Rows about persons need a purpose, as does what is asked for. Identity is masked unless ``full_identity``, which needs the permission
    ``workers.reveal`` and a purpose too. ``conditions`` says the filters in words, for the register.
    """
    sheet = written_sheet(kind)
    if sheet is None:
        code, message = "kind", f"没有“{kind}”这种表格。"
        raise DomainError(code, message, "kind")
    _may_take_out(user, sheet, full_identity=full_identity)
    asked = needs_approval(user, sheet)
    if not purpose.strip() and (full_identity or asked or asks_purpose(kind)):
        code, message = "purpose", "导出个人信息请写明用途。"
        raise DomainError(code, message, "purpose")
    with transaction.atomic():
        export = Export(
            id=uuid4(), kind=kind, title=sheet.title, query=dict(query), columns=list(columns), full_identity=full_identity,
            purpose=purpose.strip()[:200], conditions=LONG_NUMBER.sub("…", conditions)[:500], created_by=user,
        )  # fmt: skip
        if asked:
            export.approval = Export.Approval.ASKED
        else:
            queue(export)
        export.save()
        log_access(user=user, action="export", object_type=kind, reason=export.purpose)
    return export


def queue(export: Export) -> None:
    """Give an export its run; the caller saves it."""
    export.job = jobs.enqueue(
        kind="exports.write",
        title=f"导出《{export.title}》",
        user=export.created_by,
        params={"export": str(export.id)},
        result_url=f"/exports/{export.id}/file/",
    )


def asks_purpose(kind: str) -> bool:
    """Whether the rows of a kind are about persons, so that who takes them out must say what for."""
    sheet = written_sheet(kind)
    return sheet is not None and sheet.person


def may_export(user: User, sheet: Sheet) -> bool:
    """Whether the user may take out rows of this kind, at once or when somebody agreed."""
    return _at_once(user, sheet) or needs_approval(user, sheet)


def needs_approval(user: User, sheet: Sheet) -> bool:
    """Whether the user reads these rows and may take them out only when somebody agreed: auditors (domain.md §2)."""
    area = sheet.permission.split(".")[0]
    return not _at_once(user, sheet) and user.can("exports.request") and user.can(f"{area}.view")


def _at_once(user: User, sheet: Sheet) -> bool:
    """By the export permission of the app, or because they keep these rows themselves and may take out people."""
    own = f"{sheet.permission.split('.')[0]}.export"
    return user.can(own) or (user.can("workers.export") and user.can(sheet.permission))


def _may_take_out(user: User, sheet: Sheet, *, full_identity: bool) -> None:
    if not may_export(user, sheet):
        code, message = "forbidden", f"您没有导出《{sheet.title}》的权限。"
        raise NotAllowed(code, message, "kind")
    if full_identity and not user.can("workers.reveal"):
        code, message = "forbidden", "导出完整证件号码需要相应权限。"
        raise NotAllowed(code, message, "full_identity")


def write_export(*, export: Export, progress: Progress) -> Export:
    """Write the workbook; run again it is written anew under the same name. Who lost the permission meanwhile gets none."""
    sheet = written_sheet(export.kind)
    if sheet is None:
        code, message = "kind", f"没有“{export.kind}”这种表格。"
        raise DomainError(code, message)
    _may_take_out(export.created_by, sheet, full_identity=export.full_identity)
    if needs_approval(export.created_by, sheet) and export.approval != Export.Approval.GRANTED:
        code, message = "not_approved", "这次导出还没有得到同意。"
        raise NotAllowed(code, message)
    chosen = [c for c in written_columns(sheet) if not export.columns or c.heading in export.columns]
    chosen += [c for c in sheet.told if c.heading in export.columns]
    settings.RESULTS_DIR.mkdir(parents=True, exist_ok=True)
    export.file = f"{export.id}.xlsx"
    found = sheet.export_rows(export.created_by, export.query)
    if operation := export.query.get("operation"):
        found = touched_by(found, str(operation))
    rows = found.values_list(*(c.export for c in chosen))
    counted = _Counted(rows.iterator(chunk_size=STEP), progress)
    columns = [WrittenColumn(c.heading, text=c.as_text) for c in chosen]
    masked = _dressed(counted, chosen, full=export.full_identity)
    write_workbook(export.path, [SheetRows(sheet.title, columns, masked, mark=export.mark)])
    export.rows = counted.count
    export.save(update_fields=["file", "rows"])
    Export.objects.filter(id=export.id).update(finished_at=Now())
    return export


class _Counted:
    """Passes rows on, counting them and reporting progress."""

    def __init__(self, rows: Iterator[tuple[Any, ...]], progress: Progress) -> None:
        self.rows = rows
        self.progress = progress
        self.count = 0

    def __iter__(self) -> Iterator[tuple[Any, ...]]:
        for row in self.rows:
            self.count += 1
            if not self.count % STEP:
                self.progress.at(self.count, phase="导出")
            yield row


def _dressed(rows: "_Counted", columns: Sequence[Column], *, full: bool) -> Iterator[Sequence[Any]]:
    """Identity masked, yes and no in words: what an import of the same kind reads back."""
    dress: list[tuple[int, Callable[[Any], Any]]] = []
    for place, column in enumerate(columns):
        if column.sql == "boolean":
            dress.append((place, YES_NO.get))
        elif not full and column.field in MASKS:
            dress.append((place, MASKS[column.field]))
    if not dress:
        yield from rows
        return
    for row in rows:
        cells = list(row)
        for place, made in dress:
            if cells[place] is not None:
                cells[place] = made(cells[place])
        yield cells


def headings_of(sheet: Sheet) -> list[str]:
    """Headings an export of this kind can carry."""
    return [column.heading for column in (*written_columns(sheet), *sheet.told)]


def written_columns(sheet: Sheet) -> list[Column]:
    """Columns an export has when nobody chooses: those an import of the kind reads again."""
    return [column for column in sheet.columns if column.export and not column.extra]
