"""The unified social credit code of an organisation (统一社会信用代码): GB 32100-2015 (domain.md §6.5)."""

import re
from operator import mul
from typing import Final

from core.formats.digits import digits_text, is_rounded
from core.formats.faults import CellNotice
from core.formats.text import Cell, is_dash

LENGTH: Final = 18

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_VALUES: Final = {char: value for value, char in enumerate(_ALPHABET)}
_WEIGHTS: Final = tuple(3**place % len(_ALPHABET) for place in range(LENGTH - 1))
_WELL_FORMED: Final = re.compile(f"[{_ALPHABET}]{{{LENGTH}}}")
_DASHES: Final = str.maketrans("", "", "-—–")

_ROUNDED: Final = CellNotice(
    "credit_code", "统一社会信用代码被 Excel 改成了数字，末几位已经丢失，没有采用，请把该列设为文本格式后重新填写"
)


def parse_credit_code(raw: Cell) -> str | CellNotice | None:
    """Read a credit code in capitals without blanks and dashes; None for a blank or crossed-out cell.

    A number Excel rounded is not taken, since it would make two employers one: a ``CellNotice`` ``credit_code`` comes
    instead of a value. Anything else is kept: ``credit_code_notice`` tells.
    """
    if is_rounded(raw):
        return _ROUNDED
    text = digits_text(raw)
    if text is None or is_dash(text):
        return None
    code = text.upper().translate(_DASHES)
    return code if _WELL_FORMED.fullmatch(code) else text.upper()


def credit_code_notice(code: str) -> CellNotice | None:
    """Warn about a parsed code that is not 18 characters of the alphabet (no I O Z S V) or has a wrong check."""
    if not _WELL_FORMED.fullmatch(code):
        return CellNotice("credit_code", "统一社会信用代码应为 18 位数字和大写字母（不含 I、O、Z、S、V），请核对")
    if code[-1] != check_character(code):
        return CellNotice("credit_code", "统一社会信用代码的校验位不对，可能有字符写错，请与营业执照核对")
    return None


def check_character(code: str) -> str:
    """Compute the 18th character of a credit code from its first 17 (GB 32100-2015: weights 3^place mod 31)."""
    total = sum(map(mul, _WEIGHTS, (_VALUES[char] for char in code)))
    return _ALPHABET[-total % len(_ALPHABET)]


def make_credit_code(body: str) -> str:
    """Complete 17 characters to a well-formed credit code, for fixtures and examples."""
    return body + check_character(body)
