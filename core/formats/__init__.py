"""Readers of what offices write into cells: pure functions, no Django, nothing of ours above this room.

Every reader takes the raw cell as the workbook reader hands it over and returns the value, or None for a blank cell.
A cell that cannot be understood raises ``CellFault``; a cell that is stored but looks wrong comes with a
``CellNotice``. The rules are those of formats.md §1 and domain.md §6.
"""
