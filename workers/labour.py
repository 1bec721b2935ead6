"""Whether and where somebody works on a day: one rule for list, file, filter and API (docs/registry.md, "Labour status").

Job spells belong to an app above, which says here once how they are read (``register_work``). The roster's own word,
``Worker.labour_status`` with its 走访日期, is another fact and stands beside.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from django.db.models import Case, CharField, Exists, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from core.formats.values import GONE_STATUSES, LABOUR_STATUS
from workers.bitmaps.blocks import Condition
from workers.bitmaps.conditions import any_of
from workers.models import Worker

OUT, IN_PROVINCE, IN_COUNTY, FLEXIBLE, NONE, STUDENT, UNABLE, *_GONE = LABOUR_STATUS.codes
SOMEWHERE: Final = "就业地点未登记"
WORKING: Final = (OUT, IN_PROVINCE, IN_COUNTY, SOMEWHERE)
"""What a job spell says, by its place."""
TOLD: Final = (FLEXIBLE, STUDENT, UNABLE)
"""What only the person can tell: it stands where no job spell speaks against it."""
TOLD_BY: Final = frozenset({"labour_status", "visited_on"})
"""Columns of the file with the person's own word and its day."""
STATUSES: Final = (*WORKING, *TOLD, NONE, *sorted(GONE_STATUSES))


@dataclass(frozen=True, kw_only=True)
class Work:
    """The job spell that covers a day: its word of ``WORKING``, where, with whom, since when, confirmed to."""

    status: str
    place: str
    employer: str
    job_title: str
    since: date
    confirmed_to: date

    @property
    def line(self) -> str:
        """Where and with whom, in one line."""
        return " ".join(word for word in (self.place, self.employer, self.job_title) if word)


@dataclass(frozen=True, kw_only=True)
class WorkSource:
    """How job spells are read.

    ``covering(day)`` gives the spells known on the day that cover it, as querysets with ``worker`` and ``place_code``;
    ``places()`` the condition on such rows for each word of ``WORKING``; ``find(ids, day)`` those of some persons;
    ``words(ids, day)`` only their words; ``kept(day, status)`` what ``covering`` says to the bitmaps of the list, of one
    word of ``WORKING`` where it is not "".
    """

    covering: Callable[[date], Sequence[QuerySet[Any, Any]]]
    places: Callable[[], Mapping[str, Q]]
    find: Callable[[Iterable[int], date], dict[int, Work]]
    words: Callable[[Iterable[int], date], dict[int, str]]
    kept: Callable[[date, str], Condition]


_WORD: Final = CharField()
_sources: list[WorkSource] = []


def register_work(source: WorkSource) -> None:
    """Say how job spells are read; the last call counts."""
    _sources[:] = [source]


_followers: dict[str, Callable[[Sequence[int]], None]] = {}


def register_follower(name: str, follow: Callable[[Sequence[int]], None]) -> None:
    """Say what is made of people's own word about work and has to be made anew when it changes; a name replaces."""
    _followers[name] = follow


def told(worker_ids: Iterable[int]) -> None:
    """Somebody's 就业状态 or its day was written: what hangs on it follows, in the caller's transaction and set-based."""
    ids = sorted(set(worker_ids))
    if ids:
        for follow in _followers.values():
            follow(ids)


def at_work(day: date, *, person: str = "pk", where: Q | None = None) -> Q:
    """Condition: a job spell known on ``day`` covers it. ``person`` is the path to the person's id, ``where`` narrows spells."""
    found = Q(pk__in=())
    for source in _sources:
        for spells in source.covering(day):
            found |= Q(Exists(spells.filter(where or Q(), worker=OuterRef(person))))
    return found


def kept_at_work(day: date, status: str = "") -> Condition:
    """The same to the bitmaps of the list; ``status``, a word of ``WORKING``, says where."""
    return any_of([source.kept(day, status) for source in _sources])


def kept_statuses() -> list[str]:
    """The words a job spell may give."""
    return [status for source in _sources for status in source.places()]


def told_by(day: date) -> Q:
    """Condition: the roster's word was told by ``day``, or nobody knows when."""
    return Q(visited_on__isnull=True) | Q(visited_on__lte=day)


def gone_by(day: date) -> Q:
    """Condition: the person had died or moved away by ``day``."""
    return Q(labour_status__in=GONE_STATUSES) & told_by(day)


