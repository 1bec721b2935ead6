"""The app of the statistics."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.module_loading import autodiscover_modules


class IndicatorsConfig(AppConfig):
    """Declared measures, the engine that computes them, the figures it keeps."""

    name = "core.indicators"
    label = "indicators"
    verbose_name = "统计指标"

    def ready(self) -> None:
        """Find what the apps declare; put triggers on its tables after every migrate."""
        from core.indicators.triggers import install  # noqa: PLC0415 - models are not loaded at import time

        autodiscover_modules("indicators")
        post_migrate.connect(install, sender=self, dispatch_uid="indicator_marks")
