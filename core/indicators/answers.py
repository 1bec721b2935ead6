"""Answering a question: from a frozen figure, a kept one that is fresh, or the facts; and writing it as formats.md §3 has it."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from core.indicators import engine, frozen, kept, memory
from core.indicators.cells import cell_json, row_json
from core.indicators.engine import Result
from core.indicators.questions import Question


@dataclass(frozen=True, slots=True)
class Answer:
    """The document of formats.md §3, and the watch by which it may be remembered (None: it may not)."""

    document: dict[str, Any]
    watch: kept.Watch | None


def answer(question: Question) -> Answer:
    """The answer to the question; it reflects the facts stored now, unless its period is frozen."""
    freeze = frozen.freeze_of(question)
    if freeze is not None:
        snapshot, settled = kept.present()
        result = frozen.answer_frozen(question, freeze)
        document = document_of(frozen.as_frozen(question, freeze), result, frozen=True)
        watch = kept.watch_of_names(question, snapshot)
    else:
        result = live(question)
        document, settled = document_of(question, result), result.settled
        watch = kept.watch_of(question, result.snapshot)
    return Answer(document, watch if settled and question.same_for_all else None)


def live(question: Question) -> Result:
    """The answer from a kept figure that is fresh, else from the facts; a plain one is kept."""
    if not question.is_plain:
        return engine.compute(question)
    found = kept.read(question)
    if found is None:
        found = engine.compute(question)
        if found.settled:
            kept.store(question, question.by[0].name if question.by else "", found.total, found.rows[0], found)
    return found


def at_once(question: Question) -> tuple[Result, bool] | None:
    """The total for a page that does not wait, and whether it is fresh: the kept one however old, else ``live``.

    None where nothing is kept and the facts of many would have to be read; those of a few villages, or of one area where
    people went, are read.
    """
    if question.is_plain:
        return kept.latest(question) or (live(question), True)
    if question.area is not None:
        return _counted(question), True
    asker = question.scope.user
    return (live(question), True) if asker is not None and asker.scope_villages else None


def _counted(question: Question) -> Result:
    """The total for the bureau of an area, remembered by this process while nothing it is made of was written."""
    key = (question.indicator.code, question.variant, question.period, question.scope.division, question.area)
    found = memory.counts.recall((*key, question.as_of))
    if found is None:
        found = memory.Counted(result := live(question), kept.watch_of(question, result.snapshot))
        if result.settled:
            memory.counts.keep((*key, question.as_of), found)
    return found.result


def document_of(question: Question, result: Result, *, frozen: bool = False) -> dict[str, Any]:
    """The answer as a document ready for JSON."""
    indicator = question.indicator
    rows = result.rows[0] if question.by else []
    dimensions = [dimension.name for dimension in question.by]
    names = [
        engine.names_for(dimension, {row.codes[place] for row in rows}) for place, dimension in enumerate(question.by)
    ]
    return {
        "code": indicator.code,
        "version": indicator.version,
        "unit": indicator.unit,
        "period": {"from": question.period.start.isoformat(), "to": question.period.end.isoformat()},
        "division": question.scope.division,
        **({} if question.area is None else {"area": question.area}),
        "as_of": question.as_of.isoformat(),
        "computed_at": timezone.localtime(result.computed_at).isoformat(timespec="seconds"),
        "frozen": frozen,
        **({"variant": question.variant} if indicator.variants else {}),
        **({} if question.additive else {"additive": False}),
        "total": cell_json(indicator, result.total),
        "rows": [row_json(indicator, row, dimensions, names) for row in rows],
    }
