"""Pages of imports and exports."""

from core.workbooks.views.exports import DecideExport, ExportFile, ExportList
from core.workbooks.views.imports import (
    CancelImport,
    ConfirmImport,
    ImportDetail,
    ImportFaults,
    ImportList,
    ImportRecords,
    MarkedWorkbook,
    NewImport,
    TemplateWorkbook,
    UndoImport,
)

__all__ = [
    "CancelImport",
    "ConfirmImport",
    "DecideExport",
    "ExportFile",
    "ExportList",
    "ImportDetail",
    "ImportFaults",
    "ImportList",
    "ImportRecords",
    "MarkedWorkbook",
    "NewImport",
    "TemplateWorkbook",
    "UndoImport",
]
