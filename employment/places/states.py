"""What may be decided on a workplace, from which state to which (domain.md §3.11): one table, asked by one gate.

A workplace is recognised (认定), looked at every year (年检) and stands until it is withdrawn (撤销). 限期整改 leaves it
standing and wants another look by a day; 停用 is a rest, from which it comes back by 恢复 or by passing its review.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _

from core.formats.values import WORKPLACE_STATE
from core.web.texts import Text

NORMAL, SUSPENDED, WITHDRAWN = WORKPLACE_STATE.codes


class Move(StrEnum):
    """A decision on a workplace."""

    PASSED = "passed"
    MEND = "mend"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a move leads where; ``review`` ones answer the yearly review, ``why`` ones must say why."""

    word: Text
    colour: str
    sources: frozenset[str]
    target: str | None
    review: bool = False
    why: bool = False
    dated: bool = False


RULES: Final[dict[Move, Rule]] = {
    Move.PASSED: Rule(_("年检合格"), "green", frozenset({NORMAL, SUSPENDED}), NORMAL, review=True),
    Move.MEND: Rule(_("限期整改"), "orange", frozenset({NORMAL, SUSPENDED}), None, review=True, why=True, dated=True),
    Move.SUSPENDED: Rule(_("停用"), "yellow", frozenset({NORMAL}), SUSPENDED, why=True),
    Move.RESUMED: Rule(_("恢复"), "blue", frozenset({SUSPENDED}), NORMAL),
    Move.WITHDRAWN: Rule(_("撤销"), "red", frozenset({NORMAL, SUSPENDED}), WITHDRAWN, review=True, why=True),
}
"""``target`` None leaves the state as it is; ``dated`` moves name the day by which something is to be done."""

REVIEWS: Final = tuple(move.value for move, rule in RULES.items() if rule.review)


def moves_from(state: str) -> list[Move]:
    """What may be decided on a workplace in that state."""
    return [move for move, rule in RULES.items() if state in rule.sources]
