"""Two registrations side by side: what both say, where they differ, which value a merge would take, what hangs on each."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from django.db import connection, models
from django.utils.translation import gettext

from core.pairs.moving import children_of
from core.web.details import Fact
from core.web.texts import Text

Side = Literal["first", "second"]
SIDES: Final[tuple[Side, Side]] = ("first", "second")
Counts = list[tuple[str, int, int]]
"""(what, how many rows of the one, of the other)."""


@dataclass(frozen=True)
class Line:
    """One line of the comparison. ``field`` names what may be chosen, "" for what is only shown."""

    label: Text
    first: Fact
    second: Fact
    differs: bool
    field: str = ""
    default: Side = "first"

    @property
    def asks(self) -> bool:
        """Whether somebody has to choose: both say something, and not the same."""
        return bool(self.field) and self.differs

    @property
    def says(self) -> bool:
        """Whether either says anything."""
        return bool(self.first.text or self.second.text)


def taken(lines: Iterable[Line], keep: Side, answers: dict[str, str]) -> set[str]:
    """The fields to take from the registration that goes: as answered, else as it would be."""
    return {line.field for line in lines if line.field and answers.get(line.field, line.default) != keep}


def counted(thing: type[models.Model], one: int, other: int) -> Counts:
    """How many rows of which kind name each of the two. One query."""
    tables = [child for child in children_of(thing) if not child.derived]
    parts = [
        f'SELECT {place}, count(*) FILTER (WHERE "{child.column}" = %(one)s), count(*) FILTER (WHERE "{child.column}" = %(other)s)'
        f' FROM {child.table} WHERE "{child.column}" IN (%(one)s, %(other)s)'
        for place, child in enumerate(tables)
    ]
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts) + " ORDER BY 1", {"one": one, "other": other})
        found = cursor.fetchall()
    return [(gettext(tables[place].label), first, second) for place, first, second in found if first or second]


def hanging_on(counts: Counts) -> tuple[int, int]:
    """How many rows name each of the two in all."""
    return sum(first for _what, first, _second in counts), sum(second for _what, _first, second in counts)
