"""Finding people: the one search box, the lists behind exports, names of places and tags for a page of rows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Q, Subquery
from django.utils.timezone import localdate

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.divisions.models import Division
from core.divisions.queries import names_of, root_division
from core.formats.divisions_text import without_nationalities
from core.formats.pinyin import sort_key
from core.formats.text import cell_text
from workers.bitmaps.blocks import Condition
from workers.bitmaps.conditions import (
    all_of,
    any_of,
    at_most,
    begins,
    in_division,
    in_scope,
    named,
    undecided,
)
from workers.bitmaps.filters import of_filters
from workers.bitmaps.finding import Finder
from workers.bitmaps.memory import current
from workers.doubles.models import WorkerAlias
from workers.models import GroupMembership, WorkerQuerySet
from workers.words import group_word

TOWNSHIP, VILLAGE = 9, 12
ID_LENGTH: Final = 18
MOST_TERMS: Final = 4
MOST_PLACES: Final = 200
PHONE_LENGTH: Final = 11

_ID_TAIL: Final = re.compile(r"[0-9]{3}[0-9X]")
_DIGITS: Final = re.compile(r"[0-9][0-9-]*X?")
_LETTERS: Final = re.compile(r"[a-z]+")
_SYLLABLE: Final = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?"
    r"(?:iang|iong|uang|ang|eng|ian|iao|ing|ong|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
    r"(?![iuv])"
)


def area_of(user: User) -> str:
    """The division whose places a user names: their own inside the area served, else that area."""
    scope, root = user.division_prefix, root_division()
    return scope if scope.startswith(root) or not root.startswith(scope) else root


@dataclass(frozen=True)
class Meaning:
    """What a word of the search box means: to the database and to the bitmaps.

    ``indexed``: an index of the table leads straight to the few people meant.
    """

    q: Q
    condition: Condition
    indexed: bool = False


def search(rows: WorkerQuerySet, text: str, area: str) -> WorkerQuerySet:
    """People whom every word of ``text`` means: name, pinyin, initials, ID number or its last four, phone, village.

    ``area`` is the division whose village names are looked through. Each kind of word is answered by one index.
    """
    return searched(rows, meanings(text, area))


def searched(rows: WorkerQuerySet, words: Iterable[Meaning]) -> WorkerQuerySet:
    """People whom every word means; without words nobody."""
    found = rows.none()
    for place, word in enumerate(words):
        found = (found if place else rows).filter(word.q)
    return found


def meanings(text: str, area: str) -> list[Meaning]:
    """What the words of the search box mean, the first few of them."""
    return [_meaning(word, area) for word in (cell_text(text) or "").split()[:MOST_TERMS]]


def _meaning(word: str, area: str) -> Meaning:
    upper, lower = word.upper(), word.lower()
    if len(upper) == len("123X") and _ID_TAIL.fullmatch(upper):
        return Meaning(Q(id_last4=upper), undecided, indexed=True)
    if _DIGITS.fullmatch(upper):
        if len(upper) == ID_LENGTH:
            # The number of a registration that was merged leads to the person kept.
            former = WorkerAlias.objects.filter(id_number=upper).values("worker_id")[:1]
            return Meaning(Q(id_number=upper) | Q(pk=Subquery(former)), undecided, indexed=True)
        either = any_of([begins("phone", word), begins("id_number", word)])
        return Meaning(
            Q(phone__startswith=word) | Q(id_number__startswith=word), either, indexed=len(word) == PHONE_LENGTH
        )
    if _LETTERS.fullmatch(lower):
        return _of_letters(lower)
    return _of_characters(word, area)


def _of_letters(letters: str) -> Meaning:
    """Initials (zgq), or syllables the last of which may be begun (zhangguoq).

    Either begins the sort key with the same letter: said once for both, it lets a page be read off the order of names.
    """
    first = Q(name_key__startswith=letters[0])
    if len(letters) == 1:
        return Meaning(first, named(letters))
    found, known = Q(name_initials__startswith=letters), begins("name_initials", letters)
    syllables, rest = _syllables(letters)
    if not syllables or len(letters) == len(syllables):
        return Meaning(first & found, all_of([named(letters[0]), known]))
    spelled, firsts = Q(name_key__startswith=syllables[0]), "".join(part[0] for part in (*syllables, rest) if part)
    spelt = named(syllables[0])
    if rest or len(syllables) > 1:
        # Asked only where it says more: the planner takes any pattern for a rare one and would sort a surname's thousands.
        parts = [f"{syllable}[1-5]?[^ ]" for syllable in syllables]
        spelled &= Q(name_key__regex="^" + " ".join(parts) + (f" {rest}" if rest else ""))
        spelt = at_most(all_of([spelt, begins("name_initials", firsts)]))
    return Meaning(first & (found | spelled), any_of([all_of([named(letters[0]), known]), spelt]))


def _syllables(letters: str) -> tuple[list[str], str]:
    found: list[str] = []
    place = 0
    while match := _SYLLABLE.match(letters, place):
        found.append(match[0])
        place = match.end()
    return found, letters[place:]


def _of_characters(word: str, area: str) -> Meaning:
    """The beginning of a name; of two characters or more also a village's or township's name."""
    key = sort_key(word)
    by_name, conditions = Q(name_key__startswith=key), [named(key)]
    if len(word) == 1:
        return Meaning(by_name, conditions[0])
    villages, condition = [], by_name
    for code in _places_called(word, area):
        conditions.append(in_division(code))
        if len(code) == VILLAGE:
            villages.append(code)
        else:
            condition |= Q(village_code__startswith=code)
    return Meaning(condition | Q(village_code__in=villages) if villages else condition, any_of(conditions))


def _places_called(word: str, area: str) -> list[str]:
    """Codes of villages and townships of the area whose name begins with the word, nationality words left out."""
    townships, villages = Q(level=Division.Level.TOWNSHIP), Q(level=Division.Level.VILLAGE, name__startswith=word)
    found = Division.objects.within(area).in_force().filter(townships | villages).values_list("code", "name")
    return [
        code
        for code, name in found
        if len(code) == VILLAGE or without_nationalities(name).startswith(word) or name == word
    ][:MOST_PLACES]


def place_names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(township, village) names by village code. One query."""
    codes = set(codes)
    names = names_of({part for code in codes for part in (code, code[:TOWNSHIP])})
    return {code: (names.get(code[:TOWNSHIP], ""), names.get(code, "")) for code in codes}


