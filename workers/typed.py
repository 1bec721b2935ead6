"""What is typed, or pasted, into the search box, brought to words: numbers in the spelling in which they are kept."""

import re
import unicodedata
from typing import Final

from core.formats.phones import PLAIN_PHONE, parse_phone
from core.formats.text import half_width

MOST_TYPED: Final = 300
"""Characters that are looked at; what is longer is no name, number or place."""

HAN: Final = r"\u3007\u3400-\u9fff\U00020000-\U000323af"
_LABEL: Final = re.compile(
    r"(?:居民|公民)?(?:身份证?号码?|身份证|证件号码?|联系电话|联系方式|手机号码?|手机|电话|姓名)(?:\s*[:：]\s*|\s*(?=[0-9]))"
)
_DOTS: Final = re.compile(rf"(?<=[{HAN}])\s*[·•．・‧･∙⋅●﹒.。]\s*(?=[{HAN}])")
_SEPARATORS: Final = re.compile(r"[\s、，,;；|/／]+")
_LONG: Final = re.compile(r"\+?[0-9][0-9 ()\-–—.]{5,30}[0-9]\s?[xX]?(?![0-9A-Za-z])|\+?[0-9]{7,}[xX]?")
_FILLING: Final = re.compile(r"[\s()+\-–—.]")
_WHOLE_ID: Final = re.compile(r"[0-9]{17}[0-9X]|[0-9]{15}")
_JOINED: Final = re.compile(rf"(?<=[{HAN}])(?=[0-9]{{4}})|(?<=[0-9]{{3}}[0-9X])(?=[{HAN}])")
_COUNTRY: Final = re.compile(r"^(?:00)?86(?=1[3-9][0-9]{9}$)")


def words_of(text: str) -> list[str]:
    """The words of what was typed: full-width forms, labels (身份证号:), dots in names and blanks inside a number put right.

    ü is written v, as on a keyboard. ID numbers keep 15 or 18 characters with a capital X, phones their stored spelling.
    """
    known = half_width(unicodedata.normalize("NFC", text[:MOST_TYPED])) or ""
    known = known.replace("ü", "v").replace("Ü", "v").replace("u:", "v")
    known = _DOTS.sub("", _LABEL.sub(" ", known))
    known = _LONG.sub(lambda found: _whole(found[0]), known)
    return [word for word in _SEPARATORS.split(_JOINED.sub(" ", known)) if word]


def _whole(written: str) -> str:
    """One number without what stands between its digits, where that makes a whole one; else as it was written."""
    digits = _COUNTRY.sub("", _FILLING.sub("", written).upper())
    if _WHOLE_ID.fullmatch(digits) or PLAIN_PHONE.fullmatch(digits):
        return f" {digits} "
    phone = parse_phone(written.strip())
    return f" {phone} " if phone and " " not in phone else written
