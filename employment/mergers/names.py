"""What of an employer's name tells it from others."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

_BRACKETED: Final = re.compile(r"[()\[\]【】〔〕《》〈〉「」“”\"'·.,,。、\s_-]")
_FORM: Final = re.compile(r"(股份有限公司|有限责任公司|有限公司|责任公司|集团公司|公司|集团)$")
_KIND_OF_PLACE: Final = re.compile(
    r"(特别行政区|[壮回维吾尔族]*自治区|[一-龥]*族自治州|自治县|自治旗|省|市|地区|盟|州|县|区|旗)$"
)
SHORTEST: Final = 2
"""Signs that must be left: a name of nothing but its place and 有限公司 stays whole."""


def place_words(names: Iterable[str]) -> frozenset[str]:
    """Names of divisions as firms write them before their own: 广东省 and 广东, 广州市 and 广州."""
    found = set()
    for name in names:
        short = _KIND_OF_PLACE.sub("", name)
        found |= {name, short if len(short) >= SHORTEST else name}
    return frozenset(found)


def normal_name(name: str, places: frozenset[str]) -> str:
    """The name without brackets and signs, without 有限公司 and the like, without divisions of ``places`` before it.

    Full-width signs count as half-width ones. Two names of one firm become the same; the answer is for comparing only.
    """
    text = _BRACKETED.sub("", unicodedata.normalize("NFKC", name)).upper()
    while (shorter := _FORM.sub("", text)) != text and len(shorter) >= SHORTEST:
        text = shorter
    longest = max(map(len, places), default=0)
    begun = True
    while begun:
        begun = False
        for length in range(min(longest, len(text) - SHORTEST), SHORTEST - 1, -1):
            if text[:length] in places:
                text, begun = text[length:].lstrip("省市县区"), True
                break
    return text
