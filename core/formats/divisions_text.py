"""Names of divisions as people write them, matched to official names in tiers (formats.md §1)."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple, TypeVar

from core.formats.text import Cell, compact

NATIONALITIES: Final = (
    *(
        "汉",
        "蒙古",
        "回",
        "藏",
        "维吾尔",
        "苗",
        "彝",
        "壮",
        "布依",
        "朝鲜",
        "满",
        "侗",
        "瑶",
        "白",
        "土家",
        "哈尼",
        "哈萨克",
    ),
    *(
        "傣",
        "黎",
        "傈僳",
        "佤",
        "畲",
        "高山",
        "拉祜",
        "水",
        "东乡",
        "纳西",
        "景颇",
        "柯尔克孜",
        "土",
        "达斡尔",
        "仫佬",
        "羌",
    ),
    *(
        "布朗",
        "撒拉",
        "毛南",
        "仡佬",
        "锡伯",
        "阿昌",
        "普米",
        "塔吉克",
        "怒",
        "乌孜别克",
        "俄罗斯",
        "鄂温克",
        "德昂",
        "保安",
    ),
    *("裕固", "京", "塔塔尔", "独龙", "鄂伦春", "赫哲", "门巴", "珞巴", "基诺"),
)
"""The 56 nationalities of China, without 族."""

# Kind of division → the suffixes that mean it. Suffixes of one kind are interchangeable.
_SUFFIXES: Final = {
    "村": ("村村民委员会", "村民委员会", "村村委会", "村委会", "村委", "村"),
    "社区": ("社区居民委员会", "社区居委会", "居民委员会", "居委会", "社区居委", "居委", "社区"),
    "乡": ("民族乡", "乡"),
    "镇": ("镇",),
    "街道": ("街道办事处", "街道办", "办事处", "街道"),
    "县": ("自治县", "县"),
    "区": ("区",),
    "旗": ("自治旗", "旗"),
    "特区": ("特区",),
    "市": ("市",),
    "州": ("自治州", "州"),
    "地区": ("地区",),
    "盟": ("盟",),
    "省": ("省",),
    "自治区": ("自治区",),
    "特别行政区": ("特别行政区",),
}
_LONGEST_FIRST: Final = sorted(
    ((suffix, kind) for kind, suffixes in _SUFFIXES.items() for suffix in suffixes),
    key=lambda pair: -len(pair[0]),
)
_ONLY_SUFFIX: Final = frozenset(suffix for suffix, _ in _LONGEST_FIRST) | {""}

_BY_LENGTH: Final = "|".join(sorted(NATIONALITIES, key=len, reverse=True))
_LONG_NAMES: Final = "|".join(name for name in NATIONALITIES if len(name) > 1)
_NATIONALITY_WORDS: Final = re.compile(rf"(?:{_BY_LENGTH})族|各族(?=自治)|(?<!内)(?:{_LONG_NAMES})(?=自治)")

_NATIONALITY: Final = re.compile(rf"({_BY_LENGTH})族")

_REMEMBERED: Final = 50_000
_SHORTEST_NAME: Final = 2
_LONGER_WRITTEN: Final = 8
"""By how many characters a name may be written longer than officially: 村民委员会 for 村, nationality words."""


Key = TypeVar("Key")


class NameParts(NamedTuple):
    """A division name taken apart: its kind ("" without a suffix), its stem, and the name without nationality words.

    ``other_stems`` are what a shorter suffix of the same kind leaves: 新村村委会 is 新 or 新村.
    """

    kind: str
    stem: str
    plain: str
    other_stems: tuple[str, ...]


def without_nationalities(name: str) -> str:
    """Take the nationality words out of a division name: 古达苗族彝族乡 → 古达乡.

    Where nothing but a suffix would be left only 族 goes: 东乡族自治县 → 东乡自治县, as people write 东乡县.
    """
    plain = _NATIONALITY_WORDS.sub("", name)
    return plain if plain not in _ONLY_SUFFIX else _NATIONALITY.sub(r"\1", name)


def name_parts(name: str) -> NameParts:
    """Take a division name apart into kind, stem and the alternatives (see ``NameParts``)."""
    plain = without_nationalities(name)
    found = [(suffix, kind) for suffix, kind in _LONGEST_FIRST if plain.endswith(suffix) and plain != suffix]
    if not found:
        return NameParts("", plain, plain, ())
    longest, kind = found[0]
    others = tuple(plain.removesuffix(suffix) for suffix, other in found[1:] if other == kind)
    return NameParts(kind, plain.removesuffix(longest), plain, others)


class NameIndex:
    """Finds divisions of one parent by the names people write.

    The first tier with a match decides: the official name; the same kind of suffix and stem (村 = 村委会 = 村民委员会,
    社区 = 居委会 = 居民委员会, 街道 = 办事处, 自治县 = 县), without nationality words; the bare stem. More
    than one code in it means that the name is ambiguous.
    """

    def __init__(self, names: Iterable[tuple[str, str]]) -> None:
        """Build the index from (code, official name)."""
        self._codes: set[str] = set()
        exact: dict[str, set[str]] = defaultdict(set)
        kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
        other_kinds: dict[tuple[str, str], set[str]] = defaultdict(set)
        stems: dict[str, set[str]] = defaultdict(set)
        for code, name in names:
            written = _written(name) or ""
            parts = name_parts(written)
            self._codes.add(code)
            exact[written].add(code)
            kinds[parts.kind, parts.stem].add(code)
            stems[parts.stem].add(code)
            for stem in (parts.stem, *parts.other_stems):
                other_kinds[parts.kind, stem].add(code)
        self._longest = max(map(len, exact), default=0) + _LONGER_WRITTEN
        self._exact, self._stems = _settled(exact), _settled(stems)
        self._kinds, self._other_kinds = _settled(kinds), _settled(other_kinds)
        self._seen: dict[str, tuple[str, ...]] = {}

    def match(self, raw: Cell) -> tuple[str, ...]:
        """Give the codes the written name means, in order: none, one, or several when it is ambiguous.

        A code of the index is understood too.
        """
        found = self._seen.get(raw) if type(raw) is str else None
        if found is None:
            text = _written(raw)
            found = self._look_up(text) if text else ()
            if type(raw) is str and len(self._seen) < _REMEMBERED:
                self._seen[raw] = found
        return found

    def leading(self, text: str) -> Iterator[tuple[tuple[str, ...], str]]:
        """Give (codes, rest of the text) for every beginning of the text that is a name, the longest first.

        For paths written without separators: 广东广州番禺 begins with 广东, the rest is 广州番禺.
        """
        written = _written(text) or ""
        # No name is longer: a cell of thousands of characters must not cost the square of its length.
        for end in range(min(len(written), self._longest), _SHORTEST_NAME - 1, -1):
            codes = self._look_up(written[:end])
            if codes:
                yield codes, written[end:]

    def _look_up(self, text: str) -> tuple[str, ...]:
        if text in self._codes:
            return (text,)
        parts = name_parts(text)
        return (
            self._exact.get(text)
            or self._kinds.get((parts.kind, parts.stem))
            or self._by_other_stems(parts)
            or self._stems.get(parts.plain)
            or self._stems.get(parts.stem)
            or ()
        )

    def _by_other_stems(self, parts: NameParts) -> tuple[str, ...]:
        stems = (parts.stem, *parts.other_stems)
        return tuple(sorted({code for stem in stems for code in self._other_kinds.get((parts.kind, stem), ())}))


def _written(raw: Cell) -> str | None:
    text = compact(raw)
    return text.removesuffix("人民政府") if text else None


def _settled(found: Mapping[Key, set[str]]) -> dict[Key, tuple[str, ...]]:
    return {key: tuple(sorted(codes)) for key, codes in found.items()}
