"""The app's configuration."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """An invented county to try the product on."""

    name = "demo"
    verbose_name = "演示数据"
