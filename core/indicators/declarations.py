"""What an app says about its measures in ``indicators.py``: sources, facts, dimensions, indicators (design.md "How a number is made").

SQL in declarations is a template. The engine fills in ``{as_of}`` (a date expression), ``{from}`` and ``{to}`` (the period),
``{people}`` (the condition on the alias ``w`` of the people table that keeps division and scope), ``{person}`` (the columns of
``w`` every fact of persons begins with: person, village, sex, born), ``{root}`` (the area served) and ``{own}`` (its province).
A fact of places has ``{here}`` besides: the condition on ``p.township_code`` that keeps the division asked for.
Dimensions and measures are expressions over ``f``, the rows of the fact. A literal percent sign is written twice.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from django.utils.translation import gettext_noop

WHOLE: Final = gettext_noop("全部各行的分子")


class Timing(StrEnum):
    """Whether a number is a state on a day or what happened in a period."""

    STOCK = "stock"
    FLOW = "flow"


class Span(StrEnum):
    """Which periods a number can be told of."""

    ANY = "any"
    YEAR = "year"  # a calendar year
    TWELVE_MONTHS = "twelve_months"  # any twelve months that follow each other


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A table whose writes may change figures. Its triggers leave marks under ``name``.

    ``village`` gives the code of the village or township a changed row ``r`` concerns, ``first_day`` and ``last_day`` the
    days whose figures it can touch (NULL: without bound); ``join`` is put after ``FROM … r``. An UPDATE marks only when one
    of ``columns`` differs (none named: always). ``events`` are the kinds of writes that matter: I, U, D.
    """

    name: str
    table: str
    village: str = "NULL::text"
    join: str = ""
    first_day: str = "NULL::date"
    last_day: str = "NULL::date"
    columns: tuple[str, ...] = ()
    events: str = "IUD"
    key: str = "id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A relation of fact rows, one a unit or several; ``reads`` names the sources it is made of.

    Rows have ``day``: the business date of a flow (the engine keeps those in the period and ≤ as_of), ``as_of`` of a stock.
    Facts of ``places`` lie where something in a township is, wherever its persons are registered: ``village`` of their rows
    is the township's code, and of their persons everybody lists those of their own scope only.
    """

    sql: str
    reads: tuple[str, ...]
    persons: bool = True
    places: bool = False


class Naming(StrEnum):
    """How the codes of a dimension become names."""

    SELF = "self"
    DIVISION = "division"
    LABELS = "labels"
    QUERY = "query"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dimension:
    """Something numbers are split by and filtered by; ``code`` is its expression, NULL or '' means 未登记.

    A dimension with ``join`` is multi-valued: the join multiplies the units and a unit without any value makes no row. It
    may use f.person, f.day and the columns of the fact named in ``carries``.
    ``labels`` is the closed list of codes, ``names`` a query ``SELECT code, name … = ANY(%s)``, ``aliases`` filter values
    that stand for several codes. ``hint`` tells what a filter value looks like.
    """

    name: str
    label: str
    code: str
    naming: Naming = Naming.SELF
    join: str = ""
    carries: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=dict)
    names: str = ""
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    pattern: str = ""
    hint: str = ""
    reads: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Measure:
    """What is counted, or added up when ``sums`` names an amount; ``text`` says it in Chinese."""

    text: str
    where: str = "true"
    sums: str = ""
    yuan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One measure with a written definition.

    ``unit_key`` tells units apart: they are counted distinct, unless each has one row (``once``). ``steady`` names the
    dimensions that are the same in all rows of a unit: splitting by others gives rows that do not add up. ``share_of_all``
    makes the denominator the numerator of all rows. Texts are Chinese, marked for translation by ``gettext_noop``; ``words``
    fills their placeholders. ``extras`` are further counts given beside the parts. ``county_level_only`` marks numbers
    whose facts know no township, ``span`` those that are told of a year alone. ``variants`` maps a variant's name to the
    fields it changes; the first is the default and changes nothing. ``headline`` gives the indicator a place on the home
    page (lower first).
    """

    code: str
    name_zh: str
    name_en: str
    unit: str
    timing: Timing
    definition: str
    dedup: str
    fact: Fact
    unit_key: str
    numerator: Measure
    denominator: Measure | None = None
    once: bool = True
    steady: frozenset[str] = frozenset()
    dimensions: tuple[Dimension, ...] = ()
    extras: Mapping[str, str] = field(default_factory=dict)
    variants: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    variant_labels: Mapping[str, str] = field(default_factory=dict)
    share_of_all: frozenset[str] = frozenset()
    percent: bool = True
    county_level_only: bool = False
    span: Span = Span.ANY
    version: int = 1
    headline: int | None = None
    words: Mapping[str, int] = field(default_factory=dict)

    def say(self, text: str, translate: Callable[[str], str] = str) -> str:
        """A text of this indicator (its names, definition, measures) with the placeholders filled, in Chinese or translated."""
        return translate(text) % self.words if self.words else translate(text)

    @property
    def kind(self) -> str:
        """stock, flow or rate."""
        return "rate" if self.is_ratio else str(self.timing)

    @property
    def is_ratio(self) -> bool:
        """Whether there is a denominator."""
        return self.denominator is not None or bool(self.share_of_all)

    @property
    def knows_where(self) -> bool:
        """Whether the rows of its persons say in ``f.place`` where somebody works, went or was served."""
        return self.fact.persons and self.dimension("destination") is not None

    @property
    def denominator_text(self) -> str:
        """What the denominator is, "" when there is none."""
        if self.denominator is not None:
            return self.denominator.text
        return WHOLE if self.share_of_all else ""

    @property
    def default_variant(self) -> str:
        """The variant meant when none is named, "" when there are none."""
        return next(iter(self.variants), "")

    def in_variant(self, name: str) -> "Indicator":
        """The indicator as the variant ``name`` changes it; KeyError when there is no such variant."""
        return replace(self, **self.variants[name]) if name else self

    def dimension(self, name: str) -> Dimension | None:
        """The dimension of that name, None when the indicator does not have it."""
        return next((dimension for dimension in self.dimensions if dimension.name == name), None)
