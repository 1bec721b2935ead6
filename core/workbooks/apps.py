"""The app's configuration."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WorkbooksConfig(AppConfig):
    """Declared sheets: templates, imports, error workbooks and exports."""

    name = "core.workbooks"
    label = "workbooks"
    verbose_name = "表格导入导出"

    def ready(self) -> None:
        """Connect what the app does when Django has started."""
        autodiscover_modules("workbooks")
