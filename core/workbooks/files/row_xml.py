"""One row of cells as worksheet XML, 150,000 rows a second: a template for each pattern of cell kinds, filled at once."""

import datetime
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.workbooks.files.package_xml import DATE, HEADER, MOMENT, PLAIN, TEXT
from core.workbooks.files.sheet_xml import column_letters

EXACT = 10**15
FIRST_DAY = datetime.date(1899, 12, 30)
SPECIAL = re.compile("[&<>_\\s\x00-\x1f\x85\ud800-\udfff\ufffe\uffff]")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
ROW_MARK = "\x00"
Kind = tuple[str, int, int]
STRING: Kind = ("s", PLAIN, 0)
BLANK: Kind = ("", PLAIN, 0)


@dataclass(frozen=True)
class Painted:
    """A cell on a coloured ground: `fill` is package_xml.RED or YELLOW."""

    value: Any
    fill: int


def kind_of(cell: Any) -> Kind:
    """How a cell is written: letter of its XML type, number format, fill. Numbers Excel would round become text."""
    if isinstance(cell, Painted):
        letter, style, _ = kind_of(cell.value)
        return letter or "s", style, cell.fill
    if cell is None or cell == "":
        return BLANK
    if isinstance(cell, bool):
        return "b", PLAIN, 0
    if isinstance(cell, (int, float, Decimal)):
        return ("n", PLAIN, 0) if math.isfinite(cell) and -EXACT < cell < EXACT else ("s", TEXT, 0)
    if isinstance(cell, datetime.datetime):
        return "n", MOMENT, 0
    if isinstance(cell, datetime.date):
        return ("n", DATE, 0) if cell.year >= 1901 else STRING
    return STRING


def _value(cell: Any) -> Any:
    if isinstance(cell, Painted):
        return "" if cell.value is None else _value(cell.value)
    if isinstance(cell, bool):
        return int(cell)
    if isinstance(cell, datetime.datetime):
        moment = cell.replace(tzinfo=None) - datetime.datetime.combine(FIRST_DAY, datetime.time())
        return moment.days + moment.seconds / 86400
    if isinstance(cell, datetime.date) and cell.year >= 1901:
        return (cell - FIRST_DAY).days
    return cell if isinstance(cell, (str, int, float)) else str(cell)


def _escaped(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = LOOKS_ESCAPED.sub("_x005F_", ILLEGAL.sub("", value))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")


class RowWriter:
    """Writes rows of one sheet; `formats` are the number formats of its columns."""

    def __init__(self, formats: Sequence[int]) -> None:
        self._formats = formats
        self._templates: dict[tuple[tuple[Kind, ...], bool], str] = {}

    def header(self, titles: Sequence[str]) -> str:
        """Row 1: the titles."""
        template = self._template(tuple(STRING for _ in titles), careful=True, style=lambda _place, _kind: HEADER)
        return (template % tuple(map(_escaped, titles))).replace(ROW_MARK, "1")

    def row(self, number: int, cells: Sequence[Any]) -> str:
        """The XML of one row."""
        kinds = tuple([STRING if type(cell) is str and cell else kind_of(cell) for cell in cells])
        values = [cell if type(cell) is str else _value(cell) for cell in cells if cell is not None and cell != ""]
        careful = SPECIAL.search("".join([value for value in values if type(value) is str])) is not None
        template = self._templates.get((kinds, careful))
        if template is None:
            template = self._templates[kinds, careful] = self._template(kinds, careful=careful, style=self._style)
        if careful:
            values = [_escaped(value) for value in values]
        return (template % tuple(values)).replace(ROW_MARK, str(number))

    def _style(self, place: int, kind: Kind) -> int:
        column = self._formats[place] if place < len(self._formats) else PLAIN
        return kind[2] + (column if kind[0] == "s" and column == TEXT else kind[1])

    def _template(self, kinds: Sequence[Kind], *, careful: bool, style: Callable[[int, Kind], int]) -> str:
        """Cells as XML with %s for each value and a mark for the row's number."""
        space = ' xml:space="preserve"' if careful else ""
        pieces = [f'<row r="{ROW_MARK}">']
        for place, kind in enumerate(kinds):
            number = style(place, kind)
            start = f'<c r="{column_letters(place)}{ROW_MARK}"' + (f' s="{number}"' if number else "")
            if kind[0] == "s":
                pieces.append(f'{start} t="inlineStr"><is><t{space}>%s</t></is></c>')
            elif kind[0]:
                boolean = ' t="b"' if kind[0] == "b" else ""
                pieces.append(f"{start}{boolean}><v>%s</v></c>")
        return "".join([*pieces, "</row>"])
