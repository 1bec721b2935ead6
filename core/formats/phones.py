"""Telephone numbers: mobile and landline, brought to one spelling (domain.md §6.2)."""

import re
from typing import Final

from core.formats.faults import CellNotice
from core.formats.text import Cell, half_width, is_dash, shown

PLAIN_PHONE: Final = re.compile(r"1[3-9][0-9]{9}")
"""A mobile number as it is kept; nothing is to be said about it."""
_COUNTRY: Final = re.compile(r"^(?:(?:\+|00)86-?|86-?(?=1[3-9]))\s*")
_LANDLINE: Final = re.compile(r"(0(?:10|2[0-9]|[3-9][0-9]{2}))-?([1-9][0-9]{6,7})(?:(?:-|转|#)([0-9]{1,6}))?")
_SERVICE: Final = re.compile(r"([48]00)-?([0-9]{3})-?([0-9]{4})")
_RIGHT: Final = re.compile(r"1[3-9][0-9]{9}|0[0-9]{2,3}-[1-9][0-9]{6,7}(?:-[0-9]{1,6})?|[48]00-[0-9]{3}-[0-9]{4}")
_BETWEEN: Final = re.compile(r"[、,;/|\n]+|(?<=[0-9]{7})\s+(?=[01])")
_FILLING: Final = re.compile(r"[\s().-]+")
_BLANKS: Final = re.compile(r"[\s()]+")


def parse_phone(raw: Cell) -> str | None:
    """Read a phone number; None for a blank or crossed-out cell.

    A mobile number becomes its 11 digits, a landline number 0857-8221234 (an extension after another dash), several
    numbers of one cell stand with 、 between them. What is no phone number is kept as written: ``phone_notice`` tells.
    """
    if isinstance(raw, str) and PLAIN_PHONE.fullmatch(raw):
        return raw
    text = half_width(raw)
    if text is None or is_dash(text):
        return None
    parts = [_one_number(part) for part in _BETWEEN.split(text) if part.strip()]
    if len(parts) > 1 and all(_RIGHT.fullmatch(part) for part in parts):
        return "、".join(dict.fromkeys(parts))
    return _one_number(text)


def phone_notice(phone: str) -> CellNotice | None:
    """Warn about a parsed phone number that is neither a mobile nor a landline number, or about several in one cell."""
    if _RIGHT.fullmatch(phone):
        return None
    if all(_RIGHT.fullmatch(part) for part in phone.split("、")):
        return CellNotice("phone", f"一格里有 {phone.count('、') + 1} 个电话号码，都已记下，请只留一个")
    return CellNotice("phone", f"“{shown(phone)}”不像电话号码，手机应为 11 位，座机请带区号")


def _one_number(text: str) -> str:
    """Bring one number to its spelling; anything else stays as it is, without blanks at its ends."""
    national = _COUNTRY.sub("", text.strip())
    digits = _FILLING.sub("", national.removesuffix(".0"))
    if PLAIN_PHONE.fullmatch(digits):
        return digits
    local = _BLANKS.sub("", national)
    for number in (local, f"0{local}") if national != text.strip() else (local,):
        landline = _LANDLINE.fullmatch(number)
        if landline:
            return "-".join(part for part in landline.groups() if part)
    service = _SERVICE.fullmatch(local)
    return "-".join(service.groups()) if service else text.strip()
