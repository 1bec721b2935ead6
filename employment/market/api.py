"""Vacancies and fairs for programs (formats.md §3.2)."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView
from core.formats.masking import mask_phone
from employment.market.filters import FairApiFilter, VacancyApiFilter
from employment.market.queries import fair_counts, taken, told_before
from employment.models import Fair, Vacancy
from employment.queries import place_names


class VacanciesView(ListView):
    """``/vacancies/``: rows of 岗位台账, with the list page's filters."""

    summary = "岗位"
    permission = "employment.view"
    reveal = "workers.reveal.phone"
    filterset = VacancyApiFilter
    orderings: ClassVar = {"id": "pk", "collected_on": "collected_on", "valid_until": "valid_until"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("employer", path="employer__name", nullable=False),
        Field("employer_code", path="employer__credit_code"),
        Field("place_code", nullable=False),
        Field("job_title", nullable=False),
        Field("openings", int, nullable=False, note="人"),
        Field("wage_from", Decimal, note="元/月"),
        Field("wage_to", Decimal, note="元/月"),
        Field("requirement", nullable=False),
        Field("board", nullable=False),
        Field("insurance", nullable=False),
        Field("contact", nullable=False),
        Field("phone", mask=mask_phone, nullable=False),
        Field("source", nullable=False),
        Field("collected_on", date, nullable=False),
        Field("valid_until", date, nullable=False, note="有效期的最后一天"),
        Field("checked", bool, note="已核实；空为待核实，false 为不实"),
        Field("closed_on", date),
        Field("taken", int, nullable=False, note="已签约和到岗的人数"),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Vacancies the token's user sees."""
        found: QuerySet[Any, Any] = Vacancy.objects.visible_to(user).annotate(taken=taken())
        return found

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Names of places, and which rows tell a vacancy once more: a query each for the page."""
        names = place_names({row["place_code"] for row in rows})
        asked = Vacancy.objects.filter(told_before(), pk__in=[row["id"] for row in rows])
        again = set(asked.values_list("pk", flat=True))
        for row in rows:
            row["place"], row["repeated"] = names.get(row["place_code"], ""), row["id"] in again
        return rows


class FairsView(ListView):
    """``/fairs/``: job fairs, with the list page's filters and what stood there."""

    summary = "招聘会"
    permission = "employment.view"
    filterset = FairApiFilter
    orderings: ClassVar = {"id": "pk", "held_on": "held_on", "code": "code"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("code", nullable=False),
        Field("name", nullable=False),
        Field("held_on", date, nullable=False),
        Field("form", nullable=False),
        Field("organiser", nullable=False),
        Field("venue", nullable=False),
        Field("visitors", int, note="人次"),
        Field("cancelled", bool, nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Fairs the token's user sees."""
        return Fair.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Employers, post rows and openings of each: one query for the page."""
        counts = fair_counts([row["id"] for row in rows])
        for row in rows:
            row["employers"], row["posts"], row["openings"] = counts.get(row["id"], (0, 0, 0))
        return rows
