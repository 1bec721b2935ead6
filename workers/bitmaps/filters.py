"""What each filter of the register's list means to the bitmaps.

Every parameter of ``workers.filters.WorkerFilter`` stands here, an app above tells those it adds (``register_meaning``);
tests/workers/test_bitmap_filters.py sees to it. One that nobody tells leaves everybody possible.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Any, Final

from django.utils.timezone import localdate

from core.formats.values import GONE_STATUSES
from workers.ages import OLDEST, birth_days, born_between
from workers.bitmaps.blocks import Block, Condition, remembering
from workers.bitmaps.columns import Found, exactly
from workers.bitmaps.conditions import (
    all_of,
    any_of,
    between,
    everybody,
    in_division,
    known,
    none_of,
    undecided,
    worded,
)
from workers.bitmaps.dated import Layer
from workers.bitmaps.facts import held
from workers.labour import NONE, STUDENT, TOLD, UNABLE, WORKING, kept_at_work, kept_statuses

Cleaned = Mapping[str, Any]
Meaning = Callable[[Any, Cleaned], Condition]
"""What a cleaned value means beside the values of the other filters."""

SKILLS: Final = "skills"
SKILL_FILTERS: Final = ("trade", "cert_type", "level_from")
DAYS: Final = frozenset({"group_as_of", "status_as_of"})
"""Days other filters look at."""


def of_filters(cleaned: Cleaned) -> list[Condition]:
    """The filters of the list in force, as their form cleaned them."""
    found = []
    for name, value in cleaned.items():
        if value not in (None, "") and name not in DAYS:
            meaning = _MEANINGS.get(name)
            found.append(undecided if meaning is None else meaning(value, cleaned))
    return found


def register_meaning(name: str, meaning: Meaning) -> None:
    """Tell what a filter that an app above added means to the bitmaps."""
    _MEANINGS[name] = meaning


def meant() -> frozenset[str]:
    """Parameters of the filters the bitmaps understand."""
    return frozenset(_MEANINGS) | DAYS


def status_day(cleaned: Cleaned) -> date:
    """The day of which labour status and work are asked."""
    found: date | None = cleaned.get("status_as_of")
    return found or localdate()


def _place(value: str, _cleaned: Cleaned) -> Condition:
    return in_division(value)


def _equal(column: str) -> Meaning:
    return lambda value, _cleaned: worded(column, lambda words: words.equal(value))


def _containing(column: str) -> Meaning:
    return lambda value, _cleaned: worded(column, lambda words: words.containing(value))


def _group(value: str, cleaned: Cleaned) -> Condition:
    day = cleaned.get("group_as_of") or localdate()
    groups = ("lifted_poverty", "monitored") if value == "lifted_or_monitored" else (value,)
    return any_of([_tagged(group, day) for group in groups])


def _tagged(group: str, day: date) -> Condition:
    def ask(block: Block) -> Found:
        tags = block.tags.get(group)
        return exactly(tags.on(day) if tags else 0)

    return ask


def _age(value: slice, _cleaned: Cleaned) -> Condition:
    return _born(*born_between(value.start or 0, OLDEST if value.stop is None else value.stop, localdate()))


def _age_band(value: str, _cleaned: Cleaned) -> Condition:
    return _born(*birth_days(value, localdate()))


def _born(after: date, by: date | None) -> Condition:
    return between("birth_date", after.toordinal() + 1, by.toordinal() + 1 if by else None)


def _has_phone(value: str, _cleaned: Cleaned) -> Condition:
    return known("phone") if value == "true" else none_of(known("phone"))


def _expected_wage(value: slice, _cleaned: Cleaned) -> Condition:
    low, high = _cents(value.start, ROUND_CEILING), _cents(value.stop, ROUND_FLOOR)
    return between("expected_wage", low, None if high is None else high + 1)


def _cents(yuan: Decimal | None, rounding: str) -> int | None:
    return None if yuan is None else int((yuan * 100).to_integral_value(rounding))


def _visited_on(value: slice, _cleaned: Cleaned) -> Condition:
    low, high = value.start, value.stop
    return between("visited_on", low.toordinal() if low else None, high.toordinal() + 1 if high else None)


def _not_visited_since(value: date, _cleaned: Cleaned) -> Condition:
    return any_of([none_of(known("visited_on")), between("visited_on", None, value.toordinal())])


def _household(value: Decimal, _cleaned: Cleaned) -> Condition:
    return between("household_id", int(value), int(value) + 1)


def _household_size(value: slice, _cleaned: Cleaned) -> Condition:
    low, high = value.start, value.stop
    return between("household_size", None if low is None else int(low), None if high is None else int(high) + 1)


def _skill(name: str) -> Meaning:
    """What one of the three filters of skills means: the first that asks stands for all."""

    def meaning(_value: object, cleaned: Cleaned) -> Condition:
        return _skilled(cleaned) if name == next(one for one in SKILL_FILTERS if cleaned.get(one)) else everybody

    return meaning


def _skilled(cleaned: Cleaned) -> Condition:
    """One skill that is all of what is asked; whoever asks turns pages, and words are looked through letter by letter."""
    trade, certificate, level = (cleaned.get(name) for name in SKILL_FILTERS)

    def is_it(layer: Layer) -> int:
        found = layer.present
        if trade:
            found &= layer.words["trade"].containing(trade)
        if certificate:
            found &= layer.words["cert_type"].equal(certificate)
        if level:
            found &= layer.words["level"].where(lambda word: int(word) >= level)
        return found

    return remembering((SKILLS, trade, certificate, level), held(SKILLS, None, is_it))


def _told(word: str, day: date) -> Condition:
    """The roster's word, told by the day."""
    return all_of([_worded(word), _told_by(day)])


