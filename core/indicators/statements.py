"""The one SQL statement behind an answer. Nothing else in the program knows how a number is computed from facts.

Its shape: one relation of units (the fact rows that pass period, scope and filters, with their codes), then one SELECT for
the total and one for each grouping, joined by UNION ALL. Every row begins with the number of its part.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

from core.divisions.queries import root_division
from core.indicators.declarations import Dimension, Indicator, Measure, Timing
from core.indicators.questions import TIME, Question
from core.indicators.scope import Scope, people_table

TOTAL: Final = 0
FIRST_GROUPING: Final = 2

Grouping = tuple[Dimension, ...]


@dataclass(slots=True)
class Statement:
    """SQL with named parameters."""

    sql: str
    values: dict[str, Any]


@dataclass(slots=True)
class UnitStatement:
    """SQL that selects unit rows for INSERT; ``columns`` names them in order."""

    sql: str
    values: dict[str, Any]
    columns: str


@dataclass(slots=True)
class _Units:
    """The relation of units of one question, at one day or at several."""

    question: Question
    groupings: Sequence[Grouping]
    values: dict[str, Any] = field(default_factory=dict)

    @property
    def indicator(self) -> Indicator:
        return self.question.indicator

    def filled(self, sql: str, as_of: str) -> str:
        """The template with its words filled in, ``as_of`` an SQL expression."""
        question = self.question
        self.values |= {"first": question.period.start, "last": question.period.end, "root": root_division()}
        words = {
            "as_of": as_of,
            "from": "%(first)s::date",
            "to": "%(last)s::date",
            "own": "left(%(root)s, 2)",
            "root": "%(root)s",
        }
        if self.indicator.fact.persons:
            scope = question.scope if question.area is None else Scope(question.scope.division)
            people, more = scope.condition("w.village_code", "w.id")
            frozen_people, _same = scope.condition("z.village", "z.person_id")
            self.values |= more
            words |= {"people": people, "frozen_people": frozen_people, "person": people_table().columns}
        if self.indicator.fact.places:
            here, more = question.scope.of_places("p.township_code")
            frozen_here, _same = question.scope.of_places("z.village")
            self.values |= more
            words |= {"here": here, "frozen_here": frozen_here}
        for word, text in words.items():
            sql = sql.replace(f"{{{word}}}", text)
        return sql

    def select(self, day: date | None = None, name: str = "as_of") -> str:
        """SELECT of the unit rows with all codes the groupings need, as of ``day`` (the day of the total when None)."""
        question = self.question
        self.values[name] = day or question.moment or question.as_of
        chosen = f"SELECT {', '.join(self.columns())} FROM ({self.indicator.fact.sql}) f"
        return self.filled(f"{chosen} WHERE {' AND '.join(self.conditions())}", f"%({name})s::date")

    def columns(self) -> list[str]:
        indicator = self.indicator
        found = ["f.day", f"{indicator.unit_key} AS unit", f"{self.numerator()} AS n"]
        if indicator.fact.persons:
            found.append("f.person")
        if indicator.denominator is not None:
            found.append(f"{_measured(indicator.denominator)} AS d")
        found += [f"({condition}) AS x{number}" for number, condition in enumerate(indicator.extras.values())]
        simple = {one.name: one for grouping in self.groupings for one in grouping if not one.join}
        found += [f"coalesce({one.code}, '') AS c_{one.name}" for one in simple.values()]
        found += sorted({f"f.{column}" for grouping in self.groupings for one in grouping for column in one.carries})
        return found

    def numerator(self) -> str:
        measure = self.indicator.numerator
        own = [
            self.filter_condition(dimension, values)
            for dimension, values in self.question.filters
            if dimension.name in self.indicator.share_of_all
        ]
        return (
            _measured(Measure("", " AND ".join([f"({measure.where})", *own]), measure.sums))
            if own
            else _measured(measure)
        )

    def conditions(self) -> list[str]:
        found = ["true"]
        if self.indicator.timing is Timing.FLOW:
            self.values["until"] = min(self.question.period.end, self.question.as_of)
            found.append("f.day BETWEEN %(first)s AND %(until)s")
        elif self.question.moment is None:
            found.append("false")
        fact = self.indicator.fact
        if fact.places and fact.persons and not self.question.scope.by_division_alone:
            own, more = _of_own_persons(self.question)
            self.values |= more
            found.append(f"(f.person IS NULL OR {own})")
        if self.question.area is not None:
            self.values["area"] = self.question.area
            found.append("%(area)s <> '' AND starts_with(f.place, %(area)s)")
        for dimension, values in self.question.filters:
            if dimension.name in self.indicator.share_of_all or (self.question.is_stock and dimension.name in TIME):
                continue
            found.append(self.filter_condition(dimension, values))
        return found

    def filter_condition(self, dimension: Dimension, values: Sequence[str]) -> str:
        wanted = [code for value in values for code in dimension.aliases.get(value, (value,))]
        name = f"is_{dimension.name}"
        self.values[name] = wanted
        if dimension.join:
            return (
                f"EXISTS (SELECT FROM (VALUES (1)) AS one(n) {dimension.join} WHERE {dimension.code} = ANY(%({name})s))"
            )
        return f"coalesce({dimension.code}, '') = ANY(%({name})s)"


def _measured(measure: Measure) -> str:
    if measure.sums:
        return f"CASE WHEN {measure.where} THEN {measure.sums} END"
    return f"coalesce({measure.where}, false)"


def _aggregate(indicator: Indicator, measure: Measure, column: str) -> str:
    if measure.sums:
        return f"coalesce(sum(f.{column}), 0)"
    return (
        f"count(*) FILTER (WHERE f.{column})" if indicator.once else f"count(DISTINCT f.unit) FILTER (WHERE f.{column})"
    )


def _aggregates(indicator: Indicator) -> str:
    found = [_aggregate(indicator, indicator.numerator, "n")]
    if indicator.denominator is not None:
        found.append(_aggregate(indicator, indicator.denominator, "d"))
    elif indicator.share_of_all:
        everybody = "count(*)" if indicator.once else "count(DISTINCT f.unit)"
        found.append(f"{everybody} FILTER (WHERE true)")
    else:
        found.append("NULL::numeric")
    flag = Measure("")
    found += [_aggregate(indicator, flag, f"x{number}") for number in range(len(indicator.extras))]
    return ", ".join(found)


def figures(question: Question, groupings: Sequence[Grouping]) -> Statement:
    """The statement whose rows are (part, snapshot, has written, code array, numerator, denominator, extras …).

    Part 0 is the total, part -1 - n the wholes that shares of the n-th grouping are of, part 2 + n the n-th grouping. A
    stock by month or quarter is looked at on days of its own: such a grouping comes alone, else ValueError.
    """
    if question.is_stock and any(one.name in TIME for grouping in groupings for one in grouping):
        if len(groupings) != 1:
            message = "a stock by month or quarter is computed alone"
            raise ValueError(message)
        return _states(replace(question, by=groupings[0]))
    units = _Units(question, groupings)
    sums = _aggregates(question.indicator)
    parts = [_total(sums)]
    parts += [
        _part(FIRST_GROUPING + number, grouping, sums, "units f")
        for number, grouping in enumerate(groupings)
        if grouping
    ]
    sql = f"WITH units AS MATERIALIZED ({units.select()}) {' UNION ALL '.join(parts)}"
    return Statement(sql, units.values)


def _states(question: Question) -> Statement:
    """The statement of a stock split by month or quarter: every moment is a part of its own, with its day in it.

    Of one join over all the days the planner would know too little, and the rows of all days would have to be kept.
    """
    units = _Units(question, [question.by])
    sums = _aggregates(question.indicator)
    times = tuple(one for one in question.by if one.name in TIME)
    parts = [_total(sums)]
    for number, day in enumerate(question.moments):
        rows = f"({units.select(day, f'as_of_{number}')}) f"
        if question.indicator.share_of_all:
            parts.append(_part(-1, times, sums, rows))
        parts.append(_part(FIRST_GROUPING, question.by, sums, rows))
    return Statement(f"WITH units AS ({units.select()}) {' UNION ALL '.join(parts)}", units.values)


def _total(sums: str) -> str:
    seen = "pg_current_snapshot()::text, pg_current_xact_id_if_assigned() IS NOT NULL"
    return f"SELECT {TOTAL}, {seen}, NULL::text[], {sums} FROM units f"


def _part(number: int, grouping: Grouping, sums: str, rows: str) -> str:
    joins = " ".join(one.join for one in grouping)
    codes = ", ".join(one.code if one.join else f"f.c_{one.name}" for one in grouping)
    return f"SELECT {number}, NULL, NULL, ARRAY[{codes}]::text[], {sums} FROM {rows} {joins} GROUP BY {codes}"


def people(question: Question, part: str, *, beyond: int | None, backwards: bool, limit: int) -> Statement:
    """The statement that lists the ids of the persons behind a part of the total, ascending (descending when ``backwards``).

    ``part`` is numerator, denominator or the name of an extra count; KeyError for another.
    """
    indicator = question.indicator
    parts = {"numerator": _counts(indicator.numerator, "n")}
    if indicator.denominator is not None:
        parts["denominator"] = _counts(indicator.denominator, "d")
    elif indicator.share_of_all:
        parts["denominator"] = "true"
    parts |= {name: f"f.x{number}" for number, name in enumerate(indicator.extras)}
    units = _Units(question, ())
    units.values |= {"beyond": beyond, "limit": limit}
    sign, order = ("<", "DESC") if backwards else (">", "ASC")
    where = f"{parts[part]} AND f.person IS NOT NULL AND (%(beyond)s::bigint IS NULL OR f.person {sign} %(beyond)s)"
    if indicator.fact.places or question.area is not None:
        own, more = _of_own_persons(question)
        units.values |= more
        where += f" AND {own}"
    listed = f"SELECT DISTINCT f.person FROM units f WHERE {where} ORDER BY 1 {order} LIMIT %(limit)s"
    sql = f"WITH units AS ({units.select()}) {listed}"
    return Statement(sql, units.values)


def _of_own_persons(question: Question) -> tuple[str, dict[str, Any]]:
    """SQL condition on rows ``f``: the person is one of the asker's own; and its parameters."""
    own, values = question.scope.of_own_persons.condition("w.village_code", "w.id")
    # Named apart: the division asked for is another one.
    own = own.replace("%(scope_", "%(own_scope_")
    exists = f"EXISTS (SELECT FROM {_people_name()} w WHERE w.id = f.person AND {own})"
    return exists, {f"own_{name}": value for name, value in values.items()}


