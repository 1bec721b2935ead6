"""The registry for programs."""

from datetime import date, datetime
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from rest_framework.request import Request

from core.accounts.models import User
from core.api.views import Field, ListView
from core.formats.masking import mask_card, mask_id, mask_phone
from workers.filters import WorkerApiFilter
from workers.models import Worker
from workers.queries import place_names, tags_of


class WorkersView(ListView):
    """``/workers/``: the people of the token's scope, with the list page's filters; identities masked unless allowed."""

    summary = "劳动力信息库"
    permission = "workers.view"
    filterset = WorkerApiFilter
    orderings: ClassVar = {"id": "pk", "name": "name_key"}
    ordering = "id"
    fields = (
        Field("id", int, path="pk", nullable=False),
        Field("name", nullable=False),
        Field("id_number", mask=mask_id, nullable=False),
        Field("sex", nullable=False),
        Field("birth_year", int, path="birth_date__year", nullable=False),
        Field("phone", mask=mask_phone),
        Field("village_code", nullable=False),
        Field("group_name"),
        Field("head_name", path="household__head_name"),
        Field("relation"),
        Field("ethnicity"),
        Field("education"),
        Field("political"),
        Field("health"),
        Field("capacity"),
        Field("monitored_kind"),
        Field("resettlement_site"),
        Field("labour_status"),
        Field("skill"),
        Field("skill_level"),
        Field("intention"),
        Field("intended_place"),
        Field("expected_wage", note="元，两位小数", text=lambda yuan: f"{yuan:.2f}"),
        Field("training_wish"),
        Field("wanted_job"),
        Field("startup_wish"),
        Field("bank_card", mask=mask_card),
        Field("bank_name"),
        Field("visited_by"),
        Field("visited_on", date),
        Field("first_visited_on", date),
        Field("updated_at", datetime, nullable=False),
    )

    def rows(self, user: User) -> QuerySet[Any, Any]:
        """Whom the token's user sees."""
        return Worker.objects.visible_to(user)

    def finish(self, rows: list[dict[str, Any]], request: Request) -> list[dict[str, Any]]:  # noqa: ARG002 - the kit's signature
        """Names of places and today's key groups: one query each for the page."""
        names = place_names({row["village_code"] for row in rows})
        tags = tags_of(row["id"] for row in rows)
        for row in rows:
            row["township"], row["village"] = names[row["village_code"]]
            row["groups"] = tags.get(row["id"], [])
        return rows


routes = [path("workers/", WorkersView.as_view(), name="workers")]
