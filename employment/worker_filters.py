"""What job spells narrow the register of people by: where, with whom and how somebody works on the day of ``status_as_of``."""

from collections.abc import Callable
from typing import Any

import django_filters as df
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from core.formats.values import CHANNEL
from core.web.filters import YesNoFilter
from employment.filters import DivisionFilter, employers_called
from employment.kept_work import NO, WORK, YES
from employment.organisers.queries import organisers_meant
from employment.organisers.taken import taken_out_by, taken_out_ids
from workers.bitmaps.blocks import Condition
from workers.bitmaps.conditions import everybody
from workers.bitmaps.dated import Layer
from workers.bitmaps.facts import held, held_with
from workers.bitmaps.filters import Cleaned, Meaning, status_day
from workers.bitmaps.people import People
from workers.labour import at_work


class AtWork(df.Filter):  # type: ignore[misc]
    """Those whom a job spell covers that day, of which ``meant(value)`` holds."""

    meant: Callable[[Any], Q]

    def filter(self, qs: QuerySet[Any, Any], value: Any) -> QuerySet[Any, Any]:  # noqa: ANN401 - what the field cleaned
        """Everybody without a value."""
        if value in ("", None):
            return qs
        day = status_day(self.parent.form.cleaned_data)
        return qs.filter(at_work(day, where=self.meant(value)))


class WorkPlace(AtWork, DivisionFilter):
    """Who works in a division, named as a path or by code."""

    def meant(self, value: str) -> Q:
        """The spell's place lies in it."""
        return Q(place_code__startswith=value)


class WorkEmployer(AtWork, df.CharFilter):  # type: ignore[misc]
    """Who works with an employer of that credit code, or whose name holds the text."""

    def meant(self, value: str) -> Q:
        """The spell's employer."""
        return Q(employer__in=employers_called(value))


class WorkChannel(AtWork, df.ChoiceFilter):  # type: ignore[misc]
    """By which channel they went out."""

    def meant(self, value: str) -> Q:
        """The spell's channel."""
        return Q(channel=value)


class WorkOrganised(AtWork, YesNoFilter):
    """Whether they were taken out by an organised departure."""

    def meant(self, value: str) -> Q:
        """The spell is organised, or is not."""
        return Q(organised=value == "true")


class TakenBy(df.CharFilter):  # type: ignore[misc]
    """Whom an organiser of that name took out, whenever that was."""

    def filter(self, qs: QuerySet[Any, Any], value: str) -> QuerySet[Any, Any]:
        """Everybody without a value."""
        return qs.filter(taken_out_by(organisers_meant(value))) if value.strip() else qs


def worker_filters() -> dict[str, df.Filter]:
    """The filters, by parameter."""
    return {
        "work_place": WorkPlace(label=_("现务工地")),
        "employer": WorkEmployer(label=_("现用人单位")),
        "channel": WorkChannel(label=_("外出渠道"), choices=CHANNEL.pairs),
        "organised": WorkOrganised(label=_("有组织输出")),
        "taken_by": TakenBy(label=_("带出人")),
    }


def meanings() -> dict[str, Meaning]:
    """What each of them means to the bitmaps of the list."""
    return {
        "work_place": _at_work(lambda value: lambda layer: layer.codes["place"].beginning(value)),
        "employer": _with_employer,
        "channel": _at_work(lambda value: lambda layer: layer.words["channel"].equal(value)),
        "organised": _at_work(
            lambda value: lambda layer: layer.words["organised"].equal(YES if value == "true" else NO)
        ),
        "taken_by": _taken_by,
    }


def _taken_by(value: str, _cleaned: Cleaned) -> Condition:
    """Read when it is asked: where it is written down for a whole vehicle, no row of a person tells that it changed."""
    return People(taken_out_ids(organisers_meant(value))) if value.strip() else everybody


def _with_employer(text: str, cleaned: Cleaned) -> Condition:
    def meant() -> frozenset[int]:
        # One row: where a word stands in the names of thousands, a row of each would take longer than all the rest.
        return frozenset(employers_called(text).aggregate(ids=ArrayAgg("pk", default=[]))["ids"])

    return held_with(WORK, status_day(cleaned), "employer", meant)


def _at_work(meant: Callable[[Any], Callable[[Layer], int]]) -> Meaning:
    def meaning(value: object, cleaned: Cleaned) -> Condition:
        return held(WORK, status_day(cleaned), meant(value))

    return meaning
