"""Long numbers that are names of things (ID, card, credit code): what a spreadsheet does to them."""

import re
from typing import Final

from core.formats.text import Cell, compact

EXACT_DIGITS: Final = 15
"""How many digits of a number a spreadsheet keeps; what stands behind them is lost."""

_SCIENTIFIC: Final = re.compile(r"-?[0-9](?:\.[0-9]*)?E[+-]?[0-9]{1,3}", re.IGNORECASE)
_POINT_ZERO: Final = re.compile(r"\.0+$")


def is_rounded(raw: Cell) -> bool:
    """Tell whether a spreadsheet lost the last digits: a number beyond 15 digits, or text such as 5.23E+17."""
    if isinstance(raw, int | float) and abs(raw) >= 10**EXACT_DIGITS:
        return True
    text = compact(raw)
    return bool(text and _SCIENTIFIC.fullmatch(text))


def digits_text(raw: Cell) -> str | None:
    """Read a number meant as text: half-width, without blanks and without the .0 of a number; None for a blank."""
    text = compact(raw)
    return _POINT_ZERO.sub("", text) if text else None
