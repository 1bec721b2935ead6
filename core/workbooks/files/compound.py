"""OLE compound files: what old .xls books, Word's .doc, and workbooks locked with a password come in.

Only what vetting needs: the names in the directory, one stream's bytes, and a walk over the records of an .xls book
that finds hidden rows and columns and how far each sheet reaches (the reader allocates that rectangle whole).
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from core.workbooks.files.refusals import Limits, UnreadableWorkbook

SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
FREE = 0xFFFFFFFA
DIRECTORY_ENTRY = 128
BOF, EOF, FILEPASS, BOUNDSHEET, ROW, COLINFO = 0x0809, 0x000A, 0x002F, 0x0085, 0x0208, 0x007D
FORMULA, NUMBER, LABEL, BOOLERR = 0x0006, 0x0203, 0x0204, 0x0205
RK, MULRK, LABELSST, RSTRING = 0x027E, 0x00BD, 0x00FD, 0x00D6
FILLED_CELLS = frozenset({FORMULA, NUMBER, LABEL, BOOLERR, RK, LABELSST, RSTRING})
SECTOR_SHIFTS = frozenset({9, 12})
SMALL_SECTOR_SHIFT, SMALL_SECTOR = 6, 64
STREAM, ROOT = 2, 5
STREAM_CODES = (
    ("EncryptedPackage", "password"),
    ("EncryptionInfo", "password"),
    ("WordDocument", "word"),
    ("PowerPoint Document", "slides"),
)


class CompoundFile:
    """The sectors, chains and directory of a compound file held in memory."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        try:
            shift, small_shift = struct.unpack_from("<HH", data, 30)
            self.small_cutoff, small_first, _, more, more_count = struct.unpack_from("<IIIII", data, 56)
            directory, fat_count = struct.unpack_from("<I", data, 48)[0], struct.unpack_from("<I", data, 44)[0]
            if shift not in SECTOR_SHIFTS or small_shift != SMALL_SECTOR_SHIFT:
                raise UnreadableWorkbook("damaged")
            self.sector = 1 << shift
            self.fat = self._load_fat(fat_count, more, more_count)
            self.streams = self._load_directory(directory)
            self.small_fat = self._numbers(b"".join(self._chain(small_first)))
        except (struct.error, IndexError) as error:
            raise UnreadableWorkbook("damaged") from error

    def _at(self, number: int) -> bytes:
        start = (number + 1) * self.sector
        piece = self.data[start : start + self.sector]
        if not piece:
            raise UnreadableWorkbook("damaged")
        return piece

    def _numbers(self, raw: bytes) -> list[int]:
        return list(struct.unpack(f"<{len(raw) // 4}I", raw[: len(raw) // 4 * 4]))

    def _load_fat(self, count: int, more: int, more_count: int) -> list[int]:
        if (count + more_count) * self.sector > len(self.data):
            raise UnreadableWorkbook("damaged")
        places = list(struct.unpack_from("<109I", self.data, 76))
        for _ in range(more_count):
            block = self._numbers(self._at(more))
            places += block[:-1]
            more = block[-1]
        return [number for place in places[:count] if place < FREE for number in self._numbers(self._at(place))]

    def _chain(self, number: int) -> Iterator[bytes]:
        steps = 0
        while number < FREE:
            steps += 1
            if steps * self.sector > len(self.data) + self.sector:
                raise UnreadableWorkbook("damaged")
            yield self._at(number)
            number = self.fat[number]

    def _load_directory(self, first: int) -> dict[str, tuple[int, int]]:
        raw = b"".join(self._chain(first))
        streams = {}
        self.root = (FREE, 0)
        for start in range(0, len(raw) - DIRECTORY_ENTRY + 1, DIRECTORY_ENTRY):
            length, kind = struct.unpack_from("<HB", raw, start + 64)
            place = struct.unpack_from("<II", raw, start + 116)
            if kind == ROOT:
                self.root = place
            elif kind == STREAM:
                streams[raw[start : start + max(0, length - 2)].decode("utf-16-le", "replace")] = place
        return streams

    def stream(self, name: str) -> bytes:
        """The bytes of a stream of the directory."""
        first, size = self.streams[name]
        if size >= self.small_cutoff:
            whole = b"".join(self._chain(first))
        else:
            small = b"".join(self._chain(self.root[0]))
            pieces: list[bytes] = []
            while first < len(self.small_fat) and len(pieces) * SMALL_SECTOR < size:
                pieces.append(small[first * SMALL_SECTOR : (first + 1) * SMALL_SECTOR])
                first = self.small_fat[first]
            whole = b"".join(pieces)
        if len(whole) < size:
            raise UnreadableWorkbook("damaged")
        return whole[:size]


@dataclass
class OldSheet:
    """What the records of one .xls sheet tell; rows and columns are 0-based."""

    rows: int = 0
    columns: int = 0
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)


def vet_old_book(path: Path, limits: Limits) -> list[OldSheet]:
    """The sheets of an .xls book in the order of its tabs; raises UnreadableWorkbook for every other compound file."""
    book = CompoundFile(path.read_bytes())
    for name, code in STREAM_CODES:
        if name in book.streams:
            raise UnreadableWorkbook(code)
    names = [name for name in ("Workbook", "Book", "WORKBOOK", "BOOK") if name in book.streams]
    if not names:
        raise UnreadableWorkbook("not_workbook")
    stream = book.stream(names[0])
    try:
        sheets = [_scan_sheet(stream, position) for position in _sheet_positions(stream)]
    except struct.error as error:
        raise UnreadableWorkbook("damaged") from error
    if sum(sheet.rows * sheet.columns for sheet in sheets) > limits.box_cells:
        raise UnreadableWorkbook("too_large")
    return sheets


def _sheet_positions(stream: bytes) -> list[int]:
    positions = []
    for kind, start, _ in _records(stream, 0):
        if kind == FILEPASS:
            raise UnreadableWorkbook("password")
        if kind == BOUNDSHEET:
            positions.append(struct.unpack_from("<I", stream, start)[0])
    return positions


def _records(stream: bytes, position: int) -> Iterator[tuple[int, int, int]]:
    """(record type, start of its data, length) until the substream that begins at `position` ends."""
    depth, end = 0, len(stream)
    unpack = struct.Struct("<HH").unpack_from
    while position + 4 <= end:
        kind, length = unpack(stream, position)
        if kind == BOF:
            depth += 1
        elif kind == EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, position + 4, length
        position += 4 + length
    raise UnreadableWorkbook("damaged")


def _scan_sheet(stream: bytes, position: int) -> OldSheet:
    sheet = OldSheet()
    unpack = struct.Struct("<HH").unpack_from
    for kind, start, length in _records(stream, position):
        if kind in FILLED_CELLS:
            row, column = unpack(stream, start)
        elif kind == MULRK:
            row, column = unpack(stream, start)[0], unpack(stream, start + length - 4)[1]
        elif kind == ROW:
            if stream[start + 12] & 0x20:
                sheet.hidden_rows.append(unpack(stream, start)[0])
            continue
        elif kind == COLINFO:
            if stream[start + 8] & 1:
                sheet.hidden_columns.append(unpack(stream, start))
            continue
        else:
            continue
        sheet.rows = max(sheet.rows, row + 1)
        sheet.columns = max(sheet.columns, column + 1)
    return sheet
