"""Where an organiser is at home: first looked for in the own county (古达乡大寨村), then anywhere (广东省广州市)."""

from core.divisions.matching import division_tree, find_place
from core.divisions.queries import root_division
from core.formats.faults import CellFault


def find_home(text: str) -> str:
    """The code of the village, township or county the text names; raises ``CellFault`` of the matcher."""
    tree, own = division_tree(), root_division()
    try:
        return find_place(tree, text, within=own)
    except CellFault as fault:
        if fault.code == "division_ambiguous":
            raise
        return find_place(tree, text)
