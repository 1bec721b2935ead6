"""Job spells for the registry's rule of who works where (``workers.labour``)."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final

from django.db import connection
from django.db.models import Q, QuerySet

from core.arrays import array_of
from employment.contradictions import renew
from employment.kept_work import SHAPE, WORK, at_work_in, read_work
from employment.models import PastSpell, Spell
from employment.queries import Scope, covering, in_scope, place_names, scope_of
from employment.worker_filters import meanings, worker_filters
from workers.bitmaps.blocks import Condition
from workers.bitmaps.facts import Facts, held, register_facts
from workers.filters import register_filters
from workers.labour import (
    IN_COUNTY,
    IN_PROVINCE,
    OUT,
    SOMEWHERE,
    Work,
    WorkSource,
    register_follower,
    register_work,
)

STATUS_OF = {Scope.ABROAD: OUT, Scope.PROVINCE: IN_PROVINCE, Scope.COUNTY: IN_COUNTY, None: SOMEWHERE}
_FIELDS = ("worker_id", "place_code", "employer__name", "job_title", "start_on", "confirmed_days")


def spells_on(day: date) -> list[QuerySet[Any, Any]]:
    """Spells that evidence dated ≤ ``day`` tells and that cover it (formats.md §1.4 rule 5); at most one a person."""
    known = Q(known_from__lte=day) & covering(day)
    return [Spell.objects.filter(known), PastSpell.objects.filter(known, known_to__gt=day)]


def places() -> Mapping[str, Q]:
    """The condition on spells for each status."""
    found = {STATUS_OF[scope]: in_scope(scope) for scope in Scope}
    return {**found, SOMEWHERE: Q(place_code="")}


_WORDS: Final = """
SELECT worker_id, place_code FROM employment_spell
WHERE worker_id = ANY(%(workers)s::bigint[]) AND known_from <= %(day)s AND start_on <= %(day)s AND (end_on > %(day)s) IS NOT FALSE
UNION ALL
SELECT worker_id, place_code FROM employment_pastspell
WHERE worker_id = ANY(%(workers)s::bigint[]) AND known_from <= %(day)s AND start_on <= %(day)s AND (end_on > %(day)s) IS NOT FALSE
  AND known_to > %(day)s
"""
"""As ``spells_on``."""


def words(worker_ids: Iterable[int], day: date) -> dict[int, str]:
    """What the spells of some persons on a day say of where they work, by person: one query."""
    with connection.cursor() as cursor:
        cursor.execute(_WORDS, {"workers": array_of(worker_ids), "day": day})
        return {worker_id: STATUS_OF[scope_of(place)] for worker_id, place in cursor.fetchall()}


def find(worker_ids: Iterable[int], day: date) -> dict[int, Work]:
    """The spells of some persons on a day, by person: one query, and one for the names of places."""
    known, past = (spells.filter(worker__in=list(worker_ids)).values_list(*_FIELDS) for spells in spells_on(day))
    rows = list(known.union(past, all=True))
    names = place_names({row[1] for row in rows if row[1]})
    return {
        worker_id: Work(
            status=STATUS_OF[scope_of(place)],
            place=names.get(place, ""),
            employer=firm or "",
            job_title=job,
            since=since,
            confirmed_to=max(one for one in confirmed if one <= day),
        )
        for worker_id, place, firm, job, since, confirmed in rows
    }


def kept(day: date, status: str) -> Condition:
    """Persons at work on the day, to the bitmaps of the list; ``status`` says where."""
    if not status:
        return held(WORK, day)
    scope = next(scope for scope, word in STATUS_OF.items() if word == status)
    return held(WORK, day, lambda layer: at_work_in(layer, scope))


def register() -> None:
    """Tell the registry how job spells are read, what follows from people's own word, and what narrows the list."""
    register_work(WorkSource(covering=spells_on, places=places, find=find, words=words, kept=kept))
    register_follower("contradictions", renew)
    register_facts(Facts(name=WORK, read=read_work, shape=SHAPE))
    register_filters(worker_filters(), meanings())
