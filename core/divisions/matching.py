"""From names as people write them to stored divisions: villages of an area, places anywhere (formats.md §1)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from django.db import connection
from django.db.models import Q

from core.divisions.models import Division
from core.divisions.queries import PROVINCE_LEVEL_CITIES
from core.formats.divisions_text import NameIndex, name_parts
from core.formats.faults import CellFault
from core.formats.text import compact, shown

PROVINCE, PREFECTURE, COUNTY, TOWNSHIP, VILLAGE = 2, 4, 6, 9, 12

_GENERIC: Final = frozenset({"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"})
"""Names of the second level that stand for no place of their own."""

_OTHER_NAMES: Final = {"15": ("内蒙",)}
_NEW_AREA: Final = "新区"
_SEPARATORS: Final = re.compile(r"[\s,，、/／|>＞·_\-—–]+")
_GROUP: Final = re.compile(r"第?[0-9一二三四五六七八九十]+(?:村民)?(?:小)?组$")
_ROUND_CODE: Final = re.compile(r"([0-9]{2})0000|([0-9]{4})00")
_SHORTEST: Final = 2
_LISTED: Final = 5
_SIGNATURE: Final = (
    "SELECT count(*), coalesce(sum(hashtext(code || name || coalesce(effective_to::text, '') || successor)::bigint), 0)"
    " FROM divisions_division"
)


class _Row(NamedTuple):
    code: str
    name: str
    retired: bool
    successor: str


class Tree:
    """The divisions as they stood when it was built; villages come in, township by township, when first asked for."""

    def __init__(self, rows: Iterable[_Row]) -> None:
        """Take all divisions down to the township."""
        self._names: dict[str, str] = {}
        self._pools: dict[str, list[_Row]] = defaultdict(list)
        self._indexes: dict[str, NameIndex] = {}
        self._villages: dict[str, dict[str, str]] = {}
        for row in rows:
            if not row.retired:
                self._names[row.code] = row.name
            parents = (COUNTY,) if len(row.code) == TOWNSHIP else (0, PROVINCE, PREFECTURE)
            for length in parents:
                if length < len(row.code):
                    self._pools[row.code[:length]].append(row)

    def below(self, prefix: str) -> NameIndex:
        """Names below a division: down to counties below a prefecture or higher, else the next level."""
        if prefix not in self._indexes:
            rows = self._village_rows(prefix) if len(prefix) == TOWNSHIP else self._pools.get(prefix, [])
            self._indexes[prefix] = _index(rows)
        return self._indexes[prefix]

    def townships(self, area: str) -> NameIndex:
        """Names of the townships of an area, which is a division of any level."""
        key = f"{area}*"
        if key not in self._indexes:
            within = area[:TOWNSHIP]
            counties = [code for code in self._pools if len(code) == COUNTY and code.startswith(within[:COUNTY])]
            rows = [row for county in counties for row in self._pools[county] if row.code.startswith(within)]
            self._indexes[key] = _index(rows)
        return self._indexes[key]

    def unnamed(self, prefix: str, name: str) -> set[str]:
        """Codes below a division whose official name stands for no place of its own (省直辖县级行政区划)."""
        return {row.code for row in self._pools.get(prefix, []) if row.name == name} if name in _GENERIC else set()

    def knows(self, code: str) -> bool:
        """Whether the code is a division in force."""
        if len(code) == VILLAGE:
            return code in self._villages_of(code[:TOWNSHIP])
        return code in self._names

    def end_of_knowledge(self, prefix: str) -> str | None:
        """The county or township below which nothing is stored, so that what is written behind cannot be judged.

        It is the division itself, or the only county of a city that is called like the city (东莞市); else None.
        """
        if len(prefix) == TOWNSHIP:
            return None if self._villages_of(prefix) else prefix
        if len(prefix) == PREFECTURE:
            counties = {row.code: row.name for row in self._pools.get(prefix, []) if not row.retired}
            alike = len(counties) == 1 and self._names.get(prefix) in counties.values()
            return self.end_of_knowledge(next(iter(counties))) if alike else None
        return prefix if len(prefix) == VILLAGE or (len(prefix) == COUNTY and prefix not in self._pools) else None

    def path(self, code: str) -> str:
        """A division's name with those above it: 广东省广州市白云区."""
        names = [self._names.get(code[:length], "") for length in (2, 4, 6, 9) if length <= len(code)]
        if len(code) == VILLAGE:
            names.append(self._villages_of(code[:TOWNSHIP]).get(code, ""))
        return "".join(dict.fromkeys(name for name in names if name not in _GENERIC))

    def _villages_of(self, township: str) -> dict[str, str]:
        if township not in self._villages:
            self._village_rows(township)
        return self._villages[township]

    def _village_rows(self, township: str) -> list[_Row]:
        rows = _stored(Q(code__startswith=township, code__length=VILLAGE))
        self._villages[township] = {row.code: row.name for row in rows if not row.retired}
        return rows


