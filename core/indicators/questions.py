"""A question to the engine, read from the words of the API, the page and the command line (formats.md §3)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Final

from django.utils import timezone

from core.accounts.models import User
from core.divisions.queries import root_division
from core.errors import DomainError
from core.formats.periods import Period, quarter_around
from core.indicators.declarations import Dimension, Indicator, Span, Timing
from core.indicators.periods import parse_day, parse_period
from core.indicators.registry import indicator_named
from core.indicators.scope import Scope, scope_for

OWN_PARAMETERS: Final = frozenset({"period", "division", "by", "as_of", "variant"})
TIME: Final = frozenset({"month", "quarter"})
TOWNSHIP: Final = 9
MOST_MOMENTS: Final = 120
"""Each is a scan of its own."""

Values = Mapping[str, Sequence[str]]
"""Parameter name → the values given."""


@dataclass(frozen=True)
class Question:
    """What is asked: which indicator, for which days, whose persons, split and filtered how.

    ``indicator`` is already in its variant. ``as_of_given`` tells an ``as_of`` that was asked for from the default.
    """

    indicator: Indicator
    variant: str
    period: Period
    scope: Scope
    as_of: date
    as_of_given: bool = False
    by: tuple[Dimension, ...] = ()
    filters: tuple[tuple[Dimension, tuple[str, ...]], ...] = ()

    @property
    def is_stock(self) -> bool:
        """Whether the number is a state on a day."""
        return self.indicator.timing is Timing.STOCK

    @property
    def splits_time(self) -> bool:
        """Whether a stock is asked at several days."""
        return self.is_stock and any(dimension.name in TIME for dimension in self.by)

    @cached_property
    def moments(self) -> list[date]:
        """The days a stock split by month or quarter is looked at: ends in the period, ≤ as_of, that pass the filters."""
        wanted = {dimension.name for dimension in self.by} | {dimension.name for dimension, _values in self.filters}
        parts = self.period.months if "month" in wanted else self.period.quarters
        for dimension, values in self.filters:
            if dimension.name == "month":
                parts = tuple(part for part in parts if f"{part.end:%Y-%m}" in values)
            elif dimension.name == "quarter":
                parts = tuple(part for part in parts if quarter_around(part.end).label in values)
        return [part.end for part in parts if part.end <= self.as_of]

    @cached_property
    def moment(self) -> date | None:
        """The day the total of a stock is a state of: as_of, or the end of the month or quarter filtered by; None: no such day."""
        if not self.is_stock or not any(dimension.name in TIME for dimension, _values in self.filters):
            return self.as_of
        return self.moments[-1] if self.moments else None

    @property
    def additive(self) -> bool:
        """Whether rows add up to the total: no unit can stand in two of them."""
        names = {dimension.name for dimension in self.by}
        if self.splits_time or any(dimension.join for dimension in self.by):
            return False
        return self.indicator.once or names <= self.indicator.steady

    @property
    def is_plain(self) -> bool:
        """Whether figures of this kind are kept: a calendar period, at most one dimension, no filter, the default as_of."""
        default = default_as_of(self.period)
        return (
            self.period.kind != "range" and len(self.by) <= 1 and not self.filters
            and self.scope.by_division_alone and self.as_of == default and self.marked_in == self.scope.division
        )  # fmt: skip

    @property
    def area(self) -> str | None:
        """Where what is counted must have happened, for the bureau of that area; None for others, and where rows do not say.

        Such a bureau is told of everybody who came to its area, not of those alone who are there today (domain.md §2
        PARTNER): who left would be missing from every number about staying.
        """
        return self.scope.area if self.indicator.knows_where else None

    @property
    def same_for_all(self) -> bool:
        """Whether the answer depends on what is asked alone, and not on whom the asker reaches today."""
        return self.scope.by_division_alone or self.area is not None

    @property
    def marked_in(self) -> str:
        """The division whose marks concern the answer, "" for all of them.

        At a place in one township persons of others work, whose marks lie where they are registered.
        """
        whole = not self.indicator.fact.places or root_division().startswith(self.scope.division)
        return self.scope.division if whole else ""

    @property
    def reads(self) -> list[str]:
        """The sources whose writes may change the answer, names of things included."""
        return sorted({"freezes", *self.indicator.fact.reads, *self.name_reads})

    @property
    def name_reads(self) -> list[str]:
        """The sources behind the codes and names of its dimensions."""
        asked = (*self.by, *[dimension for dimension, _values in self.filters])
        return sorted({"divisions", *[name for dimension in asked for name in dimension.reads]})

    @property
    def window(self) -> tuple[date | None, date]:
        """The days whose facts may matter: None means from the beginning."""
        return (None if self.is_stock else self.period.start), max(self.as_of, self.period.start)


def default_as_of(period: Period) -> date:
    """min(period end, today), the as_of of a question that names none."""
    return min(period.end, timezone.localdate())


def read_question(code: str, values: Values, user: User | None) -> Question:
    """The question those parameters ask.

    Raises ``NotFound`` for an unknown code or a division out of scope, else ``DomainError`` with the parameter at fault.
    """
    declared = indicator_named(code)
    period = parse_period(_one(values, "period"))
    variant = _variant(declared, _one(values, "variant"))
    indicator = declared.in_variant(variant)
    given = _one(values, "as_of").strip()
    scope = scope_for(user, _one(values, "division"))
    if indicator.county_level_only and not root_division().startswith(scope.division):
        raise DomainError("county_level", f"{indicator.name_zh}只有全县数据，不能按下级区划查询。", "division")
    if indicator.fact.places and len(scope.division) > TOWNSHIP:
        raise DomainError("township_level", f"{indicator.name_zh}只到乡镇一级，不能按村查询。", "division")
    _check_length(indicator, period)
    question = Question(
        indicator=indicator,
        variant=variant,
        period=period,
        scope=scope,
        as_of=parse_day(given, "as_of") if given else default_as_of(period),
        as_of_given=bool(given),
        by=_dimensions(indicator, _one(values, "by")),
        filters=_filters(indicator, values),
    )
    if question.splits_time and len(question.moments) > MOST_MOMENTS:
        raise DomainError("period", f"时点指标按月份或季度分组，最多{MOST_MOMENTS}个时点，请缩短期间。", "period")
    return question


def is_told_of(indicator: Indicator, period: Period) -> bool:
    """Whether the number has an answer for a period of that length."""
    first, after = period.start, period.end + timedelta(days=1)
    if indicator.span is Span.TWELVE_MONTHS:
        return (after.year, after.month, after.day) == (first.year + 1, first.month, first.day)
    return indicator.span is Span.ANY or period.kind == "year"


def _check_length(indicator: Indicator, period: Period) -> None:
    if not is_told_of(indicator, period):
        year = indicator.span is Span.YEAR
        wanted = (
            "按年度统计，期间应为一个年度，如 2025" if year else "按十二个月统计，期间如 2025 或 2024-10-01..2025-09-30"
        )
        raise DomainError("period", f"{indicator.name_zh}{wanted}。", "period")


def _one(values: Values, name: str) -> str:
    found = values.get(name, ())
    if len(found) > 1:
        raise DomainError("repeated", f"参数“{name}”只能给一次。", name)
    return found[0] if found else ""


def _variant(indicator: Indicator, name: str) -> str:
    if not name:
        return indicator.default_variant
    if name not in indicator.variants:
        known = "、".join(indicator.variants) or "无"
        raise DomainError("variant", f"{indicator.name_zh}没有口径“{name}”，可用：{known}。", "variant")
    return name


def _dimensions(indicator: Indicator, text: str) -> tuple[Dimension, ...]:
    found: list[Dimension] = []
    for part in text.split(","):
        name = part.strip()
        if not name and not text.strip():
            continue
        dimension = indicator.dimension(name)
        if dimension is None:
            known = "、".join(one.name for one in indicator.dimensions)
            raise DomainError("dimension", f"{indicator.name_zh}不能按“{name}”分组，可用：{known}。", "by")
        if dimension not in found:
            found.append(dimension)
    return tuple(found)


def _filters(indicator: Indicator, values: Values) -> tuple[tuple[Dimension, tuple[str, ...]], ...]:
    found = []
    for name in values:
        if name in OWN_PARAMETERS:
            continue
        dimension = indicator.dimension(name)
        if dimension is None:
            known = "、".join([*sorted(OWN_PARAMETERS), *[one.name for one in indicator.dimensions]])
            raise DomainError("filter_unknown", f"{indicator.name_zh}没有“{name}”这个条件，可用：{known}。", name)
        found.append((dimension, tuple(_filter_value(dimension, value) for value in values[name])))
    return tuple(sorted(found, key=lambda one: one[0].name))


def _filter_value(dimension: Dimension, value: str) -> str:
    value = value.strip()
    if "\x00" in value:
        raise DomainError("choice", f"{dimension.label}的值含有不能使用的字符。", dimension.name)
    known = {*dimension.labels, *dimension.aliases}
    if known and value and value not in known:
        raise DomainError(
            "choice", f"{dimension.label}没有“{value}”这一项，可用：{'、'.join(sorted(known))}。", dimension.name
        )
    if dimension.pattern and value and not re.fullmatch(dimension.pattern, value, re.ASCII):
        raise DomainError("choice", f"{dimension.label}“{value}”不正确，{dimension.hint}。", dimension.name)
    return value
