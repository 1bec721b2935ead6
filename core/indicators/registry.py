"""The indicators and sources the installed apps declare (formats.md §3: an unknown code is a 404)."""

from core.errors import NotFound
from core.indicators.declarations import Indicator, Source

_indicators: dict[str, Indicator] = {}
_sources: dict[str, Source] = {}


def register(*declared: Indicator) -> None:
    """Make indicators known; the same code again replaces, so that a module may be read twice."""
    for indicator in declared:
        _indicators[indicator.code] = indicator


def register_source(*declared: Source) -> None:
    """Make sources known: their tables get mark triggers after the next migrate."""
    for source in declared:
        _sources[source.name] = source


def all_indicators() -> list[Indicator]:
    """Every indicator, by code."""
    return [_indicators[code] for code in sorted(_indicators)]


def all_sources() -> list[Source]:
    """Every source, by name."""
    return [_sources[name] for name in sorted(_sources)]


def indicator_named(code: str) -> Indicator:
    """The indicator of that code; ``NotFound`` when no app declares it."""
    found = _indicators.get(code)
    if found is None:
        raise NotFound("indicator", f"没有“{code}”这个统计指标。", "code")
    return found
