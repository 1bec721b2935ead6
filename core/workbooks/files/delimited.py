"""Text tables: encoding, separator and records of .csv and .txt files as offices export them."""

import codecs
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from core.workbooks.files.refusals import Limits, UnreadableWorkbook

SEPARATORS = (",", ";", "\t")
SAMPLE_RECORDS = 30
PIECE = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


class DelimitedText:
    """A text table on disk. Only one record is in memory at a time."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.encoding = _encoding(path, limits)
        self.separator = self._separator()

    def records(self) -> Iterator[list[str]]:
        """Every record from the first, blank lines too; raises UnreadableWorkbook where quotes do not pair."""
        for record in self._parse(self.separator):
            if any('="' in cell for cell in record):
                yield [_unwrapped(cell) for cell in record]
            else:
                yield record

    def _parse(self, separator: str) -> Iterator[list[str]]:
        with self.path.open(encoding=self.encoding, newline="") as file:
            try:
                yield from csv.reader(file, delimiter=separator, strict=True)
            except csv.Error as error:
                raise UnreadableWorkbook("quotes") from error

    def _separator(self) -> str:
        """What cuts most of the first records into the same number of cells, the more cells the better."""
        best, most = ",", 0
        for separator in SEPARATORS:
            widths: Counter[int] = Counter()
            try:
                for _, record in zip(range(SAMPLE_RECORDS), self._parse(separator), strict=False):
                    widths[len(record)] += 1
            except UnreadableWorkbook:
                if not widths:
                    continue
            score = max((times * times * (width - 1) for width, times in widths.items()), default=0)
            if score > most:
                best, most = separator, score
        return best

    def filled(self) -> bool:
        """Whether any cell holds something."""
        return any(cell and not cell.isspace() for record in self._parse(self.separator) for cell in record)


def _unwrapped(cell: str) -> str:
    """="0123" is how spreadsheets are told to keep a number as text."""
    if cell.startswith('="') and cell.endswith('"') and len(cell) >= len('=""'):
        return cell[2:-1].replace('""', '"')
    return cell


def _encoding(path: Path, limits: Limits) -> str:
    """UTF-8, UTF-16 with its mark, or GB18030: the first the whole file agrees with."""
    with path.open("rb") as file:
        head = file.read(4)
    for mark, name in MARKS:
        if head.startswith(mark):
            return _agreed(path, (name,), limits)
    return _agreed(path, ("utf-8", "gb18030"), limits)


def _agreed(path: Path, names: tuple[str, ...], limits: Limits) -> str:
    decoders = {name: codecs.getincrementaldecoder(name)() for name in names}
    line = 0
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            if b"\0" in piece and "utf-16" not in names:
                raise UnreadableWorkbook("not_workbook")
            line = _tail_of_line(piece, line, limits)
            _decode(decoders, piece, final=False)
        _decode(decoders, b"", final=True)
    return next(iter(decoders))


def _tail_of_line(piece: bytes, before: int, limits: Limits) -> int:
    """Bytes of the line still open at the end of the piece; raises UnreadableWorkbook for a line without end."""
    first, last = piece.find(b"\n"), piece.rfind(b"\n")
    if first < 0:
        open_line = before + len(piece) if b"\r" not in piece else 0
        longest = open_line
    else:
        open_line = len(piece) - last - 1
        longest = max(before + first, open_line)
    if longest > limits.line_bytes:
        raise UnreadableWorkbook("too_large")
    return open_line


def _decode(decoders: dict[str, codecs.IncrementalDecoder], piece: bytes, *, final: bool) -> None:
    for name, decoder in list(decoders.items()):
        try:
            decoder.decode(piece, final)
        except UnicodeDecodeError:
            del decoders[name]
    if not decoders:
        raise UnreadableWorkbook("encoding")
