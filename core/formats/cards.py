"""Bank and social-security card numbers (domain.md §6.4)."""

import re
from typing import Final

from core.formats.digits import digits_text, is_rounded
from core.formats.faults import CellNotice
from core.formats.text import Cell, is_dash

_CARD: Final = re.compile(r"[0-9]{16,19}")
_GROUPS: Final = re.compile(r"[0-9]+(?:[-—–][0-9]+)+")
_DASHES: Final = str.maketrans("", "", "-—–")
_VALUES: Final = bytes.maketrans(b"0123456789", bytes(range(10)))
_DOUBLED: Final = bytes.maketrans(bytes(range(10)), bytes((0, 2, 4, 6, 8, 1, 3, 5, 7, 9)))

_ROUNDED: Final = CellNotice(
    "card", "卡号被 Excel 改成了数字，末几位已经丢失，没有采用，请把该列设为文本格式后重新填写"
)


def parse_card(raw: Cell) -> str | CellNotice | None:
    """Read a card number: its digits; None for a blank or crossed-out cell.

    A number Excel rounded is not taken, since money would go to a wrong account: a ``CellNotice`` ``card`` comes
    instead of a value. Anything else is kept without blanks and dashes: ``card_notice`` tells.
    """
    if isinstance(raw, str) and _CARD.fullmatch(raw):
        return raw
    if is_rounded(raw):
        return _ROUNDED
    text = digits_text(raw)
    if text is None or is_dash(text):
        return None
    return text.translate(_DASHES) if _GROUPS.fullmatch(text) else text


def card_notice(card: str) -> CellNotice | None:
    """Warn about a parsed card number that is not 16 to 19 digits or fails Luhn's check (some passbooks do)."""
    if not _CARD.fullmatch(card):
        return CellNotice("card", "卡号应为 16 至 19 位数字，请核对")
    if not passes_luhn(card):
        return CellNotice("card", "卡号的校验位不对，可能有数字写错，请与卡面核对")
    return None


def passes_luhn(digits: str) -> bool:
    """Tell whether the last digit is the check digit of the others (ISO/IEC 7812)."""
    values = digits.encode("ascii").translate(_VALUES)
    return (sum(values[::-2]) + sum(values[-2::-2].translate(_DOUBLED))) % 10 == 0
