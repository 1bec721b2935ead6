"""What workbooks bring to the pages: lists can be exported, imports wait on the home page, two lines of the menu."""

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from core.accounts.models import User
from core.web.screens import ExportRequest, ListExporter, ListImporter, MenuEntry, Todo, TodoRow, register
from core.workbooks import exports
from core.workbooks.approvals import DECIDE, to_decide
from core.workbooks.exports import asks_purpose, create_export, headings_of
from core.workbooks.queries import waiting_for
from core.workbooks.sheets import sheets_for, written_sheet


def may_export(user: User, kind: str) -> bool:
    """Whether the user may take out rows of this kind."""
    sheet = written_sheet(kind)
    return sheet is not None and exports.may_export(user, sheet)


def waits(user: User, kind: str) -> bool:
    """Whether somebody has to agree before the user takes out rows of this kind."""
    sheet = written_sheet(kind)
    return sheet is not None and exports.needs_approval(user, sheet)


def headings(kind: str) -> list[str]:
    """Columns an export of the kind can have."""
    sheet = written_sheet(kind)
    return headings_of(sheet) if sheet is not None else []


def start_export(user: User, wanted: ExportRequest) -> tuple[str, str]:
    """Queue the export of a list, or ask for it; of its columns those that the sheet knows, all when it knows none of them."""
    export = create_export(
        user=user,
        kind=wanted.kind,
        query=wanted.query,
        columns=[heading for heading in headings(wanted.kind) if heading in wanted.headings],
        full_identity=wanted.full_identity,
        purpose=wanted.purpose,
        conditions=wanted.conditions,
    )
    if export.job_id is None:
        return reverse("workbooks:exports"), gettext("导出申请已提交，县里同意后可在这里下载。")
    return reverse("web:task", args=[export.job_id]), gettext("导出已开始，完成后可在这里下载。")


def waiting(user: User) -> Iterator[TodoRow]:
    """The user's own imports that are checked and wait to be confirmed."""
    address = f"{reverse('workbooks:imports')}?state=ready"
    yield TodoRow(gettext("导入已检查，等您确认"), waiting_for(user), address)


def asked_for(user: User) -> Iterator[TodoRow]:
    """Exports of others that wait for the user's decision."""
    yield TodoRow(gettext("审批导出申请"), to_decide(user).count(), f"{reverse('workbooks:exports')}?approval=asked")


def may_import(user: User, kind: str) -> bool:
    """Whether the user may hand in workbooks of this kind, of any where it is blank."""
    kinds = [sheet.kind for sheet in sheets_for(user)]
    return kind in kinds if kind else bool(kinds)


register(ListImporter(name="workbooks", may=may_import))
register(
    ListExporter(
        name="workbooks", may=may_export, asks_purpose=asks_purpose, waits=waits, headings=headings, start=start_export
    )
)
register(Todo(name="exports", source=asked_for, permission=DECIDE, order=35))
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
