"""Employment for programs: job spells and employers (formats.md §3.2)."""

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from django_filters import FilterSet
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView
from core.candidates import Finder
from core.formats.masking import mask_id, mask_phone
from employment.filters import EmployerApiFilter, SpellApiFilter
from employment.market.api import FairsView, VacanciesView
from employment.models import Employer, Spell
from employment.organisers.api import OrganisersView, OrganiserView
from employment.places.api import WorkplacesView
from employment.queries import place_names, scope_of
from workers.person_rows import person_rows


class EmploymentsView(ListView):
    """``/employments/``: job spells of the persons in the token's scope, as all evidence tells."""

    summary = "就业记录"
    permission = "employment.view"
    filterset = SpellApiFilter
    orderings: ClassVar = {"id": "pk", "start_on": "start_on", "worker": "worker_id"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False, note="推算结果的编号，证据变化后会重新生成"),
        Field("worker", int, path="worker_id", nullable=False),
        Field("name", path="worker__name", nullable=False),
        Field("id_number", path="worker__id_number", mask=mask_id, nullable=False),
        Field("village_code", path="worker__village_code", nullable=False),
        Field("start_on", date, nullable=False),
        Field("end_on", date, note="不再在岗的第一天"),
        Field("end_reason", note="written succeeded transferred left returned"),
        Field("place_code", nullable=False),
        Field("employer", path="employer__name"),
        Field("employer_code", path="employer__credit_code"),
        Field("job_title", nullable=False),
        Field("wage", Decimal, note="元/月"),
        Field("channel", nullable=False),
        Field("organised", bool, nullable=False),
        Field("contract", bool),
        Field("insured", bool),
        Field("confirmed_to", date, nullable=False),
        Field("origin", path="origin_kind", note="declared trip referral visit", nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Spells of the persons the token's user sees."""
        return Spell.objects.visible_to(user)

    def finder(self, user: User, bound: FilterSet) -> Finder | None:
        """As on the page."""
        return person_rows(user, bound.filter_queryset(Spell.objects.all()))

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """The scope of each place and its name: one query for the page."""
        names = place_names({row["place_code"] for row in rows if row["place_code"]})
        for row in rows:
            row["place"], row["scope"] = names.get(row["place_code"], ""), scope_of(row["place_code"])
        return rows


class EmployersView(ListView):
    """``/employers/``: employers, with the list page's filters."""

    summary = "用人单位"
    permission = "employment.view"
    reveal = "workers.reveal.phone"
    filterset = EmployerApiFilter
    orderings: ClassVar = {"id": "pk", "name": "name"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("name", nullable=False),
        Field("credit_code"),
        Field("place_code", nullable=False),
        Field("industry", nullable=False),
        Field("size", int, note="人"),
        Field("contact", nullable=False),
        Field("phone", mask=mask_phone, nullable=False),
        Field("key_employer", bool, nullable=False),
        Field("stub", bool, nullable=False, note="由名册带入、等待完善"),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Employers the token's user sees."""
        return Employer.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Names of places: one query for the page."""
        names = place_names({row["place_code"] for row in rows if row["place_code"]})
        for row in rows:
            row["place"] = names.get(row["place_code"], "")
        return rows


routes = [
    path("employments/", EmploymentsView.as_view(), name="api-employments"),
    path("employers/", EmployersView.as_view(), name="api-employers"),
    path("vacancies/", VacanciesView.as_view(), name="api-vacancies"),
    path("fairs/", FairsView.as_view(), name="api-fairs"),
    path("organisers/", OrganisersView.as_view(), name="api-organisers"),
    path("organisers/<int:pk>/", OrganiserView.as_view(), name="api-organiser"),
    path("workplaces/", WorkplacesView.as_view(), name="api-workplaces"),
]
