"""Files for these tests: ordinary books by openpyxl, crooked ones by hand, old ones record by record."""

import struct
import zipfile
from pathlib import Path

from openpyxl import Workbook

from core.formats.identity import check_digit
from core.workbooks.files.headings import SheetShape, heading_table

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
COLUMNS = ("姓名", "身份证号码", "性别", "联系电话", "乡镇", "村", "户主姓名", "备注")
ALIASES = {
    "身份证号码": ("身份证号", "身份证"),
    "联系电话": ("电话", "手机号码"),
    "乡镇": ("乡镇(街道)", "乡(镇)"),
    "村": ("行政村", "所在村"),
}


def shape(columns=COLUMNS, **changes):
    settings = {
        "columns": columns,
        "lookup": heading_table(columns, ALIASES).get,
        "keys": frozenset({"姓名", "身份证号码"}),
        "merged_down": frozenset({"乡镇", "村"}),
    }
    return SheetShape(**{**settings, **changes})


def number(order):
    """An ID number on an address that never was (domain.md §6.1)."""
    body = f"529999199001{order // 100 % 28 + 1:02d}{order % 1000:03d}"
    return body + check_digit(body)


def book(path, *sheets, merged=()):
    """An .xlsx of (title, rows); `merged` ranges belong to the first sheet."""
    made = Workbook()
    made.remove(made.active)
    for title, rows in sheets:
        sheet = made.create_sheet(title)
        for row in rows:
            sheet.append(row)
    for area in merged:
        made.worksheets[0].merge_cells(area)
    made.save(path)
    return Path(path)


def with_parts(path, base, **parts):
    """A copy of the book `base` with parts replaced: sheet= (of the first sheet) and strings= (the shared texts)."""
    with zipfile.ZipFile(base) as source:
        entries = {entry: source.read(entry) for entry in source.namelist()}
    entries["xl/worksheets/sheet1.xml"] = parts["sheet"]
    if "strings" in parts:
        entries["xl/sharedStrings.xml"] = parts["strings"]
        kind = b'Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
        link = b'<Relationship Id="rId99" ' + kind + b'sharedStrings"/></Relationships>'
        relations = entries["xl/_rels/workbook.xml.rels"]
        entries["xl/_rels/workbook.xml.rels"] = relations.replace(b"</Relationships>", link)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry, data in entries.items():
            target.writestr(entry, data)
    return Path(path)


def sheet_xml(rows, before="", after=""):
    return f'<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


def raw_book(path, rows, before="", after=""):
    """An .xlsx whose first sheet's XML is written by hand."""
    base = book(Path(path).with_name("base.xlsx"), ("Sheet", [["x"]]))
    return with_parts(path, base, sheet=sheet_xml(rows, before, after))


def text_cell(place, text):
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


def compound_file(path, streams):
    """An OLE file with the streams of a dict, each padded to 4,096 bytes so that it lies in ordinary sectors."""
    contents = [data + b"\0" * max(0, 4096 - len(data)) for data in streams.values()]
    counts = [-(-len(data) // 512) for data in contents]
    directory = 1
    first, chain = [], [FAT_SECTOR]
    chain += [END] if len(streams) < 4 else [2, END]
    for count in counts:
        first.append(len(chain))
        chain += [*range(len(chain) + 1, len(chain) + count), END]
    assert len(chain) <= 128
    entries = [_entry("Root Entry", 5, END, 0, child=1)]
    entries += [_entry(name, 2, start, len(data)) for name, start, data in zip(streams, first, contents, strict=True)]
    entries += [_entry("", 0, 0, 0)] * (-len(entries) % 4)
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, directory, 0, 4096, END, 0, END, 0)
    header += struct.pack("<109I", 0, *[FREE] * 108)
    fat = struct.pack("<128I", *chain, *[FREE] * (128 - len(chain)))
    body = b"".join(data + b"\0" * (-len(data) % 512) for data in contents)
    Path(path).write_bytes(header + fat + b"".join(entries) + body)
    return Path(path)


def _entry(name, kind, start, size, child=FREE):
    raw = name.encode("utf-16-le")
    links = struct.pack("<III", FREE, FREE, child)
    head = raw.ljust(64, b"\0") + struct.pack("<HBB", len(raw) + 2 if name else 0, kind, 1) + links
    return head + bytes(36) + struct.pack("<II4x", start, size)


def old_book(path, sheets, *, locked=False):
    """An .xls: {title: [(record type, data), …]} in BIFF8, see the record makers below."""
    globals_start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0, 0, 0, 0)) + _record(0x42, b"\xb0\x04")
    if locked:
        globals_start += _record(0x002F, bytes(6))
    bounds = [struct.pack("<HBB", 0, len(title), 1) + title.encode("utf-16-le") for title in sheets]
    length = len(globals_start) + sum(8 + len(bound) for bound in bounds) + 4
    bodies = []
    for records in sheets.values():
        start = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0, 0, 0, 0))
        bodies.append(start + b"".join(_record(*record) for record in records) + _record(0x000A, b""))
    stream = globals_start
    for bound, body in zip(bounds, bodies, strict=True):
        stream += _record(0x0085, struct.pack("<I", length) + bound)
        length += len(body)
    return compound_file(path, {"Workbook": stream + _record(0x000A, b"") + b"".join(bodies)})


def _record(kind, data):
    return struct.pack("<HH", kind, len(data)) + data


def old_text(row, column, text):
    return 0x0204, struct.pack("<HHHHB", row, column, 0, len(text), 1) + text.encode("utf-16-le")


def old_number(row, column, value):
    return 0x0203, struct.pack("<HHHd", row, column, 0, value)


def old_merged(top, bottom, left, right):
    return 0x00E5, struct.pack("<HHHHH", 1, top, bottom, left, right)


def old_hidden_row(row):
    return 0x0208, struct.pack("<HHHHHHHH", row, 0, 8, 255, 0, 0, 0x20, 0)


def old_hidden_columns(first, last):
    return 0x007D, struct.pack("<HHHHHH", first, last, 2560, 0, 1, 0)