def has_status(status: str, day: date) -> Q:
    """Condition: the rule gives ``status``, one of ``STATUSES``, on ``day``; nobody for any other word."""
    if status in GONE_STATUSES:
        return Q(labour_status=status) & told_by(day)
    present = ~gone_by(day)
    if status in WORKING:
        return present & at_work(day, where=next((source.places()[status] for source in _sources), None))
    idle = present & ~at_work(day)
    if status in TOLD:
        return idle & Q(labour_status=status) & told_by(day)
    return idle & ~(Q(labour_status__in=TOLD) & told_by(day)) if status == NONE else Q(pk__in=())


def status_words(day: date) -> Combinable:
    """The word the rule gives on ``day``, as an expression over people: for whoever writes down many of them."""
    working = [
        Subquery(
            spells.filter(worker=OuterRef("pk")).values(
                word=Case(
                    *(When(where, then=Value(word)) for word, where in source.places().items()), output_field=_WORD
                )
            )[:1]
        )
        for source in _sources
        for spells in source.covering(day)
    ]
    told = Case(*_told_words(TOLD, day), default=Value(NONE), output_field=_WORD)
    return Case(
        *_told_words(sorted(GONE_STATUSES), day),
        default=Coalesce(*working, told) if working else told,
        output_field=_WORD,
    )


def _told_words(words: Iterable[str], day: date) -> list[When]:
    return [When(Q(labour_status=word) & told_by(day), then=Value(word)) for word in words]


def contradicted(day: date) -> Q:
    """Condition: the roster's word, told by ``day``, is another one than the rule gives; 灵活就业 goes with any job."""
    found = Q(labour_status__in=(NONE, STUDENT, UNABLE)) & at_work(day)
    for source in _sources:
        for status, where in source.places().items():
            found |= Q(labour_status=status) & ~at_work(day, where=where)
    return found & told_by(day)


@dataclass(frozen=True, kw_only=True)
class Labour:
    """What the rule says of one person on a day, and the roster's own word beside it with the day it was told."""

    status: str
    on: date
    work: Work | None
    told: str
    told_on: date | None

    @property
    def differs(self) -> bool:
        """Whether the roster, asked by that day, says otherwise."""
        if not self.told or (self.told_on is not None and self.told_on > self.on):
            return False
        return self.told != self.status and not (self.told == FLEXIBLE and self.work is not None)

    @property
    def status_word(self) -> str:
        """The status in the language of the page."""
        return gettext(self.status)

    @property
    def told_word(self) -> str:
        """The roster's word in the language of the page."""
        return gettext(self.told) if self.told else ""

    @property
    def basis(self) -> str:
        """The sentence that goes with the word: what it stands on, and as of when."""
        return basis_of(self.on)


def basis_of(day: date) -> str:
    """What a labour status stands on, and as of when."""
    return gettext("就业状态按就业记录和走访推算，截至 %(day)s") % {"day": day}


def labour_of_one(worker: Worker, day: date) -> Labour:
    """The same of one person."""
    return labour_of([{"pk": worker.pk, **vars(worker)}], day)[worker.pk]


def status_of(working: str | None, told: str | None, told_on: date | None, day: date) -> str:
    """The rule: who is gone is gone; else the word of a job spell that covers the day; else what only the person can tell; else 未就业."""
    known = told if told_on is None or told_on <= day else None
    if known in GONE_STATUSES:
        return str(known)
    if working is not None:
        return working
    return known if known in TOLD else NONE


def labour_of(rows: Iterable[Mapping[str, Any]], day: date) -> dict[int, Labour]:
    """What the rule says on ``day`` of rows with the person's id at ``pk``, ``labour_status`` and ``visited_on``.

    One query whatever the number of rows, another one for the names of places.
    """
    listed = list(rows)
    ids = [row["pk"] for row in listed]
    works = {worker: work for source in _sources for worker, work in source.find(ids, day).items()}
    found = {}
    for row in listed:
        work, told, told_on = works.get(row["pk"]), row["labour_status"], row["visited_on"]
        status = status_of(None if work is None else work.status, told, told_on, day)
        found[row["pk"]] = Labour(status=status, on=day, work=work, told=told or "", told_on=told_on)
    return found


def statuses_of(rows: Sequence[Mapping[str, Any]], day: date, *, key: str = "pk") -> dict[int, str]:
    """The word of the rule alone, for a page of a list: rows as above with the person's id at ``key``. One query."""
    ids = [row[key] for row in rows]
    words = {worker: word for source in _sources for worker, word in source.words(ids, day).items()}
    return {row[key]: status_of(words.get(row[key]), row["labour_status"], row["visited_on"], day) for row in rows}
