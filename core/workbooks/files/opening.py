"""Open whatever an office sends as a table. Content decides what a file is, never its extension.

A book is vetted before a reader touches it (``zipped``, ``compound``, ``delimited``), so that memory stays bounded
whatever the file claims. Tabs are then loaded one at a time; nothing is kept of a tab once the next is opened.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.workbooks.files import compound, zipped
from core.workbooks.files.delimited import DelimitedText
from core.workbooks.files.refusals import DEFAULT_LIMITS, Limits, UnreadableWorkbook
from core.workbooks.files.sheet_xml import SheetScan

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta | None
MergedRange = tuple[tuple[int, int], tuple[int, int]]
ERROR_VALUES = frozenset(
    {"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA", "#SPILL!", "#CALC!"}
    | {"#FIELD!", "#BLOCKED!", "#CONNECT!", "#BUSY!", "#UNKNOWN!", "#EXTERNAL!", "#PYTHON!", "#TIMEOUT!"}
)
MAGIC = (
    (b"%PDF", "pdf"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"{\\rtf", "word"),
)


@dataclass(frozen=True)
class Tab:
    """One sheet's cells. `rows()` yields Excel's row 1 first; the first cell of each list stands in column `left`.

    `left` and the corners of `merged` ranges are 0-based and absolute; `height` and `width` are counted from A1, and 0
    for text tables, which do not know before they are read.
    """

    name: str
    rows: Callable[[], Iterator[list[Any]]]
    left: int = 0
    height: int = 0
    width: int = 0
    merged: Sequence[MergedRange] = ()
    hidden_rows: int = 0
    hidden_columns: int = 0
    visible: bool = True


class Book(ABC):
    """An opened file: `format` is xlsx, xls or csv; `stem` the sender's file name without its extension.

    `names` are the tabs in the book's order; a text table's only tab is its stem.
    """

    format: str
    stem: str
    names: list[str]

    @abstractmethod
    def tab(self, name: str) -> Tab:
        """Load one tab; raises UnreadableWorkbook where the file does not hold together."""

    def close(self) -> None:  # noqa: B027 - most books hold nothing open
        """Give the file back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_workbook(path: str | Path, name: str = "", limits: Limits = DEFAULT_LIMITS) -> Book:
    """Open an .xlsx, .xls or text table. `name` is the sender's file name where the path is another.

    Raises UnreadableWorkbook with a code of ``refusals.SENTENCES`` and a Chinese sentence for everything else.
    """
    path = Path(path)
    stem = Path(name or path.name).stem
    size = path.stat().st_size
    if size == 0:
        raise UnreadableWorkbook("empty")
    if size > limits.file_bytes:
        raise UnreadableWorkbook("too_large")
    with path.open("rb") as file:
        head = file.read(2048)
    if head.startswith(b"PK"):
        return _open_xlsx(path, stem, limits)
    if head.startswith(compound.SIGNATURE):
        return _open_xls(path, stem, limits)
    _refuse_by_magic(head)
    text = DelimitedText(path, limits)
    if not text.filled():
        raise UnreadableWorkbook("empty")
    return TextBook(stem, text)


def _refuse_by_magic(head: bytes) -> None:
    for magic, code in MAGIC:
        if head.startswith(magic):
            raise UnreadableWorkbook(code)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<?xml", b"<html", b"<!doctype", b"<table", b"<meta", b"<head", b"<style", b"mime-version:")):
        raise UnreadableWorkbook("web_page" if b"html" in start or b"<table" in start else "other_format")


def _open_xlsx(path: Path, stem: str, limits: Limits) -> Book:
    vetted = zipped.vet(path, limits)
    if not vetted.filled:
        raise UnreadableWorkbook("empty")
    with _sound():
        try:
            return XlsxBook(path, stem, vetted)
        except (CalamineError, KeyError):
            return SlowBook(path, stem, vetted)


def _open_xls(path: Path, stem: str, limits: Limits) -> Book:
    sheets = compound.vet_old_book(path, limits)
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableWorkbook("empty")
    with _sound():
        return OldBook(path, stem, sheets)


@contextmanager
def _sound() -> Iterator[None]:
    """Whatever a reader stumbles over becomes one sentence; a panic of the native reader is no Exception."""
    try:
        yield
    except UnreadableWorkbook:
        raise
    except PasswordError as error:
        raise UnreadableWorkbook("password") from error
    except Exception as error:
        raise UnreadableWorkbook("damaged") from error
    except BaseException as error:
        if type(error).__name__ == "PanicException":
            raise UnreadableWorkbook("damaged") from error
        raise