def _index(rows: Iterable[_Row]) -> NameIndex:
    """Names in force, their usual short forms, and replaced names where nothing in force is called so."""
    rows = list(rows)
    living = {row.code: row.name for row in rows if not row.retired and row.name not in _GENERIC}
    pairs = list(living.items())
    for code, name in living.items():
        pairs += [(code, other) for other in _OTHER_NAMES.get(code, ())]
        if name.endswith(_NEW_AREA) and len(name) >= len(_NEW_AREA) + _SHORTEST:
            pairs.append((code, name.removesuffix(_NEW_AREA)))
    taken = set(living.values())
    pairs += [(row.successor, row.name) for row in rows if row.retired and row.successor and row.name not in taken]
    return NameIndex(pairs)


def _stored(condition: Q) -> list[_Row]:
    found = Division.objects.filter(condition).order_by("code").values_list("code", "name", "effective_to", "successor")
    return [_Row(code, name, ended is not None, successor) for code, name, ended, successor in found]


def division_tree() -> Tree:
    """The tree as stored now: kept in memory while no division changes, in this process or another."""
    with connection.cursor() as cursor:
        cursor.execute(_SIGNATURE)
        return _tree(*cursor.fetchone())


@lru_cache(maxsize=2)
def _tree(_count: int, _digest: int) -> Tree:
    return Tree(_stored(Q(code__length__lte=TOWNSHIP)))


def find_township(tree: Tree, text: str, area: str) -> str:
    """The township of ``area`` that ``text`` names; raises ``CellFault`` division_unknown or division_ambiguous."""
    codes = tree.townships(area).match(text) or _of_path(tree, text, area, TOWNSHIP)
    return _only(tree, codes, text, "乡镇（街道）")


def township_in_title(tree: Tree, title: str, area: str) -> str | None:
    """The township a sheet's title names (古达乡, 2025年古达乡花名册), None when it names none.

    Raises ``CellFault`` division_ambiguous when it names several.
    """
    written = compact(title) or ""
    index = tree.townships(area)
    best: tuple[int, tuple[str, ...]] = (0, ())
    for start in range(len(written)):
        for codes, rest in index.leading(written[start:]):
            length = len(written) - start - len(rest)
            best = max(best, (length, codes), key=lambda found: found[0])
            break
    return _only(tree, best[1], title, "乡镇（街道）") if best[1] else None


def find_village(tree: Tree, text: str, township: str) -> str:
    """The village of a township that ``text`` names; raises ``CellFault`` division_unknown or division_ambiguous.

    The township's name before it and a 组 behind it are passed over.
    """
    index = tree.below(township)
    written = compact(text) or ""
    short = _GROUP.sub("", written)
    codes = index.match(written) or index.match(short) or _of_path(tree, short, township[:COUNTY], VILLAGE)
    codes = tuple(code for code in codes if code.startswith(township))
    return _only(
        tree, codes, text, "村（社区）", f"在{tree.path(township).removeprefix(tree.path(township[:PREFECTURE]))}"
    )


def _of_path(tree: Tree, text: str, area: str, length: int) -> tuple[str, ...]:
    """Codes of one level that a path with names above it means (赫章县古达乡)."""
    written = _SEPARATORS.sub("", compact(text) or "")
    found = {
        code for root in {area[:COUNTY], area, ""} for code in _walk(tree, root, written).full if len(code) == length
    }
    return tuple(sorted(code for code in found if code.startswith(area)))


