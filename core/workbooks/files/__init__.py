"""Workbook files: opening, reading, writing and marking them. Pure Python; knows no Django and no kind of sheet."""
