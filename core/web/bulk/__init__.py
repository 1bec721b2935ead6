"""Bulk edits: an app declares which fields of its rows may be changed alike, the kit does the rest."""

from core.web.bulk.declarations import BulkField, BulkKind, column, register_bulk

__all__ = ["BulkField", "BulkKind", "column", "register_bulk"]
