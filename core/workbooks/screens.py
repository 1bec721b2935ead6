"""What workbooks bring to the pages: lists can be exported."""

from uuid import UUID

from core.accounts.models import User
from core.errors import Conflict
from core.web.screens import ExportRequest, ListExporter, register
from core.workbooks.exports import create_export, headings_of
from core.workbooks.sheets import sheet_of


def may_export(user: User, kind: str) -> bool:
    """Whether the user may take out rows of this kind."""
    sheet = sheet_of(kind)
    return sheet is not None and user.can(f"{sheet.permission.split('.')[0]}.export")


def start_export(user: User, wanted: ExportRequest) -> UUID:
    """Queue the export of a list; of its columns those that the sheet knows, all when it knows none of them."""
    sheet = sheet_of(wanted.kind)
    known = headings_of(sheet) if sheet is not None else []
    export = create_export(
        user=user,
        kind=wanted.kind,
        query=wanted.query,
        columns=[heading for heading in known if heading in wanted.headings],
        full_identity=wanted.full_identity,
        purpose=wanted.purpose,
    )
    if export.job_id is None:
        raise Conflict("not_queued", "导出没有排上队，请再试一次。")
    return export.job_id


register(ListExporter(name="workbooks", may=may_export, start=start_export))
