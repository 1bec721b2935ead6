"""The API kit as an app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The kit every REST endpoint is made of: tokens, scopes, paging, throttle, ETag, schema."""

    name = "core.api"
    label = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        """Teach the schema generator our authentication."""
        from core.api import schema  # noqa: F401, PLC0415 - registers itself; Django's apps must be loaded first
