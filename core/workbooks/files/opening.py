"""Open whatever an office sends as a table. Content decides what a file is, never its extension.

A book is vetted before a reader touches it (``zipped``, ``compound``, ``delimited``), so that memory stays bounded whatever
the file claims. Tabs are then loaded one at a time; nothing is kept of a tab once the next is opened.
"""

import datetime
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from openpyxl import load_workbook
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from core.workbooks.files import compound, zipped
from core.workbooks.files.delimited import DelimitedText
from core.workbooks.files.refusals import DEFAULT_LIMITS, Limits, UnreadableWorkbook

Cell = str | int | float | bool | datetime.date | datetime.datetime | datetime.time | datetime.timedelta | None
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
    """One sheet's cells. `rows()` yields Excel's row 1 first; the first cell of each list stands in column `left` (0-based).

    `merged` ranges and hidden row/column numbers are 0-based and absolute; `height` and `width` are counted from A1.
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
    """An opened file: `format` is xlsx, xls or csv; `stem` the sender's file name without its extension."""

    format: str
    stem: str

    @property
    @abstractmethod
    def names(self) -> list[str]:
        """Tab names in the book's order; a text file's only tab is its stem."""

    @abstractmethod
    def tab(self, name: str) -> Tab:
        """Load one tab; raises UnreadableWorkbook where the file does not hold together."""

    def close(self) -> None:
        """Give the file back."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
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
    return XlsxBook(path, stem, vetted)


def _open_xls(path: Path, stem: str, limits: Limits) -> Book:
    sheets = compound.vet_old_book(path, limits)
    if not any(sheet.rows for sheet in sheets):
        raise UnreadableWorkbook("empty")
    return OldBook(path, stem, sheets)


def _guarded[T](act: Callable[[], T]) -> T:
    return act()


def _load(path: Path) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_path(str(path))
    except PasswordError as error:
        raise UnreadableWorkbook("password") from error


class _NativeBook(Book):
    """A book that calamine reads."""

    def __init__(self, path: Path, stem: str) -> None:
        self.path, self.stem = path, stem
        self._book = _load(path)
        kinds = {sheet.name: sheet for sheet in self._book.sheets_metadata}
        self._names = [name for name in self._book.sheet_names if kinds[name].typ == SheetTypeEnum.WorkSheet]
        self._visible = {name: kinds[name].visible == SheetVisibleEnum.Visible for name in self._names}

    @property
    def names(self) -> list[str]:
        return self._names

    def _native_tab(self, name: str, hidden_rows: Sequence[int], hidden_columns: Sequence[tuple[int, int]]) -> Tab:
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
            hidden_columns=sum(max(0, min(last, end[1]) - first + 1) for first, last in hidden_columns),
            visible=self._visible[name],
        )

    def close(self) -> None:
        self._book.close()
