"""Cells that hold one of a few words: yes or no, and tables of values with the other spellings offices use."""

from collections.abc import Iterator, Mapping
from typing import Final

from core.formats.faults import CellFault
from core.formats.text import Cell, compact, is_dash, shown, split_values

_REMEMBERED: Final = 4096
"""How many spellings a table remembers; a file with more different ones is slower, not wrong."""

_SHOWN_VALUES: Final = 12


class Choice:
    """A closed list of values of one column: what is stored (``code``), what is shown (``label``), other spellings.

    Most values are stored as the bureau's own word, then code and label are the same.
    """

    def __init__(
        self,
        title: str,
        labels: Mapping[str, str],
        aliases: Mapping[str, tuple[str, ...]] | None = None,
        *,
        nothing: tuple[str, ...] = (),
    ) -> None:
        """Declare a table: ``labels`` code → label; ``aliases`` code → spellings; ``nothing`` words meaning blank.

        Raises ``ValueError`` when one spelling would mean two codes, or an alias belongs to no code.
        """
        self.title = title
        self.labels = dict(labels)
        self._codes: dict[str, str | None] = {}
        for code, label in labels.items():
            self._learn(label, code)
        for code, spellings in (aliases or {}).items():
            if code not in self.labels:
                message = f"{title}: {code} is not a value"
                raise ValueError(message)
            for spelling in spellings:
                self._learn(spelling, code)
        for word in nothing:
            self._learn(word, None)
        self._seen: dict[Cell, str | None] = {}

    @classmethod
    def of_words(cls, title: str, *words: str, **others: tuple[str, ...]) -> "Choice":
        """Declare a table whose codes are the words themselves; ``others`` gives spellings by word."""
        return cls(title, {word: word for word in words}, others)

    @property
    def codes(self) -> tuple[str, ...]:
        """What may be stored, in the table's order."""
        return tuple(self.labels)

    @property
    def pairs(self) -> tuple[tuple[str, str], ...]:
        """Pairs (code, label) in the table's order, as form fields and drop-down lists want them."""
        return tuple(self.labels.items())

    def __contains__(self, code: object) -> bool:
        return code in self.labels

    def __iter__(self) -> Iterator[str]:
        return iter(self.labels)

    def label(self, code: str) -> str:
        """Give the word shown for a stored code; raises ``KeyError`` for a code that is not in the table."""
        return self.labels[code]

    def parse(self, raw: Cell) -> str | None:
        """Read one value: its code, None for a blank or crossed-out cell. Raises ``CellFault`` ``choice``."""
        if type(raw) is str and raw in self._seen:
            return self._seen[raw]
        code = self._read(raw)
        if type(raw) is str and len(self._seen) < _REMEMBERED:
            self._seen[raw] = code
        return code

    def parse_many(self, raw: Cell) -> tuple[str, ...]:
        """Read several values of one cell: their codes, each once, in the order written. Raises as ``parse``."""
        found = (self.parse(part) for part in split_values(raw))
        return tuple(dict.fromkeys(code for code in found if code is not None))

    def _learn(self, spelling: str, code: str | None) -> None:
        key = _key(spelling)
        if self._codes.setdefault(key, code) != code:
            message = f"{self.title}: {spelling} means two values"
            raise ValueError(message)

    def _read(self, raw: Cell) -> str | None:
        text = compact(raw)
        if text is None:
            return None
        key = _key(text)
        if key in self._codes:
            return self._codes[key]
        if is_dash(text):
            return None
        wanted = "、".join(list(self.labels.values())[:_SHOWN_VALUES])
        more = " 等" if len(self.labels) > _SHOWN_VALUES else ""
        raise CellFault("choice", f"{self.title}没有“{shown(raw)}”这一项，可填：{wanted}{more}")


class YesNo:
    """A yes/no column, with the words that mean yes and no in this column besides the common ones."""

    def __init__(self, title: str, *, yes: tuple[str, ...] = (), no: tuple[str, ...] = ()) -> None:
        """Declare the column; raises ``ValueError`` when a word would mean both."""
        self._table = Choice(title, {"yes": "是", "no": "否"}, {"yes": (*_YES, *yes), "no": (*_NO, *no)})

    def parse(self, raw: Cell) -> bool | None:
        """Read yes or no, None for a blank or crossed-out cell. Raises ``CellFault`` ``choice``."""
        if isinstance(raw, bool):
            return raw
        code = self._table.parse(raw)
        return None if code is None else code == "yes"


def _key(spelling: str) -> str:
    """Make spellings comparable: half-width, no blanks, no case."""
    return (compact(spelling) or "").casefold()


_YES: Final = ("√", "✓", "✔", "☑", "v", "有", "1", "y", "yes", "true", "t", "对", "已")
_NO: Final = ("×", "✗", "✘", "✕", "☒", "x", "无", "没有", "不是", "0", "n", "no", "false", "f", "错", "未", "没")

YES_NO: Final = YesNo("是否")
