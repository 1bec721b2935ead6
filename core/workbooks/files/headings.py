"""Find the heading row of a sheet by its names: below titles, over two rows, in the spellings offices use."""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.workbooks.files.opening import MergedRange

SEARCHED_ROWS = 30
FEWEST_COLUMNS = 2
ERROR_HEADING = "错误原因"
NOT_STORED = frozenset({"序号", "出生日期", "年龄", ERROR_HEADING})
FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff"))
MARKS_AT_END = re.compile(r"(?:[*★]|\((?:必填项?|必须填写|选填|可不填|\d+位(?:数字?|号码)?|文本格式?|下拉选择)\))+$")
"""What offices write behind a heading to say how it is filled in: 姓名(必填), 身份证号码(18位)*."""
FOLDED = FULL_WIDTH | INVISIBLE | {ord("〔"): "(", ord("〕"): ")", ord("【"): "(", ord("】"): ")"}


def normalise_heading(text: str) -> str:
    """A heading as it is compared: half-width, without blanks, line breaks, the star of required columns and (必填)."""
    return MARKS_AT_END.sub("", "".join(text.translate(FOLDED).split())).lstrip("*★")


def heading_table(columns: Iterable[str], aliases: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Normalised heading → column. A column's own name always beats an alias of another (formats.md §1.2)."""
    table = {normalise_heading(column): column for column in columns}
    for column, spellings in aliases.items():
        for spelling in spellings:
            table.setdefault(normalise_heading(spelling), column)
    return table


@dataclass(frozen=True, kw_only=True)
class SheetShape:
    """What a reader looks for in a sheet.

    `columns`: the wanted columns, in the order their cells are handed out. `lookup`: normalised heading → column or
    None. A heading row names at least `minimum` columns, one of `keys` among them. `merged_down`: columns whose merged
    cells count for all rows. `id_column`: a row with an ID number here is never taken for a footer. `claim`: gets a
    heading cell nobody knows (a date, say) and returns what it means, or None; claimed columns follow the others in
    each row.
    """

    columns: tuple[str, ...]
    lookup: Callable[[str], str | None]
    keys: frozenset[str]
    minimum: int = 2
    merged_down: frozenset[str] = frozenset()
    id_column: str = "身份证号码"
    not_stored: frozenset[str] = NOT_STORED
    claim: Callable[[Any], Any] | None = None

    def __post_init__(self) -> None:
        if len(self.columns) < FEWEST_COLUMNS or not self.keys:
            raise ValueError("a sheet needs two columns and a key among them")


@dataclass(frozen=True)
class Claimed:
    """A column whose heading the caller claimed: place in the row list, heading cell as written, what it means."""

    index: int
    heading: Any
    meaning: Any


@dataclass
class Headings:
    """Where the headings stand. Rows count from 1 as in Excel; indexes are places in the tab's row lists."""

    first_row: int
    last_row: int
    places: dict[str, int] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    not_stored: dict[str, int] = field(default_factory=dict)
    claimed: list[Claimed] = field(default_factory=list)
    unknown: dict[int, str] = field(default_factory=dict)
    own: set[str] = field(default_factory=set)

    def take(self, index: int, cell: object, group: str, shape: SheetShape) -> None:
        """Give one heading cell its meaning. A column's own name beats its aliases; of equals the first counts."""
        text = heading_text(cell)
        key = normalise_heading(text)
        if not key:
            return
        column = (shape.lookup(normalise_heading(group) + key) if group else None) or shape.lookup(key)
        if column is None:
            self._take_other(index, cell, text, key, shape)
            return
        is_own = key == normalise_heading(column)
        if column in self.places:
            if not is_own or column in self.own:
                self.unknown[index] = text
                return
            self.unknown[self.places[column]] = self.texts[column]
        self.places[column], self.texts[column] = index, text
        if is_own:
            self.own.add(column)

    def _take_other(self, index: int, cell: object, text: str, key: str, shape: SheetShape) -> None:
        meaning = shape.claim(cell) if shape.claim else None
        if key in shape.not_stored:
            self.not_stored.setdefault(key, index)
        elif meaning is not None:
            self.claimed.append(Claimed(index, cell, meaning))
        else:
            self.unknown[index] = text

    def counts(self, shape: SheetShape) -> bool:
        """Whether this may be the heading row at all."""
        return len(self.places) >= shape.minimum and not shape.keys.isdisjoint(self.places)


def heading_text(cell: object) -> str:
    """A heading cell as it is shown to people: one line."""
    if isinstance(cell, str):
        return "".join(cell.splitlines()).strip()
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        cell = cell.date()
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return "" if cell is None else str(cell)


def find_headings(
    rows: Sequence[Sequence[Any]], merged: Sequence[MergedRange], left: int, shape: SheetShape
) -> Headings | None:
    """The row, or pair of rows, among the first ones of a tab that names most columns; None where none does."""
    best = None
    groups = _group_places(merged, left)
    singles = [_single(number, row, shape) for number, row in enumerate(rows[:SEARCHED_ROWS], 1)]
    for place, single in enumerate(singles):
        candidates = [single]
        if place + 1 < len(singles):
            upper, lower = _merged_from_above(rows, place, merged, left), rows[place + 1]
            pair = _pair(place + 1, upper, lower, groups if merged else None, shape)
            if len(pair.places) > max(len(single.places), len(singles[place + 1].places)):
                candidates.append(pair)
        for found in candidates:
            if found.counts(shape) and (best is None or len(found.places) > len(best.places)):
                best = found
    return best


def _single(number: int, row: Sequence[Any], shape: SheetShape) -> Headings:
    found = Headings(number, number)
    for index, cell in enumerate(row):
        found.take(index, cell, "", shape)
    return found


def _pair(
    number: int,
    upper: Sequence[Any],
    lower: Sequence[Any],
    groups: dict[tuple[int, int], int] | None,
    shape: SheetShape,
) -> Headings:
    """Two heading rows as one: the lower cell counts, with the group above it as context; else the upper one."""
    found = Headings(number, number + 1)
    last_group = ""
    for index in range(max(len(upper), len(lower))):
        above = heading_text(upper[index]) if index < len(upper) else ""
        below = lower[index] if index < len(lower) else ""
        if groups is not None and not above and (number - 1, index) in groups:
            above = heading_text(upper[groups[number - 1, index]])
        last_group = above or (last_group if groups is None else "")
        if heading_text(below):
            found.take(index, below, last_group, shape)
        elif index < len(upper):
            found.take(index, upper[index], "", shape)
    return found


def _merged_from_above(
    rows: Sequence[Sequence[Any]], place: int, merged: Sequence[MergedRange], left: int
) -> Sequence[Any]:
    """A row of headings with what is merged down into it from rows above: headings over three rows."""
    seen = rows[place]
    for (top, first), (bottom, last) in merged:
        if top < place <= bottom and left <= first == last < left + len(seen) and seen[first - left] in (None, ""):
            seen = [*seen[: first - left], rows[top][first - left], *seen[first - left + 1 :]]
    return seen


def _group_places(merged: Sequence[MergedRange], left: int) -> dict[tuple[int, int], int]:
    """(row, index) covered by a heading merged across columns → index of the cell that holds its text."""
    places = {}
    for (top, first), (_, last) in merged:
        if top < SEARCHED_ROWS and last > first >= left:
            for column in range(first + 1, min(last, first + 200) + 1):
                places[top, column - left] = first - left
    return places