def tags_of(
    worker_ids: Iterable[int], day: date | None = None, *, word: Callable[[str], str] = group_word
) -> dict[int, list[str]]:
    """Words of the key groups people belong to on ``day`` (today), by person, in the page's language. One query."""
    found: dict[int, list[str]] = {}
    tags = GroupMembership.objects.on(day or localdate()).filter(worker_id__in=list(worker_ids)).order_by("id")
    for worker_id, group in tags.values_list("worker_id", "group"):
        words = found.setdefault(worker_id, [])
        if (said := word(group)) not in words:
            words.append(said)
    return found


def household_tags(household_ids: Iterable[int], day: date) -> dict[int, list[str]]:
    """Words of the key groups somebody of a household belongs to on ``day``, by household. One query."""
    found: dict[int, list[str]] = {}
    tags = GroupMembership.objects.on(day).filter(worker__household__in=list(household_ids)).order_by("group")
    for household_id, group in tags.values_list("worker__household", "group").distinct():
        found.setdefault(household_id, []).append(group_word(group))
    return found


def finder(user: User, filters: Mapping[str, Any], words: Sequence[Meaning]) -> Finder | None:
    """Finds a page of the people the user sees whom filters (their cleaned values) and words mean.

    None where they are not narrowed, an index does it, or too much was written lately for the bitmaps to help.
    """
    if any(word.indexed for word in words):
        return None
    conditions = [*of_filters(filters), *(word.condition for word in words)]
    if not conditions and user.scope_kind is ScopeKind.DIVISION and user.division_prefix == root_division():
        return None
    known = current()
    if known is None:
        return None
    return Finder(*known, (in_scope(user), *conditions))
