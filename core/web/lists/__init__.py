"""List pages, declared."""

from core.web.lists.columns import Column, Row
from core.web.lists.screen import BulkAction, EmptyState, ListScreen, PageAction

__all__ = ["BulkAction", "Column", "EmptyState", "ListScreen", "PageAction", "Row"]
