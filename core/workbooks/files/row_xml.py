"""One row of cells as worksheet XML; the inner loop of large exports, so it does nothing twice."""

import datetime as dt
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from core.workbooks.files.package_xml import DATE, HEADER, MOMENT, PLAIN, TEXT
from core.workbooks.files.sheet_xml import column_letters

EXACT = 10**15
FIRST_DAY = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's serials know no zone
FIRST_YEAR = 1901
SPECIAL = re.compile("[&<>_\\s\x00-\x1f\x85\ud800-\udfff\ufffe\uffff]")
ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True)
class Painted:
    """A cell on a coloured ground: `fill` is package_xml.RED or YELLOW."""

    value: Any
    fill: int


def escaped(value: str) -> str:
    """A text as it stands in the XML: without characters XML cannot carry."""
    text = LOOKS_ESCAPED.sub("_x005F_", ILLEGAL.sub("", value))
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\r", "_x000D_")


def _plain(cell: object) -> tuple[object, int]:
    """What stands in the XML for a cell, and its number format; text for what Excel would round or cannot date."""
    if isinstance(cell, bool):
        return cell, PLAIN
    if isinstance(cell, (int, float, Decimal)):
        return (cell, PLAIN) if math.isfinite(cell) and -EXACT < cell < EXACT else (str(cell), TEXT)
    if isinstance(cell, dt.datetime) and cell.year >= FIRST_YEAR:
        since = cell.replace(tzinfo=None) - FIRST_DAY
        return since.days + since.seconds / 86400, MOMENT
    if isinstance(cell, dt.date) and cell.year >= FIRST_YEAR:
        return (cell - FIRST_DAY.date()).days, DATE
    return str(cell), PLAIN


class RowWriter:
    """Writes rows of one sheet; `formats` are the number formats of its columns."""

    def __init__(self, formats: Sequence[int]) -> None:
        self._formats = formats
        self._columns = [self._ends(place, style) for place, style in enumerate(formats)]

    @staticmethod
    def _ends(place: int, style: int) -> tuple[str, str]:
        """What stands before and behind the row's number in a text cell of a column."""
        chosen = f' s="{style}"' if style else ""
        return f'<c r="{column_letters(place)}', f'"{chosen} t="inlineStr"><is><t>'

    def header(self, titles: Sequence[str]) -> str:
        """Row 1: the titles."""
        return f'<row r="1">{"".join(self._text(place, 1, title, HEADER) for place, title in enumerate(titles))}</row>'

    def row(self, number: int, cells: Sequence[Any]) -> str:
        """The XML of one row, with no more cells than the sheet has columns."""
        pieces = [f'<row r="{number}">']
        add = pieces.append
        place = -1
        for (start, middle), cell in zip(self._columns, cells, strict=False):
            place += 1
            if type(cell) is str:
                if not cell:
                    continue
                if cell.isalnum() or not SPECIAL.search(cell):
                    add(f"{start}{number}{middle}{cell}</t></is></c>")
                else:
                    add(self._text(place, number, cell, self._formats[place]))
            elif cell is not None:
                add(self._other(place, number, cell))
        add("</row>")
        return "".join(pieces)

    @staticmethod
    def _text(place: int, number: int, text: str, style: int) -> str:
        chosen = f' s="{style}"' if style else ""
        start = f'<c r="{column_letters(place)}{number}"{chosen} t="inlineStr"><is><t xml:space="preserve">'
        return f"{start}{escaped(text)}</t></is></c>"

    def _other(self, place: int, number: int, cell: object) -> str:
        fill = 0
        if isinstance(cell, Painted):
            fill, cell = cell.fill, "" if cell.value is None else cell.value
        value, style = (cell, PLAIN) if isinstance(cell, str) else _plain(cell)
        if isinstance(value, str):
            return self._text(place, number, value, fill + max(style, self._formats[place]))
        chosen = f' s="{style + fill}"' if style + fill else ""
        start = f'<c r="{column_letters(place)}{number}"{chosen}'
        return f'{start} t="b"><v>{int(value)}</v></c>' if isinstance(value, bool) else f"{start}><v>{value}</v></c>"
