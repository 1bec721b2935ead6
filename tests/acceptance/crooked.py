"""Books as other programs write them: the same table in parts that Excel, WPS and export libraries put down differently."""

import datetime as dt
import zipfile
from dataclasses import dataclass
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
STRICT_LINKS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
EPOCH, EPOCH_1904 = dt.date(1899, 12, 30), dt.date(1904, 1, 1)
DATE_STYLE = 1


def shared(text):
    """A text of the table of shared texts."""
    return f'<si><t xml:space="preserve">{escape(text)}</t></si>'


def in_runs(text):
    """A text whose letters are dressed differently, with the reading WPS and Excel add to names."""
    parts = "".join(f"<r><rPr><b/></rPr><t>{escape(letter)}</t></r>" for letter in text)
    return f'<si>{parts}<rPh sb="0" eb="1"><t>zhang</t></rPh><phoneticPr fontId="1"/></si>'


def with_returns(text):
    """A text that was pasted together with the end of its line."""
    return shared(f"{text}_x000D_\n")


@dataclass(frozen=True)
class Writer:
    """How a program writes a book; the defaults are Excel's."""

    text: object = shared
    inline: bool = False
    formulas: bool = False
    references: bool = True
    strict: bool = False
    first_day: dt.date = EPOCH
    date_format: str = 'yyyy"年"m"月"d"日"'
    strings: str = "sharedStrings.xml"
    absolute: bool = False
    before: str = ""
    after: str = ""
    trailing: str = ""

    def write(self, path, title, rows):
        """Rows of cells as one sheet; a date becomes a number that is shown as a date."""
        texts = []
        lines = [self._row(number, row, texts) for number, row in enumerate(rows, 1)]
        body = f"<sheetData>{''.join(lines)}{self.trailing}</sheetData>"
        main, links = (STRICT_MAIN, STRICT_LINKS) if self.strict else (MAIN, LINKS)
        parts = {
            "[Content_Types].xml": self._types(),
            "_rels/.rels": _relations(links, [("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": self._workbook(main, links, title),
            "xl/_rels/workbook.xml.rels": _relations(
                links,
                [(kind, f"{'/xl/' if self.absolute else ''}{name}") for kind, name in (
                    ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml"), ("sharedStrings", self.strings),
                )],
            ),
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{self.before}{body}{self.after}</worksheet>',
            "xl/styles.xml": self._styles(main),
            f"xl/{self.strings}": f'<sst xmlns="{main}">{"".join(texts)}</sst>',
        }  # fmt: skip
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
            for name, part in parts.items():
                book.writestr(name, f'<?xml version="1.0" encoding="UTF-8"?>\n{part}')
        return path

    def _row(self, number, row, texts):
        cells = [self._cell(f"{_letter(place)}{number}", cell, texts) for place, cell in enumerate(row)]
        return f'<row r="{number}">{"".join(cells)}</row>' if self.references else f"<row>{''.join(cells)}</row>"

    def _cell(self, place, cell, texts):
        where = f' r="{place}"' if self.references else ""
        if cell is None:
            return f"<c{where}/>"
        if isinstance(cell, dt.date):
            return f'<c{where} s="{DATE_STYLE}"><v>{(cell - self.first_day).days}</v></c>'
        if isinstance(cell, int | float):
            formula = "<f>1+1</f>" if self.formulas else ""
            return f"<c{where}>{formula}<v>{cell}</v></c>"
        if self.formulas:
            return f'<c{where} t="str"><f>A1&amp;""</f><v>{escape(cell)}</v></c>'
        if self.inline:
            return f'<c{where} t="inlineStr"><is><t xml:space="preserve">{escape(cell)}</t></is></c>'
        texts.append(self.text(cell))
        return f'<c{where} t="s"><v>{len(texts) - 1}</v></c>'

    def _workbook(self, main, links, title):
        days = '<workbookPr date1904="1"/>' if self.first_day == EPOCH_1904 else "<workbookPr/>"
        sheet = f'<sheet name="{escape(title)}" sheetId="1" r:id="rId1"/>'
        return f'<workbook xmlns="{main}" xmlns:r="{links}">{days}<sheets>{sheet}</sheets></workbook>'

    def _styles(self, main):
        shown = escape(self.date_format, {'"': "&quot;"})
        formats = f'<numFmts count="1"><numFmt numFmtId="164" formatCode="{shown}"/></numFmts>'
        dress = '<fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders>'
        cells = '<cellXfs count="2"><xf/><xf numFmtId="164" applyNumberFormat="1"/></cellXfs>'
        bases = '<cellStyleXfs count="1"><xf/></cellStyleXfs>'
        return f'<styleSheet xmlns="{main}">{formats}{dress}{bases}{cells}</styleSheet>'

    def _types(self):
        base = "application/vnd.openxmlformats-officedocument.spreadsheetml"
        parts = {"workbook": "sheet.main", "worksheets/sheet1": "worksheet", "styles": "styles"}
        over = "".join(
            f'<Override PartName="/xl/{name}.xml" ContentType="{base}.{kind}+xml"/>' for name, kind in parts.items()
        )
        over += f'<Override PartName="/xl/{self.strings}" ContentType="{base}.sharedStrings+xml"/>'
        rels = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        return f'<Types xmlns="{PACKAGE}/content-types">{rels}<Default Extension="xml" ContentType="application/xml"/>{over}</Types>'


def _relations(links, parts):
    lines = "".join(
        f'<Relationship Id="rId{place}" Type="{links}/{kind}" Target="{target}"/>'
        for place, (kind, target) in enumerate(parts, 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{lines}</Relationships>'


def _letter(place):
    first, second = divmod(place, 26)
    return (chr(ord("A") + first - 1) if first else "") + chr(ord("A") + second)
