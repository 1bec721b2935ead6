"""Declared sheets: their import, undo and export."""
