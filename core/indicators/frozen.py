"""Published figures: made once, answered for ever from what was kept then (design.md "How a number is made")."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from django.db import connection
from django.db.models import F, QuerySet, Value
from django.utils import timezone

from core.accounts.models import User
from core.errors import Conflict, DomainError, NotAllowed
from core.history.services import operation
from core.indicators import kept
from core.indicators.cells import Cell, Row
from core.indicators.declarations import Dimension, Indicator, Measure
from core.indicators.engine import Result, compute, compute_groupings
from core.indicators.models import FigureMark, FigureSet, Freeze, FrozenUnit
from core.indicators.questions import TIME, Question
from core.indicators.statements import frozen_units

UNITS: Final = "indicators_frozenunit"

RELATION: Final = f"""
SELECT z.person_id AS person, z.village, z.unit, z.day, z.counted, z.based, z.amount, z.base_amount, z.extras, z.dims,
       coalesce(z.dims->>'place', z.dims->>'destination_city', z.dims->>'destination') AS place
FROM {UNITS} z WHERE z.freeze_id = {{freeze}}
"""


def freeze_of(question: Question) -> Freeze | None:
    """The freeze that answers the question: of its indicator and period, of its division or one above."""
    found = Freeze.objects.alias(asked=Value(question.scope.division)).filter(
        indicator=question.indicator.code,
        variant=question.variant,
        period_from=question.period.start,
        period_to=question.period.end,
        asked__startswith=F("division"),
    )
    if question.as_of_given:
        found = found.filter(as_of=question.as_of)
    return found.order_by("-division").first()


def _frozen_dimension(dimension: Dimension) -> Dimension:
    if dimension.join:
        join = f"CROSS JOIN LATERAL jsonb_array_elements_text(f.dims->'{dimension.name}') AS v_{dimension.name}(code)"
        return replace(dimension, join=join, carries=("dims",), code=f"v_{dimension.name}.code")
    return replace(dimension, code=f"f.dims->>'{dimension.name}'")


def _frozen_measure(measure: Measure, flag: str, amount: str) -> Measure:
    return replace(measure, where=f"f.{flag}", sums=f"f.{amount}" if measure.sums else "")


def _frozen_indicator(indicator: Indicator, freeze: Freeze) -> Indicator:
    """The indicator as a reading of the kept units."""
    sql = RELATION.replace("{freeze}", str(int(freeze.pk)))
    if indicator.fact.places:
        sql += " AND {frozen_here}"
    elif indicator.fact.persons:
        sql += " AND {frozen_people}"
    return replace(
        indicator,
        version=freeze.version,
        fact=replace(indicator.fact, sql=sql, reads=()),
        unit_key="f.unit",
        numerator=_frozen_measure(indicator.numerator, "counted", "amount"),
        denominator=_frozen_measure(indicator.denominator, "based", "base_amount") if indicator.denominator else None,
        extras={name: f"coalesce((f.extras->>'{name}')::boolean, false)" for name in indicator.extras},
        dimensions=tuple(_frozen_dimension(dimension) for dimension in indicator.dimensions),
    )


def as_frozen(question: Question, freeze: Freeze) -> Question:
    """The question asked of the kept units."""
    return replace(
        question,
        indicator=_frozen_indicator(question.indicator, freeze),
        as_of=freeze.as_of,
        by=tuple(_frozen_dimension(dimension) for dimension in question.by),
        filters=tuple((_frozen_dimension(dimension), values) for dimension, values in question.filters),
    )


def answer_frozen(question: Question, freeze: Freeze) -> Result:
    """The answer out of what was kept.

    DomainError at "by" for a stock split by month or quarter together with anything else: its units were kept for one day.
    """
    names = {dimension.name for dimension in question.by} | {dimension.name for dimension, _values in question.filters}
    own_area = question.scope.division == freeze.division and question.scope.by_division_alone
    if own_area and len(question.by) <= 1 and not question.filters:
        kept_set = FigureSet.objects.filter(freeze=freeze, dimension=question.by[0].name if question.by else "").first()
        if kept_set is not None:
            return _result(kept_set)
    if question.is_stock and names & TIME:
        raise DomainError("frozen", "该期间已冻结，时点指标按月份或季度的分组不能再与其他条件组合。", "by")
    result = compute(as_frozen(question, freeze))
    return replace(result, computed_at=freeze.computed_at)


def _result(kept_set: FigureSet) -> Result:
    rows = [
        Row((figure.code,), Cell(kept.number(figure.numerator), kept.number(figure.denominator), tuple(figure.extras)))
        for figure in kept_set.figures.all()
    ]
    total = Cell(kept.number(kept_set.numerator), kept.number(kept_set.denominator), tuple(kept_set.extras))
    return Result(
        total,
        [sorted(rows, key=lambda row: row.codes)],
        kept_set.snapshot,
        settled=True,
        computed_at=kept_set.computed_at,
    )


def check_freezable(*, question: Question, user: User | None) -> None:
    """Raise what ``freeze`` would raise, before anything is computed."""
    if user is not None and not user.can("statistics.freeze"):
        raise NotAllowed("permission_denied", "您没有冻结统计数的权限。")
    if question.period.end > timezone.localdate():
        raise DomainError("period", "期间还没有结束，不能冻结。", "period")
    if question.by or question.filters or not question.scope.by_division_alone:
        raise DomainError("question", "冻结时不能带分组和筛选条件。", "by")
    if freezes_of_exactly(question).exists():
        raise Conflict("frozen", f"{question.indicator.name_zh}在此期间已经冻结。", "period")


def freezes_of_exactly(question: Question) -> QuerySet[Freeze]:
    """The freeze of just this indicator, period and area, if there is one."""
    return Freeze.objects.filter(
        indicator=question.indicator.code,
        variant=question.variant,
        period_from=question.period.start,
        period_to=question.period.end,
        division=question.scope.division,
    )


def freeze(*, question: Question, user: User | None, reason: str = "") -> Freeze:
    """Publish the figures of an indicator for the question's period, area and as_of: the total, every dimension, the people.

    ``question`` has neither ``by`` nor filters. ``NotAllowed`` without the permission statistics.freeze, ``DomainError``
    while the period has not ended, ``Conflict`` when it is frozen already.
    """
    check_freezable(question=question, user=user)
    with operation(user=user, action="statistics.freeze", reason=reason):
        made, created = Freeze.objects.get_or_create(
            indicator=question.indicator.code,
            variant=question.variant,
            period_from=question.period.start,
            period_to=question.period.end,
            division=question.scope.division,
            defaults={
                "version": question.indicator.version,
                "as_of": question.as_of,
                "computed_at": timezone.now(),
                "frozen_by": user,
                "reason": reason,
            },
        )
        if not created:
            raise Conflict("frozen", f"{question.indicator.name_zh}在此期间已经冻结。", "period")
        _keep_units(question, made)
        _keep_sets(question, made)
        FigureMark.objects.create(fact="freezes", days=(None, None))
    return made


def _keep_units(question: Question, made: Freeze) -> None:
    statement = frozen_units(question)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {UNITS} (freeze_id, {statement.columns}) {statement.sql}",
            {**statement.values, "freeze": made.pk},
        )


def _keep_sets(question: Question, made: Freeze) -> None:
    """Every figure is computed from the kept units, so that figures and people cannot differ."""
    of_units = as_frozen(question, made)
    at_once = [d for d in of_units.indicator.dimensions if not (question.is_stock and d.name in TIME)]
    result = compute_groupings(of_units, [(), *[(dimension,) for dimension in at_once]])
    _keep_set(question, made, "", [], result)
    for dimension, rows in zip(at_once, result.rows[1:], strict=True):
        _keep_set(question, made, dimension.name, rows, result)
    for dimension in question.indicator.dimensions:
        if question.is_stock and dimension.name in TIME:
            states = compute_groupings(question, [(dimension,)])
            _keep_set(question, made, dimension.name, states.rows[0], replace(states, total=result.total))


def _keep_set(question: Question, made: Freeze, dimension: str, rows: Sequence[Row], result: Result) -> None:
    # The set is written as an ordinary one and then handed to the freeze: from that moment on the database refuses changes.
    set_id = kept.store(question, dimension, result.total, rows, replace(result, computed_at=made.computed_at))
    FigureSet.objects.filter(pk=set_id).update(freeze=made)


def people_of(made: Freeze, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Name, ID number and village of persons as they were when frozen, by person."""
    rows = FrozenUnit.objects.filter(freeze=made, person_id__in=ids).values_list(
        "person_id", "name", "id_number", "village"
    )
    return {
        person: {"name": name, "id_number": number, "village_code": village}
        for person, name, number, village in rows
        if person
    }
