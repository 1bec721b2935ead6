"""Vetting of zip containers: that they are workbooks and inflate to what a workbook would, before a reader sees them.

Sizes written in a zip's directory may lie, so every entry is really inflated once, in small pieces, and counted.
"""

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET

from core.workbooks.files.refusals import Limits, UnreadableWorkbook
from core.workbooks.files.sheet_xml import (
    NEAR_BOX,
    SheetScan,
    box_of_all,
    box_of_filled,
    copied_bytes,
    text_lengths,
    whole_tags,
)

PIECE = 1 << 20
READ = 1 << 16
SMALL_PART = 8 << 20
END_RECORD = b"PK\x05\x06"
END_RECORD_LENGTH, ENTRY_HEADER_LENGTH = 22, 30
ENCRYPTED = 0x1
RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
KINDS_BY_ENTRY = (
    ("xl/workbook.bin", "other_format"),
    ("word/document.xml", "word"),
    ("ppt/presentation.xml", "slides"),
    ("content.xml", "other_format"),
)


@dataclass
class Vetted:
    """An xlsx container that is safe to read: its worksheets' scans and entry names by tab."""

    scans: dict[str, SheetScan] = field(default_factory=dict)
    parts: dict[str, str] = field(default_factory=dict)

    @property
    def filled(self) -> bool:
        """Whether any worksheet holds a value."""
        return any(scan.filled for scan in self.scans.values())


class Container:
    """A zip file opened for raw, bounded inflating."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self.path = path
        self.limits = limits
        self._check_end_record()
        try:
            with zipfile.ZipFile(path) as book:
                self.entries = {entry.filename: entry for entry in book.infolist()}
                count = len(book.infolist())
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise UnreadableWorkbook("damaged") from error
        if count > limits.entries or count != len(self.entries):
            raise UnreadableWorkbook("zip_bomb")

    def _check_end_record(self) -> None:
        """The directory itself is bounded before it is loaded."""
        with self.path.open("rb") as file:
            size = file.seek(0, 2)
            file.seek(max(0, size - (1 << 16) - END_RECORD_LENGTH))
            tail = file.read()
        found = tail.rfind(END_RECORD)
        if found < 0 or len(tail) - found < END_RECORD_LENGTH:
            raise UnreadableWorkbook("damaged")
        if int.from_bytes(tail[found + 12 : found + 16], "little") > self.limits.entries * 256:
            raise UnreadableWorkbook("zip_bomb")

    def inflate(self, name: str) -> Iterator[bytes]:
        """The bytes of an entry in pieces of at most 1 MB; raises UnreadableWorkbook where they are broken."""
        entry = self.entries[name]
        if entry.flag_bits & ENCRYPTED:
            raise UnreadableWorkbook("password")
        with self.path.open("rb") as file:
            left = self._seek_data(file, entry)
            if entry.compress_type == zipfile.ZIP_STORED:
                yield from _stored(file, left)
            elif entry.compress_type == zipfile.ZIP_DEFLATED:
                yield from _deflated(file, left)
            else:
                raise UnreadableWorkbook("damaged")

    def _seek_data(self, file: IO[bytes], entry: zipfile.ZipInfo) -> int:
        if entry.header_offset < 0:
            raise UnreadableWorkbook("damaged")
        file.seek(entry.header_offset)
        header = file.read(ENTRY_HEADER_LENGTH)
        if len(header) < ENTRY_HEADER_LENGTH or header[:4] != b"PK\x03\x04":
            raise UnreadableWorkbook("damaged")
        file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
        return entry.compress_size

    def small_part(self, name: str) -> bytes:
        """A part of the book's skeleton, whole; b"" when it is not there."""
        if name not in self.entries:
            return b""
        whole = b""
        for piece in self.inflate(name):
            whole += piece
            if len(whole) > SMALL_PART:
                raise UnreadableWorkbook("zip_bomb")
        return whole


def _stored(file: IO[bytes], left: int) -> Iterator[bytes]:
    while left:
        piece = file.read(min(PIECE, left))
        if not piece:
            raise UnreadableWorkbook("damaged")
        left -= len(piece)
        yield piece


