"""Where evidence of work comes from. Each app that owns some registers a source; the rebuild of spells asks them all.

An app above declares its own in its ``evidence.py``::

    register_source("visits", load)         # load(worker_ids) yields (worker_id, Visit(...)); 到岗: employment.arrivals
    register_follower("visit plan", renew)  # renew(worker_ids) after their spells are derived anew
    register_page("visit", url)             # url(evidence id) is where a person reads and mends that evidence
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.db import connection

from employment import contradictions
from employment.arrivals import arrivals_of
from employment.spells import Declared, Evidence

Loader = Callable[[Sequence[int]], Iterable[tuple[int, Evidence]]]

Follower = Callable[[Sequence[int]], None]

Page = Callable[[int], str]

_sources: dict[str, Loader] = {}
_followers: dict[str, Follower] = {}
_pages: dict[str, Page] = {}


def register_source(name: str, load: Loader) -> None:
    """Declare a source of evidence; the same name replaces."""
    _sources[name] = load


def register_follower(name: str, renew: Follower) -> None:
    """Declare what else is derived from the same evidence; the same name replaces."""
    _followers[name] = renew


def register_page(kind: str, url: Page) -> None:
    """Declare where evidence of that kind (a word of ``employment.spells.Source``) is read and mended."""
    _pages[kind] = url


def page_of(kind: str, evidence_id: int) -> str:
    """The address of a piece of evidence, "" where no app has a page for it."""
    url = _pages.get(kind)
    return url(evidence_id) if url else ""


def renew_followers(worker_ids: Sequence[int]) -> None:
    """Let the apps above renew what they derive for the given persons."""
    for renew in _followers.values():
        renew(worker_ids)


def evidence_of(worker_ids: Sequence[int]) -> dict[int, list[Evidence]]:
    """All evidence about the given persons, from every source; one query a source."""
    found: dict[int, list[Evidence]] = {}
    for load in _sources.values():
        for worker_id, piece in load(worker_ids):
            found.setdefault(worker_id, []).append(piece)
    return found


def declared_rows(worker_ids: Sequence[int]) -> Iterator[tuple[int, Evidence]]:
    """Rows of 务工台账 as evidence."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT worker_id, start_on, end_on, place_code, employer_id, wage, channel, contract,"
            " insured, confirmed_on, id, job_title"
            " FROM employment_declaredjob WHERE worker_id = ANY (%s)",
            [list(worker_ids)],
        )
        for worker_id, *cells in cursor.fetchall():
            yield worker_id, Declared(*cells)


register_source("declared", declared_rows)
register_source("arrivals", arrivals_of)
register_follower("contradictions", contradictions.renew_locked)