class NativeBook(Book):
    """A book that calamine reads."""

    def __init__(self, path: Path, stem: str) -> None:
        self.path, self.stem = path, stem
        self._book = self._native(path)
        sheets = [sheet for sheet in self._book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
        self._visible = {sheet.name: sheet.visible == SheetVisibleEnum.Visible for sheet in sheets}
        self.names = list(self._visible)

    def _native(self, path: Path) -> CalamineWorkbook:
        """The native reader judges by the path's extension, so a file that is called otherwise is handed over open."""
        if path.suffix.lower() == f".{self.format}":
            return CalamineWorkbook.from_path(str(path))
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)

    def _load(self, name: str, hidden_rows: Sequence[int], hidden_columns: Sequence[tuple[int, int]]) -> Tab:
        sheet = self._book.get_sheet_by_name(name)
        start, end = sheet.start, sheet.end
        if start is None or end is None:
            return Tab(name=name, rows=lambda: iter(()), visible=self._visible[name])
        return Tab(
            name=name,
            rows=sheet.iter_rows,
            left=start[1],
            height=end[0] + 1,
            width=end[1] + 1,
            merged=sheet.merged_cell_ranges or (),
            hidden_rows=sum(1 for row in hidden_rows if row <= end[0]),
            hidden_columns=_within(hidden_columns, end[1]),
            visible=self._visible[name],
        )

    def close(self) -> None:
        """Drop the native reader's tables."""
        self._book.close()


def _within(ranges: Sequence[tuple[int, int]], last_column: int) -> int:
    """Hidden columns up to the last used one: people hide everything to the right of their table."""
    return sum(max(0, min(last, last_column) - first + 1) for first, last in ranges)


class XlsxBook(NativeBook):
    """An .xlsx book; a tab the native reader cannot make out is read by openpyxl instead."""

    format = "xlsx"

    def __init__(self, path: Path, stem: str, vetted: zipped.Vetted) -> None:
        self.vetted = vetted
        super().__init__(path, stem)

    def tab(self, name: str) -> Tab:
        """Load one tab by calamine, or stream it by openpyxl."""
        scan = self.vetted.scans.get(name) or SheetScan()
        with _sound():
            try:
                return self._load(name, [row - 1 for row in scan.hidden_rows], scan.hidden_columns)
            except CalamineError:
                return _slow_tab(self.path, name, scan, visible=self._visible[name])


class SlowBook(Book):
    """An .xlsx book the native reader cannot open at all."""

    format = "xlsx"

    def __init__(self, path: Path, stem: str, vetted: zipped.Vetted) -> None:
        self.path, self.stem, self.vetted = path, stem, vetted
        with path.open("rb") as file:
            sheets = load_workbook(file, read_only=True).worksheets
            self._visible = {sheet.title: sheet.sheet_state == "visible" for sheet in sheets}
        self.names = list(self._visible)

    def tab(self, name: str) -> Tab:
        """Stream one tab by openpyxl."""
        with _sound():
            return _slow_tab(self.path, name, self.vetted.scans.get(name) or SheetScan(), visible=self._visible[name])


def _slow_tab(path: Path, name: str, scan: SheetScan, *, visible: bool) -> Tab:
    """The same tab by openpyxl, streamed; the cells are gone through once beforehand to learn how far they reach."""
    height = width = 0
    for number, row in enumerate(_slow_rows(path, name), 1):
        filled = max((place for place, cell in enumerate(row, 1) if cell != ""), default=0)
        if filled:
            height, width = number, max(width, filled)
    return Tab(
        name=name,
        rows=lambda: ((row + [""] * width)[:width] for row in islice(_slow_rows(path, name), height)),
        height=height,
        width=width,
        merged=scan.merged,
        hidden_rows=sum(1 for row in scan.hidden_rows if row <= height),
        hidden_columns=_within(scan.hidden_columns, width - 1),
        visible=visible,
    )


def _slow_rows(path: Path, name: str) -> Iterator[list[Any]]:
    with path.open("rb") as file:
        sheet = load_workbook(file, read_only=True, data_only=True)[name]
        sheet.reset_dimensions()
        for row in sheet.iter_rows(values_only=True):
            yield ["" if cell is None or cell in ERROR_VALUES else cell for cell in row]


class OldBook(NativeBook):
    """An .xls book."""

    format = "xls"

    def __init__(self, path: Path, stem: str, sheets: Sequence[compound.OldSheet]) -> None:
        super().__init__(path, stem)
        self._scans = dict(zip(self._book.sheet_names, sheets, strict=False))

    def tab(self, name: str) -> Tab:
        """Take one tab; the native reader has loaded them all."""
        scan = self._scans.get(name) or compound.OldSheet()
        with _sound():
            return self._load(name, scan.hidden_rows, scan.hidden_columns)


class TextBook(Book):
    """A text table: one tab, named as the file."""

    format = "csv"

    def __init__(self, stem: str, text: DelimitedText) -> None:
        self.stem, self.names, self._text = stem, [stem], text

    def tab(self, name: str) -> Tab:
        """The file's records; each call of `rows` reads the file anew."""
        return Tab(name=name, rows=self._text.records)
