"""Columns of the lists of pairs and of merges that every register has."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.pairs.models import Pair
from core.pairs.register import Register
from core.web.lists import Column
from core.web.texts import Text

Kept = Register[Any, Any, Any]
COLOURS = {"open": "orange", "later": "azure", "different": "secondary", "merged": "green"}


def state_words(register: Kept) -> dict[str, Text]:
    """What was decided, in the words of the register."""
    return {**dict(Pair.State.choices), Pair.State.DIFFERENT.value: _(register.different)}


def reasons_told(register: Kept, reasons: list[str]) -> str:
    """Why the two may be one."""
    return "；".join(str(register.reasons.get(reason, reason)) for reason in reasons)


def pair_columns(register: Kept, *theirs: Column) -> tuple[Column, ...]:
    """The columns of a queue: those that tell the two apart, then what speaks for the pair and what was decided."""
    badges = {state: (word, COLOURS[state]) for state, word in state_words(register).items()}
    return (
        *theirs,
        Column("score", _("相似度"), "number", sort=("score",)),
        Column("reasons", _("依据"), value=lambda row: reasons_told(register, row["reasons"]), fields=("reasons",)),
        Column("state", _("状态"), "badge", badges=badges, default=False),
        Column("found_at", _("发现时间"), "date", sort=("pk",), default=False),
        Column("decided_by", _("判定人"), value="decided_by__full_name", default=False),
        Column("note", _("说明"), default=False),
    )


def merge_columns(*theirs: Column) -> tuple[Column, ...]:
    """The columns of a list of merges: when, which of the two stayed and which went, by whom."""
    return (
        Column("made_at", _("合并时间"), "date", sort=("pk",)),
        *theirs,
        Column("made_by", _("合并人"), value="made_by__full_name"),
        Column("undone_at", _("撤销时间"), "date"),
        Column("undone_by", _("撤销人"), value="undone_by__full_name", default=False),
    )