def _worded(word: str) -> Condition:
    return worded("labour_status", lambda words: words.equal(word))


def _told_any(told: Iterable[str], day: date) -> Condition:
    return all_of([any_of([_worded(word) for word in told]), _told_by(day)])


def _told_by(day: date) -> Condition:
    return any_of([none_of(known("visited_on")), between("visited_on", None, day.toordinal() + 1)])


def _status(value: str, cleaned: Cleaned) -> Condition:
    """As ``workers.labour.has_status``; half of what is asked asks it, and nearly always of today."""
    day = status_day(cleaned)
    return remembering(("status", value, day), _of_status(value, day))


def _of_status(value: str, day: date) -> Condition:
    if value in GONE_STATUSES:
        return _told(value, day)
    present = none_of(_told_any(GONE_STATUSES, day))
    if value in WORKING:
        return all_of([present, kept_at_work(day, value)])
    idle = all_of([present, none_of(kept_at_work(day))])
    if value in TOLD:
        return all_of([idle, _told(value, day)])
    return all_of([idle, none_of(_told_any(TOLD, day))])


def _status_differs(value: str, cleaned: Cleaned) -> Condition:
    """As ``workers.labour.contradicted``."""
    day = status_day(cleaned)
    idle = any_of([_worded(word) for word in (NONE, STUDENT, UNABLE)])
    found = [all_of([idle, kept_at_work(day)])]
    found += [all_of([_worded(word), none_of(kept_at_work(day, word))]) for word in kept_statuses()]
    differs = remembering(("status_differs", day), all_of([any_of(found), _told_by(day)]))
    return differs if value == "true" else none_of(differs)


_MEANINGS: Final[dict[str, Meaning]] = {
    "township": _place,
    "village": _place,
    **{column: _equal(column) for column in ("labour_status", "sex", "education")},
    **{
        column: _containing(column)
        for column in (
            "skill",
            "intention",
            "intended_place",
            "wanted_job",
            "training_wish",
            "startup_wish",
            "resettlement_site",
        )
    },
    **{name: _skill(name) for name in SKILL_FILTERS},
    "group": _group,
    "age": _age,
    "age_band": _age_band,
    "has_phone": _has_phone,
    "expected_wage": _expected_wage,
    "visited_on": _visited_on,
    "not_visited_since": _not_visited_since,
    "household": _household,
    "household_size": _household_size,
    "status": _status,
    "status_differs": _status_differs,
}
