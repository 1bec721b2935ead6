"""Reading job spells as they stand and as they were known on a day, and the places people work at."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from django.contrib.postgres.aggregates import StringAgg
from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Left, Length

from core.divisions.models import Division
from core.divisions.queries import paths_of, root_division
from employment.rebuilding import SPELL_COLUMNS
from workers.models import Worker
from workers.queries import search

_COLUMNS = ", ".join(SPELL_COLUMNS)

SPELLS_AS_OF = f"""
SELECT {_COLUMNS} FROM employment_spell WHERE known_from <= %(as_of)s
UNION ALL
SELECT {_COLUMNS} FROM employment_pastspell WHERE known_from <= %(as_of)s AND known_to > %(as_of)s
"""
"""SQL of the spells known on ``as_of``: evidence dated ≤ as_of and nothing else (formats.md §1.4 rule 5).

``confirmed_to`` of its rows may tell of later days: by ``as_of`` a spell was confirmed to the latest of its
``confirmed_days`` that is not after ``as_of``.
"""

CONFIRMED_AS_OF = "(SELECT max(day) FROM unnest({alias}.confirmed_days) AS day WHERE day <= %(as_of)s)"
"""SQL expression for that day; ``alias`` names the spell row."""

PROVINCE, PREFECTURE, COUNTY = 2, 4, 6
LEVELS: Final = (PROVINCE, PREFECTURE, COUNTY, 9, 12)
NAMELESS: Final = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
"""Divisions of the second level that stand for no place of their own."""


class Scope(StrEnum):
    """Where a place of work lies seen from the own county (formats.md §1.4 rule 5)."""

    ABROAD = "省外"
    PROVINCE = "县外省内"
    COUNTY = "县内"


def scope_of(place_code: str | None) -> Scope | None:
    """The scope of a place; None where no place is known."""
    if not place_code:
        return None
    own = root_division()
    if not place_code.startswith(own[:PROVINCE]):
        return Scope.ABROAD
    return Scope.COUNTY if place_code.startswith(own) else Scope.PROVINCE


def in_scope(scope: Scope, field: str = "place_code") -> Q:
    """Condition on rows whose place (at the path ``field``) has that scope."""
    own = root_division()
    province, county = Q(**{f"{field}__startswith": own[:PROVINCE]}), Q(**{f"{field}__startswith": own})
    if scope is Scope.COUNTY:
        return county
    return province & ~county if scope is Scope.PROVINCE else ~province & ~Q(**{field: ""})


def scope_word(field: str = "place_code") -> Case:
    """Expression: the scope of a row's place as its word, NULL where no place is known."""
    whens = [When(in_scope(scope, field), then=Value(scope.value)) for scope in Scope]
    return Case(*whens, default=Value(None), output_field=CharField())


def covering(day: object, prefix: str = "") -> Q:
    """Condition on spells that cover a day (a date or an expression)."""
    ended = Q(**{f"{prefix}end_on__isnull": True}) | Q(**{f"{prefix}end_on__gt": day})
    return Q(**{f"{prefix}start_on__lte": day}) & ended


def place_names(codes: Iterable[str]) -> dict[str, str]:
    """Readable paths of places (广东省 广州市 番禺区) as the own county reads them: without what both lie in. One query.

    The county itself, and what it lies in, go by their own name.
    """
    codes = set(codes)
    own = {code for code in codes if code and root_division().startswith(code)}
    named = {code: path.rpartition(" ")[2] for code, path in paths_of(own).items()}
    return {**paths_of(codes - own, above=root_division()), **named}


def place_path(field: str, *, below: int = 0) -> Coalesce:
    """Expression: the path of a row's place in one text (广东省广州市番禺区), as an import reads it back.

    ``below`` leaves out the levels whose codes are not longer (4: from the county down).
    """
    codes = [Left(OuterRef(field), length) for length in LEVELS]
    names = Division.objects.filter(code__in=codes, code__length__gt=below).exclude(name__in=NAMELESS).order_by()
    joined = names.annotate(one=Value(1)).values("one").annotate(path=StringAgg("name", "", order_by=Length("code")))
    return Coalesce(Subquery(joined.values("path")), Value(""), output_field=TextField())


def place_name(field: str, length: int) -> Coalesce:
    """Expression: the name of the division of that level a row's place lies in, "" where it has none."""
    above = Division.objects.filter(code=Left(OuterRef(field), length), code__length=length)
    return Coalesce(Subquery(above.values("name")), Value(""), output_field=TextField())


def people_called(text: str) -> QuerySet[Worker]:
    """People whom a search box means (``workers.queries.search``), of the whole area served: the caller's rows are scoped."""
    return search(Worker.objects.all(), text, root_division())
