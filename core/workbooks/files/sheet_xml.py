"""Cheap looks at a worksheet's XML, without parsing it: how far it reaches, what is hidden, whether it holds anything.

The blocks come straight out of the inflater, so a sheet of 100 MB costs a third of a second and no memory. Patterns are
laid on bytes because a real parser would cost more than reading the sheet does.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Box = tuple[int, int]
MERGE = re.compile(rb'<(?:\w+:)?mergeCell\s[^>]*?ref="([A-Z]+)(\d+):([A-Z]+)(\d+)"')
HIDDEN_ROW = re.compile(rb'<(?:\w+:)?row\s(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
HIDDEN_COLUMN = re.compile(rb'<(?:\w+:)?col\s(?=[^>]*\bhidden="(?:1|true)")[^>]*>')
ROW_NUMBER = re.compile(rb'\sr="(\d+)"')
COLUMN_FIRST = re.compile(rb'\bmin="(\d+)"')
COLUMN_LAST = re.compile(rb'\bmax="(\d+)"')
COLUMN_OF_CELL = re.compile(rb'\sr="([A-Za-z]+)\d')
ROW_OF_CELL = re.compile(rb'\sr="[A-Za-z]+(\d+)"')
ROW_OF_ROW = re.compile(rb'<(?:\w+:)?row\s(?:[^>]*?\s)?r="(\d+)"')
ROW_START = re.compile(rb"<(?:\w+:)?row(?=[ />])")
UNPLACED_CELL = re.compile(rb'<c(?=[ />])(?! r="[A-Za-z])(?![^>]*\sr=")')
ANY_UNPLACED_CELL = re.compile(rb'<(?:\w+:)?c(?=[ />])(?![^>]*\sr=")')
FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Za-z]+)(\d+)"[^>]*?(?<!/)>(?!</)')
PREFIXED_TEXT = re.compile(rb"<\w+:si(?=[ />])")
SHARED_CELL = re.compile(rb't="s"[^>]*><(?:\w+:)?v>(\d{1,9})</')
# A cell beyond 78 columns or 199,999 rows, or without a reference: where there is none, the box cannot be large. (A
# leading literal makes it 3 times as fast as with an optional prefix; sheets whose tags have prefixes count as far.)
FAR_CELL = re.compile(rb'<c(?=[ />])(?! r="[AB]?[A-Z]1?\d{1,5}")')
NEAR_BOX: Box = (199_999, 78)
LONGEST_TAG = 4 << 20


def column_index(letters: str | bytes) -> int:
    """0-based index of a column's letters: A is 0, AA is 26."""
    index = 0
    for letter in letters.upper() if isinstance(letters, bytes) else letters.upper().encode("ascii"):
        index = index * 26 + letter - 64
    return index - 1


def column_letters(index: int) -> str:
    """Letters of a 0-based column index: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def whole_tags(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, cut so that no tag is torn between two blocks."""
    kept = b""
    for chunk in chunks:
        block = kept + chunk
        cut = block.rfind(b"<")
        if cut <= 0:
            cut = len(block) if len(block) > LONGEST_TAG else 0
        if cut:
            yield block[:cut]
        kept = block[cut:]
    yield kept


@dataclass
class SheetScan:
    """What one pass over a worksheet tells."""

    filled: bool = False
    shared_cells: int = 0
    far: bool = False
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[tuple[Box, Box]] = field(default_factory=list)

    def feed(self, block: bytes) -> None:
        """Look at the next block (cut by ``whole_tags``)."""
        self.filled = self.filled or b"<v" in block or b"<is" in block or b":v>" in block or b":is>" in block
        self.far = self.far or FAR_CELL.search(block) is not None or b":row" in block[:4096]
        self.shared_cells += block.count(b't="s"')
        if b"hidden=" in block:
            self._hidden(block)
        if b"mergeCell " in block:
            self.merged += [_merged_range(match) for match in MERGE.findall(block)]

    def _hidden(self, block: bytes) -> None:
        for tag in HIDDEN_ROW.findall(block):
            number = ROW_NUMBER.search(tag)
            if number:
                self.hidden_rows.append(int(number[1]))
        for tag in HIDDEN_COLUMN.findall(block):
            first, last = COLUMN_FIRST.search(tag), COLUMN_LAST.search(tag)
            if first and last:
                self.hidden_columns.append((int(first[1]) - 1, int(last[1]) - 1))


def _merged_range(parts: tuple[bytes, bytes, bytes, bytes]) -> tuple[Box, Box]:
    left, top, right, bottom = parts
    return (int(top) - 1, column_index(left)), (int(bottom) - 1, column_index(right))


def box_of_all(blocks: Iterable[bytes]) -> tuple[int, int, bool]:
    """(rows, columns) from A1 to the farthest cell of any kind, and whether all cells say where they stand."""
    rows = columns = unplaced_rows = running = widest = 0
    for block in blocks:
        rows = max([rows, *map(_row, set(ROW_OF_CELL.findall(block)))])
        columns = max([columns, *(column_index(letters) + 1 for letters in set(COLUMN_OF_CELL.findall(block)))])
        if UNPLACED_CELL.search(block) or b":c" in block:
            rows = max([rows, *map(_row, set(ROW_OF_ROW.findall(block)))])
            pieces = ROW_START.split(block)
            counts = [len(ANY_UNPLACED_CELL.findall(piece)) for piece in pieces]
            unplaced_rows += len(counts)
            widest = max([widest, running + counts[0], *counts[1:]])
            running = counts[-1] + (running if len(counts) == 1 else 0)
    return rows + unplaced_rows, columns + widest, not widest


def box_of_filled(blocks: Iterable[bytes]) -> Box:
    """(rows, columns) from A1 to the farthest filled cell: sheets are often only coloured to the far edge."""
    rows = columns = 0
    for block in blocks:
        found = FILLED_CELL.findall(block)
        rows = max([rows, *map(_row, {number for _, number in found})])
        columns = max([columns, *(column_index(letters) + 1 for letters in {letters for letters, _ in found})])
    return rows, columns


def _row(digits: bytes) -> int:
    return int(digits[:12])


def text_lengths(blocks: Iterable[bytes]) -> list[int]:
    """Bytes each shared text takes in the XML, in the order cells number them."""
    lengths = [0]
    for block in blocks:
        pieces = block.split(b"<si") if b":si" not in block else PREFIXED_TEXT.split(block)
        lengths[-1] += len(pieces[0])
        lengths.extend(map(len, pieces[1:]))
    return lengths[1:]


def copied_bytes(blocks: Iterable[bytes], lengths: list[int]) -> int:
    """Bytes that all shared texts of a worksheet take once they stand in their cells."""
    total = 0
    for block in blocks:
        for number, times in Counter(SHARED_CELL.findall(block)).items():
            index = int(number)
            total += times * (lengths[index] if index < len(lengths) else 0)
    return total
