"""Pinyin of people's names: a key to sort by and initials to search by, with surnames read as surnames."""

import re
from typing import Final

# Surnames whose reading is not the character's usual one: character, syllable, tone.
_SURNAMES: Final = """
单shan4 仇qiu2 查zha1 曾zeng1 解xie4 区ou1 盖ge3 朴piao2 任ren2 华hua4 翟zhai2
乐yue4 种chong2 员yun4 贠yun4 缪miao4 洗xian3 折she2 黑he4 秘bi4 燕yan1 繁po2
召shao4 祭zhai4 覃qin2 隗wei3 葛ge3 都du1 卜bu3 甯ning4 令ling2 那na1 哈ha3
过guo1 纪ji3 薄bo2 郇xun2 句gou1 佴nai4 撒sa3 相xiang4 藏zang4 阚kan4 蔚yu4
於yu1 粘nian2 占zhan1 乜nie4 角jue2 干gan1 少shao4 重chong2 合ge3 库she4 适kuo4
蕃pi2 便pian2 么yao1 长chang2 还huan2 尉wei4 冼xian3 车che1 宓mi4 谌chen2 牟mou2
宁ning2
"""
_DOUBLE_SURNAMES: Final = """
尉迟yu4chi2 长孙zhang3sun1 万俟mo4qi2 澹台tan2tai2 令狐ling2hu2 鲜于xian1yu2 子车zi3ju1 乐正yue4zheng4 拓跋tuo4ba2
拓拔tuo4ba2 夹谷jia2gu3 宰父zai3fu3 段干duan4gan1 皇甫huang2fu3 诸葛zhu1ge3 欧阳ou1yang2 钟离zhong1li2 亓官qi2guan1
"""
# Readings usual in given names where the dictionary's first reading is another.
_IN_GIVEN_NAMES: Final = "子zi3 长chang2 晟sheng4 曾zeng1 参shen1 卜bu3 还huan2 员yuan2 都du1"

NAME_DOT: Final = "·"
"""The dot between the parts of a name, as it is kept."""

_ENTRY: Final = re.compile(r"([^\sa-z0-9]+)((?:[a-z]+[1-5])+)")
_SYLLABLE: Final = re.compile(r"[a-z]+[1-5]")
_HANZI: Final = re.compile(r"[\u3007\u3400-\u9fff\U00020000-\U000323af]")


def sort_key(name: str) -> str:
    """Make the key by which names sort as in a Chinese dictionary under plain code-point order.

    Each character gives syllable, tone and itself: 张伟 → ``zhang1张 wei3伟``, so that people of one surname stay
    together. Polyphonic surnames are read as surnames (单 Shàn, 尉迟 Yùchí); other letters sort as themselves. The dot
    of a name does not count: 买买提·艾力 stands, and is found, where 买买提艾力 does.
    """
    name = name.replace(NAME_DOT, "")
    surname = _DOUBLES.get(name[:2]) or _SINGLES.get(name[:1])
    if surname is None:
        return " ".join(map(_KEYS.__getitem__, name))
    return " ".join([*surname, *map(_KEYS.__getitem__, name[len(surname) :])])


def initials(name: str) -> str:
    """Make the small initials one types to find a name: 张国强 → ``zgq``; dots and blanks do not count."""
    return key_initials(sort_key(name))


def key_initials(key: str) -> str:
    """Take the initials out of a sort key, where that is at hand."""
    return "".join([part[0] for part in key.split() if part[0].isalnum()])


class _Keys(dict[str, str]):
    """Sort keys of single characters, each worked out when first met: pypinyin is slow to load and to ask."""

    def __missing__(self, char: str) -> str:
        self[char] = key = _reading(char) + char if _HANZI.match(char) else char.lower().strip()
        return key


def _reading(char: str) -> str:
    from pypinyin import Style, lazy_pinyin  # noqa: PLC0415 - loading takes 0.2 s and many processes never sort

    reading = lazy_pinyin(char, style=Style.TONE3, neutral_tone_with_five=True)[0]
    return reading if _SYLLABLE.fullmatch(reading) else ""


def _read(table: str) -> dict[str, tuple[str, ...]]:
    """Read a table above: characters → the sort key of each."""
    found: dict[str, tuple[str, ...]] = {}
    for chars, readings in _ENTRY.findall(table):
        keys = zip(_SYLLABLE.findall(readings), chars, strict=True)
        found[chars] = tuple(reading + char for reading, char in keys)
    return found


_SINGLES: Final = _read(_SURNAMES)
_DOUBLES: Final = _read(_DOUBLE_SURNAMES)
_KEYS: Final = _Keys({char: keys[0] for char, keys in _read(_IN_GIVEN_NAMES).items()})
