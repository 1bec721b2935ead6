"""Amounts, counts and measures as offices write them (formats.md §1)."""

import math
import re
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import Final

from core.formats.faults import CellFault
from core.formats.text import Cell, half_width, is_dash, shown

FEN: Final = Decimal("0.01")
LARGEST_AMOUNT: Final = Decimal("999999999999.99")
"""What Decimal(14, 2) holds, in yuan."""

LARGEST_COUNT: Final = 2**31 - 1

_WRITTEN: Final = re.compile(
    r"(?:[¥￥$]|RMB|人民币)?\s*"
    r"([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(\.[0-9]*)?\s*"
    r"([百千万亿]*)\s*([^0-9\s]*)",
    re.IGNORECASE,
)
_TIMES: Final = {"": 1, "百": 100, "千": 1000, "万": 10_000, "百万": 10**6, "千万": 10**7, "亿": 10**8}
_PER: Final = ("", "/月", "每月", "/每月", "/人", "/人/月", "/人月")
_YUAN: Final = frozenset(unit + per for unit in ("", "元", "元整", "块", "块钱", "圆", "圆整") for per in _PER)
_COUNTED: Final = frozenset(
    [
        *(
            "",
            "人",
            "名",
            "位",
            "个",
            "家",
            "场",
            "座",
            "辆",
            "台",
            "户",
            "件",
            "条",
            "次",
            "人次",
            "期",
            "班",
            "批",
            "批次",
        ),
        *("天", "日", "月", "个月", "年", "岁", "课时", "学时", "小时", "套", "项"),
    ]
)
_MEASURED: Final = _COUNTED | {"分", "%"}


def parse_amount(raw: Cell) -> Decimal | None:
    """Read an amount of money: yuan with two decimals, half up; None for a blank or crossed-out cell.

    1,234.50, 5000元, 0.6万元, ￥5,000, 5000元/月, full-width digits are read. Raises ``CellFault`` ``number`` for
    words, ranges, negative amounts and more than 14 digits.
    """
    value = _value(raw, _YUAN)
    return None if value is None else value.quantize(FEN, ROUND_HALF_UP)


def parse_integer(raw: Cell) -> int | None:
    """Read a count (30, 30.0, 1,234, 30人, 2万个); None for a blank or crossed-out cell.

    Raises ``CellFault`` ``number`` for words, ranges, fractions, negative numbers and more than 2,147,483,647.
    """
    value = _value(raw, _COUNTED)
    if value is None:
        return None
    if value != value.to_integral_value() or value > LARGEST_COUNT:
        raise CellFault("number", f"“{shown(raw)}”不是整数，请填写 0 或正整数")
    return int(value)


def parse_decimal(raw: Cell) -> Decimal | None:
    """Read a measure that is no money (a score, a rate in percent), as written: 85.5, 85.5分, 4.35%.

    None for a blank or crossed-out cell; raises ``CellFault`` ``number`` for words, ranges and negative numbers.
    """
    return _value(raw, _MEASURED)


def _value(raw: Cell, units: frozenset[str]) -> Decimal | None:
    """Read what is written, allowing the units; refuse what is no number, negative or too large to store."""
    if raw is None:
        return None
    value = _value_of_text(raw, units) if isinstance(raw, str) else _value_of_number(raw)
    if value is not None and not 0 <= value <= LARGEST_AMOUNT:
        raise _no_number(raw)
    return value


def _value_of_number(raw: Cell) -> Decimal | None:
    if isinstance(raw, bool) or not isinstance(raw, int | float):
        raise _no_number(raw)
    return None if math.isnan(raw) else Decimal(repr(raw))


@lru_cache(maxsize=65536)
def _value_of_text(raw: str, units: frozenset[str]) -> Decimal | None:
    text = half_width(raw)
    if text is None or is_dash(text):
        return None
    found = _WRITTEN.fullmatch(text)
    if found is None or found[3] not in _TIMES or found[4] not in units:
        raise _no_number(raw)
    return Decimal(found[1].replace(",", "") + (found[2] or "")) * _TIMES[found[3]]


def _no_number(raw: Cell) -> CellFault:
    return CellFault("number", f"“{shown(raw)}”不是一个数，请只填一个数字，不填面议、区间或负数")