def _deflated(file: IO[bytes], left: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(-15)
    try:
        while not inflater.eof:
            data = inflater.unconsumed_tail or file.read(min(READ, left))
            if not inflater.unconsumed_tail:
                left -= len(data)
            if not data:
                raise UnreadableWorkbook("damaged")
            yield inflater.decompress(data, PIECE)
    except zlib.error as error:
        raise UnreadableWorkbook("damaged") from error


def vet(path: Path, limits: Limits) -> Vetted:
    """Look through the whole container and say what its worksheets told.

    Raises UnreadableWorkbook for anything but a sound xlsx of bearable size.
    """
    container = Container(path, limits)
    _require_xlsx(container)
    if sum(entry.file_size for entry in container.entries.values()) > limits.inflated_bytes:
        raise UnreadableWorkbook("zip_bomb")
    scans = _scan_all(container)
    _require_small_text(container, scans)
    for name, scan in scans.items():
        if scan.far:
            _require_small_box(container, name)
    vetted = Vetted(parts=_parts_by_tab(container))
    vetted.scans = {tab: scans[part] for tab, part in vetted.parts.items() if part in scans}
    for name in set(scans) - set(vetted.parts.values()):
        vetted.scans[f"\0{name}"] = scans[name]
    return vetted


def _require_xlsx(container: Container) -> None:
    if "xl/workbook.xml" in container.entries:
        return
    if "EncryptedPackage" in container.entries:
        raise UnreadableWorkbook("password")
    for entry, code in KINDS_BY_ENTRY:
        if entry in container.entries:
            raise UnreadableWorkbook(code)
    raise UnreadableWorkbook("archive")


def _scan_all(container: Container) -> dict[str, SheetScan]:
    """Inflate every entry once under one budget; scan those that are worksheets."""
    budget = _Budget(container.limits)
    scans: dict[str, SheetScan] = {}
    for name, entry in container.entries.items():
        budget.deflated += entry.compress_size
        for number, block in enumerate(whole_tags(budget.spend(container.inflate(name)))):
            if number == 0 and _opens_worksheet(name, block):
                scans[name] = SheetScan()
            if name in scans:
                scans[name].feed(block)
    return scans


@dataclass
class _Budget:
    """Bytes inflated so far against bytes read for them."""

    limits: Limits
    inflated: int = 0
    deflated: int = 0

    def spend(self, pieces: Iterator[bytes]) -> Iterator[bytes]:
        most = self.limits.inflated_bytes
        for piece in pieces:
            self.inflated += len(piece)
            if self.inflated > min(most, max(self.limits.ratio_free_bytes, self.limits.ratio * self.deflated)):
                raise UnreadableWorkbook("zip_bomb")
            yield piece


def _opens_worksheet(name: str, block: bytes) -> bool:
    head = block[:4096]
    if head[:2] in {b"\xff\xfe", b"\xfe\xff"} and name.endswith((".xml", ".rels")):
        raise UnreadableWorkbook("damaged")
    if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
        raise UnreadableWorkbook("damaged")
    return b"<worksheet" in head or b":worksheet" in head


def _require_small_box(container: Container, name: str) -> None:
    most = max(container.limits.box_cells, NEAR_BOX[0] * NEAR_BOX[1])
    rows, columns, placed = box_of_all(whole_tags(container.inflate(name)))
    if rows * columns > most and placed:
        rows, columns = box_of_filled(whole_tags(container.inflate(name)))
    if rows * columns > most:
        raise UnreadableWorkbook("too_large")


def _require_small_text(container: Container, scans: dict[str, SheetScan]) -> None:
    """Refuse a long text named by a million cells: it stands once in the file, but is copied into each of them."""
    strings = next((name for name in container.entries if name.lower().endswith("sharedstrings.xml")), None)
    if strings is None:
        return
    lengths = text_lengths(whole_tags(container.inflate(strings)))
    cells = sum(scan.shared_cells for scan in scans.values())
    if max(lengths, default=0) * cells <= container.limits.inflated_bytes:
        return
    copied = sum(copied_bytes(whole_tags(container.inflate(name)), lengths) for name in scans)
    if copied > container.limits.inflated_bytes:
        raise UnreadableWorkbook("zip_bomb")


def _parts_by_tab(container: Container) -> dict[str, str]:
    """Entry name of each tab's worksheet, as the workbook's relations tell it."""
    try:
        book = ET.fromstring(container.small_part("xl/workbook.xml"))  # noqa: S314 - vetted: no DOCTYPE, 8 MB at most
        relations = ET.fromstring(container.small_part("xl/_rels/workbook.xml.rels"))  # noqa: S314
    except (ET.ParseError, LookupError, ValueError):
        return {}
    targets = {
        relation.get("Id", ""): posixpath.normpath(posixpath.join("/xl", relation.get("Target", ""))).lstrip("/")
        for relation in relations.iter(RELATION)
    }
    parts = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            key = next((value for attribute, value in sheet.items() if attribute.endswith("}id")), "")
            parts[sheet.get("name", "")] = targets.get(key, "")
    return parts
