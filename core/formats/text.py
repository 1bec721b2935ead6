"""Cells as text: full-width forms, invisible characters, numbers meant as text, several values in one cell, names."""

import datetime as dt
import enum
import math
import re
import unicodedata
from typing import Final

from core.formats.faults import CellFault

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
"""A raw cell as the workbook readers give it."""

LONGEST_SHOWN: Final = 30
"""How many characters of a bad cell an error sentence repeats."""

# Visible ASCII and the common ideographs need no work; everything else takes the slow path.
_NEEDS_WORK: Final = re.compile(r"[^\u0021-\u007e\u4e00-\u9fff]")
_CSV_FORMULA: Final = re.compile(r'="(.*)"', re.DOTALL)
# A Chinese keyboard types the apostrophe that keeps a number as text as a quotation mark.
_LEADING: Final = re.compile(r"^(?:[' \n]|[‘’＇](?=[ ‘’＇']*[0-9]))+")
_BLANKS: Final = re.compile(r"\s+")
_SEPARATORS: Final = re.compile(r"[、，,;；/／|\s]+")
PLAIN_NAME: Final = re.compile(r"[\u4e00-\u9fff]{2,8}")
"""A name as it is kept: common ideographs alone."""
_NAME_DOTS: Final = re.compile(r"[·•．・‧･∙⋅●﹒]|(?<=[\u3400-\u9fff])[.。](?=[\u3400-\u9fff])")
_SELECTORS: Final = re.compile(r"[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_FULL_WIDTH: Final = re.compile(r"[\uff01-\uff5e]")
_FULL_WIDTH_SHIFT: Final = 0xFEE0
_DOUBLES: Final = re.compile(r"[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_DOTS_FOR_COMPARING: Final = re.compile(r"[·•．・‧･∙⋅●﹒.。]")


class _Folding(dict[int, str | None]):
    """A table for ``str.translate`` that works out each character when it is first met.

    Blanks become one kind, invisible characters go, full-width letters and digits (with ``punctuation``: all
    full-width forms) become ASCII, radicals and compatibility ideographs, as copied out of a PDF, the ideograph.
    """

    def __init__(self, *, punctuation: bool) -> None:
        super().__init__({ord("\t"): " ", ord("\n"): "\n", ord("\r"): "\n"})
        self.punctuation = punctuation

    def __missing__(self, code: int) -> str | None:
        self[code] = folded = self._folded(code)
        return folded

    def _folded(self, code: int) -> str | None:
        char, category = chr(code), unicodedata.category(chr(code))
        if category in {"Zs", "Zl", "Zp"}:
            return " " if category == "Zs" else "\n"
        if category in {"Cc", "Cf", "Cs"} or _SELECTORS.match(char):
            return None
        if _FULL_WIDTH.match(char):
            return chr(code - _FULL_WIDTH_SHIFT) if self.punctuation or char.isalnum() else char
        return unicodedata.normalize("NFKC", char) if _DOUBLES.match(char) else char


_KEEPING_PUNCTUATION: Final = _Folding(punctuation=False)
_ALL_FORMS: Final = _Folding(punctuation=True)


def cell_text(raw: Cell) -> str | None:
    """Read the cell as free text, None when nothing is written in it.

    Full-width letters and digits become ASCII, Chinese punctuation stays; invisible characters go; ``="…"`` and a
    leading apostrophe are taken off; outer blanks go, inner ones and line breaks stay. A whole number written as
    13800000000.0 becomes its digits; a date becomes 2025-02-15.
    """
    if isinstance(raw, str):
        if raw and raw[0] not in "'=" and not _NEEDS_WORK.search(raw):
            return raw
        return _unwrap(raw.translate(_KEEPING_PUNCTUATION))
    return None if raw is None else _text_of(raw)


def half_width(raw: Cell) -> str | None:
    """Read the cell as text in which all full-width forms are ASCII, inner blanks kept; None when nothing is left."""
    text = raw if isinstance(raw, str) else cell_text(raw)
    if not text:
        return None
    if text[0] not in "'=" and not _NEEDS_WORK.search(text):
        return text
    return _unwrap(text.translate(_ALL_FORMS))


def compact(raw: Cell) -> str | None:
    """Read the cell as one token: full-width forms become ASCII, no blank is left; None when nothing is left."""
    text = half_width(raw)
    return _unwrap(_BLANKS.sub("", text)) if text and _BLANKS.search(text) else text


def split_values(raw: Cell) -> list[str]:
    """Read the several values of one cell, split by 、 ， , ; / or blank; each once, in the order written."""
    text = cell_text(raw)
    if text is None:
        return []
    return list(dict.fromkeys(part for part in _SEPARATORS.split(text) if part))


def shown(raw: Cell) -> str:
    """Shorten the cell to what an error sentence repeats: on one line, cut with … when long."""
    text = _BLANKS.sub(" ", cell_text(raw) or "")
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"


def is_dash(text: str) -> bool:
    """Tell whether the text is only the dashes or slashes with which offices cross out an empty cell."""
    return not text.strip("-—–－―/／\\_")


def parse_name(raw: Cell) -> str:
    """Read a person's name: without inner blanks and with every kind of name dot written ·.

    Raises ``CellFault`` ``name_missing`` when the cell is blank or holds only symbols and digits.
    """
    if isinstance(raw, str) and PLAIN_NAME.fullmatch(raw):
        return raw
    text = compact(raw)
    name = _NAME_DOTS.sub("·", text).strip("·'\"") if text else ""
    if not any(char.isalpha() for char in name):
        written = shown(raw)
        reason = f"姓名“{written}”里没有文字" if written else "姓名是空的"
        raise CellFault("name_missing", f"{reason}，请填写身份证上的姓名")
    return name


class NameMatch(enum.Enum):
    """How near a written name is to the one in the registry."""

    SAME = "same"
    NEAR = "near"
    DIFFERENT = "different"


def compare_names(stored: str, written: str) -> NameMatch:
    """Compare two names without blanks and dots: the same, one edit apart (a warning), or different (a refusal)."""
    if stored == written:
        return NameMatch.SAME
    one, two = _comparable(stored), _comparable(written)
    if one == two:
        return NameMatch.SAME
    return NameMatch.NEAR if _one_edit_apart(one, two) else NameMatch.DIFFERENT


def _comparable(name: str) -> str:
    return _DOTS_FOR_COMPARING.sub("", compact(name) or "").casefold()


def _one_edit_apart(one: str, two: str) -> bool:
    """Whether one insertion, deletion or substitution makes two different strings the same."""
    if abs(len(one) - len(two)) > 1:
        return False
    short, long = sorted((one, two), key=len)
    same = next((i for i, char in enumerate(short) if char != long[i]), len(short))
    rest = same if len(short) < len(long) else same + 1
    return short[rest:] == long[same + 1 :]


def _unwrap(text: str) -> str | None:
    """Take off outer blanks, a leading apostrophe and a csv formula around the text, however often they are nested."""
    while True:
        text = _LEADING.sub("", text).rstrip()
        formula = _CSV_FORMULA.fullmatch(text)
        if not formula:
            return text or None
        text = formula[1].replace('""', '"')


def _text_of(raw: float | dt.date | dt.time | dt.timedelta) -> str | None:
    """Write a cell that is not text as a reader of the sheet would see it."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return _number_text(raw)
    if isinstance(raw, dt.datetime) and raw.time() != dt.time():
        return raw.isoformat(" ", "seconds")
    if isinstance(raw, dt.datetime):
        raw = raw.date()
    return raw.isoformat() if isinstance(raw, dt.date | dt.time) else str(raw)


def _number_text(raw: float) -> str | None:
    """Write a number without the .0 that a workbook gives every number; None for what is no number."""
    if not math.isfinite(raw):
        return None
    return str(int(raw)) if raw.is_integer() else repr(raw)
