"""Hiding personal data in lists and public notices (domain.md §6.7)."""

import re
from typing import Final

from core.formats.text import half_width

_LONG: Final = re.compile(r"(?<![0-9A-Za-z])[0-9](?:[\s()+.\-–—]*[0-9]){6,}(?![0-9]|[A-WYZa-wyz])")
"""Seven digits or more: an ID number, a phone, a card. Among letters they are the code of a firm or a batch."""
_MOBILE: Final = re.compile(r"[0-9]{11}")
_LANDLINE: Final = re.compile(r"(0[0-9]{2,3}-?)([0-9]{3,4})([0-9]{4})")

_ID_LENGTH: Final = 18
_VISIBLE_TAIL: Final = 4


def holds_number(text: str) -> bool:
    """Tell whether a text holds a number that leads to a person, whatever stands between its digits."""
    return _LONG.search(half_width(text) or "") is not None


def mask_id(number: str | None) -> str:
    """Hide the birth date of an ID number: 520527********1234; text of another length is hidden whole."""
    if not number:
        return ""
    if len(number) != _ID_LENGTH:
        return "*" * len(number)
    return f"{number[:6]}********{number[14:]}"


def mask_phone(number: str | None) -> str:
    """Hide the middle of a phone number: 138****5678, 0857-***1234; anything else keeps at most its last 4."""
    if not number:
        return ""
    if _MOBILE.fullmatch(number) and not number.startswith("0"):
        return f"{number[:3]}****{number[7:]}"
    landline = _LANDLINE.fullmatch(number)
    if landline:
        return f"{landline[1]}{'*' * len(landline[2])}{landline[3]}"
    return _tail(number)


def mask_card(number: str | None) -> str:
    """Show the last 4 of a bank or social-security card: ****1234."""
    return _tail(number) if number else ""


def mask_name(name: str | None) -> str:
    """Hide a name for publicity: 张*, 张*三, and of four characters or more the first and last; one alone is hidden."""
    if not name:
        return ""
    if len(name) == 1:
        return "*"
    hidden = name[1:-1]
    return f"{name[0]}{'*' * len(hidden)}{name[-1]}" if hidden else f"{name[0]}*"


def _tail(number: str) -> str:
    """Show the last 4 of something at least twice as long, nothing of something shorter."""
    return "****" + (number[-_VISIBLE_TAIL:] if len(number) >= 2 * _VISIBLE_TAIL else "")
