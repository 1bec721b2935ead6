"""Why jobs ended and which are seasonal: what rows of 务工台账 say in words of their own, in a vocabulary one can ask by."""

import re
from collections.abc import Mapping, MutableMapping, Sequence
from typing import Any, Final

from django.db.models import Q

from employment.expressions import SEASONAL
from employment.models import DeclaredJob, Spell
from employment.spells import Source

OTHER: Final = "其他"
REASONS: Final[Mapping[str, str]] = {
    "合同到期": "合同(到|期满)|到期|期满|工期结束|完工|竣工",
    "季节结束": "季节|采摘完|农闲|采收结束|收完",
    "企业停工裁员": "停工|停产|裁员|辞退|倒闭|破产|关门|搬迁|效益|放假|订单|欠薪|拖欠",
    "工资待遇": "工资|待遇|收入|太累|加班|劳动强度|条件差",
    "身体原因": "身体|生病|患病|疾病|治病|住院|工伤|受伤|怀孕|生育|产假",
    "家庭原因": "家庭|家里|家中|照顾|老人|小孩|孩子|子女|上学|结婚|丧事|建房|农忙",
    "节假日返乡": "过年|春节|节前|节后|返乡过节|探亲|节假",
    "回乡创业就业": "创业|就近|就地|本地就业|回乡发展|务农|种植|养殖",
}
"""Word → regular expression, asked in this order: the first that fits is the row's."""

_SEASONAL: Final = re.compile(SEASONAL)
_REASONS: Final = {word: re.compile(pattern) for word, pattern in REASONS.items()}


def reason_of(text: str) -> str:
    """The word of the vocabulary for what a row says, ``OTHER`` for anything else, "" for nothing."""
    if not text.strip():
        return ""
    return next((word for word, pattern in _REASONS.items() if pattern.search(text)), OTHER)


def reason_q(word: str) -> Q:
    """Condition on rows of 务工台账: their 返回原因 is of that word."""
    before = list(REASONS) if word == OTHER else list(REASONS)[: list(REASONS).index(word)]
    told = Q(end_reason__gt="")  # in the words of the index of rows that say a reason
    wanted = told & Q(end_reason__regex=r"\S") if word == OTHER else told & Q(end_reason__regex=REASONS[word])
    for earlier in before:
        wanted &= ~Q(end_reason__regex=REASONS[earlier])
    return wanted


def seasonal_q() -> Q:
    """Condition on rows of 务工台账: the work lasts a season, by the post or by why it ended."""
    return Q(job_title__regex=SEASONAL) | Q(end_reason__regex=SEASONAL)


def declared_so(condition: Q) -> Q:
    """Condition on spells: the row of 务工台账 they began with is so.

    The rows are found once, by an index of their own, and not asked for each spell on the way to the few that are wanted.
    """
    return Q(origin_kind=Source.DECLARED.value, origin_id__in=DeclaredJob.objects.filter(condition).values("pk"))


def seasonal_spells_q() -> Q:
    """Condition on spells: seasonal by their post, or by the row they began with."""
    by_post = Spell.objects.filter(job_title__regex=SEASONAL)
    return Q(pk__in=by_post.values("pk")) | declared_so(seasonal_q())


def ended_for_q(word: str) -> Q:
    """Condition on spells: the row they began with says that reason, and its end is theirs."""
    return Q(end_on__isnull=False) & declared_so(reason_q(word))


def tell_endings(rows: Sequence[MutableMapping[str, Any]]) -> None:
    """Give rows of spells (with ``origin_kind origin_id job_title end_on``) ``said`` and ``seasonal``. One query."""
    ids = {row["origin_id"] for row in rows if row["origin_kind"] == Source.DECLARED.value}
    texts = dict(DeclaredJob.objects.filter(pk__in=ids).values_list("pk", "end_reason"))
    for row in rows:
        text = texts.get(row["origin_id"], "") if row["origin_kind"] == Source.DECLARED.value else ""
        row["said"] = text if row["end_on"] else ""
        row["seasonal"] = is_seasonal(row["job_title"], text)


def is_seasonal(job_title: str, end_reason: str) -> bool:
    """Whether post or reason say that the work lasts a season."""
    return bool(_SEASONAL.search(job_title) or _SEASONAL.search(end_reason))
