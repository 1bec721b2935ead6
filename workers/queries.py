"""Finding people: the one search box, the lists behind exports, names of places and tags for a page of rows."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, Subquery
from django.utils.timezone import localdate

from core.accounts.models import User
from core.accounts.roles import ScopeKind
from core.arrays import array_of
from core.divisions.models import Division
from core.divisions.queries import names_of, root_division
from core.formats.divisions_text import NameParts, name_parts, without_nationalities
from core.formats.identity import LENGTH as ID_LENGTH
from core.formats.identity import OLD_LENGTH, upgraded
from core.formats.pinyin import sort_key
from workers.bitmaps.blocks import Condition
from workers.bitmaps.conditions import (
    all_of,
    any_of,
    at_most,
    begins,
    in_division,
    in_scope,
    named,
    named_and_begins,
    undecided,
)
from workers.bitmaps.filters import of_filters
from workers.bitmaps.finding import Finder
from workers.bitmaps.memory import current
from workers.doubles.models import WorkerAlias
from workers.expressions import holds_on
from workers.models import GroupMembership, WorkerQuerySet
from workers.typed import HAN, words_of
from workers.words import group_word

TOWNSHIP, VILLAGE = 9, 12
MOST_TERMS: Final = 4
MOST_PLACES: Final = 200
PHONE_LENGTH: Final = 11

VILLAGE_KINDS: Final = ("村", "社区")

_ID_TAIL: Final = re.compile(r"[0-9]{3}[0-9X]")
_DIGITS: Final = re.compile(r"[0-9][0-9-]*X?")
_LETTERS: Final = re.compile(r"[a-z]+")
_HAN_ALONE: Final = re.compile(rf"[{HAN}]+")
_MIXED: Final = re.compile(rf"[a-z{HAN}]+")
_RUNS: Final = re.compile(rf"[a-z]+|[{HAN}]+")
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
    """What the words of the search box mean, the first few of them; words of a name may stand apart (张 国强)."""
    words = words_of(text)[:MOST_TERMS]
    if all(_LETTERS.fullmatch(word.lower()) for word in words):
        words = ["".join(words)] if words else []
    found = [_meaning(word, area) for word in words]
    if len(found) > 1 and all(_MIXED.fullmatch(word.lower()) for word in words):
        return [_either(found, _of_name("".join(words)))]
    return found


def _either(words: Sequence[Meaning], name: Meaning) -> Meaning:
    """Every word means the person, or all of them together are the name."""
    each = Q()
    for word in words:
        each &= word.q
    return Meaning(each | name.q, any_of([all_of([word.condition for word in words]), name.condition]))


def _meaning(word: str, area: str) -> Meaning:
    upper, lower = word.upper(), word.lower()
    if len(upper) == len("123X") and _ID_TAIL.fullmatch(upper):
        return Meaning(Q(id_last4=upper), undecided, indexed=True)
    if _DIGITS.fullmatch(upper):
        return _of_digits(upper)
    if _MIXED.fullmatch(lower) and not _HAN_ALONE.fullmatch(lower):
        return _of_name(word)
    return _of_characters(word, area)


def _of_digits(word: str) -> Meaning:
    if len(word) == OLD_LENGTH and word.isdecimal():
        word = upgraded(word)
    if len(word) == ID_LENGTH:
        # The number of a registration that was merged leads to the person kept.
        former = WorkerAlias.objects.filter(id_number=word).values("worker_id")[:1]
        return Meaning(Q(id_number=word) | Q(pk=Subquery(former)), undecided, indexed=True)
    phone = word.replace("-", "") if word.startswith("1") else word
    either = any_of([begins("phone", phone), begins("id_number", word)])
    return Meaning(
        Q(phone__startswith=phone) | Q(id_number__startswith=word), either, indexed=len(phone) == PHONE_LENGTH
    )


def _of_name(word: str) -> Meaning:
    """The beginning of a name: in letters, in characters, or in both (张guoq)."""
    lower = word.lower()
    if _LETTERS.fullmatch(lower):
        return _of_letters(lower)
    if _HAN_ALONE.fullmatch(lower):
        key = sort_key(word)
        return Meaning(Q(name_key__startswith=key), named(key))
    runs = _RUNS.findall(lower)
    first = runs[0][0] if _LETTERS.fullmatch(runs[0]) else f"{sort_key(runs[0])} "
    parts = [_run(run, first=not place, last=place == len(runs) - 1) for place, run in enumerate(runs)]
    pattern = Q(name_key__startswith=first, name_key__regex="^" + " ".join(parts))
    return Meaning(pattern, at_most(named(first)))


def _run(run: str, *, first: bool, last: bool) -> str:
    """A stretch of letters or of characters inside a name, as a pattern of the sort key."""
    if not _LETTERS.fullmatch(run):
        # Only at the beginning is the reading that of a surname; elsewhere the character says enough.
        return sort_key(run) if first else " ".join(f"[a-z]*[1-5]?{char}" for char in run)
    letters = " ".join(f"{letter}[^ ]*" for letter in run)
    syllables, rest = _syllables(run)
    if rest and not last:
        return letters
    spelled = [f"{syllable}[1-5]?[^ ]" for syllable in syllables] + ([f"{rest}[^ ]*"] if rest else [])
    return f"(?:{letters}|{' '.join(spelled)})"


def _of_letters(letters: str) -> Meaning:
    """Initials (zgq), or syllables the last of which may be begun (zhangguoq).

    Either begins the sort key with the same letter: said once for both, it lets a page be read off the order of names.
    """
    first = Q(name_key__startswith=letters[0])
    if len(letters) == 1:
        return Meaning(first, named(letters))
    found, known = Q(name_initials__startswith=letters), named_and_begins(letters[0], "name_initials", letters)
    syllables, rest = _syllables(letters)
    if not syllables or len(letters) == len(syllables):
        return Meaning(first & found, known)
    spelled, firsts = Q(name_key__startswith=syllables[0]), "".join(part[0] for part in (*syllables, rest) if part)
    spelt = named(syllables[0])
    if rest or len(syllables) > 1:
        # Asked only where it says more: the planner takes any pattern for a rare one and would sort a surname's thousands.
        parts = [f"{syllable}[1-5]?[^ ]" for syllable in syllables]
        spelled &= Q(name_key__regex="^" + " ".join(parts) + (f" {rest}" if rest else ""))
        spelt = at_most(named_and_begins(syllables[0], "name_initials", firsts))
    return Meaning(first & (found | spelled), any_of([known, spelt]))


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
    """Codes of villages and townships of the area whose name begins with the word, nationality words left out.

    A village is also found by another suffix of its kind: 龙井村委会 is 龙井村村民委员会.
    """
    asked = name_parts(word)
    beginning = asked.stem if asked.kind in VILLAGE_KINDS and asked.stem else word
    townships, villages = Q(level=Division.Level.TOWNSHIP), Q(level=Division.Level.VILLAGE, name__startswith=beginning)
    found = Division.objects.within(area).in_force().filter(townships | villages).values_list("code", "name")
    return [code for code, name in found if _called(name, word, asked, village=len(code) == VILLAGE)][:MOST_PLACES]


def _called(name: str, word: str, asked: NameParts, *, village: bool) -> bool:
    if name.startswith(word):
        return True
    if not village:
        return without_nationalities(name).startswith(word)
    known = name_parts(name)
    return (known.kind, known.stem) == (asked.kind, asked.stem) and asked.kind in VILLAGE_KINDS


def place_names(codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """(township, village) names by village code. One query."""
    codes = set(codes)
    names = names_of({part for code in codes for part in (code, code[:TOWNSHIP])})
    return {code: (names.get(code[:TOWNSHIP], ""), names.get(code, "")) for code in codes}


_TAGS: Final = f"""
SELECT g.worker_id, g."group" FROM workers_groupmembership g
WHERE g.worker_id = ANY(%(workers)s::bigint[]) AND {holds_on("%(day)s")} ORDER BY g.id
"""  # noqa: S608 - a condition of our own


def tags_of(
    worker_ids: Iterable[int], day: date | None = None, *, word: Callable[[str], str] = group_word
) -> dict[int, list[str]]:
    """Words of the key groups people belong to on ``day`` (today), by person, in the page's language. One query."""
    found: dict[int, list[str]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_TAGS, {"workers": array_of(worker_ids), "day": day or localdate()})
        tags = cursor.fetchall()
    for worker_id, group in tags:
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
