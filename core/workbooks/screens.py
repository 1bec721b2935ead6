"""What workbooks bring to the pages: lists can be exported, imports wait on the home page, two lines of the menu."""

from collections.abc import Iterator
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.errors import Conflict
from core.web.screens import ExportRequest, ListExporter, MenuEntry, Todo, TodoRow, register
from core.workbooks import exports
from core.workbooks.exports import asks_purpose, create_export, headings_of
from core.workbooks.queries import waiting_for
from core.workbooks.sheets import written_sheet


def may_export(user: User, kind: str) -> bool:
    """Whether the user may take out rows of this kind."""
    sheet = written_sheet(kind)
    return sheet is not None and exports.may_export(user, sheet)


def start_export(user: User, wanted: ExportRequest) -> UUID:
    """Queue the export of a list; of its columns those that the sheet knows, all when it knows none of them."""
    sheet = written_sheet(wanted.kind)
    known = headings_of(sheet) if sheet is not None else []
    export = create_export(
        user=user,
        kind=wanted.kind,
        query=wanted.query,
        columns=[heading for heading in known if heading in wanted.headings],
        full_identity=wanted.full_identity,
        purpose=wanted.purpose,
        conditions=wanted.conditions,
    )
    if export.job_id is None:
        raise Conflict("not_queued", "导出没有排上队，请再试一次。")
    return export.job_id


def waiting(user: User) -> Iterator[TodoRow]:
    """The user's own imports that are checked and wait to be confirmed."""
    address = f"{reverse('workbooks:imports')}?state=ready"
    yield TodoRow(gettext("导入已检查，等您确认"), waiting_for(user), address)


register(ListExporter(name="workbooks", may=may_export, asks_purpose=asks_purpose, start=start_export))
register(Todo(name="imports", source=waiting, permission="imports.write", order=40))
register(
    MenuEntry(
        section="system",
        label=_("导入"),
        url_name="workbooks:imports",
        permission=("imports.write", "jobs.view_all"),
        icon="file-import",
        order=2,
    )
)
register(
    MenuEntry(
        section="system",
        label=_("导出登记"),
        url_name="workbooks:exports",
        permission=(
            "workers.export",
            "employment.export",
            "dispatch.export",
            "stations.export",
            "reports.export",
            "jobs.view_all",
        ),
        icon="file-export",
        order=4,
    )
)
