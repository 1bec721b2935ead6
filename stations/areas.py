"""Where a station serves: the divisions written for it, else its own prefecture."""

from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Q, QuerySet

PREFECTURE: Final = 4


def service_areas(stations: QuerySet[Any]) -> list[str]:
    """Codes of the divisions those stations serve: what is written, else each one's own prefecture. One query."""
    found: set[str] = set()
    for place, written in stations.values_list("place_code", "service_area"):
        found.update(written or [place[:PREFECTURE]])
    return sorted(found)


def inside(areas: Iterable[str], field: str) -> Q:
    """Condition on rows whose place lies in one of the areas; none of them: no row."""
    condition = Q(pk__in=())
    for area in areas:
        condition |= Q(**{f"{field}__startswith": area})
    return condition
