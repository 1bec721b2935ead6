"""The small fixed parts of a written .xlsx: content types, relations, list of sheets, styles, a sheet's head."""

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

PLAIN, TEXT, DATE, MOMENT = range(4)
RED, YELLOW = 4, 8
HEADER = 12
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
LONGEST_TITLE = 31
LONGEST_MARK = 120
NO_TITLE = str.maketrans("[]:*?/\\", "()：＊？／＼")
GROUND_COLOURS = ("FFFFC8CF", "FFFFEC9D", "FFE7ECF3")
NUMBER_FORMATS = (0, 49, 164, 165)


def content_types(sheets: int) -> str:
    """[Content_Types].xml of a book with so many sheets."""
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [(f"/xl/worksheets/sheet{number}.xml", "worksheet") for number in range(1, sheets + 1)]
    parts = "".join(f'<Override PartName="{part}" ContentType="{SPREADSHEET}.{kind}+xml"/>' for part, kind in kinds)
    return (
        f'{HEAD}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{parts}</Types>'
    )


def relations(kinds: Sequence[str], targets: Sequence[str]) -> str:
    """A .rels part: rId1, rId2, … in order."""
    lines = "".join(
        f'<Relationship Id="rId{number}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(zip(kinds, targets, strict=True), 1)
    )
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def workbook(titles: Sequence[str]) -> str:
    """xl/workbook.xml naming the sheets."""
    sheets = "".join(
        f'<sheet name={quoteattr(title)} sheetId="{number}" r:id="rId{number}"/>'
        for number, title in enumerate(titles, 1)
    )
    return f'{HEAD}<workbook {MAIN} xmlns:r="{OFFICE}"><sheets>{sheets}</sheets></workbook>'


def sheet_title(wanted: str, taken: Sequence[str]) -> str:
    """Make a tab name Excel accepts: at most 31 characters, no brackets or slashes, unlike the others in any case."""
    title = printable(wanted).translate(NO_TITLE).strip().strip("'")[:LONGEST_TITLE] or "Sheet"
    others = {name.casefold() for name in taken}
    number, candidate = 2, title
    while candidate.casefold() in others:
        ending = f" ({number})"
        candidate = title[: LONGEST_TITLE - len(ending)] + ending
        number += 1
    return candidate


def printable(text: str) -> str:
    """The text without characters XML cannot carry."""
    return "".join(letter for letter in text if letter.isprintable())


def sheet_start(widths: Sequence[float], formats: Sequence[int], *, frozen_rows: int) -> bytes:
    """The worksheet's XML up to its first row: frozen heading, column widths and formats."""
    pane = f'<pane ySplit="{frozen_rows}" topLeftCell="A{frozen_rows + 1}" activePane="bottomLeft" state="frozen"/>'
    columns = "".join(
        f'<col min="{place}" max="{place}" width="{width}" style="{style}" customWidth="1"/>'
        for place, (width, style) in enumerate(zip(widths, formats, strict=True), 1)
    )
    view = f'<sheetView workbookViewId="0">{pane if frozen_rows else ""}</sheetView>'
    return (
        f"{HEAD}<worksheet {MAIN}><sheetViews>{view}</sheetViews>"
        f"{f'<cols>{columns}</cols>' if columns else ''}<sheetData>"
    ).encode()


def page_marks(text: str) -> str:
    """What every printed page says above and below; "" without a text. & begins a code there."""
    if not text:
        return ""
    said = escape(printable(text)[:LONGEST_MARK].replace("&", "＆"))
    return (
        '<pageMargins left="0.5" right="0.5" top="0.75" bottom="0.75" header="0.3" footer="0.3"/><headerFooter>'
        f"<oddHeader>&amp;R{said}</oddHeader><oddFooter>&amp;L{said}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
    )


def styles() -> str:
    """xl/styles.xml: ground colour × number format in the order of PLAIN … MOMENT, RED, YELLOW, then the header."""
    no_fills = '<fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill>'
    fills = no_fills + "".join(
        f'<fill><patternFill patternType="solid"><fgColor rgb="{colour}"/></patternFill></fill>'
        for colour in GROUND_COLOURS
    )
    grounds = (0, 2, 3)
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="0" fillId="{ground}" borderId="0" xfId="0"'
        ' applyNumberFormat="1" applyFill="1"/>'
        for ground in grounds
        for number in NUMBER_FORMATS
    )
    header = (
        '<xf numFmtId="49" fontId="1" fillId="4" borderId="0" xfId="0" applyFont="1" applyFill="1" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
    )
    font = '<sz val="11"/><name val="宋体"/>'
    return (
        f'{HEAD}<styleSheet {MAIN}><numFmts count="2"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/>'
        '<numFmt numFmtId="165" formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts>'
        f'<fonts count="2"><font>{font}</font><font><b/>{font}</font></fonts>'
        f'<fills count="5">{fills}</fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="13">{cells}{header}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )
