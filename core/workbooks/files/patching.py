"""Colour cells and add a reason column inside an .xlsx without taking it apart: all else stays as the sender had it.

The XML of the marked worksheets streams through with only the faulty rows changed; styles get a coloured twin of each
style that a faulty cell has. Formulas keep their cached values: the copy reads back the same without Excel in between.
"""

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from core.workbooks.files.package_xml import GROUND_COLOURS, RED, YELLOW
from core.workbooks.files.refusals import DEFAULT_LIMITS
from core.workbooks.files.row_xml import escaped
from core.workbooks.files.sheet_xml import column_index, column_letters
from core.workbooks.files.zipped import Container

STYLES = "xl/styles.xml"
COLOURS = {RED: GROUND_COLOURS[0].encode(), YELLOW: GROUND_COLOURS[1].encode()}
LONGEST_BLOCK = 64 << 20
REASON_WIDTH = 60
DIMENSION = re.compile(rb"<dimension\b[^>]*/>")
LAST_COLUMN = re.compile(rb'<col\b[^>]*\bmax="(\d+)"')
ROW = re.compile(rb'<row\b(?=[^>]*?\sr="(\d+)")([^>]*?)(?:/>|>(.*?)</row>)', re.DOTALL)
CELL = re.compile(rb'<c\b(?=[^>]*?\sr="([A-Za-z]+)\d+")(?:[^>]*/>|[^>]*>.*?</c>)', re.DOTALL)
SPANS = re.compile(rb'\sspans="[^"]*"')
STYLE_OF_CELL = re.compile(rb'\ss="(\d+)"')
FILLS = re.compile(rb"<fills\b[^>]*>(.*?)</fills>", re.DOTALL)
FILL = re.compile(rb"<fill\b(?:[^>]*/>|[^>]*>.*?</fill>)", re.DOTALL)
CELL_STYLES = re.compile(rb"<cellXfs\b[^>]*>(.*?)</cellXfs>", re.DOTALL)
STYLE = re.compile(rb"<xf\b(?:[^>]*/>|[^>]*[^/]>.*?</xf>)", re.DOTALL)
FILL_OF_STYLE = re.compile(rb'\sfillId="(\d+)"')
FILL_APPLIED = re.compile(rb'\sapplyFill="[^"]*"')


class UnusualXml(Exception):
    """The workbook's XML is not written the way this module can change."""


@dataclass
class TabPatch:
    """What to change on one worksheet; rows from 1, columns from 0.

    `fills`: row → column → RED or YELLOW. `reasons`: row → (text, fill). `again`: an earlier marking comes off first.
    """

    heading_row: int
    reason_column: int
    heading: str
    again: bool
    fills: dict[int, dict[int, int]] = field(default_factory=dict)
    reasons: dict[int, tuple[str, int]] = field(default_factory=dict)


class _Styles:
    """The style sheet: hands out coloured twins of styles, and plain ones of those an earlier marking coloured."""

    def __init__(self, xml: bytes) -> None:
        fills, styles = FILLS.search(xml), CELL_STYLES.search(xml)
        if fills is None or styles is None:
            raise UnusualXml
        self._xml, self._fills_at, self._styles_at = xml, fills.span(), styles.span()
        self.fills = FILL.findall(fills[1])
        self.styles = STYLE.findall(styles[1])
        if not self.styles:
            raise UnusualXml
        self._twins: dict[tuple[int, int], int] = {}
        self._grounds = {fill: self._ground(colour) for fill, colour in COLOURS.items()}
        ours = {
            index
            for index, fill in enumerate(self.fills)
            if any(b'rgb="%s"' % colour in fill for colour in COLOURS.values())
        }
        self.washed = {
            index: self._with_fill(index, 0) for index, style in enumerate(list(self.styles)) if _fill_of(style) in ours
        }

    def _ground(self, colour: bytes) -> int:
        fill = b'<fill><patternFill patternType="solid"><fgColor rgb="%s"/></patternFill></fill>' % colour
        if fill not in self.fills:
            self.fills.append(fill)
        return self.fills.index(fill)

    def twin(self, style: int, fill: int) -> int:
        """The index of the style that differs only in its ground."""
        return self._with_fill(self.washed.get(style, style), self._grounds[fill])

    def _with_fill(self, style: int, fill: int) -> int:
        if (style, fill) not in self._twins:
            own = self.styles[style] if style < len(self.styles) else self.styles[0]
            plain = FILL_APPLIED.sub(b"", FILL_OF_STYLE.sub(b"", own))
            self.styles.append(plain.replace(b"<xf", b'<xf fillId="%d" applyFill="1"' % fill, 1))
            self._twins[style, fill] = len(self.styles) - 1
        return self._twins[style, fill]

    def xml(self) -> bytes:
        """The style sheet with what was handed out."""
        fills = b'<fills count="%d">%s</fills>' % (len(self.fills), b"".join(self.fills))
        styles = b'<cellXfs count="%d">%s</cellXfs>' % (len(self.styles), b"".join(self.styles))
        parts = sorted([(self._fills_at, fills), (self._styles_at, styles)])
        (first, first_xml), (second, second_xml) = parts
        return b"".join(
            [self._xml[: first[0]], first_xml, self._xml[first[1] : second[0]], second_xml, self._xml[second[1] :]]
        )