def _counts(measure: Measure, column: str) -> str:
    return f"f.{column} <> 0" if measure.sums else f"f.{column}"


def frozen_units(question: Question) -> UnitStatement:
    """The statement that lists every unit of a question with the persons' identities and the codes of all dimensions."""
    indicator = question.indicator
    units = _Units(question, ())
    units.values["as_of"] = question.as_of
    told = [f"'{one.name}', {_frozen_code(one)}" for one in indicator.dimensions]
    dims = ", ".join([*told, *(["'place', coalesce(f.place, '')"] if indicator.knows_where else [])])
    extras = ", ".join(f"'{name}', coalesce({condition}, false)" for name, condition in indicator.extras.items())
    numerator, denominator = indicator.numerator, indicator.denominator
    columns = {
        "unit": f"({indicator.unit_key})::text",
        "day": "f.day",
        "person_id": "f.person" if indicator.fact.persons else "NULL",
        "name": "coalesce(w.name, '')" if indicator.fact.persons else "''",
        "id_number": "coalesce(w.id_number, '')" if indicator.fact.persons else "''",
        "village": "f.village" if indicator.fact.persons or indicator.fact.places else "''",
        "counted": f"coalesce({numerator.where}, false)",
        "based": f"coalesce({denominator.where}, false)" if denominator else "false",
        "amount": numerator.sums or "NULL",
        "base_amount": (denominator.sums if denominator else "") or "NULL",
        "extras": f"jsonb_build_object({extras})",
        "dims": f"jsonb_build_object({dims})",
    }
    people_join = f"LEFT JOIN {_people_name()} w ON w.id = f.person" if indicator.fact.persons else ""
    where = " AND ".join(units.conditions())
    sql = f"SELECT %(freeze)s, {', '.join(columns.values())} FROM ({indicator.fact.sql}) f {people_join} WHERE {where}"
    return UnitStatement(units.filled(sql, "%(as_of)s::date"), units.values, ", ".join(columns))


def _people_name() -> str:
    return people_table().model._meta.db_table  # noqa: SLF001 - Django's public-by-habit API


def _frozen_code(dimension: Dimension) -> str:
    if dimension.join:
        return f"(SELECT coalesce(jsonb_agg(DISTINCT {dimension.code}), '[]') FROM (VALUES (1)) AS one(n) {dimension.join})"
    return f"coalesce({dimension.code}, '')"
