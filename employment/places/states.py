"""What may be decided on a workplace, from which state to which (domain.md §3.11): one table, asked by one gate.

A workplace applies (申报), is inspected (现场核查), put on public notice (公示) and recognised (认定) or refused; then it is
looked at every year (年检) and stands until it is withdrawn (撤销). 限期整改 leaves it standing and wants another look by a
day; 停用 is a rest, from which it comes back by 恢复 or by passing its review.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.formats.values import WORKPLACE_STATE
from core.web.texts import Text
from employment.models.places import APPLYING

APPLIED, INSPECTED, NOTICED, REFUSED = APPLYING
NORMAL, SUSPENDED, WITHDRAWN = WORKPLACE_STATE.codes


class Move(StrEnum):
    """A decision on a workplace."""

    INSPECTED = "inspected"
    NOTICED = "noticed"
    RECOGNISED = "recognised"
    REFUSED = "refused"
    REAPPLIED = "reapplied"
    PASSED = "passed"
    MEND = "mend"
    SUSPENDED = "suspended"
    RESUMED = "resumed"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Rule:
    """From which states a move leads where; ``review`` ones answer the yearly review, ``why`` ones must say why.

    ``stamps`` is the day of the workplace that the move tells, ``asks`` what has to be said beside its day.
    """

    word: Text
    colour: str
    sources: frozenset[str]
    target: str | None
    review: bool = False
    why: bool = False
    stamps: str = ""
    asks: str = ""


_ON_THE_WAY: Final = frozenset({APPLIED, INSPECTED, NOTICED})

RULES: Final[dict[Move, Rule]] = {
    Move.INSPECTED: Rule(_("现场核查"), "blue", frozenset({APPLIED}), INSPECTED, stamps="inspected_on"),
    Move.NOTICED: Rule(_("公示"), "blue", frozenset({INSPECTED}), NOTICED, stamps="noticed_on", asks="noticed_until"),
    Move.RECOGNISED: Rule(
        _("认定"), "green", frozenset({INSPECTED, NOTICED}), NORMAL, stamps="recognised_on", asks="document"
    ),
    Move.REFUSED: Rule(_("不予认定"), "red", _ON_THE_WAY, REFUSED, why=True),
    Move.REAPPLIED: Rule(_("重新申报"), "blue", frozenset({REFUSED}), APPLIED, stamps="applied_on"),
    Move.PASSED: Rule(_("年检合格"), "green", frozenset({NORMAL, SUSPENDED}), NORMAL, review=True),
    Move.MEND: Rule(
        _("限期整改"), "orange", frozenset({NORMAL, SUSPENDED}), None, review=True, why=True, asks="mend_by"
    ),
    Move.SUSPENDED: Rule(pgettext_lazy("value", "停用"), "yellow", frozenset({NORMAL}), SUSPENDED, why=True),
    Move.RESUMED: Rule(_("恢复"), "blue", frozenset({SUSPENDED}), NORMAL),
    Move.WITHDRAWN: Rule(
        pgettext_lazy("value", "撤销"), "red", frozenset({NORMAL, SUSPENDED}), WITHDRAWN, review=True, why=True
    ),
}
"""``target`` None leaves the state as it is. Gig posts and the like need no public notice: 认定 may follow the inspection."""

REVIEWS: Final = tuple(move.value for move, rule in RULES.items() if rule.review)


def moves_from(state: str) -> list[Move]:
    """What may be decided on a workplace in that state."""
    return [move for move, rule in RULES.items() if state in rule.sources]
