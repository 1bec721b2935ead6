"""Reading returns: which festival they are for, who is back at work, week by week and township by township.

Whether somebody is back is said as RETURN_RATE says it (formats.md §3.1): the monitoring page and the indicator are made of
the same SQL.
"""

from dataclasses import dataclass, fields
from datetime import date, timedelta
from typing import Any, Final

from django.db import connection
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import ExtractMonth, ExtractYear

from core.accounts.models import User
from core.divisions.queries import names_of, root_division
from core.formats.periods import year_of
from core.indicators.scope import Scope
from employment.indicators.returnees import BACK, LAST_RETURNS
from employment.models import Returnee, Spell
from employment.queries import covering

OCTOBER: Final = 10
WEEK: Final = timedelta(days=7)


def festival_year(day: date) -> int:
    """The festival a return on that day is for: of its year, of the next from October on."""
    return day.year + (day.month >= OCTOBER)


def with_festival(rows: QuerySet[Returnee]) -> QuerySet[Any, Any]:
    """Returns with ``festival``, the year of the festival each is for."""
    later = Case(When(returned_month__gte=OCTOBER, then=Value(1)), default=Value(0), output_field=IntegerField())
    found: QuerySet[Any, Any] = rows.annotate(returned_month=ExtractMonth("returned_on"))
    dated: QuerySet[Any, Any] = found.annotate(festival=ExtractYear("returned_on") + later)
    return dated


def last_of_festival(rows: QuerySet[Returnee]) -> QuerySet[Any, Any]:
    """Of each person and festival the last return alone."""
    later = with_festival(Returnee.objects.filter(worker=OuterRef("worker"), returned_on__gt=OuterRef("returned_on")))
    return with_festival(rows).filter(~Exists(later.filter(festival=OuterRef("festival"))))


def with_back(rows: QuerySet[Returnee], day: date) -> QuerySet[Any, Any]:
    """Returns with ``back``: whether the person is in a job outside the county on the day (today or a day gone by).

    The job began after the return, or evidence after the return speaks for it. As all evidence there is tells; the
    monitoring asks what was known on its day.
    """
    outside = ~Q(place_code="") & ~Q(place_code__startswith=root_division())
    since = Q(start_on__gt=OuterRef("returned_on")) | Q(confirmed_to__gt=OuterRef("returned_on"))
    return rows.annotate(back=Exists(Spell.objects.filter(covering(day), outside, since, worker=OuterRef("worker"))))


@dataclass(frozen=True, slots=True)
class Counts:
    """What the weekly return counts, of one township or of all, in persons."""

    returned: int = 0
    returned_this_week: int = 0
    plans: int = 0
    back: int = 0
    back_this_week: int = 0
    waiting: int = 0
    overdue: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))

    @property
    def rate(self) -> str:
        """返岗率 in percent with two decimals, half up; "" where nobody plans to go out."""
        if not self.plans:
            return ""
        hundredths = (self.back * 20_000 + self.plans) // (2 * self.plans)
        return f"{hundredths // 100}.{hundredths % 100:02}"


@dataclass(frozen=True, slots=True)
class Line:
    """A township's line of the weekly return."""

    code: str
    name: str
    counts: Counts


_WEEKLY: Final = f"""
SELECT left(w.village_code, 9) AS township,
  count(*) AS returned,
  count(*) FILTER (WHERE r.returned_on > %(week_before)s) AS returned_this_week,
  count(*) FILTER (WHERE r.plans_out) AS plans,
  count(*) FILTER (WHERE r.plans_out AND r.back) AS back,
  count(*) FILTER (WHERE r.plans_out AND r.back AND NOT r.back_before) AS back_this_week,
  count(*) FILTER (WHERE r.plans_out AND NOT r.back) AS waiting,
  count(*) FILTER (WHERE r.plans_out AND NOT r.back AND r.leaves_on < %(as_of)s) AS overdue
FROM (
  SELECT r.*, {BACK.replace("{as_of}", "%(as_of)s").replace("{root}", "%(root)s")} AS back,
         {BACK.replace("{as_of}", "%(week_before)s").replace("{root}", "%(root)s")} AS back_before
  FROM ({LAST_RETURNS.replace("{as_of}", "%(as_of)s").replace("{to}", "%(to)s::date")}) r
) r JOIN workers_worker w ON w.id = r.worker_id
WHERE {{people}} GROUP BY 1 ORDER BY 1
"""
"""A row a township of who came home for the festival by as_of, and who of them is back. ``back_before`` is a week earlier."""


def weekly(*, user: User, year: int, as_of: date) -> tuple[list[Line], Counts]:
    """The lines of the weekly return of a festival year as known on ``as_of``, of the user's people, and their sum."""
    people, more = Scope(user.division_prefix, user).condition("w.village_code", "w.id")
    words = {"as_of": as_of, "week_before": as_of - WEEK, "to": year_of(year).end, "root": root_division(), **more}
    with connection.cursor() as cursor:
        cursor.execute(_WEEKLY.replace("{people}", people), words)
        found = [(code, Counts(*numbers)) for code, *numbers in cursor.fetchall()]
    names = names_of({code for code, _counts in found})
    lines = [Line(code, names.get(code, code), counts) for code, counts in found]
    return lines, sum((line.counts for line in lines), Counts())


def festivals_known(user: User) -> list[int]:
    """Years of the festivals for which returns of the user's people are stored, newest first."""
    found = with_festival(Returnee.objects.visible_to(user)).order_by("-festival").values_list("festival", flat=True)
    return list(found.distinct())