def _fill_of(style: bytes) -> int:
    found = FILL_OF_STYLE.search(style[: style.index(b">")])
    return int(found[1]) if found else 0


def write_patched(source: Path, target: Path, patches: Mapping[str, TabPatch]) -> None:
    """Copy the book with the worksheets named by entry (xl/worksheets/sheet1.xml) changed.

    Raises UnusualXml, with `target` half written, where the XML is not as expected; then the book must be written anew.
    """
    container = Container(source, DEFAULT_LIMITS)
    styles = _Styles(container.small_part(STYLES))
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as copy:
        for name in container.entries:
            if name == STYLES:
                continue
            pieces = container.inflate(name)
            if name in patches:
                pieces = _patched(pieces, patches[name], styles)
            with copy.open(name, "w") as part:
                for piece in pieces:
                    part.write(piece)
        copy.writestr(STYLES, styles.xml())


def _patched(pieces: Iterator[bytes], patch: TabPatch, styles: _Styles) -> Iterator[bytes]:
    open_rows = patch.fills.keys() | patch.reasons.keys() | {patch.heading_row}
    traces = _traces(patch, styles)
    for number, block in enumerate(_whole_rows(pieces)):
        start = 0
        changed = []
        for match in ROW.finditer(block):
            row = int(match[1])
            marked_before = traces is not None and row > patch.heading_row and traces.search(block, *match.span())
            if row in open_rows or marked_before:
                open_rows.discard(row)
                changed += [block[start : match.start()], _row(row, match[2], match[3] or b"", patch, styles)]
                start = match.end()
        changed.append(block[start:])
        whole = b"".join(changed)
        yield _with_column(whole, patch.reason_column + 1) if number == 0 else whole
    if open_rows:
        raise UnusualXml


def _traces(patch: TabPatch, styles: _Styles) -> re.Pattern[bytes] | None:
    """What an earlier marking left in a row: a cell of the reason column or one with a coloured style."""
    if not patch.again:
        return None
    colours = "|".join(map(str, styles.washed))
    reason = f' r="{column_letters(patch.reason_column)}[0-9]+"'
    return re.compile((f'{reason}| s="(?:{colours})"' if colours else reason).encode())


def _whole_rows(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The same bytes cut before a row; the first block holds at least the sheet's head."""
    kept = b""
    for piece in pieces:
        kept += piece
        cut = kept.rfind(b"<row ")
        if cut > 0:
            yield kept[:cut]
            kept = kept[cut:]
        elif len(kept) > LONGEST_BLOCK:
            raise UnusualXml
    yield kept


def _with_column(head: bytes, column: int) -> bytes:
    """The head of a sheet without its stated dimension, which is no longer true, and with a wide reason column."""
    head = DIMENSION.sub(b"", head, 1)
    wide = b'<col min="%d" max="%d" width="%d" customWidth="1"/>' % (column, column, REASON_WIDTH)
    data = head.find(b"<sheetData")
    columns = head.find(b"</cols>", 0, data)
    if data < 0:
        raise UnusualXml
    if columns < 0:
        return head[:data] + b"<cols>" + wide + b"</cols>" + head[data:]
    if max(map(int, LAST_COLUMN.findall(head[:data])), default=0) >= column:
        return head
    return head[:columns] + wide + head[columns:]


def _row(number: int, attributes: bytes, content: bytes, patch: TabPatch, styles: _Styles) -> bytes:
    """One row with its cells coloured and its reason at the end."""
    cells = {column_index(match[1]): match[0] for match in CELL.finditer(content)}
    if patch.again:
        cells = {column: _washed(cell, styles) for column, cell in cells.items()}
    for column, fill in patch.fills.get(number, {}).items():
        cell = cells.get(column, b'<c r="%s%d"/>' % (column_letters(column).encode(), number))
        found = STYLE_OF_CELL.search(cell[: cell.index(b">")])
        cells[column] = _restyled(cell, styles.twin(int(found[1]) if found else 0, fill))
    if patch.again and number != patch.heading_row:
        cells.pop(patch.reason_column, None)
    if number == patch.heading_row:
        beside = max((column for column in cells if column < patch.reason_column), default=0)
        found = STYLE_OF_CELL.search(cells.get(beside, b""))
        cells[patch.reason_column] = _text(number, patch.reason_column, patch.heading, int(found[1]) if found else 0)
    if number in patch.reasons:
        text, fill = patch.reasons[number]
        cells[patch.reason_column] = _text(number, patch.reason_column, text, styles.twin(0, fill))
    content = b"".join(cell for _, cell in sorted(cells.items()))
    return b"<row" + SPANS.sub(b"", attributes) + b">" + content + b"</row>"


def _restyled(cell: bytes, style: int) -> bytes:
    end = cell.index(b">")
    return b'<c s="%d"' % style + STYLE_OF_CELL.sub(b"", cell[2:end]) + cell[end:]


def _washed(cell: bytes, styles: _Styles) -> bytes:
    found = STYLE_OF_CELL.search(cell[: cell.index(b">")])
    style = int(found[1]) if found else 0
    return _restyled(cell, styles.washed[style]) if style in styles.washed else cell


def _text(number: int, column: int, text: str, style: int) -> bytes:
    place = f'r="{column_letters(column)}{number}" s="{style}"'
    return f'<c {place} t="inlineStr"><is><t xml:space="preserve">{escaped(text)}</t></is></c>'.encode()
