"""``/api/v1/``: what the apps declare, the schema, the page that explains it."""

from django.urls import path, re_path

from core.api.description import SchemaView, docs, nowhere
from core.api.routes import discovered

urlpatterns = [
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", docs, name="api-docs"),
    *discovered(),
    re_path(r"^.*$", nowhere, name="api-nowhere"),
]
