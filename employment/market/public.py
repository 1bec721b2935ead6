"""What anybody may read without signing in: verified vacancies that are valid today. Never a person of the register.

Answers are kept for a minute in the cache, and an address may ask only so often (settings: ``PUBLIC_RATE``).
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.core.cache import cache
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left
from django.utils.timezone import localdate
from django.utils.translation import get_language

from core.divisions.matching import division_tree, find_place
from core.divisions.queries import names_of, root_division
from core.errors import NotFound
from core.formats.faults import CellFault
from core.formats.numbers import parse_amount
from core.web.lists.paging import Keyset
from employment.market.queries import filled, told_later
from employment.market.tables import wage_words
from employment.models import Vacancy
from employment.queries import NAMELESS, place_names

PAGE: Final = 20
PROVINCE, CITY, MOST_CITIES = 2, 4, 8
KEPT_FOR: Final = 60
"""Seconds an answer is kept."""
LONGEST: Final = 40
FIELDS: Final = (
    "pk", "job_title", "employer__name", "place_code", "openings", "wage_from", "wage_to", "requirement", "board",
    "insurance", "contact", "phone", "collected_on", "valid_until",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody looks for; blank means anything. ``unread`` says of a field why it could not be understood."""

    job: str = ""
    place: str = ""
    wage: Decimal | None = None
    code: str = ""
    after: str = ""
    unread: tuple[tuple[str, str], ...] = ()


def read_asked(query: Mapping[str, str]) -> Asked:
    """The question of an address; what cannot be read narrows nothing, and it is said where a name means several."""
    words = {name: query.get(name, "").replace("\x00", "").strip()[:LONGEST] for name in ("job", "place", "wage")}
    unread, code, wage = [], "", None
    if words["place"]:
        try:
            code = find_place(division_tree(), words["place"])
        except CellFault as fault:
            unread.append(("place", fault.message if fault.code == "division_ambiguous" else ""))
    try:
        wage = parse_amount(words["wage"])
    except CellFault:
        unread.append(("wage", ""))
    return Asked(words["job"], words["place"], wage, code, query.get("after", "")[:400], tuple(unread))


def on_offer() -> QuerySet[Vacancy]:
    """The vacancies of the public page: places are left, of several rows of one job the latest."""
    today = localdate()
    return Vacancy.objects.public_on(today).filter(~told_later(today), ~filled())


def found(asked: Asked) -> dict[str, Any]:
    """A page of vacancies as plain values: ``rows``, ``after`` (the cursor of the next page), ``total``."""
    key = "public:" + hashlib.sha256(repr((localdate(), get_language(), asked)).encode()).hexdigest()
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _found(asked)
        cache.set(key, kept, KEPT_FOR)
    return kept


def _found(asked: Asked) -> dict[str, Any]:
    rows = on_offer()
    if asked.job:
        rows = rows.filter(Q(job_title__icontains=asked.job) | Q(employer__name__icontains=asked.job))
    if asked.code:
        rows = rows.filter(place_code__startswith=asked.code)
    if asked.wage is not None:
        rows = rows.filter(Q(wage_to__gte=asked.wage) | Q(wage_to__isnull=True, wage_from__gte=asked.wage))
    page = Keyset(rows, ("collected_on",), descending=True).page(FIELDS, PAGE, after=asked.after)
    return {"rows": _shown(page.rows), "after": page.after, "total": rows.count()}


def cities() -> list[tuple[str, int]]:
    """Where most vacancies are: city (the own county by its name) and how many, most first."""
    key = f"public-cities:{localdate()}"
    kept: list[tuple[str, int]] | None = cache.get(key)
    if kept is None:
        rows: QuerySet[Any, Any] = on_offer().order_by().annotate(city=Left("place_code", CITY))
        counted = rows.exclude(place_code__startswith=root_division()).values_list("city").annotate(n=Count("pk"))
        found = dict(counted.order_by("-n", "city")[:MOST_CITIES])
        found[root_division()] = on_offer().filter(place_code__startswith=root_division()).count()
        names = names_of({*found, *(code[:PROVINCE] for code in found)})
        names |= {code: names.get(code[:PROVINCE], "") for code, name in names.items() if name in NAMELESS}
        kept = [(names[code], n) for code, n in sorted(found.items(), key=lambda one: -one[1]) if n and code in names]
        cache.set(key, kept, KEPT_FOR)
    return kept


def one(pk: int) -> dict[str, Any]:
    """One public vacancy, also one collected again since: a link somebody shared stays good; ``NotFound`` for any other."""
    rows = list(Vacancy.objects.public_on(localdate()).filter(~filled(), pk=pk).values(*FIELDS))
    if not rows:
        raise NotFound("vacancy", "这个岗位已过期、招满或已下架。")
    return _shown(rows)[0]


def like(pk: int) -> str:
    """The post of a vacancy that was public once, to look for others like it; empty for any other."""
    found: str | None = Vacancy.objects.filter(pk=pk, checked=True).values_list("job_title", flat=True).first()
    return found or ""


def _shown(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    places = place_names({row["place_code"] for row in rows})
    for row in rows:
        row["place"], row["wages"] = places.get(row["place_code"], ""), wage_words(row)
    return rows