def find_place(tree: Tree, text: str, within: str = "") -> str:
    """The division a path names, with or without 省/市/区/县, or a code; raises ``CellFault`` division_unknown or _ambiguous.

    广东广州番禺, 东莞大朗镇, 440113. Streets and houses behind a county whose townships are not stored are passed over.
    A province-level city alone is its 市辖区 (formats.md §1).
    """
    written = _SEPARATORS.sub("", compact(text) or "")
    if written.isdecimal() and written.isascii():
        return _municipal(_of_code(tree, written, text))
    if within[:PROVINCE] in PROVINCE_LEVEL_CITIES and len(within) == PREFECTURE:
        within = within[:PROVINCE]
    walked = _walk(tree, within, written)
    codes = walked.full or walked.partial
    if not codes and within:
        above = _walk(tree, "", written)
        codes = {code for code in above.full or above.partial if code.startswith(within)} or tree.unnamed(
            within, written
        )
    return _municipal(_only(tree, tuple(sorted(codes)), text, "行政区划"))


class _Walked(NamedTuple):
    """Where a path may end: with every word understood, or with a rest behind a place below which nothing is stored."""

    full: set[str]
    partial: set[str]


def _walk(tree: Tree, prefix: str, text: str) -> _Walked:
    if not text:
        return _Walked({prefix} if prefix else set(), set())
    end = tree.end_of_knowledge(prefix)
    partial: set[str] = {end} if end else set()
    if prefix[:PROVINCE] in PROVINCE_LEVEL_CITIES and len(prefix) <= PREFECTURE:
        rest = _after_own_name(tree, prefix, text)
        if rest != text:
            return _walk(tree, prefix, rest)
    for codes, rest in tree.below(prefix).leading(text):
        chosen = _chosen(codes, text.removesuffix(rest))
        if not rest:
            return _Walked(set(chosen), set())
        walks = {code: _walk(tree, code, rest) for code in codes}
        full = set().union(*(walk.full for walk in walks.values()))
        if full:
            return _Walked(full, set())
        likely = {code for walk in walks.values() for code in walk.partial if code.startswith(chosen)}
        partial |= likely or set().union(*(walk.partial for walk in walks.values()))
    return _Walked(set(), partial)


def _after_own_name(tree: Tree, prefix: str, text: str) -> str:
    """What follows 上海市 or 市辖区 written once more below 上海."""
    name = tree.path(prefix[:PROVINCE])
    for own in (name, name.removesuffix("市"), "市辖区", "县"):
        if own and text.startswith(own):
            return text.removeprefix(own)
    return text


def _chosen(codes: tuple[str, ...], text: str) -> tuple[str, ...]:
    """Of divisions one inside the other the outer one; for a name without 市/区/县 the only one of the highest level."""
    outer = [code for code in codes if not any(code != other and code.startswith(other) for other in codes)]
    if name_parts(text).kind:
        return tuple(outer)
    highest = min(map(len, outer))
    top = [code for code in outer if len(code) == highest]
    return tuple(top) if len(top) == 1 else tuple(outer)


def _of_code(tree: Tree, code: str, raw: str) -> str:
    round_code = _ROUND_CODE.fullmatch(code)
    if round_code and not tree.knows(code):
        code = round_code[1] or round_code[2]
    for length in (VILLAGE, TOWNSHIP, COUNTY, PREFECTURE, PROVINCE):
        if len(code) == length and tree.knows(code):
            return code
        if len(code) > length >= COUNTY and tree.knows(code[:length]) and tree.end_of_knowledge(code[:length]):
            return code[:length]
    raise CellFault("division_unknown", f"没有“{shown(raw)}”这个行政区划代码，请核对")


def _municipal(code: str) -> str:
    return f"{code}01" if code in PROVINCE_LEVEL_CITIES else code


def _only(tree: Tree, codes: tuple[str, ...], raw: str, what: str, where: str = "") -> str:
    if len(codes) == 1:
        return codes[0]
    if not codes:
        raise CellFault("division_unknown", f"{where}找不到名为“{shown(raw)}”的{what}，请填写规范全称")
    listed = "、".join(f"{tree.path(code)}（{code}）" for code in codes[:_LISTED])
    more = "等" if len(codes) > _LISTED else ""
    raise CellFault("division_ambiguous", f"“{shown(raw)}”可以是{listed}{more}，请写明是哪一个")
