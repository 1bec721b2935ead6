"""The order in which a surveyor walks through a village: group, then door."""

import re
from collections.abc import Iterable
from typing import Final

GROUP: Final = 100_000
"""Places between the beginnings of two groups."""
UNNUMBERED: Final = 50_000
"""Where those doors of a group begin that have no number: in the order of the roster."""
LAST_GROUP: Final = 9_999

_DIGITS: Final = re.compile(r"\d{1,4}")
_CHINESE: Final = re.compile(r"([二三四五六七八九]?)(十?)([一二三四五六七八九]?)")
_ONES: Final = {digit: number for number, digit in enumerate("一二三四五六七八九", 1)}


def group_number(name: str) -> int | None:
    """The number in the name of a group: 3组, 第3村民组, 十二组; None where there is none."""
    if found := _DIGITS.search(name):
        return int(found[0])
    for tens, ten, ones in (match.groups() for match in _CHINESE.finditer(name) if match[0]):
        if not ten and tens:
            return _ONES[tens]
        return (_ONES.get(tens, 1) * 10 if ten else 0) + _ONES.get(ones, 0)
    return None


def group_places(names: Iterable[str]) -> dict[str, int]:
    """Where each group begins: by number, then those with a name alone by that name, last those without any."""
    known = {name: group_number(name) for name in set(names)}
    named = sorted(name for name, number in known.items() if number is None and name)
    highest = max((number for number in known.values() if number is not None), default=0)
    places = {name: number for name, number in known.items() if number is not None}
    places |= {name: highest + place for place, name in enumerate(named, 1)}
    return {name: min(places.get(name, LAST_GROUP), LAST_GROUP) * GROUP for name in known}


def door_place(group: int, door: str, otherwise: int) -> int:
    """The place of a door in its group, which begins at ``group``: its number, else ``otherwise`` it has."""
    found = _DIGITS.match(door.strip())
    return group + int(found[0]) if found else otherwise
