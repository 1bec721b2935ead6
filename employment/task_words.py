"""What a task says, in the language of the page: it is stored as a Chinese sentence made of known pieces."""

import re
from typing import Final

from django.utils.translation import get_language, gettext, gettext_noop

from core.web.words import spoken
from employment.tellers import teller_word

_TOLD: Final = (
    gettext_noop("%(day)s走访登记的就业状态为“%(status)s”"),
    gettext_noop("%(day)s登记的就业状态为“%(status)s”"),
    gettext_noop("登记的就业状态为“%(status)s”"),
    gettext_noop("%(day)s的就业状态由%(teller)s登记为“%(status)s”"),
    gettext_noop("就业状态由%(teller)s登记为“%(status)s”"),
)
_SENTENCES: Final = (
    gettext_noop("%(told)s，与%(day)s起的就业记录不符，请核实。"),
    gettext_noop("%(told)s，仍在“%(place)s”在岗，请核实是否虚报在岗。"),
    gettext_noop("在“%(place)s”在岗期间，另有%(day)s起的县外就业记录，请核实是否在岗。"),
    gettext_noop("同时在“%(other)s”和“%(place)s”在岗，公益性岗位不能一人双岗，请核实。"),
    gettext_noop("在“%(place)s”在岗，社保卡号与另一名公益性岗位在岗人员相同，请核实是否冒名顶替。"),
    gettext_noop("%(back)s返乡登记为不再外出，但%(day)s起的县外就业记录没有结束，返乡后也没有确认，请核实。"),
)
_VISITED: Final = (
    gettext_noop("%(day)s回访结果为%(outcome)s，但当日没有在岗的务工记录（当前单位：%(place)s）"),
    gettext_noop("%(day)s回访结果为%(outcome)s，但当日没有在岗的务工记录"),
    gettext_noop("%(day)s回访结果为%(outcome)s，但务工台账写明返回时间为%(back)s"),
)
_DISPLACED: Final = (
    gettext_noop("%(day)s到岗的地点和单位与当时的务工台账不符，该记录写明返回时间为%(back)s"),
    gettext_noop("外出时间%(day)s的记录与外出时间%(back)s的记录重叠"),
    gettext_noop("务工台账外出时间%(day)s的记录与其他记录不符（%(cause)s），未计入务工经历"),
    gettext_noop("务工台账外出时间%(day)s的记录与其他记录不符，未计入务工经历"),
    gettext_noop("%(day)s到岗的记录与其他记录不符（%(cause)s），未计入务工经历"),
    gettext_noop("%(day)s到岗的记录与其他记录不符，未计入务工经历"),
)
_CAUSES: Final = (gettext_noop("%(day)s起另有务工记录或到岗"), gettext_noop("%(day)s回访结果为%(outcome)s"))
_DAY: Final = r"\d{4}-\d\d-\d\d"
_PIECES: Final = {"day": _DAY, "back": _DAY}


def _pattern(sentence: str) -> re.Pattern[str]:
    text = re.escape(sentence)
    return re.compile(re.sub(r"%\\\((\w+)\\\)s", lambda at: f"(?P<{at[1]}>{_PIECES.get(at[1], '.+')})", text))


_PATTERNS: Final = [
    (sentence, _pattern(sentence)) for sentence in (*_SENTENCES, *_TOLD, *_VISITED, *_DISPLACED, *_CAUSES)
]


def task_said(reason: str) -> str:
    """A task's sentence in the language of the page; a sentence of other pieces as it is stored."""
    if (get_language() or "zh").startswith("zh"):
        return reason
    for sentence, pattern in _PATTERNS:
        if found := pattern.fullmatch(reason):
            return gettext(sentence) % {name: _piece(name, text) for name, text in found.groupdict().items()}
    return reason


def _piece(name: str, text: str) -> str:
    """Names of places and days are the same in any language."""
    readers = {"told": task_said, "cause": task_said, "status": spoken, "outcome": spoken, "teller": teller_word}
    return readers.get(name, str)(text)
