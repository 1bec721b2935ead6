"""What stands in a cell of an answer, to the digit (formats.md §3.1)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from core.indicators.declarations import Indicator

Number = int | Decimal


@dataclass(frozen=True, slots=True)
class Cell:
    """A numerator, a denominator where the indicator has one, and the further counts beside them."""

    numerator: Number
    denominator: Number | None
    extras: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether such a row is left out."""
        return not self.numerator and not self.denominator


@dataclass(frozen=True, slots=True)
class Row:
    """A cell and the codes of its dimensions."""

    codes: tuple[str, ...]
    cell: Cell


def half_up(value: Fraction, places: int) -> str:
    """Decimal text with that many places, half away from zero, of the exact value."""
    scale = 10**places
    scaled = abs(value) * scale
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    text = f"{whole // scale}.{whole % scale:0{places}}" if places else str(whole)
    return f"-{text}" if value < 0 and whole else text


def value_of(indicator: Indicator, cell: Cell) -> str | None:
    """The value as text: a count, yuan with two decimals, percent with two decimals; None when the denominator is 0."""
    if not indicator.is_ratio:
        return half_up(Fraction(cell.numerator), 2) if indicator.numerator.yuan else str(int(cell.numerator))
    if not cell.denominator:
        return None
    ratio = Fraction(cell.numerator) / Fraction(cell.denominator)
    return half_up(ratio * 100 if indicator.percent else ratio, 2)


def _part(number: Number | None, *, yuan: bool) -> int | str | None:
    if number is None:
        return None
    return half_up(Fraction(number), 2) if yuan else int(number)


def cell_json(indicator: Indicator, cell: Cell) -> dict[str, Any]:
    """The cell as formats.md §3 writes it: counts as integers, yuan as text."""
    denominator_yuan = indicator.denominator.yuan if indicator.denominator else False
    return {
        "value": value_of(indicator, cell),
        "numerator": _part(cell.numerator, yuan=indicator.numerator.yuan),
        "denominator": _part(cell.denominator, yuan=denominator_yuan) if indicator.is_ratio else None,
        **dict(zip(indicator.extras, cell.extras, strict=True)),
    }


def row_json(
    indicator: Indicator, row: Row, dimensions: Sequence[str], names: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """A row as formats.md §3 writes it; ``names`` maps the codes of each dimension to names."""
    heads = {
        dimension: {"code": code, "name": named.get(code, code) if code else "未登记"}
        for dimension, code, named in zip(dimensions, row.codes, names, strict=True)
    }
    return {**heads, **cell_json(indicator, row.cell)}
