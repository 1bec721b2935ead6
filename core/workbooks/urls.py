"""``/imports/`` and ``/exports/``."""

from django.urls import path

from core.workbooks import views

app_name = "workbooks"

urlpatterns = [
    path("imports/", views.ImportList.as_view(), name="imports"),
    path("imports/new/", views.NewImport.as_view(), name="new"),
    path("imports/templates/<slug:kind>.xlsx", views.TemplateWorkbook.as_view(), name="template"),
    path("imports/<uuid:pk>/", views.ImportDetail.as_view(), name="import"),
    path("imports/<uuid:pk>/faults/", views.ImportFaults.as_view(), name="faults"),
    path("imports/<uuid:pk>/marked.xlsx", views.MarkedWorkbook.as_view(), name="marked"),
    path("imports/<uuid:pk>/records/", views.ImportRecords.as_view(), name="records"),
    path("imports/<uuid:pk>/confirm/", views.ConfirmImport.as_view(), name="confirm"),
    path("imports/<uuid:pk>/cancel/", views.CancelImport.as_view(), name="cancel"),
    path("imports/<uuid:pk>/undo/", views.UndoImport.as_view(), name="undo"),
    path("exports/", views.ExportList.as_view(), name="exports"),
    path("exports/<uuid:pk>/decide/", views.DecideExport.as_view(), name="decide_export"),
    path("exports/<uuid:pk>/file/", views.ExportFile.as_view(), name="export_file"),
]
